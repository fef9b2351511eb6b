// A table whose rows are choices: one click on a row, or on the button in it, takes it.
import { el } from "../draw/dom.js";
import { dress } from "../draw/theme.js";

/**
 * @typedef {{columns: string[], rows: string[][], current: number|null, what?: string, verb?: string}} Table
 *   what: what a row is; verb: what its button says
 */

export class Choices {
  /** @type {Table|null} */
  data = null;

  /** @param {{trigger: (name: string, value: string[]) => void}} host */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    root.classList.add("choices");
  }

  /** @param {Table} data */
  update(data) {
    this.data = data;
    this.build();
  }

  build() {
    dress(this.root);
    const { data } = this;
    if (!data) return;
    const focused = this.root.getRootNode().activeElement?.dataset.row;
    this.root.replaceChildren(table(data, (row) => this.host.trigger("choose", data.rows[row])));
    if (focused !== undefined) this.root.querySelector(`button[data-row="${focused}"]`)?.focus({ preventScroll: true });
  }

  destroy() {}
}

/** The table as a DOM element. */
export function table({ columns, rows, current, what = "setting", verb = "use" }, choose) {
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)), el("td"));
  const body = rows.map((cells, row) => line(cells, row, row === current, choose, { what, verb }));
  const style = `--columns: ${columns.length}`; // the button stands for the last one, which has a line of its own on a telephone
  return el("table", { style }, el("thead", {}, head), el("tbody", {}, ...body));
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
