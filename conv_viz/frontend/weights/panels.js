// Some small pictures in a row, with what stands between them: impulse, weights, response, frequency response.
import { decode } from "../scene/codec.js";
import { diverging, inputScale } from "../scene/color.js";
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { brief, exact } from "../scene/format.js";
import { fit } from "../scene/geometry.js";
import { CellGrid } from "../draw/grid.js";
import { at } from "../scene/lookup.js";
import { Sheet } from "../draw/sheet.js";
import { weightText } from "./tensor.js";
import { applyTheme, readTheme } from "../draw/theme.js";
import { Tip } from "../draw/tip.js";

const SIDE = 128; // of a panel, CSS pixels
const CELL = 36;
const TITLE = 29; // height of a title

export class PanelsView {
  /** @type {import("../scene.d.ts").Scene<import("../scene.d.ts").PanelsHeader>} */
  scene;

  constructor(root) {
    this.root = root;
    root.classList.add("cv", "panels");
    root.dataset.testid = "panels";
    this.slot = el("div", { class: "panel-sheet" });
    this.tip = new Tip(root);
    root.replaceChildren(this.slot, this.tip.root);
    this.shifts = new ResizeObserver(() => this.sheet?.place() && this.mark([0, 0]));
    this.shifts.observe(this.slot);
  }

  update(bytes) {
    this.scene = decode(bytes);
    this.build();
    this.root.dataset.content = this.scene.header.id;
  }

  build() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    if (!this.scene) return;
    this.tip.show(null);
    const { panels, words } = this.scene.header;
    this.grids = {};
    const [gain, ...others] = [...panels].reverse();
    this.slot.replaceChildren(
      el("div", { class: "panel-row" }, ...others.reverse().flatMap((panel) => this.panel(panel))),
      el(
        "div",
        { class: "panel-row" },
        ...this.panel(gain),
        el("p", { class: "words", "data-testid": "frequency-words" }, words),
      ),
    );
    this.sheet = new Sheet(this.slot, Object.values(this.grids), this.sheet);
    this.sheet.place();
    this.mark([0, 0]);
  }

  /** @param {import("../scene.d.ts").Panel} panel */
  panel({ array, title, scale: [low, high], sign }) {
    const values = this.scene.arrays[array];
    const grid = new CellGrid(title);
    const side = fit(SIDE, values.shape, CELL);
    const gain = array === "gain";
    const scale = gain ? inputScale([0, high], "grey", this.theme) : diverging(high, this.theme);
    const write = (value) => (array === "impulse" ? brief(value) : weightText(value, high));
    const [rows, columns] = values.shape;
    grid.resize(rows, columns, [side, side]);
    grid.paint({
      theme: this.theme,
      color: (r, c) => scale(at(values, r, c)),
      text: (r, c) => (gain ? null : write(at(values, r, c))),
    });
    grid.root.addEventListener("pointermove", (event) => this.point(array, grid, event));
    grid.root.addEventListener("pointerleave", () => this.leave());
    this.grids[array] = grid;
    const below = gain
      ? [
          el(
            "div",
            { class: "axis", style: `width:${grid.width}px` },
            ...["−½", "0", "½"].map((tick) => el("span", {}, tick)),
          ),
          colorBar([low, high], scale, "gain"),
        ]
      : [];
    const made = el("figure", {}, el("figcaption", { class: "title" }, title), grid.root, ...below);
    const middle = TITLE + this.grids.impulse.height / 2;
    return sign
      ? [made, el("span", { class: "sign", "aria-hidden": "true", style: `margin-top:${middle - 13}px` }, sign)]
      : [made];
  }

  point(array, grid, event) {
    const cell = grid.cellAt(event);
    this.tip.show(cell && this.lines(array, cell), event);
    if (array === "kernel" && cell) this.mark(cell);
  }

  leave() {
    this.tip.show(null);
    this.mark([0, 0]);
  }

  lines(array, [r, c]) {
    const { arrays } = this.scene;
    const value = exact(at(arrays[array], r, c));
    if (array !== "gain") return [`${array}[${r}, ${c}]`, value];
    const size = arrays.gain.shape[0];
    const cycles = (i) => brief((i - Math.floor(size / 2)) / size, 2);
    return [`${cycles(r)} cycles per cell down, ${cycles(c)} across`, `× ${brief(at(arrays.gain, r, c), 3)}`];
  }

  /** A weight, and where the response shows it again; Python says where. */
  mark([ky, kx]) {
    const { lands_y: down, lands_x: across } = this.scene.arrays;
    const marked = { kernel: [ky, kx], response: [at(down, ky), at(across, kx)] };
    for (const [name, grid] of Object.entries(this.grids)) {
      grid.draw((ctx) => {
        grid.frame(ctx, [0, 0, grid.width, grid.height], this.theme.line, 1, -0.5); // zeros have the colour of the page
        if (marked[name]) grid.frame(ctx, grid.box(marked[name]), this.theme.accent, 2.5);
      });
    }
  }

  destroy() {
    this.shifts.disconnect();
    this.root.replaceChildren();
  }
}
