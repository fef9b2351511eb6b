// The input, and what one unit sees of it: the region, the number of paths to each pixel, pixels that nothing reads.
import { css, mix, parse } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { at } from "../scene/lookup.js";
import { offPage, Paper } from "../draw/paper.js";

const SIDE = 300; // CSS pixels of the longer side
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** @typedef {import("../scene.d.ts").Scene<import("../scene.d.ts").NetworkHeader>} Scene */
/** @typedef {import("../scene.d.ts").ChosenUnit} Unit */
/**
 * @typedef {{scene: Scene, unit: Unit, height: number, width: number, scale: number,
 *   theme: import("../draw/theme.js").Theme}} Shown
 *   height and width of the input, in pixels of it; scale: CSS pixels of one
 */

export class FieldPicture {
  /** @type {Shown|null} what is drawn; null where no unit is looked at */
  shown = null;

  /** @param {{onPixel: (pixel: number[]|null) => void, onChoose: (pixel: number[]) => void, onStep: (step: number[], from: number[]) => void}} host */
  constructor(host) {
    this.host = host;
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
    this.stage.addEventListener("pointermove", (event) => this.over(event));
    this.stage.addEventListener("pointerleave", () => this.over(null));
    this.stage.addEventListener("click", (event) => this.shown && host.onChoose(this.pixel(this.shown, event)));
    this.stage.addEventListener("keydown", (event) => {
      if (!STEPS[event.key] || !this.shown) return;
      event.preventDefault();
      host.onStep(STEPS[event.key], this.shown.unit.unit);
    });
  }

  /** @param {Scene} scene @param {import("../draw/theme.js").Theme} theme */
  show(scene, theme) {
    const { input, chosen } = scene.header;
    this.root.hidden = !chosen;
    this.shown = null;
    if (!chosen) return;
    const [height, width] = input.slice(2);
    const fits = SIDE / Math.max(height, width);
    const shown = { scene, unit: chosen, height, width, scale: fits >= 1 ? Math.floor(fits) : fits, theme };
    this.shown = shown;
    this.stage.setAttribute("aria-label", `${chosen.words} Arrow keys move the unit.`);
    this.words.textContent = chosen.words;
    this.unread.textContent = chosen.unread;
    this.over(null);
    this.put(shown, this.paper, pictureOf(shown));
    this.whyNot.textContent = chosen.effective;
    const { gradient } = scene.arrays;
    this.beside.hidden = !gradient;
    if (gradient) this.put(shown, this.effective, gradientOf(shown, gradient.data));
  }

  /** A picture in pixels of the input, as large as the plane, and the region over it. @param {Shown} shown */
  put(shown, /** @type {Paper} */ paper, /** @type {ImageData} */ image) {
    const { height, width, scale } = shown;
    paper.fit(width * scale, height * scale);
    const ctx = paper.begin();
    const small = offPage(width, height);
    small.putImageData(image, 0, 0);
    ctx.imageSmoothingEnabled = scale < 1;
    ctx.drawImage(small.canvas, 0, 0, width * scale, height * scale);
    frame(ctx, shown);
  }

  /** @param {Shown} shown */
  pixel({ height, width }, event) {
    const box = this.paper.element.getBoundingClientRect();
    const y = Math.floor(((event.clientY - box.top) / box.height) * height);
    const x = Math.floor(((event.clientX - box.left) / box.width) * width);
    return [Math.min(Math.max(y, 0), height - 1), Math.min(Math.max(x, 0), width - 1)];
  }

  /** The pointer is there, or gone. @param {PointerEvent|null} event */
  over(event) {
    if (!this.shown) return;
    const pixel = event && this.pixel(this.shown, event);
    this.pointed.textContent = pixel
      ? pixelWords(this.shown, pixel)
      : "Point at a pixel: the table says which units see it. A click moves the unit.";
    this.host.onPixel(pixel);
  }

  destroy() {
    this.root.remove();
  }
}

/** The picture, with more of the accent's colour where more paths go to the unit. @param {Shown} shown */
function pictureOf({ scene: { arrays }, unit, height, width, theme }) {
  const image = new ImageData(width, height);
  const { background } = theme;
  const accent = parse(theme.accent);
  const most = largest(arrays.counts.data) || 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const under = arrays.picture ? [0, 1, 2].map((c) => arrays.picture.data[3 * i + c]) : background;
      const count = countAt(arrays.counts, unit, y, x);
      const color =
        count > 0 ? mix(grey(under), accent, 0.15 + 0.8 * Math.sqrt(count / most)) : mix(background, grey(under), 0.35);
      image.data.set(arrays.unread.data[i] ? [...hatched(color, y, x, theme), 255] : [...color, 255], 4 * i);
    }
  }
  return image;
}

/**
 * How strongly each pixel moves the unit, from the page's colour to the accent's.
 * @param {Shown} shown @param {import("../scene.d.ts").NumberArray["data"]} data
 */
function gradientOf({ height, width, theme }, data) {
  const most = largest(data) || 1;
  const accent = parse(theme.accent);
  const image = new ImageData(width, height);
  for (let i = 0; i < data.length; i++)
    image.data.set([...mix(theme.background, accent, Math.sqrt(data[i] / most)), 255], 4 * i);
  return image;
}

/** Spread, a large array is too many arguments. @param {import("../scene.d.ts").NumberArray["data"]} data not negative */
function largest(data) {
  let most = 0;
  for (const value of data) most = Math.max(most, value);
  return most;
}

/** How many paths go from a pixel to the unit. @param {import("../scene.d.ts").NumberArray} counts @param {Unit} unit */
function countAt(counts, { rows, columns }, y, x) {
  const inside = y >= rows[0] && y < rows[1] && x >= columns[0] && x < columns[1];
  return inside ? at(counts, y - rows[0], x - columns[0]) : 0;
}

/**
 * The region; a side that would go on behind the border stays open.
 * @param {OffscreenCanvasRenderingContext2D} ctx @param {Shown} shown
 */
function frame(ctx, { unit: { rows, columns, beyond }, height, width, scale, theme }) {
  if (rows[0] === rows[1]) return;
  const [top, bottom, left, right] = [...rows, ...columns].map((cell) => cell * scale);
  ctx.strokeStyle = theme.accent;
  ctx.lineWidth = 2;
  const line = (open, ...points) => {
    ctx.setLineDash(open ? [3, 4] : []);
    ctx.beginPath();
    ctx.moveTo(points[0], points[1]);
    ctx.lineTo(points[2], points[3]);
    ctx.stroke();
  };
  const [[first, last], [west, east]] = beyond;
  const [lowest, rightmost] = [Math.min(bottom, height * scale - 1), Math.min(right, width * scale - 1)];
  line(first < 0, left, Math.max(1, top), right, Math.max(1, top));
  line(last >= height, left, lowest, right, lowest);
  line(west < 0, Math.max(1, left), top, Math.max(1, left), bottom);
  line(east >= width, rightmost, top, rightmost, bottom);
}

/** @param {Shown} shown @param {number[]} pixel row and column */
function pixelWords({ scene, unit }, [y, x]) {
  const count = countAt(scene.arrays.counts, unit, y, x);
  return `Pixel (${y}, ${x}): ${count === 1 ? "1 path" : `${paths(count)} paths`} to the unit.`;
}

/** A number of paths: whole as long as float32 holds it exactly. */
export const paths = (count) => (count < 2 ** 24 ? count.toLocaleString("en") : `about ${count.toExponential(2)}`);

const grey = (/** @type {number[]} */ [r, g, b]) => Array(3).fill(Math.round(0.3 * r + 0.59 * g + 0.11 * b));
const hatched = (color, y, x, theme) =>
  (y + x) % 4 ? color : parse(css(mix(theme.background, parse(theme.text), 0.6)));
