// Two canvases behind a part of the page, on which every grid inside it is drawn: a base, and the marks over it.
// To the browser each canvas is a layer of its own, and thirty of them cost more than all that is drawn on them.
import { el } from "./dom.js";

export class Sheet {
  /**
   * @param {HTMLElement} content holds the roots of the grids @param {CellGrid[]} grids
   * @param {Sheet} [before] the sheet that this one takes the place of: a new canvas costs the browser two frames
   */
  constructor(content, grids, before) {
    this.content = content;
    this.grids = grids;
    this.base = before?.base ?? el("canvas", { class: "base", "aria-hidden": "true" });
    this.over = before?.over ?? el("canvas", { class: "over", "aria-hidden": "true" });
    content.classList.add("sheet");
    content.prepend(this.base, this.over);
    this.layers = { base: this.base.getContext("2d"), over: this.over.getContext("2d") };
    for (const grid of grids) grid.sheet = this;
  }

  /** See where the grids are on the page, and paint them there. True when anything has moved. */
  place() {
    const scale = Math.max(1, globalThis.devicePixelRatio || 1);
    const box = this.content.getBoundingClientRect();
    const places = this.grids.map((grid) => {
      const { left, top } = grid.root.getBoundingClientRect();
      return [left - box.left, top - box.top].map((edge) => Math.round(edge * scale) / scale);
    });
    const layout = JSON.stringify([box.width, box.height, scale, places]);
    if (layout === this.layout) return false;
    this.layout = layout;
    this.scale = scale;
    for (const canvas of [this.base, this.over]) {
      canvas.width = Math.floor(box.width * scale); // not up: a fraction too wide would make the page scroll
      canvas.height = Math.floor(box.height * scale);
      canvas.style.width = `${canvas.width / scale}px`;
      canvas.style.height = `${canvas.height / scale}px`;
    }
    this.grids.forEach((grid, i) => grid.moveTo(places[i]));
    return true;
  }
}
