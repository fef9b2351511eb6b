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
    // not up: a fraction too wide would make the page scroll
    for (const context of Object.values(this.layers)) fit(context, Math.floor(box.width * scale), Math.floor(box.height * scale), scale);
    this.grids.forEach((grid, i) => grid.moveTo(places[i]));
    return true;
  }
}

/** An empty canvas of this size. One that has it is wiped: setting its size would take new memory for it. */
function fit(context, width, height, scale) {
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
  }
  canvas.style.width = `${width / scale}px`;
  canvas.style.height = `${height / scale}px`;
}
