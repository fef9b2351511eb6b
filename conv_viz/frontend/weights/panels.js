// Some small pictures in a row, with what stands between them: impulse, weights, response, frequency response.
import { diverging, inputScale } from "../scene/color.js";
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { brief, exact } from "../scene/format.js";
import { fit } from "../scene/geometry.js";
import { CellGrid } from "../draw/grid.js";
import { at } from "../scene/lookup.js";
import { SceneView } from "../draw/scene_view.js";
import { Sheet } from "../draw/sheet.js";
import { weightText } from "./tensor.js";
import { Tip } from "../draw/tip.js";

const SIDE = 128; // of a panel, CSS pixels
const CELL = 36;
const TITLE = 29; // height of a title

/** @typedef {import("../scene.d.ts").PanelsHeader} Header */
/** @typedef {import("../scene.d.ts").Scene<Header>} Scene */
/** @typedef {import("../scene.d.ts").Panel} Panel */
/** @typedef {import("../draw/theme.js").Theme} Theme */

/** @extends {SceneView<Header>} */
export class PanelsView extends SceneView {
  /** @type {{scene: Scene, theme: Theme, grids: Record<string, CellGrid>}|null} what is drawn, by the names of arrays */
  shown = null;

  constructor(root) {
    super(root);
    root.classList.add("cv", "panels");
    root.dataset.testid = "panels";
    this.slot = el("div", { class: "panel-sheet" });
    this.tip = new Tip(root);
    root.replaceChildren(this.slot, this.tip.root);
    this.shifts = new ResizeObserver(() => this.sheet?.place() && this.mark([0, 0]));
    this.shifts.observe(this.slot);
  }

  /** @param {Scene} scene @param {Theme} theme */
  show(scene, theme) {
    this.tip.show(null);
    const { panels, words } = scene.header;
    const grids = Object.fromEntries(panels.map((panel) => [panel.array, this.grid(scene, theme, panel)]));
    this.shown = { scene, theme, grids };
    const middle = TITLE + grids.impulse.height / 2;
    const figures = panels.map((panel) => figure(panel, grids[panel.array], theme, middle));
    const gain = figures.pop() ?? [];
    this.slot.replaceChildren(
      el("div", { class: "panel-row" }, ...figures.flat()),
      el("div", { class: "panel-row" }, ...gain, el("p", { class: "words", "data-testid": "frequency-words" }, words)),
    );
    this.sheet = new Sheet(this.slot, Object.values(grids), this.sheet);
    this.sheet.place();
    this.mark([0, 0]);
  }

  /** @param {Scene} scene @param {Theme} theme @param {Panel} panel */
  grid(scene, theme, panel) {
    const { array, title } = panel;
    const high = panel.scale[1];
    const values = scene.arrays[array];
    const grid = new CellGrid(title);
    const side = fit(SIDE, values.shape, CELL);
    const scale = colorsOf(panel, theme);
    const write = (value) => (array === "impulse" ? brief(value) : weightText(value, high));
    const [rows, columns] = values.shape;
    grid.resize(rows, columns, [side, side]);
    grid.paint({
      theme,
      color: (r, c) => scale(at(values, r, c)),
      text: (r, c) => (array === "gain" ? null : write(at(values, r, c))),
    });
    grid.root.addEventListener("pointermove", (event) => {
      const cell = grid.cellAt(event);
      this.tip.show(cell && lines(scene, array, cell), event);
      if (array === "kernel" && cell) this.mark(cell);
    });
    grid.root.addEventListener("pointerleave", () => {
      this.tip.show(null);
      this.mark([0, 0]);
    });
    return grid;
  }

  /** A weight, and where the response shows it again; Python says where. @param {number[]} weight row and column */
  mark([ky, kx]) {
    if (!this.shown) return;
    const { scene, theme, grids } = this.shown;
    const { lands_y: down, lands_x: across } = scene.arrays;
    const marked = { kernel: [ky, kx], response: [at(down, ky), at(across, kx)] };
    for (const [name, grid] of Object.entries(grids)) {
      grid.draw((ctx) => {
        grid.frame(ctx, [0, 0, grid.width, grid.height], theme.line, 1, -0.5); // zeros have the colour of the page
        if (marked[name]) grid.frame(ctx, grid.box(marked[name]), theme.accent, 2.5);
      });
    }
  }

  destroy() {
    this.shifts.disconnect();
    this.root.replaceChildren();
  }
}

/**
 * A grid with its title, and the sign behind it.
 * @param {Panel} panel @param {CellGrid} grid @param {Theme} theme @param {number} middle where the sign stands, in CSS pixels
 */
function figure(panel, grid, theme, middle) {
  const { array, title, scale, sign } = panel;
  const below =
    array === "gain"
      ? [
          el(
            "div",
            { class: "axis", style: `width:${grid.width}px` },
            ...["−½", "0", "½"].map((tick) => el("span", {}, tick)),
          ),
          colorBar(scale, colorsOf(panel, theme), "gain"),
        ]
      : [];
  const made = el("figure", {}, el("figcaption", { class: "title" }, title), grid.root, ...below);
  return sign
    ? [made, el("span", { class: "sign", "aria-hidden": "true", style: `margin-top:${middle - 13}px` }, sign)]
    : [made];
}

/** The colours of a panel. @param {Panel} panel @param {Theme} theme */
function colorsOf({ array, scale: [, high] }, theme) {
  return array === "gain" ? inputScale([0, high], "grey", theme) : diverging(high, theme);
}

/** What lies under the pointer. @param {Scene} scene @param {string} array @param {number[]} cell row and column */
function lines({ arrays }, array, [r, c]) {
  const value = exact(at(arrays[array], r, c));
  if (array !== "gain") return [`${array}[${r}, ${c}]`, value];
  const size = arrays.gain.shape[0];
  const cycles = (i) => brief((i - Math.floor(size / 2)) / size, 2);
  return [`${cycles(r)} cycles per cell down, ${cycles(c)} across`, `× ${brief(at(arrays.gain, r, c), 3)}`];
}
