// A grid of cells, drawn on the sheet that it lies on: a base that is painted once per picture, and marks over it per frame.
import { css, inkOn, mix } from "../scene/color.js";
import { el } from "./dom.js";
import { hit, NUMBERS_FROM } from "../scene/geometry.js";
import { offPage, resize } from "./paper.js";

const GAP_FROM = 7; // cells narrower than this touch each other
const MARGIN = 3; // room around the grid for frames

/** One pixel a cell, of whichever grid is being painted. A canvas for each would cost more than all that is drawn. */
let pixels = null;

/** @typedef {{sheet: import("./sheet.js").Sheet, place: number[]}} Lying on a sheet, at [left, top] in CSS pixels */
/**
 * @typedef {{theme: import("./theme.js").Theme, color: (r: number, c: number) => number[],
 *   text?: (r: number, c: number) => string|null, padding?: (r: number, c: number) => null|"zero"|"copy"|"hole"|"beyond",
 *   unread?: (r: number, c: number) => boolean, alpha?: number}} Look
 *   colour and number of each cell; how padding and unread cells look
 */

export class CellGrid {
  /** @type {Lying|null} null as long as it is not on the page */
  at = null;
  /** @type {Look|null} */
  look = null;

  /** @param {string} label what the grid shows, for readers who do not see it */
  constructor(label) {
    this.root = el("div", { class: "grid", role: "img", "aria-label": label });
  }

  /** Set rows, columns and the size of a cell [w, h] in CSS pixels. */
  resize(rows, columns, cell) {
    this.rows = rows;
    this.columns = columns;
    this.cell = cell;
    this.span(columns * cell[0], rows * cell[1]);
  }

  /** Size of the drawing in CSS pixels, without the margin. */
  span(width, height) {
    this.width = width;
    this.height = height;
    this.root.style.width = `${this.width + 2 * MARGIN}px`;
    this.root.style.height = `${this.height + 2 * MARGIN}px`;
  }

  /**
   * The sheet has found the grid at a place [left, top], or at another one than before; null: it is not on the page.
   * @param {Lying["sheet"]} sheet @param {number[]|null} place
   */
  moveTo(sheet, place) {
    this.at = place && { sheet, place };
    if (this.look) this.paint(this.look);
  }

  /**
   * Paint the base.
   * @param {Look} look
   */
  paint(look) {
    this.look = look; // painted when the grid has a place, and again when it gets another one
    const { at } = this;
    if (!at) return;
    const { theme, color, text, padding, unread, alpha = 1 } = look;
    const ctx = this.begin("base", at);
    ctx.globalAlpha = alpha;
    const shade = (r, c) => {
      const kind = padding?.(r, c);
      if (kind && kind !== "copy") return theme.background;
      return kind === "copy" ? mix(theme.background, color(r, c), 0.5) : color(r, c);
    };
    this.pixels(ctx, shade);
    const [w, h] = this.cell;
    if (Math.min(w, h) >= GAP_FROM) this.gaps(ctx, theme);
    if (padding) this.dashes(ctx, theme, padding);
    if (padding) this.hatch(ctx, theme, (r, c) => padding(r, c) === "beyond");
    if (unread) this.hatch(ctx, theme, unread);
    if (text && w >= NUMBERS_FROM && h >= 14) this.numbers(ctx, theme, text, shade);
    ctx.globalAlpha = 1;
    if (!at.sheet.placing) this.show(at);
  }

  /** Take the base away. */
  erase() {
    this.look = null;
    if (!this.at) return;
    this.begin("base", this.at);
    this.show(this.at);
  }

  /** Draw fresh marks: (ctx) => void, origin at the first cell. */
  draw(paint) {
    if (this.at) paint(this.show(this.at));
  }

  /** Put the base on the page, without marks. @param {Lying} at */
  show(at) {
    const ctx = this.begin("shown", at);
    const { scale, layers } = at.sheet;
    const [x, y] = at.place.map((edge) => edge * scale);
    const [w, h] = [this.width, this.height].map((side) => Math.ceil((side + 2 * MARGIN) * scale));
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(layers.base.canvas, x, y, w, h, x, y, w, h);
    ctx.restore();
    return ctx;
  }

  /**
   * Frame of one cell or of a block of cells.
   * @param {OffscreenCanvasRenderingContext2D} ctx @param {number[]} place [x, y, w, h] in CSS pixels
   */
  frame(ctx, place, color, width, inset = 0) {
    const [x, y, w, h] = place;
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.strokeRect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
  }

  /**
   * An arrow from one cell to another.
   * @param {OffscreenCanvasRenderingContext2D} ctx @param {number[]} from row and column @param {number[]} to
   */
  arrow(ctx, from, to, color) {
    const [[x0, y0], [x1, y1]] = [from, to].map((cell) => {
      const [x, y, w, h] = this.box(cell);
      return [x + w / 2, y + h / 2];
    });
    const angle = Math.atan2(y1 - y0, x1 - x0);
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
    ctx.stroke();
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    for (const turn of [2.6, -2.6]) ctx.lineTo(x1 + 7 * Math.cos(angle + turn), y1 + 7 * Math.sin(angle + turn));
    ctx.fill();
  }

  /** @param {number[]} cell row and column */
  box([row, column]) {
    const [w, h] = this.cell;
    return [column * w, row * h, w, h];
  }

  /** Cell under a pointer event, or null. */
  cellAt(event) {
    return hit(...this.pointOf(event), [this.rows, this.columns], this.cell);
  }

  /** Where a pointer event is, in CSS pixels from the first cell. */
  pointOf(event) {
    const rect = this.root.getBoundingClientRect();
    return [event.clientX - rect.left - MARGIN, event.clientY - rect.top - MARGIN];
  }

  /** @param {"base"|"shown"} layer @param {Lying} at */
  begin(layer, { sheet: { scale, layers }, place: [left, top] }) {
    const ctx = layers[layer];
    ctx.setTransform(scale, 0, 0, scale, (left + MARGIN) * scale, (top + MARGIN) * scale);
    ctx.clearRect(-MARGIN, -MARGIN, this.width + 2 * MARGIN, this.height + 2 * MARGIN);
    return ctx;
  }

  // All colours at once: one pixel a cell, blown up without smoothing.
  pixels(ctx, shade) {
    ctx.imageSmoothingEnabled = false;
    const { rows, columns } = this;
    ctx.drawImage(this.small(shade), 0, 0, columns, rows, 0, 0, this.width, this.height);
  }

  /** A canvas with the grid in its upper left corner, one pixel a cell, until the next grid is painted. */
  small(shade) {
    const image = new ImageData(this.columns, this.rows);
    for (let r = 0, i = 0; r < this.rows; r++) {
      for (let c = 0; c < this.columns; c++, i += 4) {
        const [red, green, blue] = shade(r, c);
        image.data[i] = red;
        image.data[i + 1] = green;
        image.data[i + 2] = blue;
        image.data[i + 3] = 255;
      }
    }
    pixels ??= offPage(1, 1);
    const { width, height } = pixels.canvas;
    resize(pixels, Math.max(width, this.columns), Math.max(height, this.rows));
    pixels.putImageData(image, 0, 0);
    return pixels.canvas;
  }

  gaps(ctx, theme) {
    const [w, h] = this.cell;
    ctx.fillStyle = css(theme.background);
    const gap = Math.min(w, h) >= 30 ? 2 : 1;
    for (let c = 1; c < this.columns; c++) ctx.fillRect(c * w - gap / 2, 0, gap, this.height);
    for (let r = 1; r < this.rows; r++) ctx.fillRect(0, r * h - gap / 2, this.width, gap);
  }

  dashes(ctx, theme, padding) {
    const [w, h] = this.cell;
    if (Math.min(w, h) < 4) return this.tintPadding(ctx, theme, padding);
    ctx.save();
    ctx.setLineDash([2, 2]);
    ctx.strokeStyle = theme.faint;
    ctx.lineWidth = 1;
    const holes = [];
    this.each((r, c) => {
      const kind = padding(r, c);
      if (kind === "hole") holes.push([c * w + w / 2, r * h + h / 2]);
      else if (kind) ctx.strokeRect(c * w + 1.5, r * h + 1.5, w - 3, h - 3);
    });
    ctx.fillStyle = theme.faint;
    for (const [x, y] of holes) {
      ctx.beginPath();
      ctx.arc(x, y, Math.max(1, Math.min(w, h) / 12), 0, 2 * Math.PI);
      ctx.fill();
    }
    ctx.restore();
  }

  // Cells too small for a dashed frame: a quiet tone instead.
  tintPadding(ctx, theme, padding) {
    const [w, h] = this.cell;
    ctx.save();
    ctx.globalAlpha *= 0.35;
    ctx.fillStyle = theme.faint;
    this.each((r, c) => {
      if (padding(r, c)) ctx.fillRect(c * w, r * h, w, h);
    });
    ctx.restore();
  }

  hatch(ctx, theme, unread) {
    const [w, h] = this.cell;
    ctx.save();
    ctx.beginPath();
    let some = false;
    this.each((r, c) => {
      if (unread(r, c)) {
        ctx.rect(c * w, r * h, w, h);
        some = true;
      }
    });
    if (some) {
      ctx.clip();
      ctx.globalAlpha *= 0.75;
      ctx.strokeStyle = theme.text;
      ctx.lineWidth = 1;
      ctx.beginPath();
      for (let x = -this.height; x < this.width; x += 5) {
        ctx.moveTo(x, this.height);
        ctx.lineTo(x + this.height, 0);
      }
      ctx.stroke();
    }
    ctx.restore();
  }

  numbers(ctx, theme, text, shade) {
    const [w, h] = this.cell;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    const large = theme.type > 1; // in front of people
    const most = large ? this.widest(ctx, theme, text) : w * 0.36;
    const size = Math.max(9, Math.min(22 * theme.type, most, h * (large ? 0.74 : 0.6)));
    ctx.font = `${size}px ${theme.font}`;
    this.each((r, c) => {
      const words = text(r, c);
      if (words == null) return;
      const [x, y] = this.box([r, c]);
      ctx.fillStyle = inkOn(shade(r, c));
      ctx.fillText(words, x + w / 2, y + h / 2 + 0.5, w - 2);
    });
  }

  /** The size of letters at which the longest text fills its cell. */
  widest(ctx, theme, text) {
    ctx.font = `10px ${theme.font}`;
    let longest = 1;
    this.each((r, c) => (longest = Math.max(longest, ctx.measureText(text(r, c) ?? "").width)));
    return (10 * (this.cell[0] - 6)) / longest;
  }

  each(visit) {
    for (let r = 0; r < this.rows; r++) for (let c = 0; c < this.columns; c++) visit(r, c);
  }
}
