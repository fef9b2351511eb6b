// The view: one payload in, a living picture out. It knows no host.
import { Checkerboard } from "./checkerboard.js";
import { Clock } from "../draw/clock.js";
import { decode } from "../scene/codec.js";
import { Drawing } from "./drawing.js";
import { el, still } from "../draw/dom.js";
import { Exercise } from "./exercise.js";
import { Head } from "./head.js";
import { divisorOf } from "../scene/lookup.js";
import * as play from "../scene/player.js";
import { Presenting } from "./presenting.js";
import { Handles } from "./handles.js";
import { Pointing } from "./pointing.js";
import { Reading } from "./reading.js";
import { roomFor } from "../draw/room.js";
import { Speech } from "./speech.js";
import { Switch } from "./switch.js";
import { dress } from "../draw/theme.js";
import { inSymbols } from "../scene/symbols.js";
import { Symbols } from "./symbols.js";
import { Transport } from "../draw/transport.js";
import { WAYS } from "./ways.js";

/** @typedef {import("../scene.d.ts").Drawn} Drawn */

export class View {
  /** @type {Drawn|null} what is drawn; null before there is anything */
  scene = null;
  /** @type {import("./board.js").Board|null} once there is room for it */
  board = null;
  /** @type {Checkerboard|null} */
  maps = null;
  clock = new Clock((seconds) => this.tick(seconds));

  /**
   * @param {HTMLElement} root an empty element
   * @param {{onLook?: (change: object) => void, onFix?: () => void, onPin?: (cell: object|null) => void,
   *   onCell?: (index: number[]) => void, onPull?: (message: object) => void,
   *   onPresent?: (on: boolean) => void, onSymbols?: (on: boolean) => void, onExample?: (by: number) => void,
   *   onSpeed?: (speed: number) => void, speed?: number,
   *   onDraw?: (act: object) => void, drawn?: string, buttons?: HTMLElement[]}} host
   *   onLook: another sample, filter or part of the layer is wanted; onPin: a cell was pinned or let go;
   *   onCell: the play head rests on this output cell, [n, filter, y, x]; onPull: see scene/pull.js; onPresent: the stage
   *   alone fills the window, or no longer; onSymbols: it speaks in symbols, or no longer; onExample: the next example is wanted, or (-1) the one before;
   *   onSpeed: it plays so many steps a second from now on; speed: how many it begins with; onDraw:
   *   something was drawn on the input; drawn: where that is kept, in words. What a host leaves out is not offered. buttons: what else stands beside the line of code.
   * @param {number[]|null} cell the output cell [row, column] that is pinned at first
   */
  constructor(root, host = {}, cell = null) {
    this.root = root;
    this.host = host;
    this.first = cell;
    root.classList.add("cv");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute(
      "aria-label",
      "convolution stage: space plays, arrow keys step, I reads the input, W the weights, Escape lets go",
    );
    root.dataset.testid = "stage";
    this.head = new Head();
    this.exercise = new Exercise(root);
    this.symbols = new Symbols(() => {
      this.root.classList.toggle("symbolic", this.symbols.on);
      host.onSymbols?.(this.symbols.on);
      this.draw();
      this.fitRoom();
    });
    this.drawing = new Drawing(root, host.onDraw, (cell) => this.pointing.mark(cell), host.drawn);
    this.boardSlot = el("div", { class: "slot" });
    this.mapSlot = el("div");
    this.switch = new Switch((picture) => this.turnTo(picture));
    this.speech = new Speech();
    this.pointing = new Pointing(this);
    this.reading = new Reading(this);
    this.presenting = new Presenting(root, {
      onKey: (event) => this.onKeyDown(event),
      onFilter: (by) => this.nextFilter(by),
      onPin: () => this.pointing.pinHere(),
      onExample: host.onExample,
      onTurn: (on) => {
        this.build();
        host.onPresent?.(on);
      },
    });
    this.handles = host.onPull && new Handles(root, host.onPull);
    this.transport = new Transport({
      onKey: (key) => this.press(key),
      onScrub: (step) => this.move({ ...play.goTo(this.player, step), playing: false }),
      onSpeed: (speed) => {
        this.move({ ...this.player, speed });
        host.onSpeed?.(speed);
      },
    });
    root.replaceChildren(
      this.head.root,
      this.exercise.buttons,
      this.symbols.root,
      this.drawing.tools,
      this.head.note,
      this.switch.root,
      this.boardSlot,
      this.handles?.root ?? "",
      this.transport.root,
      this.mapSlot,
      this.speech.root,
      this.pointing.tip.root,
    );
    root.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.transport.root.hidden = true; // until there is something to play
    this.width = this.height = 0;
    this.fitted = () => this.fitRoom();
    this.resizer = new ResizeObserver(this.fitted);
    this.resizer.observe(root);
    addEventListener("resize", this.fitted); // a lower window leaves the width as it is
    this.shifts = new ResizeObserver(() => {
      if (this.board && this.place(this.board)) this.draw();
    });
    this.boardSlot.addEventListener("scroll", () => this.placeHandles(), true);
  }

  /** Show a payload. An impossible setting keeps the picture that was there. */
  update(bytes) {
    const scene = decode(bytes);
    const { header } = scene;
    if (this.handles?.hear(header) && this.scene) return;
    this.head.show(header, this.root.classList.contains("told"), this.buttons(), this.host.onFix);
    this.exercise.about(header);
    this.root.dataset.content = header.id;
    this.root.classList.toggle("stale", Boolean(header.problem));
    if (header.problem) this.keepScene(scene);
    else if (header.stage) this.showScene(scene);
    else this.clear();
    this.head.say(header, this.scene?.header);
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

  /** @param {Drawn} scene */
  showScene(scene) {
    const { stage } = scene.header;
    this.scene = scene;
    this.picture = stage.switch[this.wanted] ? this.wanted : stage.picture;
    const [rows, columns] = this.way.steps(scene);
    this.filter = stage.filter - stage.filters[0];
    this.pointing.forget();
    this.pointing.hovered = this.drawing.hear(scene);
    this.player = this.player ? play.resize(this.player, rows, columns) : play.start(rows, columns, this.host.speed);
    if (this.first) this.begin(scene, this.first);
    this.build();
  }

  /** What the picture that is shown walks over, and how it explains that: see ways.js. */
  get way() {
    return WAYS[this.picture];
  }

  /**
   * Begin at a cell of the first picture's output, pinned; where that has no such cell, as ever.
   * @param {Drawn} scene @param {number[]} cell row and column
   */
  begin(scene, [y, x]) {
    this.first = null;
    const [, rows, columns] = scene.arrays.output.shape;
    if (y >= rows || x >= columns) return;
    this.pointing.beginAt({ kind: "output", y, x });
  }

  /** Show the other picture of the same numbers. */
  turnTo(picture) {
    if (!this.scene || picture === this.picture) return;
    this.wanted = picture;
    this.stop();
    this.showScene(this.scene);
    this.switch.focus();
    this.host.onLook?.({ picture });
  }

  clear() {
    this.scene = this.board = this.maps = null;
    this.drawing.hear(null);
    this.symbols.show(null);
    this.stop();
    this.switch.show({}, this.picture);
    this.mapSlot.replaceChildren();
    this.boardSlot.replaceChildren();
    this.transport.root.hidden = true;
    this.placeHandles();
  }

  placeHandles() {
    this.handles?.place(this.board, this.picture);
  }

  /** Draw the picture anew for the theme and the width that there are now. */
  build() {
    this.theme = dress(this.root, this.presenting.type);
    this.width = this.boardSlot.clientWidth;
    const { scene } = this;
    if (!scene || !this.width) return;
    this.transport.root.hidden = false;
    this.height = this.room();
    const page = /** @type {Document} */ (this.root.getRootNode());
    const held = page.activeElement?.getAttribute("aria-label");
    const { switch: pictures, checkerboard } = scene.header.stage;
    this.switch.show(pictures, this.picture);
    const board = new this.way.Board(
      scene,
      this.theme,
      { width: this.width, height: this.height },
      this.filter,
      {
        onFilter: (filter) => this.choose(scene, filter),
        onTell: (lines) => (lines ? this.pointing.say(lines) : this.pointing.tip.show(null)),
        onPage: this.host.onLook,
      },
      this.board,
    );
    this.board = board;
    const onTip = (lines, event) => this.pointing.tip.show(lines, event); // these maps lie below the board
    this.maps = checkerboard && new Checkerboard(scene, this.theme, onTip, this.maps);
    this.maps?.choose(this.filter);
    this.mapSlot.replaceChildren(...(this.maps ? [this.maps.root] : []));
    const focus = this.boardSlot.matches(":focus-within");
    this.boardSlot.replaceChildren(board.root);
    if (focus) this.boardSlot.querySelector(`[aria-label="${held}"]`)?.focus({ preventScroll: true });
    this.draw(); // the words, on whose lengths the places of the grids depend
    this.place(board);
    this.pointing.again();
    this.draw();
    this.run();
    this.shifts.disconnect(); // wider sums or late fonts move the grids
    for (const { content } of board.sheets) this.shifts.observe(content);
    if (this.maps) this.shifts.observe(this.maps.root);
  }

  /**
   * Put the grids and what lies on them to where they are on the page now; true when that is another place than before.
   * @param {import("./board.js").Board} board
   */
  place(board) {
    const { handles, picture } = this;
    const grids = board.measure();
    const grips = handles?.measure(board, picture);
    this.maps?.place();
    const moved = board.place(grids);
    if (moved) handles?.place(board, picture, grips);
    return moved;
  }

  /** Draw anew for another width or height. */
  fitRoom() {
    const moved = Math.abs(this.boardSlot.clientWidth - this.width) > 2;
    if (moved || (this.board && Math.abs(this.room() - this.height) > 2)) this.build();
  }

  room() {
    return roomFor(this.root, this.boardSlot, this.transport.root, this.presenting.on);
  }

  /** @param {Drawn} scene @param {number} filter position in view */
  choose(scene, filter) {
    this.showFilter(filter);
    this.host.onLook?.({ filter: scene.header.stage.filters[0] + filter });
    this.draw();
  }

  /** The filter after the one that is shown, or (-1) before it; one that is not in view is asked for. */
  nextFilter(by) {
    const { scene } = this;
    if (!scene) return;
    const [first, end, count] = scene.header.stage.filters;
    const next = (first + this.filter + by + count) % count;
    if (next >= first && next < end) this.choose(scene, next - first);
    else this.host.onLook?.({ filter: next });
  }

  showFilter(filter) {
    this.filter = filter;
    this.board?.choose(filter);
    this.maps?.choose(filter);
    this.placeHandles();
    this.pointing.hover(null);
  }

  // -- moving ---------------------------------------------------------------------

  /** Go to an output cell [n, filter, y, x] of the whole layer; one that is not in view is left alone. */
  goTo([sample, filter, y, x]) {
    const stage = this.scene?.header.stage;
    if (!stage || this.picture === "scatter") return;
    const [row, column] = [y - stage.origin[0], x - stage.origin[1]];
    const inView = stage.sample === sample && filter >= stage.filters[0] && filter < stage.filters[1];
    if (!inView || !(row >= 0 && row < this.player.rows && column >= 0 && column < this.player.columns)) return;
    if (filter !== stage.filters[0] + this.filter) this.showFilter(filter - stage.filters[0]);
    this.move({ ...play.goTo(this.player, row * this.player.columns + column), playing: false });
  }

  move(player) {
    this.player = player;
    this.pointing.pinned = null;
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
    if (target === this.root && this.picture !== "scatter" && this.drawing.onKey(event)) return;
    if (this.picture !== "scatter" && this.reading.onKey(event)) return event.preventDefault();
    const key = this.presenting.key(event);
    if (key === "Escape") this.pointing.letGo();
    if (key === null || this.press(key)) event.preventDefault();
  }

  run() {
    if (this.player.playing) this.clock.run();
  }

  tick(seconds) {
    this.player = play.tick(this.player, seconds);
    this.draw();
    return this.player.playing;
  }

  stop() {
    this.speech.later(null);
    this.clock.stop();
  }

  // -- drawing --------------------------------------------------------------------

  draw() {
    const { board, player, way } = this;
    if (!board || board.scene !== this.scene) return; // the page has no place for it yet
    const { scene } = board;
    const { focus } = this.pointing;
    const held = focus?.kind === way.walks;
    const cell = held ? [focus.y, focus.x] : play.cellOf(player);
    this.why = way.explain(scene, this.filter, cell);
    const lit = held || still() ? 1 : play.lit(player, 100) / 100;
    board.frame({ cell, step: player.step, why: this.why, lit, focus, pinned: this.pointing.pinned });
    const index = way.index(scene, this.filter, cell);
    this.root.dataset.cell = index.join(",");
    const symbols = () => inSymbols(scene, this.picture, this.filter, index, divisorOf(scene, cell[0], cell[1]));
    this.symbols.show(this.symbols.on ? symbols() : null);
    const here = way.index(scene, this.filter, play.cellOf(player));
    this.transport.show(player, way.name(scene, this.filter, play.cellOf(player)));
    if (!player.playing && way.walks === "output") this.host.onCell?.(here);
    const sentence = () => way.sentence(scene, this.filter, cell, this.why, player);
    this.speech.later(player.playing ? null : sentence);
  }

  /** The planes after something was drawn on them. */
  repaint() {
    if (!this.board) return;
    for (const row of this.board.rows) this.board.paintPlane(row);
    this.board.marked = null;
    this.draw();
  }

  destroy() {
    this.stop();
    this.resizer.disconnect();
    removeEventListener("resize", this.fitted);
    this.shifts.disconnect();
    this.presenting.destroy();
    this.drawing.destroy();
    this.root.replaceChildren();
  }
}
