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

export class Readout {
  constructor() {
    this.title = el("p", { class: "index", "data-testid": "pixel" });
    this.rows = el("div", { class: "channels" });
    this.total = el("p", { class: "sums", "data-testid": "sums" });
    this.root = el("div", { class: "readout" }, this.title, this.rows, this.total);
  }

  /**
   * Another map: as many rows as it reads channels, at most so many as can be looked at.
   * @param {import("../scene.d.ts").Scene<import("../scene.d.ts").GalleryHeader>} scene @param {import("../draw/theme.js").Theme} theme
   */
  begin(scene, theme) {
    this.scene = scene;
    this.theme = theme;
    const { detail } = scene.header;
    const {
      kernel: [kh, kw],
      channels: [first, , total],
    } = detail;
    const weighted = Boolean(scene.arrays.weight);
    const cell = fit(SIDE, [kh, kw], 36);
    this.channels = detail.planes.slice(0, detail.most).map((_, c) => {
      const name = channelName(first + c, total);
      const values = new CellGrid(`window of ${name}`);
      const weights = new CellGrid(`weights for ${name}`);
      for (const grid of [values, weights]) grid.resize(kh, kw, [cell, cell]);
      const sum = el("b", { class: "part" });
      const label = el("span", { class: "name" }, name);
      label.style.setProperty("--cv-tint", tintOf(name, theme) ?? "transparent");
      const factors = weighted ? [el("span", { class: "sign" }, "×"), weights.root] : [];
      const root = el("div", { class: "channel" }, label, values.root, ...factors, sum);
      return { name, values, weights, sum, root };
    });
    this.rows.replaceChildren(...this.channels.map((channel) => channel.root));
    this.sheet = new Sheet(
      this.rows,
      this.channels.flatMap(({ values, weights }) => (weighted ? [values, weights] : [values])),
      this.sheet,
    );
    if (weighted) this.paintWeights();
  }

  paintWeights() {
    const { weight } = this.scene.arrays;
    const scale = diverging(Math.max(...weight.data.map(Math.abs)), this.theme);
    this.channels.forEach(({ weights }, c) => {
      const value = (r, k) => at(weight, 0, c, r, k);
      weights.paint({ theme: this.theme, color: (r, k) => scale(value(r, k)), text: (r, k) => signed(value(r, k), 2) });
    });
  }

  /** Explain one output cell [row, column]. */
  show([y, x]) {
    const { index, reduce } = this.scene.header.detail;
    const pixel = pixelScene(this.scene, y, x);
    const weighted = Boolean(this.scene.arrays.weight);
    const why = explain(pixel, 0, 0, 0);
    this.title.textContent = `output[${index}, ${y}, ${x}] = ${exact(why.torch)}`;
    this.channels.forEach(({ name, values, sum }, c) => {
      const value = (r, k) => at(pixel.arrays.padded, c, r, k);
      const scale = inputScale([0, 1], name, this.theme);
      values.paint({ theme: this.theme, color: (r, k) => scale(value(r, k)), text: (r, k) => brief(value(r, k), 2) });
      sum.textContent = `${reduce.join === "max" ? "largest" : weighted ? "=" : "sum"} ${signed(why.rows[c].sum, 4)}`;
    });
    const hidden = why.rows.slice(this.channels.length);
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
    this.sheet.place(); // a longer number may have moved the grids
  }
}

function channelName(channel, total) {
  if (total === 1) return "grey";
  return total === 3 ? ["red", "green", "blue"][channel] : `channel ${channel}`;
}
