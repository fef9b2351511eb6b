// The weight of a layer as one picture: a row for each filter, a column for each channel that it reads.
import { BlockGrid } from "../draw/blocks.js";
import { decode } from "../scene/codec.js";
import { band, diverging } from "../scene/color.js";
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { exact, shape } from "../scene/format.js";
import { blockLayout } from "../scene/geometry.js";
import { at } from "../scene/lookup.js";
import { pager } from "../draw/pager.js";
import { Sheet } from "../draw/sheet.js";
import { columnLabels, move, rowLabel, sideWidth, weightText, weightTip } from "./tensor.js";
import { applyTheme, readTheme } from "../draw/theme.js";
import { Tip } from "../draw/tip.js";

const HEIGHT = 620; // of the picture, where the kernels allow it
const NARROW = 460; // a telephone
const BIAS = 52;
const BETWEEN = 14;
const SEND_AFTER = 200; // ms of rest after an arrow key

export class WeightsView {
  /** @type {import("../scene.d.ts").Scene<import("../scene.d.ts").WeightsHeader>} */
  scene;

  constructor(root, host) {
    this.root = root;
    this.host = host;
    root.classList.add("cv", "tensor");
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", "all weights: arrow keys choose another filter and slice");
    root.dataset.testid = "weights";
    this.head = el("div", { class: "tensor-head" });
    this.slot = el("div", { class: "matrix" });
    this.tip = new Tip(root);
    root.replaceChildren(this.head, this.slot, this.tip.root);
    root.addEventListener("keydown", (event) => this.onKey(event));
    this.resizer = new ResizeObserver(() => Math.abs(root.clientWidth - this.width) > 2 && this.build());
    this.resizer.observe(root);
  }

  update(bytes) {
    this.scene = decode(bytes);
    if (!this.timer) this.chosen = this.scene.header.chosen; // a later choice is on its way
    this.build();
    this.root.dataset.content = this.scene.header.id;
  }

  /** Draw the picture anew for the theme and the width that there are now. */
  build() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    this.width = this.root.clientWidth;
    if (!this.scene || !this.width) return;
    this.over = null;
    this.tip.show(null);
    this.scale = diverging(this.scene.header.most, this.theme);
    this.head.replaceChildren(...this.headLines());
    this.layout();
    this.weight = this.weightGrid();
    this.bias = this.scene.arrays.bias ? this.biasGrid() : null;
    this.labels = this.rowLabels();
    this.slot.replaceChildren(
      el("div", { class: "labels", style: `width:${this.side}px;height:${this.weight.height}px` }, ...this.labels),
      el("div", { class: "blocks" }, this.columnTitles(), this.weight.root),
      ...(this.bias
        ? [el("div", { class: "biases" }, el("div", { class: "columns" }, el("span", {}, "bias")), this.bias.root)]
        : []),
    );
    this.sheet = new Sheet(this.slot, this.bias ? [this.weight, this.bias] : [this.weight], this.sheet);
    this.sheet.place();
    this.mark();
  }

  layout() {
    const { weight, bias } = this.scene.arrays;
    const [filters, slices, kh, kw] = weight.shape;
    const around = (bias ? BIAS + BETWEEN : 0) + 12;
    const layout = (side) => blockLayout([filters, slices], [kh, kw], this.width - side - around, HEIGHT);
    this.side = sideWidth(this.scene.header, kh, layout, this.width < NARROW);
    const { cell, gap } = layout(this.side);
    this.cell = [cell, cell];
    this.gap = [gap, gap];
    this.step = kh * cell + gap;
  }

  headLines() {
    const { header } = this.scene;
    const fact = (label, text, small) =>
      el("div", {}, el("dt", {}, label), el("dd", {}, text), small ? el("dd", { class: "axes" }, small) : null);
    const facts = el(
      "dl",
      { class: "facts" },
      fact("weight", shape(header.weight_shape), header.weight_axes.join(", ")),
      fact("bias", header.bias_shape ? shape(header.bias_shape) : "none"),
      fact("parameters", header.parameters.toLocaleString("en")),
      fact("these are", header.source),
    );
    const pages = [
      pager("filters", header.filters, (to) => this.choose([to, this.chosen[1]])),
      pager("slices", header.slices, (to) => this.choose([this.chosen[0], to])),
    ];
    const bar = colorBar([-header.most, header.most], this.scale, "weights");
    return [facts, el("div", { class: "line" }, bar, ...pages.filter(Boolean))];
  }

  text(value) {
    return weightText(value, this.scene.header.most);
  }

  weightGrid() {
    const { weight } = this.scene.arrays;
    const [filters, slices, kh, kw] = weight.shape;
    const grid = new BlockGrid("weights of every filter in view");
    grid.resizeBlocks([filters, slices], [kh, kw], this.cell, this.gap);
    const value = (r, c) => at(weight, Math.floor(r / kh), Math.floor(c / kw), r % kh, c % kw);
    grid.paint({ theme: this.theme, color: (r, c) => this.scale(value(r, c)), text: (r, c) => this.text(value(r, c)) });
    grid.root.addEventListener("pointermove", (event) => this.point(event));
    grid.root.addEventListener("pointerleave", () => this.leave());
    grid.root.addEventListener("click", (event) => this.pick(event));
    return grid;
  }

  biasGrid() {
    const { bias } = this.scene.arrays;
    const grid = new BlockGrid("bias of every filter in view");
    const high = this.scene.arrays.weight.shape[2] * this.cell[1];
    grid.resizeBlocks([bias.shape[0], 1], [1, 1], [BIAS, high], [0, this.gap[1]]);
    grid.paint({ theme: this.theme, color: (r) => this.scale(at(bias, r)), text: (r) => this.text(at(bias, r)) });
    grid.root.addEventListener("pointermove", (event) => {
      const found = grid.blockAt(event);
      this.tip.show(found && [`bias[${this.first(0) + found[0]}]`, exact(at(bias, found[0]))], event);
    });
    grid.root.addEventListener("pointerleave", () => this.tip.show(null));
    return grid;
  }

  rowLabels() {
    const { header } = this.scene;
    return header.reads.map((reads, i) => {
      const filter = this.first(0) + i;
      const [name, more] = rowLabel(header, i, { step: this.step, side: this.side });
      const label = el(
        "button",
        {
          type: "button",
          tabindex: "-1",
          "aria-label": `filter ${filter}, ${reads}`,
          title: `filter ${filter} ${reads}`,
          style: `top:${i * this.step}px;height:${this.step - this.gap[1]}px`,
          onclick: () => this.choose([filter, this.chosen[1]]),
        },
        el("b", {}, name),
        more ? el("span", {}, more) : null,
      );
      if (header.groups > 1) {
        label.classList.add("banded");
        label.style.setProperty("--cv-band", band(header.group_of_filter[i]));
      }
      return label;
    });
  }

  columnTitles() {
    const step = this.scene.arrays.weight.shape[3] * this.cell[0] + this.gap[0];
    const made = columnLabels(this.scene.header, step).map(([i, text]) =>
      el("span", { style: `left:${i * step}px` }, text),
    );
    return el("div", { class: "columns", "aria-hidden": "true" }, ...made);
  }

  // -- choosing -------------------------------------------------------------------

  first(axis) {
    return this.scene.header[axis ? "slices" : "filters"][0];
  }

  choose(chosen, wait = 0) {
    this.chosen = chosen;
    this.mark();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.host.trigger("choose", { filter: chosen[0], slice: chosen[1] });
    }, wait);
  }

  pick(event) {
    const found = this.weight.blockAt(event, true);
    if (!found) return;
    this.root.focus({ preventScroll: true });
    this.choose([this.first(0) + found[0], this.first(1) + found[1]]);
  }

  onKey(event) {
    const {
      filters: [, , filters],
      slices: [, , slices],
    } = this.scene.header;
    const chosen =
      event.altKey || event.ctrlKey || event.metaKey ? null : move(this.chosen, event.key, [filters, slices]);
    if (!chosen) return;
    event.preventDefault();
    this.choose(chosen, SEND_AFTER);
  }

  // -- pointing and marks ---------------------------------------------------------

  point(event) {
    const found = this.weight.blockAt(event);
    this.over = found;
    this.mark();
    this.tip.show(found && weightTip(this.scene, found), event);
  }

  leave() {
    this.over = null;
    this.tip.show(null);
    this.mark();
  }

  /** The chosen slice in orange, its filter's label, and the cell under the pointer. */
  mark() {
    const place = [this.chosen[0] - this.first(0), this.chosen[1] - this.first(1)];
    const [rows, columns] = this.weight.blocks;
    const inside = place[0] >= 0 && place[0] < rows && place[1] >= 0 && place[1] < columns;
    this.labels.forEach((label, i) => label.setAttribute("aria-pressed", String(i === place[0])));
    this.root.dataset.chosen = this.chosen.join(",");
    this.weight.draw((ctx) => {
      if (this.over) {
        const [r, c, ky, kx] = this.over;
        const [kh, kw] = this.weight.kernel;
        this.weight.frame(ctx, this.weight.box([r * kh + ky, c * kw + kx]), this.theme.text, this.cell[0] < 8 ? 1 : 2);
      }
      if (inside) this.weight.frame(ctx, this.weight.block(place), this.theme.accent, 2.5, -1.25);
    });
  }

  destroy() {
    clearTimeout(this.timer);
    this.resizer.disconnect();
    this.root.replaceChildren();
  }
}
