// Below the board of a transposed convolution: how many products each output cell adds up, and what a flat input becomes.
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { CellGrid } from "../draw/grid.js";
import { Sheet } from "../draw/sheet.js";
import { diverging, inputScale } from "../scene/color.js";
import { brief, exact, signed } from "../scene/format.js";
import { fit } from "../scene/geometry.js";
import { at } from "../scene/lookup.js";

const SIDE = 208; // of a map, CSS pixels
const CELL = 26;

export class Checkerboard {
  /** @param {(lines: string[]|null, event?: PointerEvent) => void} onTip what lies under the pointer, in words */
  constructor(scene, theme, onTip, before) {
    this.scene = scene;
    this.theme = theme;
    this.onTip = onTip;
    const { checkerboard } = scene.header.stage;
    this.maps = checkerboard.maps.map((map) => this.map(map));
    const most = scene.arrays.counts.data.reduce((a, b) => Math.max(a, b), 1);
    this.scales = { counts: inputScale([0, most], "grey", theme), flat: diverging(checkerboard.most, theme) };
    this.scales.resized = this.scales.flat;
    const row = el("div", { class: "maps-row" }, ...this.maps.map((map) => map.figure));
    this.sheet = new Sheet(
      row,
      this.maps.map((map) => map.grid),
      before?.sheet,
    );
    this.root = el(
      "section",
      { class: "checkerboard", "aria-label": "how evenly the output is reached", "data-testid": "checkerboard" },
      el("p", { "data-testid": "evenness" }, checkerboard.words),
      row,
      colorBar([-checkerboard.most, checkerboard.most], this.scales.flat, "outputs"),
      el(
        "p",
        { class: "source" },
        "Instead, with the same output size: ",
        el("code", {}, checkerboard.code),
        ` ${checkerboard.source}`,
      ),
    );
  }

  map({ array, title }) {
    const grid = new CellGrid(title);
    const [rows, columns] = this.scene.arrays[array].shape.slice(-2);
    const side = fit(SIDE, [rows, columns], CELL);
    grid.resize(rows, columns, [side, side]);
    grid.root.addEventListener("pointermove", (event) => {
      const cell = grid.cellAt(event);
      this.onTip(cell && [`${title}: (${cell.join(", ")})`, exact(this.value(array, ...cell))], event);
    });
    grid.root.addEventListener("pointerleave", () => this.onTip(null));
    return { array, grid, figure: el("figure", {}, el("figcaption", { class: "title" }, title), grid.root) };
  }

  value(array, r, c) {
    const values = this.scene.arrays[array];
    return array === "counts" ? at(values, r, c) : at(values, this.filter, r, c);
  }

  /** Show a filter of those in view. */
  choose(filter) {
    this.filter = filter;
    for (const { array, grid } of this.maps) {
      const write = array === "counts" ? brief : signed;
      grid.paint({
        theme: this.theme,
        color: (r, c) => this.scales[array](this.value(array, r, c)),
        text: (r, c) => write(this.value(array, r, c)),
      });
    }
  }

  place() {
    return this.sheet.place();
  }
}
