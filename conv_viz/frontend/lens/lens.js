// A lens: planes of numbers beside each other, and where each number comes from. It knows no host and no lens by name.
import { decode } from "../scene/codec.js";
import { diverging, inputScale } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { brief, signed } from "../scene/format.js";
import { CellGrid } from "../draw/grid.js";
import { cellWords } from "../scene/lens_words.js";
import { problemBox, tooLargeBox } from "../draw/headline.js";
import { Sheet } from "../draw/sheet.js";
import * as play from "../scene/player.js";
import { arrowsOf, indexAt, marksOf, placeOf, valueAt } from "../scene/terms.js";
import { applyTheme, readTheme } from "../draw/theme.js";
import { Transport } from "../draw/transport.js";
import { arrange, NARROW } from "./arrange.js";
import { curve, table, wires } from "./parts.js";

export class LensView {
  /** @type {import("../scene.d.ts").Scene<import("../scene.d.ts").LensHeader>} */
  scene;

  /**
   * @param {HTMLElement} root an empty element
   * @param {{onAt?: (at: string) => void, onFix?: () => void}} host onAt: a cell was chosen, as "array:index"
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
    this.slot = el("div", { class: "lens-sheet slot" });
    this.words = el("p", { class: "lens-words", "data-testid": "lens-words", "aria-live": "polite" });
    this.transport = new Transport({
      onKey: (key) => this.press(key),
      onScrub: (step) => this.move({ ...play.goTo(this.player, step), playing: false }),
      onSpeed: (speed) => this.move({ ...this.player, speed }),
    });
    this.below = el("div", { class: "lens-below" });
    root.replaceChildren(this.head, this.slot, this.words, this.transport.root, this.below);
    root.addEventListener("keydown", (event) => this.onKeyDown(event));
    this.slot.addEventListener("pointerleave", () => this.point(this.chosen));
    this.resizer = new ResizeObserver(() => this.root.clientWidth !== this.width && this.build());
    this.resizer.observe(root);
    this.shifts = new ResizeObserver(() => this.sheet?.place() && this.draw());
    this.shifts.observe(this.slot);
  }

  /** Show a payload. */
  update(bytes) {
    const scene = decode(bytes);
    const { header } = scene;
    this.scene = header.rows ? scene : null;
    const onFix = this.host.onFix && (() => this.host.onFix());
    this.root.setAttribute("aria-label", `${header.title}: arrow keys move, page keys change the grid, space plays`);
    this.head.replaceChildren(
      el("h2", {}, header.title),
      el("p", { class: "question" }, header.question),
      ...(header.code ? [el("code", { "data-testid": "code" }, header.code)] : []),
      ...(header.says ?? []).map((text) => el("p", { class: "says", "data-testid": "says" }, text)),
      ...(header.problem ? [problemBox(header.problem, onFix)] : []),
      ...(header.too_large ? [tooLargeBox(header.too_large, header.advice, onFix)] : []),
      ...(header.why_not ? [el("p", { class: "why-not", "data-testid": "why-not" }, header.why_not)] : []),
    );
    if (this.scene) this.begin();
    this.build();
    this.root.dataset.content = header.id;
  }

  // Where the pointer and the play head are at first; both stay where they were if the picture still has the place.
  begin() {
    const { frames, walk, first } = this.scene.header;
    const size = frames ? [1, frames.labels.length] : this.walkSize(walk);
    const kept = this.player?.columns && this.lens === this.scene.header.lens;
    const ended = kept && frames && this.player.step === this.player.rows * this.player.columns - 1;
    this.player = kept ? play.resize(this.player, ...size) : play.start(...size);
    if (frames && (!kept || ended)) this.player = play.goTo(this.player, Infinity);
    if (!kept && first !== undefined) this.player = play.goTo(this.player, first);
    this.lens = this.scene.header.lens;
    const [, array, index] = /^([\w.]+):(\d+)$/.exec(this.first ?? "") ?? [];
    this.first = null;
    const wanted = array ? { array, index: Number(index) } : kept ? this.chosen : null;
    const there = wanted && this.scene.header.planes.some((planes) => planes.array === wanted.array);
    this.chosen = there ? this.clamped(wanted) : walk && !frames ? this.walked() : null;
    if (walk && !frames && this.chosen?.array === walk) this.player = play.goTo(this.player, this.chosen.index);
    this.pointed = this.chosen;
  }

  walkSize(walk) {
    const [planes, rows, columns] = this.scene.arrays[walk ?? this.scene.header.planes[0].array].shape.slice(-3);
    return [planes * rows, columns];
  }

  walked = () => ({ array: this.scene.header.walk, index: this.player.step });

  clamped({ array, index }) {
    const size = this.scene.arrays[array].shape.slice(-3).reduce((a, b) => a * b, 1);
    return { array, index: Math.min(index, size - 1) };
  }

  get step() {
    return this.scene.header.frames ? this.player.step : 0;
  }

  /** Draw the picture anew for the theme and the width that there are now. */
  build() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    this.width = this.root.clientWidth;
    this.root.classList.toggle("narrow", this.width <= NARROW);
    this.grids = [];
    const { scene } = this;
    this.transport.root.hidden = this.words.hidden = !scene;
    if (!scene) {
      this.sheet = null; // nothing to place anew when the slot changes its size
      this.slot.replaceChildren();
      this.below.replaceChildren();
    }
    if (!scene || !this.width) return;
    const { header, arrays } = scene;
    const rows = arrange(header, arrays, this.width);
    this.slot.replaceChildren(
      ...rows.map((row) => el("div", { class: "lens-row" }, ...row.map((item) => this.item(item)))),
    );
    this.curve = header.frames ? curve(arrays.curve.data, header.frames, this.theme) : null;
    this.below.replaceChildren(
      ...(this.curve ? [this.curve.root] : []),
      ...(header.table ? [table(header.columns, header.table)] : []),
      ...(header.snippet ? [el("pre", { "data-testid": "snippet" }, header.snippet)] : []),
    );
    this.sheet = new Sheet(
      this.slot,
      this.grids.map(({ grid }) => grid),
      this.sheet,
    );
    this.paint();
    this.sheet.place();
    this.draw();
    this.run();
  }

  /** @param {{show: string, name: string, planes?: any, cell?: number, columns?: number}} item */
  item({ show, name, planes, cell, columns }) {
    if (show === "sign") return el("span", { class: "sign" }, name);
    if (show === "wires") return wires(this.scene.arrays[name], this.theme);
    const [count, rows, width] = this.scene.arrays[name].shape.slice(-3);
    const figures = Array.from({ length: count }, (_, plane) => {
      const label = planes.labels[plane];
      const grid = new CellGrid(label ? `${planes.title}, ${label}` : planes.title);
      grid.resize(rows, width, [cell, cell]);
      grid.root.dataset.array = name;
      const at = (event) => {
        const hit = grid.cellAt(event);
        return hit && { array: name, index: indexAt(this.scene, name, [plane, ...hit]) };
      };
      grid.root.addEventListener("pointermove", (event) => this.point(at(event)));
      grid.root.addEventListener("click", (event) => this.choose(at(event)));
      this.grids.push({ grid, name, plane, planes });
      const shown = label && count > 1;
      return el("div", { class: "lens-plane" }, shown ? el("span", { class: "name" }, label) : null, grid.root);
    });
    const sides = ["left", "right", "top", "bottom"].slice(0, planes.edges.length);
    return el(
      "figure",
      {},
      el("figcaption", { class: "title" }, planes.title),
      el(
        "div",
        { class: sides.length ? "lens-edges" : "" },
        ...sides.map((side, i) => el("span", { class: side }, planes.edges[i])),
        el("div", { class: "lens-planes", style: `grid-template-columns: repeat(${columns}, auto)` }, ...figures),
      ),
    );
  }

  paint() {
    const { scene, theme } = this;
    for (const { grid, name, plane, planes } of this.grids) {
      const value = (row, column) => valueAt(scene, name, indexAt(scene, name, [plane, row, column]), this.step);
      const input = planes.role === "input";
      const scale = input
        ? inputScale(planes.range, planes.labels[plane] ?? "grey", theme)
        : diverging(planes.range[1], theme);
      const write = input ? brief : (number) => signed(number, grid.cell[0] >= 30 ? 2 : 1);
      const table = (array) =>
        (array || undefined) && ((row, column) => scene.arrays[array].data[indexAt(scene, name, [plane, row, column])]);
      const kinds = table(planes.cells);
      const kind = (row, column) => [null, "copy", "hole", "zero", "beyond"][kinds(row, column)];
      grid.paint({
        theme,
        color: (row, column) => scale(value(row, column)),
        text: (row, column) => write(value(row, column)),
        padding: kinds && kind,
        unread: table(planes.hatched),
      });
    }
  }

  point(cell) {
    if (!this.scene) return;
    this.pointed = cell ?? this.chosen;
    this.draw();
  }

  /** A cell stays chosen until another one is. */
  choose(cell) {
    if (!cell) return;
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
    const names = this.scene.header.planes.map((planes) => planes.array);
    const { frames } = this.scene.header;
    if (key === "PageDown" || key === "PageUp") {
      const at = names.indexOf(this.chosen?.array) + (key === "PageDown" ? 1 : names.length - 1);
      this.choose({ array: names[at % names.length], index: 0 });
      return true;
    }
    const moves = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    if (moves[key] && !frames && this.chosen && this.chosen.array !== this.scene.header.walk) {
      const [plane, row, column] = placeOf(this.scene, this.chosen.array, this.chosen.index);
      const index = indexAt(this.scene, this.chosen.array, [plane, row + moves[key][0], column + moves[key][1]]);
      if (index >= 0) this.choose({ array: this.chosen.array, index });
      return true;
    }
    const player = play.press(this.player, key);
    if (player) this.move(player);
    return Boolean(player);
  }

  move(player) {
    const before = this.player.step;
    this.player = player;
    if (player.step !== before) this.stepped();
    this.draw();
    this.run();
  }

  // The play head has come to another step: other values, or another cell.
  stepped() {
    if (this.scene.header.frames) {
      this.paint();
    } else if (this.scene.header.walk) this.chosen = this.pointed = this.walked();
  }

  run() {
    if (!this.player?.playing || this.clock) return;
    let last = null;
    const tick = (now) => {
      this.clock = null;
      if (!this.player.playing || !this.scene) return;
      const player = play.tick(this.player, last === null ? 0 : (now - last) / 1000);
      last = now;
      this.clock = requestAnimationFrame(tick);
      const changed = player.step !== this.player.step || !player.playing;
      this.player = player;
      if (changed) {
        this.stepped();
        this.draw();
      }
    };
    this.clock = requestAnimationFrame(tick);
  }

  draw() {
    const { scene, pointed, theme } = this;
    if (!scene || !this.sheet) return;
    const marks = pointed
      ? marksOf(scene, pointed.array, pointed.index, this.step)
      : { now: [], sources: [], uses: [] };
    const arrows = arrowsOf(scene, marks);
    for (const { grid, name, plane } of this.grids) {
      grid.draw((ctx) => {
        const frame = (cells, color, width) =>
          cells.forEach((cell) => {
            if (cell.array !== name) return;
            const [on, row, column] = placeOf(scene, name, cell.index);
            if (on === plane) grid.frame(ctx, grid.box([row, column]), color, width, grid.cell[0] < 9 ? 0 : 1);
          });
        frame(marks.uses, theme.text, 2);
        frame(marks.sources, theme.accent, grid.cell[0] < 14 ? 1 : 2);
        frame(marks.now, theme.accent, grid.cell[0] < 9 ? 2 : 3);
        for (const { array, from, to } of arrows) {
          if (array !== name) continue;
          const [[on, ...start], [, ...end]] = [from, to].map((index) => placeOf(scene, name, index));
          if (on === plane) grid.arrow(ctx, start, end, theme.text);
        }
      });
    }
    this.root.dataset.arrows = arrows.map(({ array, from, to }) => `${array}:${from}>${to}`).join(" ");
    this.root.dataset.at = pointed ? `${pointed.array}:${pointed.index}` : "";
    this.words.replaceChildren(...this.explained());
    this.curve?.show(this.step);
    const { frames } = scene.header;
    const words = frames
      ? `${frames.name} ${frames.labels[this.step]}`
      : pointed
        ? cellWords(scene, pointed.array, pointed.index).name
        : "";
    this.transport.show(this.player, words);
  }

  explained() {
    if (!this.pointed) return [el("span", { class: "quiet" }, "Point at a number to see where it comes from.")];
    const words = cellWords(this.scene, this.pointed.array, this.pointed.index, this.step);
    const parts = [el("b", {}, words.name), el("span", {}, ` = ${words.value}`)];
    if (words.terms.length) {
      const sum = words.terms.join(words.terms.includes("−") ? " " : " + ");
      const more = [words.rest && `… ${words.rest}`, words.divisor, words.more && `+ ${words.more}`]
        .filter(Boolean)
        .join("  ");
      parts.push(el("span", { class: "terms" }, ` = ${sum} ${more}`));
    }
    if (words.result)
      parts.push(
        el(
          "b",
          { class: "result", "data-testid": "lens-total" },
          `${words.terms.length ? " = " : " "}${words.result}${words.agrees ? " ✓" : ""}`,
        ),
      );
    if (words.uses) parts.push(el("span", { class: "quiet" }, ` ${words.uses}`));
    return parts;
  }

  destroy() {
    cancelAnimationFrame(this.clock);
    this.resizer.disconnect();
    this.shifts.disconnect();
    this.scene = null;
  }
}
