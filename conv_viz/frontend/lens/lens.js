// A lens: planes of numbers beside each other, and where each number comes from. It knows no host and no lens by name.
import { Clock } from "../draw/clock.js";
import { decode } from "../scene/codec.js";
import { el } from "../draw/dom.js";
import { joined } from "../scene/later.js";
import { cellWords } from "../scene/lens_words.js";
import { problemBox, tooLargeBox, whyNotBox } from "../draw/headline.js";
import * as play from "../scene/player.js";
import { roomFor } from "../draw/room.js";
import { arrowsOf, indexAt, marksOf, placeOf } from "../scene/terms.js";
import { dress } from "../draw/theme.js";
import { Transport } from "../draw/transport.js";
import { arrange, NARROW } from "./arrange.js";
import { curve, explained, table } from "./parts.js";
import { LensPlanes } from "./planes.js";

const [LOW, HIGH] = [240, 480]; // of the picture, CSS pixels
const WORDS = 84; // three lines below it, see lens.css

/** @typedef {import("../scene.d.ts").Looked} Looked */
/** @typedef {{array: string, index: number}} Cell */

export class LensView {
  /** @type {Looked|null} null where there is nothing to show */
  scene = null;
  /** @type {Cell|null} what is marked: pointed at, else chosen */
  pointed = null;
  /** @type {Cell|null} */
  chosen = null;
  width = 0; // once the page is laid out
  height = HIGH;
  clock = new Clock((seconds) => this.tick(seconds));

  /**
   * @param {HTMLElement} root an empty element
   * @param {{onAt?: (at: string) => void, onFix?: () => void, onWhole?: () => void, onSpeed?: (speed: number) => void,
   *   speed?: number}} host onAt: a cell was chosen, as "array:index"; onWhole: the last payload goes on from one that
   *   did not come, all of it is needed; onSpeed, speed: as in stage/view.js
   * @param {string|null} at the cell that is chosen at first
   */
  constructor(root, host = {}, at = null) {
    this.root = root;
    this.host = host;
    this.first = at;
    root.classList.add("cv", "lens");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.dataset.testid = "lens";
    this.head = el("div", { class: "lens-head" });
    this.planes = new LensPlanes({ onPoint: (cell) => this.point(cell), onChoose: (cell) => this.choose(cell) });
    this.words = el("p", { class: "lens-words", "data-testid": "lens-words", "aria-live": "polite" });
    this.transport = new Transport({
      onKey: (key) => this.press(key),
      onScrub: (step) => this.move({ ...play.goTo(this.player, step), playing: false }),
      onSpeed: (speed) => {
        this.move({ ...this.player, speed });
        this.host.onSpeed?.(speed);
      },
    });
    this.below = el("div", { class: "lens-below" });
    root.replaceChildren(this.head, this.planes.root, this.words, this.transport.root, this.below);
    root.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.planes.root.addEventListener("pointerleave", () => this.point(this.chosen));
    this.fitted = () => this.fitRoom();
    this.resizer = new ResizeObserver(this.fitted);
    this.resizer.observe(root);
    this.resizer.observe(this.head);
    addEventListener("resize", this.fitted); // a lower window leaves the width as it is
    this.shifts = new ResizeObserver(() => this.planes.place() && this.draw());
    this.shifts.observe(this.planes.root);
  }

  /** Show a payload. */
  update(bytes) {
    const scene = joined(decode(bytes), this.scene, this.root.dataset.content);
    if (!scene) {
      this.host.onWhole?.(); // a picture on the way from the last one to this was lost
      return;
    }
    const { header } = scene;
    this.scene = header.rows ? scene : null;
    const { onFix } = this.host;
    this.root.setAttribute("aria-label", `${header.title}: arrow keys move, page keys change the grid, space plays`);
    this.head.replaceChildren(
      el("h2", {}, header.title),
      el("p", { class: "question" }, header.question),
      ...(header.code ? [el("code", { "data-testid": "code" }, header.code)] : []),
      ...(header.says ?? []).map((text) => el("p", { class: "says", "data-testid": "says" }, text)),
      ...(header.problem ? [problemBox(header.problem, onFix)] : []),
      ...(header.too_large ? [tooLargeBox(header.too_large, header.advice, onFix)] : []),
      ...(header.why_not ? [whyNotBox(header.why_not, header.advice, onFix)] : []),
    );
    if (this.scene) this.begin(this.scene);
    this.build(this.width); // another width or room is seen by the observer; to ask for it would lay out the page now
    this.root.dataset.content = header.id;
  }

  /**
   * Where the pointer and the play head are at first; both stay where they were if the picture still has the place.
   * @param {Looked} scene
   */
  begin(scene) {
    const { frames, walk, first, lens, planes } = scene.header;
    const size = frames ? [1, frames.labels.length] : walkSize(scene);
    const kept = this.player?.columns && this.lens === lens;
    const ended = kept && frames && this.player.step === this.player.rows * this.player.columns - 1;
    this.player = kept ? play.resize(this.player, ...size) : play.start(size[0], size[1], this.host.speed);
    if (frames && (!kept || ended)) this.player = play.goTo(this.player, Infinity);
    if (!kept && first !== undefined) this.player = play.goTo(this.player, first);
    this.lens = lens;
    const [, array, index] = /^([\w.]+):(\d+)$/.exec(this.first ?? "") ?? [];
    this.first = null;
    const wanted = array ? { array, index: Number(index) } : kept ? this.chosen : null;
    const there = wanted && planes.some(({ array }) => array === wanted.array);
    this.chosen = there ? clamped(scene, wanted) : walk && !frames ? { array: walk, index: this.player.step } : null;
    if (walk && !frames && this.chosen?.array === walk) this.player = play.goTo(this.player, this.chosen.index);
    this.pointed = this.chosen;
  }

  get step() {
    return this.scene?.header.frames ? this.player.step : 0;
  }

  /**
   * Draw the picture anew for the theme that there is now.
   * @param {number} [width] what the root is wide, where that and the height are known
   */
  build(width) {
    const theme = dress(this.root);
    this.width = width || this.root.clientWidth;
    this.root.classList.toggle("narrow", this.width <= NARROW);
    const { scene } = this;
    this.transport.root.hidden = this.words.hidden = !scene;
    if (!scene) {
      this.planes.clear();
      this.below.replaceChildren();
    }
    if (!scene || !this.width) return;
    if (!width) this.height = this.room();
    const { header, arrays } = scene;
    this.planes.lay(scene, theme, arrange(header, arrays, this.width, this.height));
    this.curve = header.frames ? curve(arrays.curve.data, header.frames, theme) : null;
    this.below.replaceChildren(
      ...(this.curve ? [this.curve.root] : []),
      ...(header.table ? [table(header.columns, header.table)] : []),
      ...(header.snippet ? [el("pre", { "data-testid": "snippet" }, header.snippet)] : []),
    );
    this.planes.paint(scene, this.step);
    this.planes.place();
    this.draw();
    this.run();
  }

  /** Draw anew for another width or height. */
  fitRoom() {
    if (this.root.clientWidth !== this.width || (this.scene && Math.abs(this.room() - this.height) > 2)) this.build();
  }

  /** How high the picture may be, that the words below it are in view. */
  room() {
    if (this.width <= NARROW) return HIGH; // one scrolls there
    const room = roomFor(this.root, this.planes.root, this.transport.root) - WORDS;
    return Math.max(LOW, Math.min(HIGH, room));
  }

  /** @param {Cell|null} cell */
  point(cell) {
    if (!this.scene) return;
    this.pointed = cell ?? this.chosen;
    this.draw();
  }

  /** A cell stays chosen until another one is. @param {Cell|null} cell */
  choose(cell) {
    if (!cell || !this.scene) return;
    this.chosen = this.pointed = cell;
    const { walk, frames } = this.scene.header;
    if (cell.array === walk && !frames) this.player = { ...play.goTo(this.player, cell.index), playing: false };
    this.host.onAt?.(`${cell.array}:${cell.index}`);
    this.draw();
  }

  onKeyDown(event) {
    if (!this.scene || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
    if (event.target !== this.root && event.key === " ") return; // a button's own key
    if (this.press(event.key)) event.preventDefault();
  }

  press(key) {
    const { scene, chosen } = this;
    if (!scene) return false;
    const { frames, planes, walk } = scene.header;
    if (key === "PageDown" || key === "PageUp") {
      const names = planes.map(({ array }) => array);
      const at = names.indexOf(chosen?.array ?? "") + (key === "PageDown" ? 1 : names.length - 1);
      this.choose({ array: names[at % names.length], index: 0 });
      return true;
    }
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    if (moves[key] && !frames && chosen && chosen.array !== walk) {
      const [plane, row, column] = placeOf(scene, chosen.array, chosen.index);
      const index = indexAt(scene, chosen.array, [plane, row + moves[key][0], column + moves[key][1]]);
      if (index >= 0) this.choose({ array: chosen.array, index });
      return true;
    }
    const player = play.press(this.player, key);
    if (player) this.move(player);
    return Boolean(player);
  }

  move(player) {
    const before = this.player.step;
    this.player = player;
    if (player.step !== before && this.scene) this.stepped(this.scene);
    this.draw();
    this.run();
  }

  /** The play head has come to another step: other values, or another cell. @param {Looked} scene */
  stepped(scene) {
    const { frames, walk } = scene.header;
    if (frames) this.planes.paint(scene, this.step);
    else if (walk) this.chosen = this.pointed = { array: walk, index: this.player.step };
  }

  run() {
    if (this.player?.playing) this.clock.run();
  }

  tick(seconds) {
    if (!this.player.playing || !this.scene) return false;
    const player = play.tick(this.player, seconds);
    const changed = player.step !== this.player.step || !player.playing;
    this.player = player;
    if (changed) {
      this.stepped(this.scene);
      this.draw();
    }
    return true;
  }

  draw() {
    const { scene, pointed } = this;
    if (!scene || !this.planes.sheet) return;
    const marks = pointed
      ? marksOf(scene, pointed.array, pointed.index, this.step)
      : { now: [], sources: [], uses: [] };
    const arrows = arrowsOf(scene, marks);
    this.planes.mark(scene, marks, arrows);
    this.root.dataset.arrows = arrows.map(({ array, from, to }) => `${array}:${from}>${to}`).join(" ");
    this.root.dataset.at = pointed ? `${pointed.array}:${pointed.index}` : "";
    this.planes.wires?.mark(
      pointed?.array === scene.header.wired ? placeOf(scene, pointed.array, pointed.index)[0] : -1,
    );
    this.words.replaceChildren(...explained(scene, pointed, this.step));
    this.curve?.show(this.step);
    const { frames } = scene.header;
    const words = frames
      ? `${frames.name} ${frames.labels[this.step]}`
      : pointed
        ? cellWords(scene, pointed.array, pointed.index).name
        : "";
    this.transport.show(this.player, words);
  }

  destroy() {
    this.clock.stop();
    this.resizer.disconnect();
    removeEventListener("resize", this.fitted);
    this.shifts.disconnect();
    this.scene = null;
  }
}

/** How many lines and columns the play head goes over. @param {Looked} scene */
function walkSize({ header, arrays }) {
  const [planes, rows, columns] = arrays[header.walk ?? header.planes[0].array].shape.slice(-3);
  return [planes * rows, columns];
}

/** The cell, or the last one of its array. @param {Looked} scene @param {Cell} cell */
function clamped({ arrays }, { array, index }) {
  const size = arrays[array].shape.slice(-3).reduce((a, b) => a * b, 1);
  return { array, index: Math.min(index, size - 1) };
}
