// Drawing on the input: which of its cells get the pen's number. Python makes the input anew; until it answers, the
// planes show what was drawn.
import { el, tool } from "../draw/dom.js";
import { sourceOf } from "../scene/lookup.js";

const TOOLS = {
  clear: "clear",
  invert: "invert",
  left: "←",
  right: "→",
  up: "↑",
  down: "↓",
  undo: "undo",
  redo: "redo",
};
const SAID = { left: "shift left", right: "shift right", up: "shift up", down: "shift down" };

export class Drawing {
  /**
   * @param {HTMLElement} root of the stage
   * @param {((act: object) => void)|undefined} onDraw what was drawn, as conv_viz/images/drawn.py reads it
   */
  constructor(root, onDraw) {
    this.root = root;
    this.onDraw = onDraw;
    this.on = false;
    this.button = onDraw && tool("✎", "draw on the input", { onclick: () => this.turn(!this.on) });
    this.value = el("input", { type: "number", step: "any", value: "1", "data-testid": "pen" });
    this.value.addEventListener("keydown", (event) => {
      event.stopPropagation(); // its keys are not the stage's
      if (event.key === "Enter" && this.cell) this.say(new Map([[this.cell.join(), this.cell]]));
    });
    this.all = el("input", { type: "checkbox" });
    const button = ([act, text]) =>
      el("button", { type: "button", "aria-label": SAID[act] ?? act, onclick: () => onDraw?.({ act }) }, text);
    this.tools = el(
      "div",
      { class: "tools", role: "group", "aria-label": "drawing", hidden: true },
      el("label", {}, "number ", this.value),
      el("button", { type: "button", onclick: () => (this.value.value = "0") }, "eraser"),
      el("label", {}, this.all, " all channels"),
      ...Object.entries(TOOLS).map(button),
      el("span", { class: "note" }, "Drag, or click a cell, type and press Enter."),
      el("span", { class: "note" }, "Up to 16×16×4 are in the link; more end with this visit."),
    );
    this.end = () => this.finish();
  }

  turn(on) {
    this.on = on;
    this.tools.hidden = !on;
    this.root.classList.toggle("drawing", on);
    this.button.setAttribute("aria-pressed", String(on));
  }

  /** The pointer was pressed on a cell of the input: a stroke begins. */
  begin(scene, found, grid, event) {
    if (!this.on || found?.kind !== "input") return;
    this.stroke = { scene, channel: found.channel, grid, cells: new Map(), last: null };
    addEventListener("pointerup", this.end);
    addEventListener("pointercancel", this.end);
    event.preventDefault(); // no text is chosen meanwhile
    this.move(event);
  }

  /** The pointer moves: every cell between here and where it was is drawn. Returns whether there is a stroke. */
  move(event) {
    if (!this.stroke) return false;
    const { scene, grid, channel, cells, last } = this.stroke;
    const to = grid.pointOf(event);
    const from = last ?? to;
    this.stroke.last = to;
    const steps = Math.max(1, ...to.map((v, i) => Math.ceil((2 * Math.abs(v - from[i])) / grid.cell[i])));
    for (let i = 0; i <= steps; i++) {
      const [column, row] = to.map((v, k) => Math.floor((from[k] + ((v - from[k]) * i) / steps) / grid.cell[k]));
      if (row < 0 || column < 0 || row >= grid.rows || column >= grid.columns) continue;
      const source = sourceOf(scene, row, column);
      if (source) cells.set(source.join(), [scene.header.stage.channels[0] + channel, ...source]);
    }
    this.show();
    return true;
  }

  /** What was drawn, in the planes that are on the page. */
  show() {
    const { scene, cells, channel } = this.stroke;
    const { padded } = scene.arrays;
    const [planes, rows, columns] = padded.shape;
    for (let c = 0; c < planes; c++) {
      if (c !== channel && !this.all.checked) continue;
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const source = sourceOf(scene, y, x);
          if (source && cells.has(source.join())) padded.data[(c * rows + y) * columns + x] = Number(this.value.value);
        }
      }
    }
  }

  finish() {
    removeEventListener("pointerup", this.end);
    removeEventListener("pointercancel", this.end);
    const { cells } = this.stroke;
    this.stroke = null;
    if (!cells.size) return;
    this.cell = [...cells.values()].at(-1);
    this.say(cells);
    this.value.focus({ preventScroll: true });
    this.value.select();
  }

  say(cells) {
    const value = Number(this.value.value);
    this.onDraw({ act: "paint", cells: [...cells.values()], value, all: this.all.checked });
  }

  destroy() {
    removeEventListener("pointerup", this.end);
    removeEventListener("pointercancel", this.end);
  }
}
