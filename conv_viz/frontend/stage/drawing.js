// Drawing on the input: which of its cells get the pen's number, by pointer or by keys. Python makes the input anew and
// torch answers while the pen is down: one request is under way, the newest wins. Until then the planes show the stroke.
import { el, tool } from "../draw/dom.js";
import { isWay, kept, nextCell } from "../scene/cursor.js";
import { brief } from "../scene/format.js";
import { at, sourceOf } from "../scene/lookup.js";

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
const LARGEST = 1e6; // as images/drawn.py has both
const MOST_CELLS = 65_536;
const TYPED = /^[-\d.,]$/; // a key that begins a number

/** @typedef {import("../scene.d.ts").Drawn} Drawn */
/** @typedef {import("../scene/cursor.js").Cursor} Cursor */
/**
 * @typedef {{cells: Map<string, number[]>, channel: number, last: number[]|null, more: boolean, gone: boolean}} Stroke
 *   cells: what it has gone over; channel: its plane; last: where the pointer was on it; more: the host has not been told
 *   of all of it; gone: the pen is up
 */

export class Drawing {
  /** @type {Drawn|null} */
  scene = null;
  /** @type {Cursor|null} */
  cursor = null;
  /** @type {Stroke|null} */
  stroke = null;

  /**
   * @param {HTMLElement} root of the stage
   * @param {((act: object) => void)|undefined} onDraw what was drawn, as conv_viz/images/drawn.py reads it; it is
   *   answered by `hear`
   * @param {(cell: Cursor|null) => void} onCursor a cell of the input is to be marked
   * @param {string} [note] where the host keeps what was drawn
   */
  constructor(root, onDraw, onCursor, note = "") {
    this.root = root;
    this.onDraw = onDraw ?? (() => {}); // without it there is no button, and nothing is drawn
    this.onCursor = onCursor;
    this.on = false;
    this.button = onDraw && tool("✎", "draw on the input", { onclick: () => this.turn(!this.on) });
    this.value = el("input", { type: "number", step: "any", value: "1", "data-testid": "pen" });
    this.value.addEventListener("keydown", (event) => this.onValueKey(event));
    this.all = el("input", { type: "checkbox" });
    this.says = el("output", { class: "note", "aria-live": "polite", "data-testid": "cursor" });
    const button = ([act, text]) =>
      el("button", { type: "button", "aria-label": SAID[act] ?? act, onclick: () => this.onDraw({ act }) }, text);
    this.tools = el(
      "div",
      { class: "tools", role: "group", "aria-label": "drawing", hidden: true },
      el("label", {}, "number ", this.value),
      el("button", { type: "button", onclick: () => (this.value.value = "0") }, "eraser"),
      el("label", {}, this.all, " all channels"),
      ...Object.entries(TOOLS).map(button),
      this.says,
      el("span", { class: "note" }, "Drag; Shift and a click draw a line. Keys: arrows, a number, space paints."),
      el("span", { class: "note" }, note),
    );
    this.end = () => this.finish();
  }

  turn(on) {
    this.on = on;
    this.tools.hidden = !on;
    this.root.classList.toggle("drawing", on);
    this.button.setAttribute("aria-pressed", String(on));
    if (on && this.scene && tooLarge(this.scene)) {
      this.says.textContent = `An input of more than ${MOST_CELLS.toLocaleString("en")} numbers cannot be drawn on.`;
      return;
    }
    this.moveTo(on && this.scene ? kept(this.scene, this.cursor) : null);
    if (on) this.root.focus({ preventScroll: true });
  }

  /**
   * Another picture is about to be shown, perhaps the answer to what was drawn; null: none.
   * @param {Drawn|null} scene @returns {Cursor|null} the cell to be marked in it
   */
  hear(scene) {
    this.scene = scene;
    this.waits = false;
    if (!scene) this.stroke = null;
    const { stroke } = this;
    if (scene && stroke) {
      this.show(scene, stroke);
      if (stroke.more || stroke.gone) this.tell(stroke);
    }
    return this.on ? this.place(scene && kept(scene, this.cursor)) : null;
  }

  // -- the pen ----------------------------------------------------------------------

  /**
   * The pointer was pressed on a cell of the input: a stroke begins, or the last one goes on before it is answered.
   * @param {import("./board.js").Board} board that is on the page now
   */
  begin(board, found, event) {
    if (!this.on || found?.kind !== "input") return;
    const { channel } = found;
    const { cursor } = this;
    const last = event.shiftKey && cursor && cursor.channel === channel ? middle(board, cursor) : null;
    this.stroke = { cells: new Map(), more: false, ...this.stroke, channel, last, gone: false };
    addEventListener("pointerup", this.end);
    addEventListener("pointercancel", this.end);
    event.preventDefault(); // no text is chosen meanwhile
    this.move(board, event);
  }

  /**
   * The pointer moves: every cell between here and where it was is drawn. Returns whether there is a stroke.
   * @param {import("./board.js").Board} board that is on the page now
   */
  move(board, event) {
    const { scene, stroke } = this;
    if (!scene || !stroke || stroke.gone) return false;
    const { channel, cells, last } = stroke;
    const grid = board.rows[channel].plane;
    const to = grid.pointOf(event);
    const from = last ?? to;
    stroke.last = to;
    const before = cells.size;
    const steps = Math.max(1, ...to.map((v, i) => Math.ceil((2 * Math.abs(v - from[i])) / grid.cell[i])));
    for (let i = 0; i <= steps; i++) {
      const [x, y] = to.map((v, k) => Math.floor((from[k] + ((v - from[k]) * i) / steps) / grid.cell[k]));
      if (y >= 0 && x >= 0 && y < grid.rows && x < grid.columns)
        this.ink(scene, cells, { kind: "input", channel, y, x });
    }
    if (cells.size === before) return true;
    stroke.more = true;
    this.show(scene, stroke);
    this.tell(stroke);
    return true;
  }

  /**
   * A cell gets the pen's number, unless it copies none of the input.
   * @param {Drawn} scene @param {Stroke["cells"]} cells those of the stroke @param {Cursor} cell
   */
  ink(scene, cells, cell) {
    const source = sourceOf(scene, cell.y, cell.x);
    if (!source) return;
    const index = [scene.header.stage.channels[0] + cell.channel, ...source];
    cells.set(index.join(), index);
    this.cursor = cell;
  }

  /** What was drawn, in the planes that are on the page. @param {Drawn} scene @param {Stroke} stroke */
  show(scene, stroke) {
    const { padded } = scene.arrays;
    const { channels } = scene.header.stage;
    const [planes, rows, columns] = padded.shape;
    const drawn = new Set([...stroke.cells.values()].flatMap((index) => this.reaches(index, channels)));
    for (let c = 0; c < planes; c++) {
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const source = sourceOf(scene, y, x);
          if (source && drawn.has([channels[0] + c, ...source].join()))
            padded.data[(c * rows + y) * columns + x] = this.number();
        }
      }
    }
  }

  /**
   * The cells that the pen writes to at one: in its channel, or in all that are in view.
   * @param {number[]} index @param {number[]} channels in view: first, one past the last
   */
  reaches([channel, ...source], [first, end]) {
    const channels = this.all.checked ? Array.from({ length: end - first }, (_, i) => first + i) : [channel];
    return channels.map((each) => [each, ...source].join());
  }

  number() {
    return Math.max(-LARGEST, Math.min(LARGEST, Number(this.value.value)));
  }

  /**
   * Tell the host of the stroke, unless it has not answered yet. The last message, with `done`, is the one that stays.
   * @param {Stroke} stroke
   */
  tell(stroke) {
    if (this.waits) return;
    const { cells, gone } = stroke;
    stroke.more = false;
    this.waits = true;
    this.onDraw({ act: "paint", cells: [...cells.values()], value: this.number(), all: this.all.checked, done: gone });
    if (gone) this.stroke = null;
  }

  finish() {
    removeEventListener("pointerup", this.end);
    removeEventListener("pointercancel", this.end);
    if (!this.stroke?.cells.size) {
      this.stroke = null;
      return;
    }
    this.stroke.gone = true;
    this.tell(this.stroke);
    this.value.focus({ preventScroll: true });
    this.value.select();
  }

  // -- keys -------------------------------------------------------------------------

  /** A key on the stage; returns whether it was one of the pen's. @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.on || !this.scene || this.stroke) return false;
    if (isWay(event.key)) this.moveTo(nextCell(this.scene, this.cursor, event.key));
    else if (event.key === " ") this.paint();
    else if (event.key === "Escape") this.turn(false);
    else if (TYPED.test(event.key)) {
      this.value.focus({ preventScroll: true });
      this.value.select(); // the key itself comes into the field
      return true;
    } else return false;
    event.preventDefault();
    return true;
  }

  /** The keys of the field for the number are not the stage's. Enter paints, and goes back to the cells. */
  onValueKey(event) {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    if (event.key === "Enter") this.paint();
    this.root.focus({ preventScroll: true });
  }

  /** The cursor's cell gets the number. */
  paint() {
    const { scene, cursor } = this;
    if (!scene || !cursor || this.stroke) return;
    const { channel } = cursor;
    const stroke = { cells: new Map(), channel, last: null, more: false, gone: true };
    this.stroke = stroke;
    this.ink(scene, stroke.cells, cursor);
    this.show(scene, stroke);
    this.tell(stroke);
    this.moveTo(cursor);
  }

  /** @param {Cursor|null} cursor */
  moveTo(cursor) {
    this.onCursor(this.place(cursor));
  }

  /** Keep the cursor and say where it is. @param {Cursor|null} cursor */
  place(cursor) {
    if (cursor) this.cursor = cursor;
    this.says.textContent = this.scene && cursor ? words(this.scene, cursor) : "";
    return cursor;
  }

  destroy() {
    removeEventListener("pointerup", this.end);
    removeEventListener("pointercancel", this.end);
  }
}

/** Where a cell is on its plane. @param {import("./board.js").Board} board @param {Cursor} cell */
function middle(board, { channel, y: row, x: column }) {
  const [x, y, w, h] = board.rows[channel].plane.box([row, column]);
  return [x + w / 2, y + h / 2];
}

/** @param {Drawn} scene */
function tooLarge({ header: { input_shape: shape, stage } }) {
  return shape.slice(-stage.dims - 1).reduce((all, size) => all * size, 1) > MOST_CELLS;
}

/** The cell in words: "red, row 2, column 3: 0.51". @param {Drawn} scene @param {Cursor} cell */
function words({ arrays, header }, { channel, y, x }) {
  const { names, dims } = header.stage;
  const [row, column] = [arrays.source_y.data[y], arrays.source_x.data[x]];
  const place = dims === 1 ? `cell ${column}` : `row ${row}, column ${column}`;
  return `${names[channel]}, ${place}: ${brief(at(arrays.padded, channel, y, x))}`;
}
