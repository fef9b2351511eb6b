// A canvas on the page whose drawing goes to the screen by itself. One that the page shows is a layer of the page, and
// the browser copies it at every change of the page, drawn on or not: 6 ms for the two of the stage.
import { el } from "./dom.js";

export class Paper {
  /** @type {number} pixels of the canvas in a CSS pixel */
  dense = 1;

  /** @param {object} attributes of the element */
  constructor(attributes) {
    this.element = el("canvas", attributes);
    this.ctx = contextOf(this.element.transferControlToOffscreen());
  }

  /** Take a size in CSS pixels, to be drawn on anew. Not up: a fraction too wide would make the page scroll. */
  fit(width, height, dense = density()) {
    this.dense = dense;
    const [across, down] = [width, height].map((side) => Math.max(1, Math.floor(side * dense)));
    resize(this.ctx, across, down);
    Object.assign(this.element.style, { width: `${across / dense}px`, height: `${down / dense}px` });
    return [across, down];
  }

  /** Wipe it; the context then draws in CSS pixels. */
  begin() {
    wipe(this.ctx);
    this.ctx.setTransform(this.dense, 0, 0, this.dense, 0, 0);
    return this.ctx;
  }
}

/** The context of a new canvas off the page, of this size in pixels. */
export const offPage = (width, height) => contextOf(new OffscreenCanvas(width, height));

/** @param {OffscreenCanvas} canvas */
function contextOf(canvas) {
  const ctx = canvas.getContext("2d");
  if (!ctx) throw new Error("This browser gives no more canvases to draw on.");
  return ctx;
}

/** Pixels of the screen in a CSS pixel. */
export const density = () => Math.max(1, globalThis.devicePixelRatio || 1);

/** Give a canvas this size in pixels. One that has it is left alone: setting its size would take new memory for it. */
export function resize({ canvas }, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** Wipe a canvas; its context then draws in pixels. */
export function wipe(ctx) {
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
}
