// The weight of a layer as one picture: a row for each filter, a column for each channel that it reads.
import { BlockGrid } from "../draw/blocks.js";
import { band, diverging } from "../scene/color.js";
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { exact, shape } from "../scene/format.js";
import { blockLayout } from "../scene/geometry.js";
import { at } from "../scene/lookup.js";
import { pager } from "../draw/pager.js";
import { SceneView } from "../draw/scene_view.js";
import { Sheet } from "../draw/sheet.js";
import { columnLabels, move, rowLabel, sideWidth, weightText, weightTip } from "./tensor.js";
import { Tip } from "../draw/tip.js";

const HEIGHT = 620; // of the picture, where the kernels allow it
const NARROW = 460; // a telephone
const BIAS = 52;
const BETWEEN = 14;
const SEND_AFTER = 200; // ms of rest after an arrow key

/** @typedef {import("../scene.d.ts").WeightsHeader} Header */
/** @typedef {import("../scene.d.ts").Scene<Header>} Scene */
/** @typedef {import("../draw/theme.js").Theme} Theme */
/** @typedef {ReturnType<typeof sizesOf>} Sizes */
/** @typedef {(value: number) => number[]} Scale */

/** @extends {SceneView<Header>} */
export class WeightsView extends SceneView {
  /**
   * What is drawn, once there is room for it.
   * @type {{scene: Scene, theme: Theme, weight: BlockGrid, labels: HTMLElement[]}|null}
   */
  shown = null;
  width = 0;
  /** @type {number[]} filter and slice, of the whole layer */
  chosen = [0, 0];
  /** @type {number[]|null} what the pointer is over, as `BlockGrid.blockAt` says it */
  over = null;

  constructor(root, host) {
    super(root);
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

  /** Draw the picture for the theme and the width that there are now. @param {Scene} scene @param {Theme} theme */
  show(scene, theme) {
    const isNew = scene !== this.shown?.scene;
    if (isNew && !this.timer) this.chosen = scene.header.chosen; // else a later choice is on its way
    this.width = this.root.clientWidth;
    if (!this.width) return;
    this.over = null;
    this.tip.show(null);
    const scale = diverging(scene.header.most, theme);
    const sizes = sizesOf(scene, this.width);
    this.head.replaceChildren(...this.headLines(scene, scale));
    const weight = this.weightGrid(scene, theme, sizes, scale);
    const bias = scene.arrays.bias ? this.biasGrid(scene, theme, sizes, scale) : null;
    const labels = this.rowLabels(scene, sizes);
    this.slot.replaceChildren(
      el("div", { class: "labels", style: `width:${sizes.side}px;height:${weight.height}px` }, ...labels),
      el("div", { class: "blocks" }, columnTitles(scene, sizes), weight.root),
      ...(bias
        ? [el("div", { class: "biases" }, el("div", { class: "columns" }, el("span", {}, "bias")), bias.root)]
        : []),
    );
    this.shown = { scene, theme, weight, labels };
    this.sheet = new Sheet(this.slot, bias ? [weight, bias] : [weight], this.sheet);
    this.sheet.place();
    this.mark();
  }

  /** @param {Scene} scene @param {Scale} scale */
  headLines({ header }, scale) {
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
    const bar = colorBar([-header.most, header.most], scale, "weights");
    return [facts, el("div", { class: "line" }, bar, ...pages.filter(Boolean))];
  }

  /** @param {Scene} scene @param {Theme} theme @param {Sizes} sizes @param {Scale} scale */
  weightGrid(scene, theme, { cell, gap }, scale) {
    const { weight } = scene.arrays;
    const [filters, slices, kh, kw] = weight.shape;
    const grid = new BlockGrid("weights of every filter in view");
    grid.resizeBlocks([filters, slices], [kh, kw], cell, gap);
    const value = (r, c) => at(weight, Math.floor(r / kh), Math.floor(c / kw), r % kh, c % kw);
    const text = (r, c) => weightText(value(r, c), scene.header.most);
    grid.paint({ theme, color: (r, c) => scale(value(r, c)), text });
    grid.root.addEventListener("pointermove", (event) => {
      this.over = grid.blockAt(event);
      this.mark();
      this.tip.show(this.over && weightTip(scene, this.over), event);
    });
    grid.root.addEventListener("pointerleave", () => this.leave());
    grid.root.addEventListener("click", (event) => {
      const found = grid.blockAt(event, true);
      if (!found) return;
      this.root.focus({ preventScroll: true });
      this.choose([scene.header.filters[0] + found[0], scene.header.slices[0] + found[1]]);
    });
    return grid;
  }

  /** @param {Scene} scene @param {Theme} theme @param {Sizes} sizes @param {Scale} scale */
  biasGrid({ header, arrays: { bias, weight } }, theme, { cell, gap }, scale) {
    const grid = new BlockGrid("bias of every filter in view");
    grid.resizeBlocks([bias.shape[0], 1], [1, 1], [BIAS, weight.shape[2] * cell[1]], [0, gap[1]]);
    const text = (r) => weightText(at(bias, r), header.most);
    grid.paint({ theme, color: (r) => scale(at(bias, r)), text });
    grid.root.addEventListener("pointermove", (event) => {
      const found = grid.blockAt(event);
      this.tip.show(found && [`bias[${header.filters[0] + found[0]}]`, exact(at(bias, found[0]))], event);
    });
    grid.root.addEventListener("pointerleave", () => this.tip.show(null));
    return grid;
  }

  /** @param {Scene} scene @param {Sizes} sizes @returns {HTMLElement[]} */
  rowLabels({ header }, { step, side, gap }) {
    return header.reads.map((reads, i) => {
      const filter = header.filters[0] + i;
      const [name, more] = rowLabel(header, i, { step, side });
      const label = el(
        "button",
        {
          type: "button",
          tabindex: "-1",
          "aria-label": `filter ${filter}, ${reads}`,
          title: `filter ${filter} ${reads}`,
          style: `top:${i * step}px;height:${step - gap[1]}px`,
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

  // -- choosing -------------------------------------------------------------------

  /** @param {number[]} chosen filter and slice @param {number} wait so many ms for another choice */
  choose(chosen, wait = 0) {
    this.chosen = chosen;
    this.mark();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.host.trigger("choose", { filter: chosen[0], slice: chosen[1] });
    }, wait);
  }

  onKey(event) {
    if (!this.scene || event.altKey || event.ctrlKey || event.metaKey) return;
    const { filters, slices } = this.scene.header;
    const chosen = move(this.chosen, event.key, [filters[2], slices[2]]);
    if (!chosen) return;
    event.preventDefault();
    this.choose(chosen, SEND_AFTER);
  }

  // -- pointing and marks ---------------------------------------------------------

  leave() {
    this.over = null;
    this.tip.show(null);
    this.mark();
  }

  /** The chosen slice in orange, its filter's label, and the cell under the pointer. */
  mark() {
    this.root.dataset.chosen = this.chosen.join(",");
    if (!this.shown) return;
    const { scene, theme, weight, labels } = this.shown;
    const { filters, slices } = scene.header;
    const place = [this.chosen[0] - filters[0], this.chosen[1] - slices[0]];
    const [rows, columns] = weight.blocks;
    const inside = place[0] >= 0 && place[0] < rows && place[1] >= 0 && place[1] < columns;
    labels.forEach((label, i) => label.setAttribute("aria-pressed", String(i === place[0])));
    weight.draw((ctx) => {
      if (this.over) {
        const [r, c, ky, kx] = this.over;
        const [kh, kw] = weight.kernel;
        weight.frame(ctx, weight.box([r * kh + ky, c * kw + kx]), theme.text, weight.cell[0] < 8 ? 1 : 2);
      }
      if (inside) weight.frame(ctx, weight.block(place), theme.accent, 2.5, -1.25);
    });
  }

  destroy() {
    clearTimeout(this.timer);
    this.resizer.disconnect();
    this.root.replaceChildren();
  }
}

/**
 * How large everything is, in CSS pixels: side, the width of the row labels; cell and gap, [x, y]; step, from row to row.
 * @param {Scene} scene @param {number} width of the view
 */
function sizesOf({ header, arrays: { weight, bias } }, width) {
  const [filters, slices, kh, kw] = weight.shape;
  const around = (bias ? BIAS + BETWEEN : 0) + 12;
  const layout = (side) => blockLayout([filters, slices], [kh, kw], width - side - around, HEIGHT);
  const side = sideWidth(header, kh, layout, width < NARROW);
  const { cell, gap } = layout(side);
  return { side, cell: [cell, cell], gap: [gap, gap], step: kh * cell + gap };
}

/** @param {Scene} scene @param {Sizes} sizes */
function columnTitles({ header, arrays: { weight } }, { cell, gap }) {
  const step = weight.shape[3] * cell[0] + gap[0];
  const made = columnLabels(header, step).map(([i, text]) => el("span", { style: `left:${i * step}px` }, text));
  return el("div", { class: "columns", "aria-hidden": "true" }, ...made);
}
