// One canvas behind a part of the page, on which every grid inside it is drawn, and a second one off the page for what is
// under the marks. To the browser each canvas on the page is a layer: thirty of them cost more than all that is drawn on
// them.
import { el } from "./dom.js";
import { density, offPage, Paper, resize, wipe } from "./paper.js";

const STEP = 128; // CSS pixels: a canvas keeps its memory while the grids grow or shrink a little

export class Sheet {
  /** @type {number} pixels of the screen in a CSS pixel, once it has a place */
  scale = 1;

  /**
   * @param {HTMLElement} content holds the roots of the grids @param {import("./grid.js").CellGrid[]} grids
   * @param {Sheet} [before] the sheet that this one takes the place of: its canvases are used again
   */
  constructor(content, grids, before) {
    this.content = content;
    this.grids = grids;
    this.paper = before?.paper ?? new Paper({ "aria-hidden": "true" });
    this.layers = before?.layers ?? { base: offPage(1, 1), shown: this.paper.ctx };
    content.classList.add("sheet");
    content.prepend(el("div", { class: "under" }, this.paper.element)); // cuts off what is beyond the content
  }

  /**
   * Where the grids are on the page. Whoever measures more than this does so before anything is placed: the first
   * measure after a change makes the browser lay the page out.
   */
  measure() {
    const scale = density();
    const box = this.content.getBoundingClientRect();
    const places = this.grids.map((grid) => {
      const { left, top, width: isShown } = grid.root.getBoundingClientRect();
      if (!isShown) return null;
      return [left - box.left, top - box.top].map((edge) => Math.round(edge * scale) / scale);
    });
    return { sides: [box.width, box.height], scale, places };
  }

  /** Paint the grids where they are on the page. True when anything has moved. */
  place(found = this.measure()) {
    const layout = JSON.stringify(found);
    if (layout === this.layout) return false;
    const { sides, scale, places } = found;
    this.layout = layout;
    this.scale = scale;
    const [width, height] = sides.map((side) => Math.ceil(side / STEP) * STEP);
    resize(this.layers.base, ...this.paper.fit(width, height, scale));
    Object.values(this.layers).forEach(wipe);
    this.placing = true; // each look at a canvas that has changed copies all of it: one look for all grids
    this.grids.forEach((grid, i) => grid.moveTo(this, places[i]));
    this.placing = false;
    this.layers.shown.drawImage(this.layers.base.canvas, 0, 0);
    return true;
  }
}
