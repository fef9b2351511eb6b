// A table whose rows are choices: one click on a row, or on the button in it, takes it.
import { el } from "../draw/dom.js";
import { applyTheme, readTheme } from "../draw/theme.js";

export class Choices {
  /** @param {{trigger: (name: string, value: string[]) => void}} host */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    root.classList.add("choices");
  }

  /** @param {{columns: string[], rows: string[][], current: number|null, what?: string, verb?: string}} data what a row is, and what its button says */
  update(data) {
    this.data = data;
    this.build();
  }

  build() {
    applyTheme(this.root, readTheme(this.root));
    const focused = this.root.getRootNode().activeElement?.dataset.row;
    this.root.replaceChildren(table(this.data, (row) => this.host.trigger("choose", this.data.rows[row])));
    if (focused !== undefined) this.root.querySelector(`button[data-row="${focused}"]`)?.focus({ preventScroll: true });
  }

  destroy() {}
}

/** The table as a DOM element. */
export function table({ columns, rows, current, what = "setting", verb = "use" }, choose) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)), el("td"));
  const body = rows.map((cells, row) => line(cells, row, row === current, choose, { what, verb }));
  return el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
}

function line(cells, row, now, choose, { what, verb }) {
  const word = now ? "shown" : verb;
  const name = `${word} ${what} ${row + 1}: ${cells.join(" ")}`;
  const button = el(
    "button",
    { type: "button", "data-row": row, "aria-pressed": String(now), "aria-label": name },
    word,
  );
  const made = el("tr", { class: now ? "now" : "" }, ...cells.map((text) => el("td", {}, text)), el("td", {}, button));
  made.addEventListener("click", () => now || choose(row)); // the button's own click comes through here too
  return made;
}
