// Handles on the board: dots that are pulled, each a slider for the keyboard. The picture follows through the host.
import { el } from "../draw/dom.js";
import { gripsOf, moved, pulledTo, scatterGripsOf, stepsOf } from "../scene/grips.js";
import { Steppers } from "./steppers.js";
import * as pull from "../scene/pull.js";

const BESIDE = 12; // from the dot to the words about it
const LETTER = 8; // about as wide as one is in the words; MOST as stage/handles.css has it
const MOST = 300;
const SLACK = 8; // a grip may lie so far beyond what the board shows
const MARGIN = 3; // between the edge of a grid's element and its first cell

/**
 * @typedef {{root: HTMLElement, sliders: {name: string, root: HTMLElement}[], grip: import("../scene/grips.js").Grip,
 *   origin: number[], x: number, y: number, since: pull.Values|null}} Dot
 *   origin: of the grid's first cell in the view; x, y: where the dot is; since: what its controls said when it was taken
 */
/** @typedef {Record<string, import("../scene.d.ts").Handle>} Controls by name */

export class Handles {
  /** @type {pull.Pull|null} */
  pull = null;
  /** @type {{dot: Dot, from: number[], grip: import("../scene/grips.js").Grip, handles: Controls}|null} by the pointer */
  held = null;
  /** @type {() => void} put the dots where they are now */
  again = () => {};

  /**
   * @param {HTMLElement} around the view
   * @param {(message: {values: Record<string, number>, done: boolean}) => void} tell the host
   */
  constructor(around, tell) {
    this.around = around;
    this.tell = tell;
    this.handles = /** @type {Controls} */ ({});
    this.dots = /** @type {Map<string, Dot>} */ (new Map());
    this.frames = el("div", { class: "about", "aria-hidden": "true" });
    this.says = el("div", { class: "says", "aria-live": "polite", hidden: true });
    this.steppers = new Steppers((values) => tell({ values, done: true }));
    this.root = el("div", { class: "grips" }, this.frames, this.steppers.root, this.says);
    this.width = 0;
  }

  // -- what the host says ---------------------------------------------------------

  /**
   * A payload has come. True when it shows a pull that was taken back before.
   * @param {import("../scene.d.ts").StageHeader} header
   */
  hear({ handles = {}, pull: told }) {
    if (told && !this.pull) return true;
    if (this.pull) this.pull = told ? pull.answered(this.pull, told.shown, told.why) : pull.lost(this.pull);
    this.handles = handles;
    this.go();
    this.label();
    return false;
  }

  /** Tell the host what there is to tell. */
  go() {
    if (!this.pull) return;
    const [after, message] = pull.next(this.pull);
    this.pull = after;
    if (message) this.tell(message);
    if (!after) this.end();
  }

  // -- where they are -------------------------------------------------------------

  /**
   * Where the dots and the buttons belong on a board.
   * @param {import("./board.js").Board|null} board @param {string} picture which one of "gather" and "scatter" it is
   */
  measure(board, picture) {
    const around = this.around.getBoundingClientRect();
    const grips = board ? this.gripsOn(board, picture) : [];
    const dots = grips.map(({ grip, grid }) => ({ grip, place: placeOf(grip, grid, around) }));
    return { width: around.width, dots, steppers: this.steppers.measure(board, around) };
  }

  /**
   * Put the dots to where the board has its grids now.
   * @param {import("./board.js").Board|null} board @param {string} picture
   */
  place(board, picture, { width, dots, steppers } = this.measure(board, picture)) {
    this.again = () => this.place(board, picture);
    this.width = width;
    const names = dots.map(({ grip }) => grip.name);
    for (const [name, dot] of this.dots) if (!names.includes(name)) this.drop(name, dot);
    for (const { grip, place } of dots) this.put(grip, place);
    this.steppers.place(steppers, this.handles);
    this.label();
  }

  /**
   * The grips of a board, each with the grid that it is on; those of the first row that the filter reads.
   * @param {import("./board.js").Board} board @param {string} picture
   */
  gripsOn(board, picture) {
    const row = board.rows.find(({ slicePosition }) => slicePosition >= 0);
    if (!row) return [];
    const { rows, columns, cell: plane } = row.plane;
    const slice = board.weighted ? row.slice.cell : null;
    const cells = { plane, slice, products: board.size.product, output: board.output.cell };
    const grips =
      picture === "scatter"
        ? scatterGripsOf(board.scene, this.handles, cells, [rows, columns])
        : gripsOf(board.scene, this.handles, cells);
    return grips.map((grip) => ({ grip, grid: (grip.on === "output" ? board.output : row[grip.on]).root }));
  }

  /** @param {string} name @param {Dot} dot */
  drop(name, dot) {
    if (this.held?.dot === dot) return;
    dot.root.remove();
    this.dots.delete(name);
  }

  /** @param {import("../scene/grips.js").Grip} grip @param {{origin: number[], hidden: boolean}} place */
  put(grip, { origin, hidden }) {
    const dot = this.dots.get(grip.name) ?? this.make(grip);
    Object.assign(dot, { grip, origin });
    dot.root.hidden = hidden;
    dot.root.style.cursor = grip.turn;
    const [x, y] = grip.at.map((far, axis) => origin[axis] + far);
    if (this.held?.dot !== dot) this.move(dot, x, y);
    this.sliders(dot);
  }

  /** @param {import("../scene/grips.js").Grip} grip */
  make(grip) {
    const root = el("div", { class: "grip", "data-grip": grip.name });
    /** @type {Dot} */
    const dot = { root, grip, origin: [0, 0], sliders: [], x: 0, y: 0, since: null };
    root.addEventListener("pointerdown", (event) => this.take(dot, event));
    root.addEventListener("pointermove", (event) => this.drag(dot, event));
    root.addEventListener("pointerup", () => this.release());
    root.addEventListener("pointercancel", () => this.back());
    root.addEventListener("lostpointercapture", () => this.release());
    for (const kind of ["pointerenter", "pointerleave", "focusin", "focusout"])
      root.addEventListener(kind, () => this.show());
    root.addEventListener("keyup", (event) => stepsOf(event.key) !== null && this.release());
    root.addEventListener("focusin", () => (dot.since = this.known(dot) ? this.valuesOf(dot) : null));
    root.addEventListener("focusout", () => this.release());
    this.root.prepend(root);
    this.dots.set(grip.name, dot);
    return dot;
  }

  /** One slider for each control of a dot; the first one is it for the pointer. @param {Dot} dot */
  sliders(dot) {
    const names = [...new Set(dot.grip.controls)];
    if (names.join() === dot.sliders.map(({ name }) => name).join()) return;
    dot.sliders = names.map((name) => {
      const onkeydown = (event) => this.onKeyDown(dot, name, event);
      return { name, root: el("span", { role: "slider", tabindex: "0", "data-control": name, onkeydown }) };
    });
    dot.root.replaceChildren(...dot.sliders.map(({ root }) => root));
  }

  // -- what they say --------------------------------------------------------------

  /** The values of a dot's controls, where a pull has got to. @param {Dot} dot @returns {pull.Values} */
  valuesOf(dot) {
    return Object.fromEntries(dot.grip.controls.map((name) => [name, this.valueOf(name)]));
  }

  /** @param {string} name */
  valueOf(name) {
    return this.pull?.wanted[name] ?? this.handles[name].value;
  }

  label() {
    for (const { sliders } of this.dots.values()) {
      for (const { name: control, root } of sliders) {
        const handle = this.handles[control];
        if (!handle) continue;
        const value = this.valueOf(control);
        const why = this.pull?.why && control in this.pull.wanted ? `. ${this.pull.why}` : "";
        const said = {
          "aria-label": handle.label,
          "aria-valuenow": String(value),
          "aria-valuemin": String(handle.least),
          "aria-valuemax": String(handle.most),
          "aria-valuetext": `${value}${why}`,
        };
        for (const [name, text] of Object.entries(said))
          if (root.getAttribute(name) !== text) root.setAttribute(name, text);
      }
    }
    this.show();
  }

  /** The layer in the controls may have other arguments than the one that is still shown. @param {Dot} dot */
  known(dot) {
    return dot.grip.controls.every((name) => name in this.handles);
  }

  /** The dot in use: what it is about, its value, and why there is no picture of that. */
  show() {
    const used = (/** @type {Dot} */ dot) =>
      dot === this.held?.dot || (!this.held && dot.root.matches(":hover, :focus-within"));
    const dot = [...this.dots.values()].find((each) => !each.root.hidden && used(each) && this.known(each));
    this.says.hidden = !dot;
    this.frames.hidden = !dot;
    if (!dot) return;
    const [left, top] = dot.origin;
    this.frames.replaceChildren(
      ...dot.grip.about.map(([x, y, w, h]) =>
        el("i", { style: `translate: ${left + x}px ${top + y}px; width: ${w}px; height: ${h}px` }),
      ),
    );
    const names = [...new Set(dot.grip.controls)];
    const why = this.pull?.why ?? "";
    const words = names.map((name) => `${this.handles[name].label} ${this.valueOf(name)}`).join(", ");
    this.says.replaceChildren(el("b", {}, words), why ? el("span", { class: "why" }, why) : "");
    this.says.classList.toggle("no", Boolean(why));
    const above = dot.grip.at[1] <= 0; // the words cover nothing of the grid
    this.says.classList.toggle("above", above);
    const width = why ? MOST : Math.min(MOST, words.length * LETTER + 24); // not measured: a pull is to be quick
    const x = Math.max(0, Math.min(dot.x + BESIDE, this.width - width));
    this.says.style.translate = `${x}px ${dot.y + (above ? -BESIDE : BESIDE)}px`;
  }

  /** @param {Dot} dot @param {number} x @param {number} y in the view */
  move(dot, x, y) {
    Object.assign(dot, { x, y });
    dot.root.style.translate = `${x}px ${y}px`;
  }

  // -- the pointer ----------------------------------------------------------------

  /** @param {Dot} dot @param {PointerEvent} event */
  take(dot, event) {
    if (event.button || !this.known(dot)) return;
    event.preventDefault();
    this.release();
    dot.root.setPointerCapture(event.pointerId);
    dot.sliders[0].root.focus({ preventScroll: true });
    dot.since = this.valuesOf(dot);
    this.held = { dot, from: [event.clientX, event.clientY], grip: dot.grip, handles: { ...this.handles } };
    this.pull = this.begun(dot);
    dot.root.classList.add("held");
    this.show();
  }

  /** The pull that goes on with this dot. @param {Dot} dot */
  begun(dot) {
    const values = this.valuesOf(dot);
    return this.pull ? pull.again(this.pull, values) : pull.begin(values);
  }

  /** @param {Dot} dot @param {PointerEvent} event */
  drag(dot, event) {
    const { held, pull: begun } = this;
    if (held?.dot !== dot || !begun || begun.gone) return;
    const way = [event.clientX - held.from[0], event.clientY - held.from[1]];
    const box = this.around.getBoundingClientRect();
    this.move(dot, event.clientX - box.left, event.clientY - box.top);
    this.want(begun, pulledTo(held.grip, held.handles, way));
  }

  /** @param {pull.Pull} begun @param {pull.Values} values */
  want(begun, values) {
    this.pull = pull.want(begun, values);
    this.go();
    this.label();
  }

  /** Let go: the last value that has a picture stays. */
  release() {
    if (!this.pull || this.pull.gone) return;
    this.pull = pull.letGo(this.pull);
    this.go();
  }

  /** Take it back. */
  back(values = this.pull?.began) {
    if (!values) return;
    for (const [name, value] of Object.entries(values)) this.handles[name] = { ...this.handles[name], value };
    this.pull = pull.takeBack(this.pull ?? pull.begin(values), values);
    this.go();
  }

  /** The pull is over. */
  end() {
    this.held?.dot.root.classList.remove("held");
    this.held = null;
    this.again();
  }

  // -- the keyboard ---------------------------------------------------------------

  /** @param {Dot} dot @param {string} name of the control @param {KeyboardEvent} event */
  onKeyDown(dot, name, event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.known(dot)) return;
    const steps = stepsOf(event.key);
    if (event.key === "Escape") {
      const now = this.valuesOf(dot);
      const since = dot.since ?? now;
      if (!this.pull && pull.same(since, now)) return; // nothing to take back: let go of a pin
      this.pull ??= pull.begin(now);
      this.back(since);
    } else if (steps !== null) {
      this.want(this.begun(dot), { [name]: moved({ ...this.handles[name], value: this.valueOf(name) }, steps) });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Where a grid's first cell is in the view, and whether the grip has scrolled out of the board. */
function placeOf(grip, grid, around) {
  const [box, clip] = [grid, grid.closest(".scroll, .beside")].map((node) => node.getBoundingClientRect());
  const y = box.top + MARGIN + grip.at[1];
  const hidden = !box.height || y < clip.top - SLACK || y > clip.bottom + SLACK;
  return { origin: [box.left + MARGIN - around.left, box.top + MARGIN - around.top], hidden };
}
