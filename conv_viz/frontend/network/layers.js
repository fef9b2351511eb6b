// The layers of a network as a table: one row a layer, repeated blocks folded, and where the network breaks.
import { el } from "../draw/dom.js";
import { seenWords } from "./seen.js";

const RIGHT = ["field", "jump", "start", "parameters", "macs"]; // columns of numbers

/**
 * @param {import("../scene.d.ts").Scene<import("../scene.d.ts").NetworkHeader>} scene
 * @param {Set<number>} open the folds that are unfolded
 * @param {{choose: (name: string) => void, fold: (start: number) => void, mend: (name: string) => void}} act
 * @returns {{root: HTMLElement, say: (pixel: number[]|null) => void}}
 */
export function layerTable(scene, open, act) {
  const { header } = scene;
  const cells = new Map(); // row -> the cell that says which units see a pixel
  const column = (name) =>
    el("th", { scope: "col", class: name === "layer" || name === "output" ? "" : "number" }, name);
  const head = el("tr", {}, ...header.columns.map(column), el("th", { scope: "col", class: "seen" }, "sees the pixel"));
  const body = rowsOf(header, open).map((item) =>
    item.fold ? foldRow(header, item.fold, open, act) : layerRow(header, item.row, cells, act),
  );
  if (header.broken) body.push(brokenRow(header.broken, act));
  const root = el("table", {}, el("thead", {}, head), el("tbody", {}, ...body));
  const say = (pixel) => {
    root.classList.toggle("pointed", Boolean(pixel));
    if (pixel) for (const [row, cell] of cells) cell.textContent = seenWords(scene, row, pixel);
  };
  return { root, say };
}

/**
 * What stands in the table: {row} for each layer in view, {fold} before the rows that it hides.
 * @returns {{row?: number, fold?: number[]}[]}
 */
export function rowsOf({ rows, folds }, open) {
  const made = [];
  const starts = new Map(folds.map((fold) => [fold[0] + fold[1], fold]));
  for (let row = 0; row < rows.length; row++) {
    const fold = starts.get(row);
    if (fold) {
      made.push({ fold });
      if (!open.has(fold[0])) row += fold[1] * (fold[2] - 1) - 1;
      else made.push({ row });
    } else made.push({ row });
  }
  return made;
}

function layerRow(header, row, cells, act) {
  const layer = header.rows[row];
  const now = header.chosen?.row === row;
  const name = el("button", { type: "button", "aria-pressed": String(now), "data-focus": layer.name }, layer.name);
  const seen = el("td", { class: "seen" });
  cells.set(row, seen);
  const numbers = RIGHT.map((key) =>
    el("td", { class: "number", title: layer[`${key}_why`] ?? null }, ...worded(layer, key)),
  );
  const made = el(
    "tr",
    { class: now ? "now" : "" },
    el("td", { class: "name" }, name, el("code", {}, layer.code), joins(header, row)),
    el("td", { class: "shape" }, layer.output),
    ...numbers,
    seen,
  );
  made.addEventListener("click", () => now || act.choose(layer.name)); // the button's own click comes through here too
  return made;
}

/** The number, and below it the formula that it comes from. */
function worded(layer, key) {
  const why = layer[`${key}_why`];
  return why ? [layer[key], el("small", {}, why.split(" = ")[0])] : [layer[key]];
}

/** What a layer reads, where that is not the one before it. */
function joins(header, row) {
  const before = row ? header.rows[row - 1].name : "input";
  const { reads } = header.rows[row];
  return reads.length === 1 && reads[0] === before ? null : el("span", { class: "reads" }, `← ${reads.join(", ")}`);
}

function foldRow(header, fold, open, act) {
  const [start, length, times] = fold;
  const first = header.rows[start + length].name;
  const last = header.rows[start + length * times - 1];
  const words = `${times - 1} more like the ${length} above: ${first} … ${last.name}`;
  const shown = open.has(start);
  const button = el(
    "button",
    { type: "button", "aria-expanded": String(shown), "data-focus": `fold ${start}` },
    `${shown ? "▾" : "▸"} ${words}`,
  );
  button.addEventListener("click", () => act.fold(start));
  const empty = () => el("td");
  const numbers = shown ? ["", "", ""] : [last.field, last.jump, last.start];
  return el(
    "tr",
    { class: "fold" },
    el("td", {}, button),
    empty(),
    ...numbers.map((text) => el("td", { class: "number" }, text)),
    empty(),
    empty(),
    el("td", { class: "seen" }),
  );
}

/** The way out of a break, in words; as a button where a click can go it. */
export function wayOut({ name, fix, mends }, mend) {
  const words = fix.replace(/\.$/, "");
  return mends
    ? el(
        "button",
        { type: "button", class: "fix", "data-testid": "mend", "data-focus": "mend", onclick: () => mend(name) },
        words,
      )
    : el("span", {}, fix);
}

function brokenRow(broken, act) {
  const { name, code, rule } = broken;
  const words = el("p", {}, el("b", {}, rule), " ", wayOut(broken, act.mend));
  return el(
    "tr",
    { class: "broken" },
    el("td", { colspan: "8", "data-testid": "broken" }, el("b", { class: "name" }, name), el("code", {}, code), words),
  );
}
