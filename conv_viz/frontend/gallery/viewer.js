// The picture with the chosen map laid over it, a divider between the two, and what is chosen on them.
import { el } from "../draw/dom.js";
import { Paper } from "../draw/paper.js";
import { windowBox } from "./pixel.js";
import { cellAt, clamp, dragged, toBox, toCells, world, zoom } from "./viewport.js";

const TALLEST = { usual: 0.62, large: 0.85 }; // of the window's height
const STILL = 5; // CSS pixels that a click may move

/**
 * @typedef {{scene: import("../scene.d.ts").Gallery, images: {before: ImageBitmap, after: ImageBitmap},
 *   theme: import("../draw/theme.js").Theme, world: ReturnType<typeof world>, scale: number[]}} Shown
 */

export class Viewer {
  /** @type {Shown|null} */
  shown = null;
  /** @type {number[]} rows and columns of the map */
  size = [0, 0];
  /** @type {number[]} the output cell that is explained, unless another one is hovered */
  held = [0, 0];
  /** @type {number[]|null} */
  hovered = null;
  /** @type {ReturnType<typeof dragged>|null} */
  crop = null;
  /** @type {{at: number[], point: number[], moved: boolean}|null} a press that has not ended */
  start = null;
  waiting = 0;
  width = 0;
  height = 0;

  /**
   * @param {{onCell: (cell: number[]) => void, onSelect: (scene: Shown["scene"], part: object) => void}} events the output
   *   cell to explain; what is chosen
   */
  constructor(events) {
    this.events = events;
    this.split = 0.5;
    this.large = false;
    this.base = new Paper({
      role: "img",
      "aria-label": "the picture, and the feature map to the right of the divider",
    });
    this.marks = new Paper({
      tabindex: 0,
      role: "application",
      "aria-label": "pixels: arrow keys move, click holds, drag chooses a crop",
    });
    this.over = this.marks.element;
    this.handle = el(
      "div",
      {
        class: "divider",
        role: "slider",
        tabindex: 0,
        "aria-label": "divider between picture and feature map",
        "aria-valuemin": 0,
        "aria-valuemax": 100,
        "data-testid": "divider",
      },
      el("i"),
    );
    this.labels = [el("span", { class: "tag left" }, "picture"), el("span", { class: "tag right" }, "feature map")];
    this.root = el(
      "div",
      { class: "viewer", "data-testid": "viewer" },
      this.base.element,
      this.over,
      ...this.labels,
      this.handle,
    );
    this.over.addEventListener("pointerdown", (event) => this.press(event));
    this.over.addEventListener("pointermove", (event) => this.move(event));
    this.over.addEventListener("pointerup", (event) => this.release(event));
    this.over.addEventListener("pointercancel", () => (this.start = null));
    this.over.addEventListener("pointerleave", () => this.hover(null));
    this.over.addEventListener("keydown", (event) => this.key(event));
    this.handle.addEventListener("pointerdown", (event) => this.handle.setPointerCapture(event.pointerId));
    this.handle.addEventListener(
      "pointermove",
      (event) => this.handle.hasPointerCapture(event.pointerId) && this.slide(this.point(event)[0] / this.width),
    );
    this.handle.addEventListener("keydown", (event) => this.slideKey(event));
  }

  show(scene, images, theme) {
    const { picture, detail } = scene.header;
    const around = world(picture, detail.place);
    const room = this.root.parentElement.clientWidth;
    const scale = zoom(around, [room, Math.max(240, innerHeight * TALLEST[this.large ? "large" : "usual"])]);
    this.shown = { scene, images, theme, world: around, scale };
    [this.width, this.height] = [around.width * scale[0], around.height * scale[1]];
    for (const paper of [this.base, this.marks]) paper.fit(this.width, this.height);
    this.root.style.width = `${this.width}px`;
    this.root.style.height = `${this.height}px`;
    if (this.crop && !inside(this.crop, picture)) this.crop = null;
    if (!same(this.size, detail.size)) this.held = detail.size.map((n) => Math.floor(n / 2));
    this.size = detail.size;
    this.slide(this.split);
    this.mark();
    this.events.onSelect(scene, this.crop ?? { y: this.held[0], x: this.held[1] });
  }

  // -- the divider ------------------------------------------------------------------

  slide(split) {
    this.split = clamp(split, 0, 1);
    this.handle.style.left = `${this.split * this.width}px`;
    this.handle.setAttribute("aria-valuenow", Math.round(this.split * 100));
    const low = this.height < 60; // no room for words
    this.labels[0].hidden = low || this.split * this.width < 70;
    this.labels[1].hidden = low || (1 - this.split) * this.width < 100;
    if (this.shown) this.paint(this.shown);
  }

  slideKey(event) {
    const to = { ArrowLeft: this.split - 0.02, ArrowRight: this.split + 0.02, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.slide(to);
  }

  /** @param {Shown} shown */
  paint(shown) {
    const ctx = this.base.begin();
    const { images, theme } = shown;
    const { picture, detail } = shown.scene.header;
    const [top, tall, left, wide] = detail.place;
    ctx.fillStyle = theme.line;
    ctx.fillRect(0, 0, this.width, this.height);
    this.half(ctx, shown, images.before, [0, 0, picture[1], picture[0]], 0, this.split * this.width);
    this.half(ctx, shown, images.after, [left, top, wide, tall], this.split * this.width, this.width);
  }

  /** @param {OffscreenCanvasRenderingContext2D} ctx @param {Shown} shown */
  half(ctx, { world, scale }, image, box, from, to) {
    const [x, y, w, h] = toBox(world, scale, box);
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, 0, to - from, this.height);
    ctx.clip();
    ctx.imageSmoothingEnabled = w / image.width < 2;
    ctx.drawImage(image, x, y, w, h);
    ctx.restore();
  }

  // -- pointing ---------------------------------------------------------------------

  point(event) {
    const box = this.root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** Where a pointer is, in input cells. @param {Shown} shown */
  cells({ world, scale }, event) {
    return toCells(world, scale, this.point(event));
  }

  /** The output cell there. @param {Shown} shown */
  cell(shown, event) {
    const { place, size } = shown.scene.header.detail;
    return cellAt(this.cells(shown, event), place, size);
  }

  press(event) {
    if (!this.shown || event.button !== 0) return;
    this.start = { at: this.cells(this.shown, event), point: this.point(event), moved: false };
    this.over.setPointerCapture(event.pointerId);
  }

  move(event) {
    const { shown, start } = this;
    if (!shown) return;
    this.hover(this.cell(shown, event));
    if (!start) return;
    const [x, y] = this.point(event);
    start.moved ||= Math.hypot(x - start.point[0], y - start.point[1]) > STILL;
    if (!start.moved) return;
    this.crop = dragged(start.at, this.cells(shown, event), shown.scene.header.picture);
    this.mark();
  }

  release(event) {
    const { shown, start } = this;
    if (!shown || !start) return;
    this.start = null;
    if (start.moved && this.crop) this.events.onSelect(shown.scene, this.crop);
    else this.hold(shown, this.cell(shown, event));
  }

  /** @param {Shown} shown @param {number[]} cell */
  hold(shown, cell) {
    this.crop = null;
    this.held = cell;
    this.hovered = null;
    this.mark();
    this.events.onSelect(shown.scene, { y: cell[0], x: cell[1] });
  }

  /** @param {number[]|null} cell */
  hover(cell) {
    if (same(cell, this.hovered)) return;
    this.hovered = cell;
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.mark();
    });
  }

  key(event) {
    const { shown } = this;
    if (!shown) return;
    const step = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] }[event.key];
    if (event.key === "Escape") this.hold(shown, this.held);
    if (!by) return;
    event.preventDefault();
    this.hold(
      shown,
      this.held.map((v, i) => clamp(v + by[i], 0, this.size[i] - 1)),
    );
  }

  /** The window of the pixel that is explained, and the chosen crop. */
  mark() {
    const { shown } = this;
    if (!shown) return;
    const ctx = this.marks.begin();
    if (this.crop) {
      const { top, left, height, width } = this.crop;
      this.frame(ctx, shown, [left, top, width, height], 2, [6, 4]);
    }
    const cell = this.hovered ?? this.held;
    this.frame(ctx, shown, windowBox(shown.scene, cell[0], cell[1]), 2);
    this.events.onCell(cell);
  }

  /**
   * @param {OffscreenCanvasRenderingContext2D} ctx @param {Shown} shown @param {number[]} box @param {number} line
   * @param {number[]} dash
   */
  frame(ctx, { world, scale, theme }, box, line, dash = []) {
    const [x, y, w, h] = toBox(world, scale, box);
    const least = 6; // a window of three pixels on a large photograph is still seen
    const grow = [Math.max(0, least - w) / 2, Math.max(0, least - h) / 2];
    /** @type {[number, number, number, number]} */
    const place = [x - grow[0] - 1, y - grow[1] - 1, w + 2 * grow[0] + 2, h + 2 * grow[1] + 2];
    ctx.lineWidth = line + 2;
    ctx.strokeStyle = "rgb(0 0 0 / 55%)"; // seen on any picture
    ctx.strokeRect(...place);
    ctx.setLineDash(dash);
    ctx.lineWidth = line;
    ctx.strokeStyle = theme.accent;
    ctx.strokeRect(...place);
    ctx.setLineDash([]);
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
  }
}

const same = (a, b) => a === b || (a && b && a[0] === b[0] && a[1] === b[1]);
const inside = ({ top, left, height, width }, [rows, columns]) => top + height <= rows && left + width <= columns;
