// The cells to draw on: with the pointer, or with arrow keys and space.
import { el } from "../draw/dom.js";
import { density } from "../draw/paper.js";
import { css, mix, parse } from "../scene/color.js";
import { INK, next, stroke, toggled } from "../scene/pen.js";

const SIDE = 8;

export class Pad {
  /** @param {(cells: number[]) => void} onDraw */
  constructor(onDraw) {
    this.onDraw = onDraw;
    this.cells = Array(SIDE * SIDE).fill(0);
    this.at = 0;
    this.root = el("canvas", {
      class: "pad",
      tabindex: "0",
      role: "img",
      "data-testid": "pad",
      "aria-label": "8 by 8 cells to draw on: arrow keys move, space fills or empties a cell, Delete empties all",
    });
    this.root.addEventListener("pointerdown", (event) => this.press(event));
    this.root.addEventListener("pointermove", (event) => this.from && this.draw(event));
    for (const end of ["pointerup", "pointercancel"]) this.root.addEventListener(end, () => (this.from = null));
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    for (const name of ["focus", "blur"]) this.root.addEventListener(name, () => this.paint());
  }

  /** Show other cells. */
  show(cells, theme) {
    this.cells = cells;
    this.theme = theme ?? this.theme;
    this.paint();
  }

  press(event) {
    this.root.setPointerCapture(event.pointerId);
    this.typing = false;
    this.from = this.place(event);
    this.draw(event);
    event.preventDefault();
    this.root.focus({ preventScroll: true });
  }

  draw(event) {
    const to = this.place(event);
    this.set(stroke(this.cells, SIDE, this.from ?? to, to));
    this.from = to;
  }

  place(event) {
    const box = this.root.getBoundingClientRect();
    return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
  }

  onKey(event) {
    const to = next(this.at, event.key, SIDE);
    this.typing = true;
    if (to !== null) this.at = to;
    else if (event.key === " " || event.key === "Enter") this.set(toggled(this.cells, this.at));
    else if (event.key === "Delete" || event.key === "Backspace") this.set(this.cells.map(() => 0));
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.paint();
  }

  set(cells) {
    if (cells.every((value, i) => value === this.cells[i])) return;
    this.cells = cells;
    this.paint();
    this.onDraw(cells);
  }

  paint() {
    if (!this.theme || !this.root.clientWidth) return;
    const scale = density();
    const size = Math.round(this.root.clientWidth * scale);
    if (this.root.width !== size) this.root.width = this.root.height = size;
    const ctx = this.root.getContext("2d");
    const cell = size / SIDE;
    const ink = parse(this.theme.text);
    this.cells.forEach((value, i) => {
      ctx.fillStyle = css(mix(this.theme.background, ink, value / INK));
      ctx.fillRect((i % SIDE) * cell, Math.floor(i / SIDE) * cell, cell, cell);
    });
    ctx.strokeStyle = this.theme.line;
    ctx.lineWidth = scale;
    for (let i = 1; i < SIDE; i++) {
      ctx.strokeRect(i * cell, -scale, 0, size + 2 * scale);
      ctx.strokeRect(-scale, i * cell, size + 2 * scale, 0);
    }
    if (this.typing && this.root.matches(":focus")) {
      ctx.strokeStyle = this.theme.accent;
      ctx.lineWidth = 3 * scale;
      ctx.strokeRect(
        (this.at % SIDE) * cell + scale,
        Math.floor(this.at / SIDE) * cell + scale,
        cell - 2 * scale,
        cell - 2 * scale,
      );
    }
  }
}
