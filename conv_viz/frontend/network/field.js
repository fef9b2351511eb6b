// The input, and what one unit sees of it: the region, the number of paths to each pixel, pixels that nothing reads.
import { css, mix, parse } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { at } from "../scene/lookup.js";
import { Paper } from "../draw/paper.js";

const SIDE = 300; // CSS pixels of the longer side
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class FieldPicture {
  /** @param {{onPixel: (pixel: number[]|null) => void, onChoose: (pixel: number[]) => void, onStep: (step: number[]) => void}} host */
  constructor(host) {
    this.host = host;
    this.scene = null;
    this.theme = null;
    this.paper = new Paper({ "aria-hidden": "true" });
    this.stage = el(
      "div",
      { class: "field-plane", tabindex: "0", role: "img", "data-testid": "field" },
      this.paper.element,
    );
    this.effective = new Paper({ "aria-hidden": "true" });
    this.beside = el(
      "div",
      { class: "field-effective", "data-testid": "effective" },
      el("p", { class: "title" }, "effective field: torch's gradient"),
      this.effective.element,
    );
    this.whyNot = el("p", { class: "quiet" });
    this.words = el("p", { class: "field-words", "data-testid": "field-words" });
    this.unread = el("p", { class: "quiet" });
    this.pointed = el("p", { class: "quiet", "data-testid": "pixel-words" });
    this.root = el(
      "figure",
      { class: "field" },
      el("figcaption", { class: "title" }, "what the unit sees of the input"),
      this.stage,
      this.words,
      this.unread,
      this.pointed,
      this.beside,
      this.whyNot,
    );
    this.stage.addEventListener("pointermove", (event) => this.over(this.pixel(event)));
    this.stage.addEventListener("pointerleave", () => this.over(null));
    this.stage.addEventListener("click", (event) => this.scene?.header.chosen && host.onChoose(this.pixel(event)));
    this.stage.addEventListener("keydown", (event) => {
      if (!STEPS[event.key] || !this.scene?.header.chosen) return;
      event.preventDefault();
      host.onStep(STEPS[event.key]);
    });
  }

  show(scene, theme) {
    Object.assign(this, { scene, theme });
    const { input, chosen } = scene.header;
    const [height, width] = input.slice(2);
    this.scale = Math.max(1, Math.floor(SIDE / Math.max(height, width))) || 1;
    if (Math.max(height, width) * this.scale > SIDE) this.scale = SIDE / Math.max(height, width);
    this.paper.fit(width * this.scale, height * this.scale);
    this.root.hidden = !chosen;
    if (!chosen) return;
    this.stage.setAttribute("aria-label", `${chosen.words} Arrow keys move the unit.`);
    this.words.textContent = chosen.words;
    this.unread.textContent = chosen.unread;
    this.over(null);
    this.paint(height, width);
    this.whyNot.textContent = chosen.effective;
    this.beside.hidden = !scene.arrays.gradient;
    if (scene.arrays.gradient) this.paintGradient(height, width);
  }

  /** How strongly each pixel moves the unit, from the page's colour to the accent's. */
  paintGradient(height, width) {
    const { data } = this.scene.arrays.gradient;
    const most = data.reduce((a, b) => Math.max(a, b), 0) || 1;
    const accent = parse(this.theme.accent);
    this.effective.fit(width * this.scale, height * this.scale);
    const image = new ImageData(width, height);
    data.forEach((value, i) =>
      image.data.set([...mix(this.theme.background, accent, Math.sqrt(value / most)), 255], 4 * i),
    );
    const ctx = this.put(this.effective, image, height, width);
    this.frame(ctx, this.scene.header.chosen, height, width);
  }

  /** A picture in pixels of the input, as large as the plane. */
  put(paper, image, height, width) {
    const ctx = paper.begin();
    const small = new OffscreenCanvas(width, height);
    small.getContext("2d").putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = this.scale < 1;
    ctx.drawImage(small, 0, 0, width * this.scale, height * this.scale);
    return ctx;
  }

  /** The picture in pixels of the input, then what lies over it. */
  paint(height, width) {
    const { arrays, header } = this.scene;
    const image = new ImageData(width, height);
    const background = this.theme.background;
    const accent = parse(this.theme.accent);
    const { rows, columns } = header.chosen;
    const most = arrays.counts.data.reduce((a, b) => Math.max(a, b), 1); // spread, a large array is too many arguments
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        const under = arrays.picture ? [0, 1, 2].map((c) => arrays.picture.data[3 * i + c]) : background;
        const inside = y >= rows[0] && y < rows[1] && x >= columns[0] && x < columns[1];
        const count = inside ? at(arrays.counts, y - rows[0], x - columns[0]) : 0;
        const color =
          count > 0
            ? mix(grey(under), accent, 0.15 + 0.8 * Math.sqrt(count / most))
            : mix(background, grey(under), 0.35);
        image.data.set(arrays.unread.data[i] ? [...hatched(color, y, x, this.theme), 255] : [...color, 255], 4 * i);
      }
    }
    const ctx = this.put(this.paper, image, height, width);
    this.frame(ctx, header.chosen, height, width);
  }

  /** The region; a side that would go on behind the border stays open. */
  frame(ctx, { rows, columns, beyond }, height, width) {
    if (rows[0] === rows[1]) return;
    const [top, bottom, left, right] = [...rows, ...columns].map((cell) => cell * this.scale);
    ctx.strokeStyle = this.theme.accent;
    ctx.lineWidth = 2;
    const line = (open, ...points) => {
      ctx.setLineDash(open ? [3, 4] : []);
      ctx.beginPath();
      ctx.moveTo(points[0], points[1]);
      ctx.lineTo(points[2], points[3]);
      ctx.stroke();
    };
    const [[first, last], [west, east]] = beyond;
    line(first < 0, left, Math.max(1, top), right, Math.max(1, top));
    line(
      last >= height,
      left,
      Math.min(bottom, height * this.scale - 1),
      right,
      Math.min(bottom, height * this.scale - 1),
    );
    line(west < 0, Math.max(1, left), top, Math.max(1, left), bottom);
    line(east >= width, Math.min(right, width * this.scale - 1), top, Math.min(right, width * this.scale - 1), bottom);
  }

  pixel(event) {
    const box = this.paper.element.getBoundingClientRect();
    const [height, width] = this.scene.header.input.slice(2);
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    return [Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1)];
  }

  over(pixel) {
    if (!this.scene?.header.chosen) return;
    this.pointed.textContent = pixel
      ? this.pixelWords(pixel)
      : "Point at a pixel: the table says which units see it. A click moves the unit.";
    this.host.onPixel(pixel);
  }

  pixelWords([y, x]) {
    const { rows, columns } = this.scene.header.chosen;
    const inside = y >= rows[0] && y < rows[1] && x >= columns[0] && x < columns[1];
    const count = inside ? at(this.scene.arrays.counts, y - rows[0], x - columns[0]) : 0;
    return `Pixel (${y}, ${x}): ${count === 1 ? "1 path" : `${paths(count)} paths`} to the unit.`;
  }

  destroy() {
    this.root.remove();
  }
}

/** A number of paths: whole as long as float32 holds it exactly. */
export const paths = (count) => (count < 2 ** 24 ? count.toLocaleString("en") : `about ${count.toExponential(2)}`);

const grey = ([r, g, b]) => Array(3).fill(Math.round(0.3 * r + 0.59 * g + 0.11 * b));
const hatched = (color, y, x, theme) =>
  (y + x) % 4 ? color : parse(css(mix(theme.background, parse(theme.text), 0.6)));
