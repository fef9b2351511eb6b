// The picture with the chosen map laid over it, a divider between the two, and what is chosen on them.
import { el } from "../draw/dom.js";
import { Paper } from "../draw/paper.js";
import { windowBox } from "./pixel.js";
import { cellAt, clamp, dragged, toBox, toCells, world, zoom } from "./viewport.js";

const TALLEST = { usual: 0.62, large: 0.85 }; // of the window's height
const STILL = 5; // CSS pixels that a click may move

export class Viewer {
  /** @type {import("../scene.d.ts").Scene<import("../scene.d.ts").GalleryHeader>} */
  scene;
  width = 0;
  height = 0;

  /** @param {{onCell: (cell) => void, onSelect: (part) => void}} events the output cell to explain; what is chosen */
  constructor(events) {
    this.events = events;
    this.split = 0.5;
    this.held = null;
    this.hovered = null;
    this.crop = null;
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
    this.scene = scene;
    this.images = images;
    this.theme = theme;
    const { picture, detail } = scene.header;
    this.size = detail.size;
    this.world = world(picture, detail.place);
    const room = this.root.parentElement.clientWidth;
    this.scale = zoom(this.world, [room, Math.max(240, innerHeight * TALLEST[this.large ? "large" : "usual"])]);
    [this.width, this.height] = [this.world.width * this.scale[0], this.world.height * this.scale[1]];
    for (const paper of [this.base, this.marks]) paper.fit(this.width, this.height);
    this.root.style.width = `${this.width}px`;
    this.root.style.height = `${this.height}px`;
    if (this.crop && !inside(this.crop, picture)) this.crop = null;
    const middle = this.size.map((n) => Math.floor(n / 2));
    this.held = this.held?.every((v, i) => v < this.size[i]) && same(this.heldOf, this.size) ? this.held : middle;
    this.heldOf = this.size;
    this.slide(this.split);
    this.mark();
    this.events.onSelect(this.crop ?? { y: this.held[0], x: this.held[1] });
  }

  // -- the divider ------------------------------------------------------------------

  slide(split) {
    this.split = clamp(split, 0, 1);
    this.handle.style.left = `${this.split * this.width}px`;
    this.handle.setAttribute("aria-valuenow", Math.round(this.split * 100));
    const low = this.height < 60; // no room for words
    this.labels[0].hidden = low || this.split * this.width < 70;
    this.labels[1].hidden = low || (1 - this.split) * this.width < 100;
    if (this.scene) this.paint();
  }

  slideKey(event) {
    const to = { ArrowLeft: this.split - 0.02, ArrowRight: this.split + 0.02, Home: 0, End: 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.slide(to);
  }

  paint() {
    const ctx = this.base.begin();
    const { picture, detail } = this.scene.header;
    const [top, tall, left, wide] = detail.place;
    ctx.fillStyle = this.theme.line;
    ctx.fillRect(0, 0, this.width, this.height);
    this.half(ctx, this.images.before, [0, 0, picture[1], picture[0]], 0, this.split * this.width);
    this.half(ctx, this.images.after, [left, top, wide, tall], this.split * this.width, this.width);
  }

  half(ctx, image, box, from, to) {
    const [x, y, w, h] = toBox(this.world, this.scale, box);
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

  cells(event) {
    return toCells(this.world, this.scale, this.point(event));
  }

  cell(event) {
    return cellAt(this.cells(event), this.scene.header.detail.place, this.size);
  }

  press(event) {
    if (!this.scene || event.button !== 0) return;
    this.start = { at: this.cells(event), point: this.point(event), moved: false };
    this.over.setPointerCapture(event.pointerId);
  }

  move(event) {
    if (!this.scene) return;
    this.hover(this.cell(event));
    if (!this.start) return;
    const [x, y] = this.point(event);
    this.start.moved ||= Math.hypot(x - this.start.point[0], y - this.start.point[1]) > STILL;
    if (!this.start.moved) return;
    this.crop = dragged(this.start.at, this.cells(event), this.scene.header.picture);
    this.mark();
  }

  release(event) {
    if (!this.start) return;
    const { moved } = this.start;
    this.start = null;
    if (moved) this.events.onSelect(this.crop);
    else this.hold(this.cell(event));
  }

  hold(cell) {
    this.crop = null;
    this.held = cell;
    this.hovered = null;
    this.mark();
    this.events.onSelect({ y: cell[0], x: cell[1] });
  }

  hover(cell) {
    if (same(cell, this.hovered)) return;
    this.hovered = cell;
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.mark();
    });
  }

  key(event) {
    const step = event.shiftKey ? 10 : 1;
    const by = { ArrowLeft: [0, -step], ArrowRight: [0, step], ArrowUp: [-step, 0], ArrowDown: [step, 0] }[event.key];
    if (event.key === "Escape") this.hold(this.held);
    if (!by || !this.scene) return;
    event.preventDefault();
    this.hold(this.held.map((v, i) => clamp(v + by[i], 0, this.size[i] - 1)));
  }

  /** The window of the pixel that is explained, and the chosen crop. */
  mark() {
    const ctx = this.marks.begin();
    if (this.crop) {
      const { top, left, height, width } = this.crop;
      this.frame(ctx, [left, top, width, height], 2, [6, 4]);
    }
    const cell = this.hovered ?? this.held;
    this.frame(ctx, windowBox(this.scene, ...cell), 2);
    this.events.onCell(cell);
  }

  frame(ctx, box, line, dash = []) {
    const [x, y, w, h] = toBox(this.world, this.scale, box);
    const least = 6; // a window of three pixels on a large photograph is still seen
    const grow = [Math.max(0, least - w) / 2, Math.max(0, least - h) / 2];
    const place = [x - grow[0] - 1, y - grow[1] - 1, w + 2 * grow[0] + 2, h + 2 * grow[1] + 2];
    ctx.lineWidth = line + 2;
    ctx.strokeStyle = "rgb(0 0 0 / 55%)"; // seen on any picture
    ctx.strokeRect(...place);
    ctx.setLineDash(dash);
    ctx.lineWidth = line;
    ctx.strokeStyle = this.theme.accent;
    ctx.strokeRect(...place);
    ctx.setLineDash([]);
  }

  destroy() {
    cancelAnimationFrame(this.waiting);
  }
}

const same = (a, b) => a === b || (a && b && a[0] === b[0] && a[1] === b[1]);
const inside = ({ top, left, height, width }, [rows, columns]) => top + height <= rows && left + width <= columns;
