// The view: one payload in, a living picture out. It knows no host.
import { Board } from "./board.js";
import { decode } from "./codec.js";
import { el } from "./dom.js";
import { headline, problemBox } from "./headline.js";
import { explain } from "./lookup.js";
import * as play from "./player.js";
import { applyTheme, readTheme } from "./theme.js";
import { Tip } from "./tip.js";
import { Transport } from "./transport.js";
import * as words from "./words.js";

const LIVE_AFTER = 250; // ms of rest before the step is spoken

export class View {
  /**
   * @param {HTMLElement} root an empty element
   * @param {{onLook?: (change: object) => void, onFix?: () => void, onPin?: (cell: object|null) => void,
   *   onCell?: (index: number[]) => void}} host
   *   onLook: another sample, filter or part of the layer is wanted; onPin: a cell was pinned or let go;
   *   onCell: the play head rests on this output cell, [n, filter, y, x]. What a host leaves out is not offered.
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
    this.note = el("p", { class: "cut", "data-testid": "cut" });
    this.boardSlot = el("div", { class: "slot" });
    this.live = el("output", { class: "live", "aria-live": "polite" });
    this.tip = new Tip(root);
    this.transport = new Transport({
      onKey: (key) => this.press(key),
      onScrub: (step) => this.move({ ...play.goTo(this.player, step), playing: false }),
      onSpeed: (speed) => this.move({ ...this.player, speed }),
    });
    root.replaceChildren(this.head, this.note, this.boardSlot, this.transport.root, this.live, this.tip.root);
    root.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.boardSlot.addEventListener("pointermove", (event) => this.point(event));
    this.boardSlot.addEventListener("pointerleave", () => this.hover(null));
    this.boardSlot.addEventListener("click", (event) => this.pin(event));
    this.transport.root.hidden = true; // until there is something to play
    this.width = 0;
    this.resizer = new ResizeObserver(() => this.fitWidth());
    this.resizer.observe(root);
    this.shifts = new ResizeObserver(() => this.board?.place() && this.draw());
  }

  /** Show a payload. An impossible setting keeps the picture that was there. */
  update(bytes) {
    const scene = decode(bytes);
    const { header } = scene;
    this.head.replaceChildren(
      headline(header),
      ...(header.problem ? [problemBox(header.problem, this.host.onFix && (() => this.host.onFix()))] : []),
      ...(header.too_large ? [el("p", { class: "problem", role: "status", "data-testid": "too-large" }, header.too_large)] : []),
    );
    this.root.dataset.content = header.id;
    this.root.classList.toggle("stale", Boolean(header.problem));
    if (header.problem) this.keepScene(scene);
    else if (header.stage) this.showScene(scene);
    else this.clear();
    this.note.textContent = this.noteOn(header);
    this.note.hidden = !this.note.textContent;
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
    const [, rows, columns] = scene.arrays.output.shape;
    this.scene = scene;
    this.filter = stage.filter - stage.filters[0];
    this.pinned = this.hovered = null;
    this.tip.show(null);
    this.player = this.player ? play.resize(this.player, rows, columns) : play.start(rows, columns);
    if (this.first) this.begin(this.first, rows, columns);
    this.build();
  }

  /** Begin at a cell of the first picture, pinned; where that has no such cell, as ever. */
  begin([y, x], rows, columns) {
    this.first = null;
    if (y >= rows || x >= columns) return;
    this.player = play.goTo(this.player, y * columns + x);
    this.pinned = { kind: "output", y, x };
  }

  clear() {
    this.scene = this.board = null;
    this.stop();
    this.boardSlot.replaceChildren();
    this.transport.root.hidden = true;
  }

  /** Draw the picture anew for the theme and the width that there are now. */
  build() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    this.width = this.root.clientWidth;
    if (!this.scene || !this.width) return;
    const held = this.root.getRootNode().activeElement?.getAttribute("aria-label");
    this.board = new Board(this.scene, this.theme, this.width, this.filter, {
      onFilter: (filter) => this.choose(filter),
      onPage: this.host.onLook && ((change) => this.host.onLook(change)),
    }, this.board);
    const focus = this.boardSlot.matches(":focus-within");
    this.boardSlot.replaceChildren(this.board.root);
    if (focus) this.boardSlot.querySelector(`[aria-label="${held}"]`)?.focus({ preventScroll: true });
    this.transport.root.hidden = false;
    this.draw(); // the words, on whose lengths the places of the grids depend
    this.board.place();
    this.draw();
    this.run();
    this.shifts.disconnect(); // wider sums or late fonts move the grids
    for (const part of this.board.root.children) this.shifts.observe(part);
  }

  fitWidth() {
    if (Math.abs(this.root.clientWidth - this.width) > 2) this.build();
  }

  choose(filter) {
    this.showFilter(filter);
    this.host.onLook?.({ filter: this.scene.header.stage.filters[0] + filter });
    this.draw();
  }

  showFilter(filter) {
    this.filter = filter;
    this.board?.choose(filter);
    this.hover(null);
  }

  // -- moving ---------------------------------------------------------------------

  /** Go to an output cell [n, filter, y, x] of the whole layer; one that is not in view is left alone. */
  goTo([sample, filter, y, x]) {
    const { stage } = this.scene?.header ?? {};
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
    if (event.key === "Escape") this.letGo();
    if (event.altKey || event.ctrlKey || event.metaKey || target.tagName === "SELECT") return;
    if (event.key === " " && target.tagName === "BUTTON") return;
    if (this.press(event.key)) event.preventDefault();
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
      if ((found = cell(row.products))) return { kind: "product", slice: row.slicePosition, ky: found[0], kx: found[1] };
    }
    return null;
  }

  point(event) {
    if (!this.board) return;
    const found = this.under(event);
    this.hover(found);
    if (found) this.tip.show(this.tipLines(found), event);
  }

  hover(found) {
    if (!found) this.tip.show(null);
    if (same(found, this.hovered)) return;
    this.hovered = found;
    this.draw();
  }

  pin(event) {
    const found = this.board && this.under(event);
    if (!found) return;
    if (found.kind === "output") {
      this.player = { ...play.goTo(this.player, found.y * this.player.columns + found.x), playing: false };
    }
    this.pinned = found.kind === "product" ? null : found;
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

  tipLines(found) {
    const { scene, filter } = this;
    if (found.kind === "output") return words.outputTip(scene, filter, found.y, found.x);
    if (found.kind === "input") return words.inputTip(scene, filter, found.channel, found.y, found.x);
    if (found.kind === "weight") return words.weightTip(scene, filter, found.slice, found.ky, found.kx);
    const taps = this.why.rows.find((row) => row.slice === found.slice).taps;
    return words.productTip(taps.find((tap) => tap.ky === found.ky && tap.kx === found.kx));
  }

  // -- drawing --------------------------------------------------------------------

  draw() {
    const { board, scene, player } = this;
    if (!board) return;
    const focus = this.hovered ?? this.pinned;
    const cell = focus?.kind === "output" ? [focus.y, focus.x] : play.cellOf(player);
    this.why = explain(scene, this.filter, ...cell);
    const lit = focus?.kind === "output" || this.still() ? 1 : play.lit(player, 100) / 100;
    board.frame({ cell, step: player.step, why: this.why, lit, focus });
    const index = words.outputIndex(scene, this.filter, ...cell);
    this.root.dataset.cell = index.join(",");
    const here = words.outputIndex(scene, this.filter, ...play.cellOf(player));
    this.transport.show(player, here);
    if (!player.playing) this.host.onCell?.(here);
    this.speak(cell);
  }

  speak(cell) {
    clearTimeout(this.speaking);
    if (this.player.playing) return;
    this.speaking = setTimeout(() => {
      if (this.scene) this.live.textContent = words.stepWords(this.scene, this.filter, ...cell, this.why, this.player);
    }, LIVE_AFTER);
  }

  destroy() {
    this.stop();
    clearTimeout(this.speaking);
    this.resizer.disconnect();
    this.shifts.disconnect();
    this.root.replaceChildren();
  }
}

function same(a, b) {
  return a === b || (a && b && JSON.stringify(a) === JSON.stringify(b));
}
