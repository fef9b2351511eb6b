// The arithmetic of one pixel: for each channel the window, the weights and the sum of their products; then the total.
import { diverging, inputScale, tintOf } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { brief, exact, signed } from "../scene/format.js";
import { fit } from "../scene/geometry.js";
import { CellGrid } from "../draw/grid.js";
import { at, explain } from "../scene/lookup.js";
import { afterWords } from "../scene/words.js";
import { pixelScene } from "./pixel.js";
import { Sheet } from "../draw/sheet.js";

const SIDE = 108; // CSS pixels of a window

/** @typedef {import("../scene.d.ts").Gallery} Scene */
/** @typedef {import("../draw/theme.js").Theme} Theme */
/** @typedef {{name: string, values: CellGrid, weights: CellGrid, sum: HTMLElement, root: HTMLElement}} Channel */

export class Readout {
  /** @type {{scene: Scene, theme: Theme, channels: Channel[], sheet: Sheet}|null} what `begin` has made */
  shown = null;

  constructor() {
    this.title = el("p", { class: "index", "data-testid": "pixel" });
    this.rows = el("div", { class: "channels" });
    this.total = el("p", { class: "sums", "data-testid": "sums" });
    this.root = el("div", { class: "readout" }, this.title, this.rows, this.total);
  }

  /**
   * Another map: as many rows as it reads channels, at most so many as can be looked at.
   * @param {Scene} scene @param {Theme} theme
   */
  begin(scene, theme) {
    const { detail } = scene.header;
    const [kh, kw] = detail.kernel;
    const { weight } = scene.arrays;
    const cell = fit(SIDE, [kh, kw], 36);
    const channels = detail.names.slice(0, detail.most).map((name) => {
      const values = new CellGrid(`window of ${name}`);
      const weights = new CellGrid(`weights for ${name}`);
      for (const grid of [values, weights]) grid.resize(kh, kw, [cell, cell]);
      const sum = el("b", { class: "part" });
      const label = el("span", { class: "name" }, name);
      label.style.setProperty("--cv-tint", tintOf(name, theme) ?? "transparent");
      const factors = weight ? [el("span", { class: "sign" }, "×"), weights.root] : [];
      const root = el("div", { class: "channel" }, label, values.root, ...factors, sum);
      return { name, values, weights, sum, root };
    });
    this.rows.replaceChildren(...channels.map((channel) => channel.root));
    const grids = channels.flatMap(({ values, weights }) => (weight ? [values, weights] : [values]));
    const sheet = new Sheet(this.rows, grids, this.shown?.sheet);
    this.shown = { scene, theme, channels, sheet };
    if (weight) paintWeights(channels, weight, theme);
  }

  /** Explain one output cell [row, column]. */
  show([y, x]) {
    if (!this.shown) return;
    const { scene, theme, channels, sheet } = this.shown;
    const { index, reduce } = scene.header.detail;
    const pixel = pixelScene(scene, y, x);
    const weighted = Boolean(scene.arrays.weight);
    const why = explain(pixel, 0, 0, 0);
    this.title.textContent = `output[${index}, ${y}, ${x}] = ${exact(why.torch)}`;
    channels.forEach(({ name, values, sum }, c) => {
      const value = (r, k) => at(pixel.arrays.padded, c, r, k);
      const scale = inputScale([0, 1], name, theme);
      values.paint({ theme, color: (r, k) => scale(value(r, k)), text: (r, k) => brief(value(r, k), 2) });
      sum.textContent = `${reduce.join === "max" ? "largest" : weighted ? "=" : "sum"} ${signed(why.rows[c].sum, 4)}`;
    });
    const hidden = why.rows.slice(channels.length);
    const terms = [];
    if (hidden.length)
      terms.push(
        `${hidden.length} more channels ${signed(
          hidden.reduce((sum, row) => sum + row.sum, 0),
          4,
        )}`,
      );
    if (why.bias !== null) terms.push(`bias ${signed(why.bias, 4)}`);
    const after = afterWords(why.after).slice(2);
    this.total.replaceChildren(
      terms.length ? `${terms.join("  ")}  ` : "",
      after ? `${after} = ` : reduce.join === "max" ? "largest " : "sum ",
      el("b", { class: "now" }, signed(why.total, 4)),
      `  torch ${signed(why.torch, 4)}${why.agrees ? " ✓" : ""}`,
    );
    sheet.place(); // a longer number may have moved the grids
  }
}

/** @param {Channel[]} channels @param {import("../scene.d.ts").NumberArray} weight @param {Theme} theme */
function paintWeights(channels, weight, theme) {
  const scale = diverging(Math.max(...weight.data.map(Math.abs)), theme);
  channels.forEach(({ weights }, c) => {
    const value = (r, k) => at(weight, 0, c, r, k);
    weights.paint({ theme, color: (r, k) => scale(value(r, k)), text: (r, k) => signed(value(r, k), 2) });
  });
}
