// The planes of a lens: grids of cells in rows on one sheet, painted with a step's values, with frames around what is marked.
import { diverging, inputScale } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { brief, signed } from "../scene/format.js";
import { CellGrid } from "../draw/grid.js";
import { Sheet } from "../draw/sheet.js";
import { indexAt, placeOf, planeOf } from "../scene/terms.js";
import { wires } from "./parts.js";

// What a cell is, as CELLS of scenes/stage.py counts; null is the input itself.
const KINDS = /** @type {const} */ ([null, "copy", "hole", "zero", "beyond"]);

/** @typedef {import("../scene.d.ts").Looked} Looked */
/** @typedef {import("../draw/theme.js").Theme} Theme */
/** @typedef {{array: string, index: number}} Cell */

export class LensPlanes {
  root = el("div", { class: "lens-sheet slot" });
  /** @type {Looked|null} what the grids are of */
  scene = null;
  /** @type {{grid: CellGrid, name: string, plane: number, planes: import("../scene.d.ts").Planes, theme: Theme}[]} */
  grids = [];
  /** @type {Set<CellGrid>} the grids that have frames on them */
  marked = new Set();
  laid = ""; // what the elements are made for, see `lay`
  /** @type {Sheet|null} */
  sheet = null;
  /** @type {ReturnType<typeof wires>|null} */
  wires = null;

  /** @param {{onPoint: (cell: Cell|null) => void, onChoose: (cell: Cell|null) => void}} host */
  constructor(host) {
    this.host = host;
  }

  clear() {
    this.scene = this.sheet = null; // nothing to place anew when the root changes its size
    this.laid = "";
    this.root.replaceChildren();
  }

  /**
   * Make the elements of all rows. Where nothing but sizes has changed they stay: the page is then sooner laid out.
   * @param {Looked} scene @param {Theme} theme @param {any[][]} rows from `arrange`
   */
  lay(scene, theme, rows) {
    this.scene = scene;
    this.marked.clear();
    const items = rows.flat();
    const laid = JSON.stringify(
      rows.map((row) =>
        row.map(({ show, name, columns, shape, planes }) => {
          return [show, name, columns, shape?.[0], planes?.title, planes?.labels, planes?.edges];
        }),
      ),
    );
    if (laid === this.laid && !this.wires) {
      for (const shown of this.grids) {
        const { planes, shape, cell } = items.find(({ name }) => name === shown.name);
        Object.assign(shown, { planes, theme });
        shown.grid.at = null; // painted when the sheet has found its place
        shown.grid.resize(shape[1], shape[2], [cell, cell]);
      }
    } else {
      this.laid = laid;
      this.grids = [];
      this.wires = null;
      this.root.replaceChildren(
        ...rows.map((row) => el("div", { class: "lens-row" }, ...row.map((item) => this.item(scene, theme, item)))),
      );
    }
    const grids = this.grids.map(({ grid }) => grid);
    this.sheet = new Sheet(this.root, grids, this.sheet ?? undefined);
  }

  /** @param {Looked} scene @param {Theme} theme @param {{show: string, name: string, planes?: any, cell?: number, columns?: number}} item */
  item(scene, theme, { show, name, planes, cell, columns }) {
    if (show === "sign") return el("span", { class: "sign" }, name);
    if (show === "wires") {
      this.wires = wires(scene.arrays[name], theme);
      return this.wires.root;
    }
    const [count, rows, width] = scene.arrays[name].shape.slice(-3);
    const figures = Array.from({ length: count }, (_, plane) => {
      const label = planes.labels[plane];
      const grid = new CellGrid(label ? `${planes.title}, ${label}` : planes.title);
      grid.resize(rows, width, [cell, cell]);
      grid.root.dataset.array = name;
      const at = (event) => {
        const hit = grid.cellAt(event);
        // Not the scene of now: the grid may stay for the next one.
        return hit && this.scene && { array: name, index: indexAt(this.scene, name, [plane, ...hit]) };
      };
      grid.root.addEventListener("pointermove", (event) => this.host.onPoint(at(event)));
      grid.root.addEventListener("click", (event) => this.host.onChoose(at(event)));
      this.grids.push({ grid, name, plane, planes, theme });
      const shown = label && count > 1;
      return el("div", { class: "lens-plane" }, shown ? el("span", { class: "name" }, label) : null, grid.root);
    });
    const sides = ["left", "right", "top", "bottom"].slice(0, planes.edges.length);
    return el(
      "figure",
      {},
      el("figcaption", { class: "title" }, planes.title),
      el(
        "div",
        { class: sides.length ? "lens-edges" : "" },
        ...sides.map((side, i) => el("span", { class: side }, planes.edges[i])),
        el("div", { class: "lens-planes", style: `grid-template-columns: repeat(${columns}, auto)` }, ...figures),
      ),
    );
  }

  /** See where the grids are on the page. True when anything has moved. */
  place() {
    return Boolean(this.sheet?.place());
  }

  /** @param {Looked} scene @param {number} step whose values are shown */
  paint(scene, step) {
    for (const { grid, name, plane, planes, theme } of this.grids) {
      const value = planeOf(scene, name, plane, step);
      const input = planes.role === "input";
      const scale = input
        ? inputScale(planes.range, planes.labels[plane] ?? "grey", theme)
        : diverging(planes.range[1], theme);
      const write = input ? brief : (number) => signed(number, grid.cell[0] >= 30 ? 2 : 1);
      const table = (array) => (array ? planeOf(scene, array, plane) : undefined);
      const kinds = table(planes.cells);
      grid.paint({
        theme,
        color: (row, column) => scale(value(row, column)),
        text: (row, column) => write(value(row, column)),
        padding: kinds && ((row, column) => KINDS[kinds(row, column)]),
        unread: table(planes.hatched),
      });
    }
  }

  /**
   * Frame a cell, where it comes from and what it is used for.
   * @param {Looked} scene @param {{now: Cell[], sources: Cell[], uses: Cell[]}} marks
   * @param {{array: string, from: number, to: number}[]} arrows
   */
  mark(scene, marks, arrows) {
    const marked = new Set();
    for (const { grid, name, plane, theme } of this.grids) {
      const here = (cells) =>
        cells
          .filter(({ array }) => array === name)
          .map(({ index }) => placeOf(scene, name, index))
          .filter(([on]) => on === plane)
          .map(([, ...cell]) => cell);
      const [uses, sources, now] = [here(marks.uses), here(marks.sources), here(marks.now)];
      if (uses.length || sources.length || now.length) marked.add(grid);
      else if (!this.marked.has(grid)) continue; // nothing to draw, and nothing to take away
      grid.draw((ctx) => {
        const small = grid.cell[0] < 9;
        const frame = (cells, color, width) =>
          cells.forEach((cell) => grid.frame(ctx, grid.box(cell), color, width, small ? 0 : 1));
        frame(uses, theme.text, 2);
        frame(sources, theme.accent, grid.cell[0] < 14 ? 1 : 2);
        frame(now, theme.accent, small ? 2 : 3);
        for (const { array, from, to } of arrows) {
          if (array !== name) continue;
          const [[on, ...start], [, ...end]] = [from, to].map((index) => placeOf(scene, name, index));
          if (on === plane) grid.arrow(ctx, start, end, theme.text);
        }
      });
    }
    this.marked = marked;
  }
}
