// One canvas behind a part of the page, on which every grid inside it is drawn, and a second one off the page for what is
// under the marks. To the browser each canvas on the page is a layer that it takes up again at every change of the page:
// thirty of them cost more than all that is drawn on them.
import { el } from "./dom.js";

export class Sheet {
  /**
   * @param {HTMLElement} content holds the roots of the grids @param {CellGrid[]} grids
   * @param {Sheet} [before] the sheet that this one takes the place of: its canvases are used again
   */
  constructor(content, grids, before) {
    this.content = content;
    this.grids = grids;
    this.layers = before?.layers ?? {
      base: new OffscreenCanvas(1, 1).getContext("2d"),
      shown: el("canvas", { "aria-hidden": "true" }).getContext("2d"),
    };
    content.classList.add("sheet");
    content.prepend(this.layers.shown.canvas);
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
    const [width, height] = [box.width, box.height].map((side) => Math.max(1, Math.floor(side * scale)));
    for (const context of Object.values(this.layers)) fit(context, width, height);
    Object.assign(this.layers.shown.canvas.style, { width: `${width / scale}px`, height: `${height / scale}px` });
    this.placing = true; // each look at a canvas that has changed copies all of it: one look for all grids
    this.grids.forEach((grid, i) => grid.moveTo(places[i]));
    this.placing = false;
    this.layers.shown.setTransform(1, 0, 0, 1, 0, 0);
    this.layers.shown.drawImage(this.layers.base.canvas, 0, 0);
    return true;
  }
}

/** An empty canvas of this size. One that has it is wiped: setting its size would take new memory for it. */
function fit(context, width, height) {
  const { canvas } = context;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  } else {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
  }
}
