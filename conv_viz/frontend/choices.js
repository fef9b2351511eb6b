// A table whose rows are choices: one click on a row, or on the button in it, takes it.
import { el } from "./dom.js";
import { applyTheme, readTheme } from "./theme.js";

const roots = new WeakMap();

/** @param {{data: {columns: string[], rows: string[][], current: number|null}}} component */
export default function choices({ parentElement, data, setTriggerValue }) {
  let root = roots.get(parentElement);
  if (!root) {
    root = el("div", { class: "choices" });
    parentElement.append(root);
    roots.set(parentElement, root);
  }
  applyTheme(root, readTheme(root));
  const focused = root.getRootNode().activeElement?.dataset.row;
  root.replaceChildren(table(data, (row) => setTriggerValue("choose", row)));
  if (focused !== undefined) root.querySelector(`button[data-row="${focused}"]`)?.focus({ preventScroll: true });
}

/** The table as a DOM element. */
export function table({ columns, rows, current }, choose) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)), el("td"));
  const body = rows.map((cells, row) => line(cells, row, row === current, choose));
  return el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
}

function line(cells, row, now, choose) {
  const word = now ? "shown" : "use";
  const name = `${word} setting ${row + 1}: ${cells.join(" ")}`;
  const button = el("button", { type: "button", "data-row": row, "aria-pressed": String(now), "aria-label": name }, word);
  const made = el("tr", { class: now ? "now" : "" }, ...cells.map((text) => el("td", {}, text)), el("td", {}, button));
  made.addEventListener("click", () => now || choose(row)); // the button's own click comes through here too
  return made;
}
