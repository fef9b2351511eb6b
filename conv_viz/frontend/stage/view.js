// The view: one payload in, a living picture out. It knows no host.
import { Checkerboard } from "./checkerboard.js";
import { decode } from "../scene/codec.js";
import { Drawing } from "./drawing.js";
import { el } from "../draw/dom.js";
import { Exercise } from "./exercise.js";
import { headline, problemBox, tooLargeBox } from "../draw/headline.js";
import { divisorOf } from "../scene/lookup.js";
import * as play from "../scene/player.js";
import { Presenting } from "./presenting.js";
import { Handles } from "./handles.js";
import { Switch } from "./switch.js";
import { applyTheme, readTheme } from "../draw/theme.js";
import { inSymbols } from "../scene/symbols.js";
import { Symbols } from "./symbols.js";
import { Tip } from "../draw/tip.js";
import { Transport } from "../draw/transport.js";
import { WAYS } from "./ways.js";

const DEEP = 0.6; // share of the window
const LEAST_ROOM = 180; // CSS pixels
const MARGINS = 18; // of board and transport
const BELOW = MARGINS + 16; // and the page's own
const LIVE_AFTER = 250; // ms of rest before the step is spoken

export class View {
  /** @type {import("../scene.d.ts").Scene} */
  scene;

  /**
   * @param {HTMLElement} root an empty element
   * @param {{onLook?: (change: object) => void, onFix?: () => void, onPin?: (cell: object|null) => void,
   *   onCell?: (index: number[]) => void, onPull?: (message: object) => void,
   *   onPresent?: (on: boolean) => void, onExample?: (by: number) => void,
   *   onDraw?: (act: object) => void, buttons?: HTMLElement[]}} host
   *   onLook: another sample, filter or part of the layer is wanted; onPin: a cell was pinned or let go;
   *   onCell: the play head rests on this output cell, [n, filter, y, x]; onPull: see scene/pull.js; onPresent: the stage
   *   alone fills the window, or no longer; onExample: the next example is wanted, or (-1) the one before; onDraw:
   *   something was drawn on the input. What a host leaves out is not offered. buttons: what else stands beside the line of code.
   * @param {number[]|null} cell the output cell [row, column] that is pinned at first
   */
  constructor(root, host = {}, cell = null) {
    this.root = root;
    this.host = host;
    this.first = cell;
    root.classList.add("cv");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", "convolution stage: space plays, arrow keys step");
    root.dataset.testid = "stage";
    this.head = el("div");
    this.exercise = new Exercise(root);
    this.symbols = new Symbols(() => {
      this.root.classList.toggle("symbolic", this.symbols.on);
      this.draw();
      this.fitRoom();
    });
    this.drawing = new Drawing(root, host.onDraw);
    this.note = el("p", { class: "cut", "data-testid": "cut" });
    this.boardSlot = el("div", { class: "slot" });
    this.mapSlot = el("div");
    this.switch = new Switch((picture) => this.turnTo(picture));
    this.live = el("output", { class: "live", "aria-live": "polite" });
    this.tip = new Tip(root);
    this.presenting = new Presenting(root, {
      onKey: (event) => this.onKeyDown(event),
      onFilter: (by) => this.nextFilter(by),
      onPin: () => this.pinHere(),
      onExample: host.onExample,
      onTurn: (on) => {
        this.build();
        host.onPresent?.(on);
      },
    });
    this.handles = host.onPull && new Handles(root, (message) => this.host.onPull(message));
    this.transport = new Transport({
      onKey: (key) => this.press(key),
      onScrub: (step) => this.move({ ...play.goTo(this.player, step), playing: false }),
      onSpeed: (speed) => this.move({ ...this.player, speed }),
    });
    root.replaceChildren(
      this.head,
      this.exercise.buttons,
      this.symbols.root,
      this.drawing.tools,
      this.note,
      this.switch.root,
      this.boardSlot,
      this.handles?.root ?? "",
      this.transport.root,
      this.mapSlot,
      this.live,
      this.tip.root,
    );
    root.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.boardSlot.addEventListener("pointerdown", (event) => this.beginStroke(event));
    this.boardSlot.addEventListener("pointermove", (event) => this.point(event));
    this.boardSlot.addEventListener("pointerleave", () => this.hover(null));
    this.boardSlot.addEventListener("click", (event) => this.pin(event));
    this.transport.root.hidden = true; // until there is something to play
    this.width = 0;
    this.fitted = () => this.fitRoom();
    this.resizer = new ResizeObserver(this.fitted);
    this.resizer.observe(root);
    addEventListener("resize", this.fitted); // a lower window leaves the width as it is
    this.shifts = new ResizeObserver(() => {
      this.maps?.place();
      if (!this.board?.place()) return;
      this.draw();
      this.placeHandles();
    });
    this.boardSlot.addEventListener("scroll", () => this.placeHandles(), true);
  }

  /** Show a payload. An impossible setting keeps the picture that was there. */
  update(bytes) {
    const scene = decode(bytes);
    const { header } = scene;
    if (this.handles?.hear(header) && this.scene) return;
    const onFix = this.host.onFix && (() => this.host.onFix());
    this.head.replaceChildren(
      headline(header, this.root.classList.contains("told"), ...this.buttons()),
      ...(header.problem ? [problemBox(header.problem, onFix)] : []),
      ...(header.too_large ? [tooLargeBox(header.too_large, header.advice, onFix)] : []),
    );
    this.exercise.about(header);
    this.root.dataset.content = header.id;
    this.root.classList.toggle("stale", Boolean(header.problem));
    if (header.problem) this.keepScene(scene);
    else if (header.stage) this.showScene(scene);
    else this.clear();
    this.note.textContent = this.noteOn(header);
    this.note.hidden = !this.note.textContent;
  }

  /** What stands beside the line of code. */
  buttons() {
    const { button, keys } = this.presenting;
    const present = this.host.onPresent ? [button, keys] : [];
    return [this.symbols.button, this.drawing.button, ...(this.host.buttons ?? []), ...present].filter(Boolean);
  }

  // What is there stays; the mended layer is shown where nothing is.
  keepScene(scene) {
    if (this.scene || !scene.header.stage) return;
    scene.header.code = scene.header.shown;
    this.showScene(scene);
  }

  noteOn(header) {
    if (header.problem && this.scene) {
      const { code } = this.scene.header;
      return this.scene.header.problem ? `shown instead: ${code}` : `still shown: ${code}`;
    }
    const cut = header.stage?.cut ?? "";
    return cut && `in view: ${cut}; every number is that of the whole layer`;
  }

  showScene(scene) {
    const { stage } = scene.header;
    this.scene = scene;
    this.picture = stage.switch[this.wanted] ? this.wanted : stage.picture;
    const [rows, columns] = this.way.steps(scene);
    this.filter = stage.filter - stage.filters[0];
    this.pinned = this.hovered = null;
    this.tip.show(null);
    this.player = this.player ? play.resize(this.player, rows, columns) : play.start(rows, columns);
    if (this.first) this.begin(this.first);
    this.build();
  }

  /** What the picture that is shown walks over, and how it explains that: see ways.js. */
  get way() {
    return WAYS[this.picture];
  }

  /**
   * Begin at a cell of the first picture's output, pinned; where that has no such cell, as ever.
   * @param {number[]} cell row and column
   */
  begin([y, x]) {
    this.first = null;
    const [, rows, columns] = this.scene.arrays.output.shape;
    if (y >= rows || x >= columns) return;
    this.pinned = { kind: "output", y, x };
    this.followPin();
  }

  /** The play head goes where a cell of what it walks over was pinned. */
  followPin() {
    const { kind, y, x } = this.pinned;
    if (kind === this.way.walks)
      this.player = { ...play.goTo(this.player, y * this.player.columns + x), playing: false };
  }

  /** Show the other picture of the same numbers. */
  turnTo(picture) {
    if (picture === this.picture) return;
    this.wanted = picture;
    this.stop();
    this.showScene(this.scene);
    this.switch.focus();
    this.host.onLook?.({ picture });
  }

  clear() {
    this.scene = this.board = this.maps = null;
    this.symbols.show(null);
    this.stop();
    this.switch.show(this.scene?.header.stage.switch ?? {}, this.picture);
    this.mapSlot.replaceChildren();
    this.boardSlot.replaceChildren();
    this.transport.root.hidden = true;
    this.placeHandles();
  }

  placeHandles() {
    this.handles?.place(this.picture === "gather" ? this.board : null, this.scene);
  }

  /** Draw the picture anew for the theme and the width that there are now. */
  build() {
    const { type } = this.presenting;
    this.theme = { ...readTheme(this.root), type };
    applyTheme(this.root, this.theme);
    this.width = this.boardSlot.clientWidth;
    if (!this.scene || !this.width) return;
    this.transport.root.hidden = false;
    this.height = this.room();
    const page = /** @type {Document} */ (this.root.getRootNode());
    const held = page.activeElement?.getAttribute("aria-label");
    this.switch.show(this.scene?.header.stage.switch ?? {}, this.picture);
    this.board = new this.way.Board(
      this.scene,
      this.theme,
      { width: this.width, height: this.height },
      this.filter,
      {
        onFilter: (filter) => this.choose(filter),
        onPage: this.host.onLook && ((change) => this.host.onLook(change)),
      },
      this.board,
    );
    const { checkerboard } = this.scene.header.stage;
    const onTip = (lines, event) => this.tip.show(lines, event);
    this.maps = checkerboard && new Checkerboard(this.scene, this.theme, onTip, this.maps);
    this.maps?.choose(this.filter);
    this.mapSlot.replaceChildren(...(this.maps ? [this.maps.root] : []));
    const focus = this.boardSlot.matches(":focus-within");
    this.boardSlot.replaceChildren(this.board.root);
    if (focus) this.boardSlot.querySelector(`[aria-label="${held}"]`)?.focus({ preventScroll: true });
    this.draw(); // the words, on whose lengths the places of the grids depend
    this.board.place();
    this.maps?.place();
    this.placeHandles();
    this.draw();
    this.run();
    this.shifts.disconnect(); // wider sums or late fonts move the grids
    for (const { content } of this.board.sheets) this.shifts.observe(content);
    if (this.maps) this.shifts.observe(this.maps.root);
  }

  /** Draw anew for another width or height. */
  fitRoom() {
    const moved = Math.abs(this.boardSlot.clientWidth - this.width) > 2;
    if (moved || (this.board && Math.abs(this.room() - this.height) > 2)) this.build();
  }

  /** The height that the board can have in the window, below the head and above the transport. */
  room() {
    const { top } = this.boardSlot.getBoundingClientRect();
    const head = top - this.root.getBoundingClientRect().top;
    let above = top;
    for (let node = this.root.parentElement; node; node = node.parentElement) above += node.scrollTop;
    const begin = above < innerHeight * DEEP ? above : head; // further down, somebody scrolls to the stage
    const below = this.transport.root.offsetHeight + (this.presenting.on ? MARGINS : BELOW);
    return Math.max(LEAST_ROOM, Math.floor(innerHeight - begin - below));
  }

  choose(filter) {
    this.showFilter(filter);
    this.host.onLook?.({ filter: this.scene.header.stage.filters[0] + filter });
    this.draw();
  }

  /** The filter after the one that is shown, or (-1) before it; one that is not in view is asked for. */
  nextFilter(by) {
    if (!this.scene) return;
    const [first, end, count] = this.scene.header.stage.filters;
    const next = (first + this.filter + by + count) % count;
    if (next >= first && next < end) this.choose(next - first);
    else this.host.onLook?.({ filter: next });
  }

  showFilter(filter) {
    this.filter = filter;
    this.board?.choose(filter);
    this.maps?.choose(filter);
    this.placeHandles();
    this.hover(null);
  }

  // -- moving ---------------------------------------------------------------------

  /** Go to an output cell [n, filter, y, x] of the whole layer; one that is not in view is left alone. */
  goTo([sample, filter, y, x]) {
    const { stage } = this.scene?.header ?? {};
    if (this.picture === "scatter") return;
    const [row, column] = stage ? [y - stage.origin[0], x - stage.origin[1]] : [];
    const inView = stage?.sample === sample && filter >= stage.filters[0] && filter < stage.filters[1];
    if (!inView || !(row >= 0 && row < this.player.rows && column >= 0 && column < this.player.columns)) return;
    if (filter !== stage.filters[0] + this.filter) this.showFilter(filter - stage.filters[0]);
    this.move({ ...play.goTo(this.player, row * this.player.columns + column), playing: false });
  }

  move(player) {
    this.player = player;
    this.pinned = null;
    this.draw();
    this.run();
  }

  press(key) {
    const player = this.scene && play.press(this.player, key);
    if (player) this.move(player);
    return Boolean(player);
  }

  onKeyDown(event) {
    const target = event.composedPath()[0];
    if (event.altKey || event.ctrlKey || event.metaKey || target.tagName === "SELECT") return;
    if (event.key === " " && target.tagName === "BUTTON") return;
    const key = this.presenting.key(event);
    if (key === "Escape") this.letGo();
    if (key === null || this.press(key)) event.preventDefault();
  }

  run() {
    if (!this.player.playing || this.timer) return;
    let before = performance.now();
    const frame = (now) => {
      this.player = play.tick(this.player, (now - before) / 1000);
      before = now;
      this.draw();
      this.timer = this.player.playing ? requestAnimationFrame(frame) : null;
    };
    this.timer = requestAnimationFrame(frame);
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.timer = null;
  }

  still() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // -- pointing -------------------------------------------------------------------

  /** What lies under the pointer: {kind: "output"|"input"|"weight"|"product", ...}, or null. */
  under(event) {
    const over = event.composedPath()[0];
    const { board } = this;
    if (!board) return null;
    const cell = (grid) => (grid.root === over ? grid.cellAt(event) : null);
    let found = cell(board.output);
    if (found) return { kind: "output", y: found[0], x: found[1] };
    for (const row of board.rows) {
      if ((found = cell(row.plane))) return { kind: "input", channel: row.channel, y: found[0], x: found[1] };
      if (row.slicePosition < 0) continue;
      if ((found = cell(row.slice))) return { kind: "weight", slice: row.slicePosition, ky: found[0], kx: found[1] };
      if ((found = cell(row.products)))
        return { kind: "product", slice: row.slicePosition, ky: found[0], kx: found[1] };
    }
    return null;
  }

  beginStroke(event) {
    if (this.picture === "scatter") return;
    const found = this.under(event);
    const row = this.board?.rows.find(({ channel }) => channel === found?.channel);
    this.drawing.begin(this.scene, found, row?.plane, event);
    if (this.drawing.stroke) this.repaint();
  }

  /** The planes after something was drawn on them. */
  repaint() {
    for (const row of this.board.rows) this.board.paintPlane(row);
    this.board.marked = null;
    this.draw();
  }

  point(event) {
    if (!this.board) return;
    if (this.drawing.move(event)) return this.repaint();
    const found = this.under(event);
    this.hover(found);
    if (found) this.tip.show(this.way.tip(this.scene, this.filter, found, this.why), event);
  }

  hover(found) {
    if (!found) this.tip.show(null);
    if (same(found, this.hovered)) return;
    this.hovered = found;
    this.draw();
  }

  pin(event) {
    const found = this.board && this.under(event);
    if (this.drawing.on && found?.kind === "input") return;
    if (found) this.setPin(found.kind === "product" ? null : found);
  }

  /** Pin what the play head stands at, or let go what is pinned. */
  pinHere() {
    if (!this.board) return;
    const [y, x] = play.cellOf(this.player);
    this.setPin(this.pinned ? null : { kind: this.way.walks, y, x });
  }

  setPin(found) {
    this.pinned = found;
    if (this.pinned) this.followPin();
    this.root.focus({ preventScroll: true });
    this.draw();
    this.host.onPin?.(this.pinned);
  }

  letGo() {
    if (this.pinned) this.host.onPin?.(null);
    this.pinned = this.hovered = null;
    this.tip.show(null);
    this.draw();
  }

  // -- drawing --------------------------------------------------------------------

  draw() {
    const { board, scene, player } = this;
    if (!board) return;
    const { way } = this;
    const focus = this.hovered ?? this.pinned;
    const held = focus?.kind === way.walks;
    const cell = held ? [focus.y, focus.x] : play.cellOf(player);
    this.why = way.explain(scene, this.filter, cell);
    const lit = held || this.still() ? 1 : play.lit(player, 100) / 100;
    board.frame({ cell, step: player.step, why: this.why, lit, focus });
    const index = way.index(scene, this.filter, cell);
    this.root.dataset.cell = index.join(",");
    const symbols = () => inSymbols(scene, this.picture, this.filter, index, divisorOf(scene, cell[0], cell[1]));
    this.symbols.show(this.symbols.on ? symbols() : null);
    const here = way.index(scene, this.filter, play.cellOf(player));
    this.transport.show(player, way.name(scene, this.filter, play.cellOf(player)));
    if (!player.playing && way.walks === "output") this.host.onCell?.(here);
    this.speak([cell[0], cell[1]]);
  }

  speak([y, x]) {
    clearTimeout(this.speaking);
    if (this.player.playing) return;
    this.speaking = setTimeout(() => {
      if (this.scene) this.live.textContent = this.way.sentence(this.scene, this.filter, [y, x], this.why, this.player);
    }, LIVE_AFTER);
  }

  destroy() {
    this.stop();
    clearTimeout(this.speaking);
    this.resizer.disconnect();
    removeEventListener("resize", this.fitted);
    this.shifts.disconnect();
    this.presenting.destroy();
    this.drawing.destroy();
    this.root.replaceChildren();
  }
}

function same(a, b) {
  return a === b || (a && b && JSON.stringify(a) === JSON.stringify(b));
}
