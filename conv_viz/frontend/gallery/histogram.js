// How often each value occurs in a map; every bar in the colour that its values have on the map.
import { el } from "../draw/dom.js";
import { signed } from "../scene/format.js";
import { at } from "../scene/lookup.js";
import { Paper } from "../draw/paper.js";

const HEIGHT = 56;

/** @typedef {{scene: import("../scene.d.ts").Gallery, theme: import("../draw/theme.js").Theme, width: number}} Shown */

export class Histogram {
  /** @type {Shown|null} */
  shown = null;
  /** @type {number|undefined} the value that is marked */
  value;

  constructor() {
    this.paper = new Paper({ role: "img" });
    this.ends = [el("span"), el("span")];
    this.root = el(
      "div",
      { class: "histogram", "data-testid": "histogram" },
      this.paper.element,
      el("div", { class: "ends" }, ...this.ends),
    );
  }

  /** @param {import("../scene.d.ts").Gallery} scene @param {import("../draw/theme.js").Theme} theme */
  show(scene, theme) {
    const { edges } = scene.header.detail;
    const width = this.root.clientWidth;
    this.paper.fit(width, HEIGHT);
    this.paper.element.setAttribute(
      "aria-label",
      `histogram of the feature map from ${signed(edges[0], 3)} to ${signed(edges[1], 3)}`,
    );
    this.ends.forEach((end, i) => (end.textContent = signed(edges[i], 3)));
    this.shown = { scene, theme, width };
    this.draw(this.shown);
  }

  /** Mark the value of an output cell. */
  mark([y, x]) {
    if (!this.shown) return;
    this.value = at(this.shown.scene.arrays.output, y, x);
    this.draw(this.shown);
  }

  /** @param {Shown} shown */
  draw({ scene, theme, width }) {
    const { counts, colours } = scene.arrays;
    const { edges, relu } = scene.header.detail;
    const ctx = this.paper.begin();
    const bins = counts.data.length;
    const most = Math.max(1, ...counts.data);
    const step = width / bins;
    ctx.lineWidth = 1;
    ctx.strokeStyle = theme.faint;
    for (let i = 0; i < bins; i++) {
      const tall = Math.sqrt(counts.data[i] / most) * (HEIGHT - 4); // the root, so that rare values are seen too
      ctx.fillStyle = `rgb(${colours.data.slice(3 * i, 3 * i + 3).join(",")})`;
      ctx.fillRect(i * step, HEIGHT - tall, step, tall);
      if (tall > 1) ctx.strokeRect(i * step + 0.5, HEIGHT - tall + 0.5, step - (step > 3 ? 1 : 0), tall);
    }
    if (this.value === undefined || !(edges[0] < edges[1])) return;
    const value = relu ? Math.max(0, this.value) : this.value;
    ctx.fillStyle = theme.accent;
    ctx.fillRect(((value - edges[0]) / (edges[1] - edges[0])) * width - 1, 0, 2, HEIGHT);
  }
}
