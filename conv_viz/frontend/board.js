// The board: one row for each input channel (plane, slice, products, sum), the total below, the output beside it.
// Built anew for each picture; `frame` draws what changes from step to step.
import { band, css, diverging, inkOn, inputScale, tintOf } from "./color.js";
import { el } from "./dom.js";
import { brief, signed } from "./format.js";
import { layout, unvisited } from "./geometry.js";
import { CellGrid } from "./grid.js";
import { at, isPadding, sourceOf } from "./lookup.js";
import * as mark from "./marks.js";
import { pager } from "./pager.js";
import { Sheet } from "./sheet.js";
import { productLines } from "./words.js";

export class Board {
  /** @param {{onFilter, onPage?}} events a filter (position in view) was chosen; another part of the layer is wanted */
  constructor(scene, theme, width, filter, events, before) {
    Object.assign(this, { scene, theme, events, filter });
    const { padded, output, weight } = scene.arrays;
    this.size = layout({
      channels: padded.shape[0],
      padded: padded.shape.slice(1),
      kernel: weight.shape.slice(2),
      output: output.shape.slice(1),
      width,
      banded: scene.header.stage.groups > 1,
    });
    this.scales = this.makeScales();
    this.rows = scene.header.stage.names.map((name, channel) => this.channelRow(name, channel));
    this.total = el("div", { class: "total" });
    const rows = el("div", { class: "rows" }, ...this.titles(), ...this.rows.flatMap((row) => row.cells), this.total);
    const side = this.outputSide();
    this.sheets = [
      new Sheet(rows, this.rows.flatMap(({ plane, slice, products }) => (this.size.product ? [plane, slice, products] : [plane, slice])), before?.sheets[0]),
      new Sheet(side, [this.output, ...this.maps.map((m) => m.map)], before?.sheets[1]),
    ];
    this.root = el("div", { class: `board${this.size.folded ? " folded" : this.size.product ? "" : " lean"}` }, rows, side);
    this.choose(filter);
  }

  /** Paint every grid where it is on the page; true when that is another place than before. */
  place() {
    const moved = this.sheets.map((sheet) => sheet.place()).some(Boolean);
    if (moved) this.marked = null;
    return moved;
  }

  /** Are the marks of the planes other ones than in the last frame? At low speed few frames move the window. */
  moved(what) {
    const marked = JSON.stringify(what);
    const moved = marked !== this.marked;
    this.marked = marked;
    return moved;
  }

  makeScales() {
    const { ranges, names } = this.scene.header.stage;
    const scale = (name) => diverging(ranges[name][1], this.theme);
    return {
      input: names.map((name) => inputScale(ranges.input, name, this.theme)),
      weight: scale("weight"),
      product: scale("product"),
      output: scale("output"),
    };
  }

  titles() {
    this.filterTitle = el("span", { class: "title" });
    const title = (text) => el("span", { class: "title" }, text);
    const pager = this.pager("channels", this.scene.header.stage.channels, "channel");
    const padded = this.scene.arrays.source_y.data.some((s) => s < 0) || this.hasPadding();
    const input = el("span", { class: "title" }, padded ? "input, padded" : "input", pager);
    if (this.size.folded) return [input, this.filterTitle];
    return [input, this.filterTitle, this.size.product ? title("tap by tap") : null, title("sum")].filter(Boolean);
  }

  hasPadding() {
    const [[top, bottom], [left, right]] = this.scene.header.stage.inside;
    const [, rows, columns] = this.scene.arrays.padded.shape;
    return top > 0 || left > 0 || bottom < rows || right < columns;
  }

  channelRow(name, channel) {
    const { groups, group_of_channel: group } = this.scene.header.stage;
    const [, rows, columns] = this.scene.arrays.padded.shape;
    const [, , kh, kw] = this.scene.arrays.weight.shape;
    const plane = new CellGrid(`input ${name}`);
    const slice = new CellGrid(`weights for ${name}`);
    const products = new CellGrid(`products for ${name}`);
    plane.resize(rows, columns, [this.size.plane, this.size.plane]);
    slice.resize(kh, kw, [this.size.slice, this.size.slice]);
    if (this.size.product) products.resize(kh, kw, this.size.product);
    const label = el("span", { class: "name" }, name);
    const tint = tintOf(name, this.theme);
    if (tint) label.style.setProperty("--cv-tint", tint);
    const sum = el("div", { class: "sum", "data-testid": `sum-${channel}` });
    const planeCell = el("div", { class: "plane" }, plane.root, label);
    if (groups > 1) {
      planeCell.classList.add("banded");
      planeCell.style.setProperty("--cv-band", band(group[channel]));
      label.append(el("i", {}, ` group ${group[channel]}`));
    }
    const productCell = el("div", { class: "products" }, products.root);
    const cells = [planeCell, el("div", { class: "slice" }, slice.root), this.size.product ? productCell : null, sum].filter(Boolean);
    return { channel, plane, slice, products, productCell, sum, cells };
  }

  // What the chosen filter does not read steps back.
  paintPlane({ plane, channel, slicePosition }) {
    const { scene } = this;
    const unread = scene.header.stage.unread.map((list) => new Set(list));
    plane.paint({
      alpha: slicePosition < 0 ? 0.35 : 1,
      theme: this.theme,
      color: (r, c) => this.scales.input[channel](at(scene.arrays.padded, channel, r, c)),
      text: (r, c) => brief(at(scene.arrays.padded, channel, r, c)),
      padding: (r, c) => (!isPadding(scene, r, c) ? null : sourceOf(scene, r, c) ? "copy" : "zero"),
      unread: unread[0].size || unread[1].size ? (r, c) => unread[0].has(r) || unread[1].has(c) : undefined,
    });
  }

  outputSide() {
    const { stage } = this.scene.header;
    const [, rows, columns] = this.scene.arrays.output.shape;
    this.output = new CellGrid("output");
    this.output.resize(rows, columns, [this.size.output, this.size.output]);
    this.outputTitle = el("span", { class: "title" });
    this.maps = stage.group_of_filter.map((group, i) => this.filterMap(i, group));
    return el(
      "div",
      { class: "side" },
      el("div", { class: "line" }, this.outputTitle, this.pager("sample", [stage.sample, stage.sample + 1, stage.samples], "sample")),
      this.output.root,
      mark.colorBar(this.scene.header.stage.ranges.output, this.scales.output, "output"),
      el("div", { class: "line" }, el("span", { class: "title" }, "all filters"), this.pager("filters", stage.filters, "filter")),
      el("div", { class: "maps", role: "group", "aria-label": "filters" }, ...this.maps.map((m) => m.button)),
      el("div", { class: "scales" },
        mark.colorBar(stage.ranges.weight, this.scales.weight, "weights"),
        mark.colorBar(stage.ranges.input, this.scales.input[0], "input")),
    );
  }

  filterMap(i, group) {
    const { filters, groups } = this.scene.header.stage;
    const [, rows, columns] = this.scene.arrays.output.shape;
    const cell = this.size.thumb / Math.max(rows, columns);
    const map = new CellGrid(`feature map ${filters[0] + i}`);
    map.resize(rows, columns, [cell, cell]);
    map.paint({ theme: this.theme, color: (r, c) => this.scales.output(at(this.scene.arrays.output, i, r, c)) });
    const button = el(
      "button",
      { type: "button", "aria-label": `filter ${filters[0] + i}`, onclick: () => this.events.onFilter(i) },
      map.root, el("span", {}, String(filters[0] + i)),
    );
    if (groups > 1) {
      button.classList.add("banded");
      button.style.setProperty("--cv-band", band(group));
      button.title = `group ${group}`;
    }
    return { button, map };
  }

  pager(what, range, key) {
    return pager(what, range, this.events.onPage && ((to) => this.events.onPage({ [key]: to })));
  }

  /** Show another filter of those in view. */
  choose(filter) {
    this.filter = filter;
    this.marked = null;
    const { stage } = this.scene.header;
    const { weight, output } = this.scene.arrays;
    const shown = stage.filters[0] + filter;
    this.filterTitle.textContent = `filter ${shown}`;
    this.outputTitle.textContent = `output channel ${shown}`;
    this.rows.forEach((row) => {
      const slice = stage.reads[filter].indexOf(row.channel);
      row.slicePosition = slice;
      for (const cell of row.cells) cell.classList.toggle("idle", slice < 0);
      this.paintPlane(row);
      if (slice < 0) return row.slice.erase();
      row.slice.paint({
        theme: this.theme,
        color: (r, c) => this.scales.weight(at(weight, filter, slice, r, c)),
        text: (r, c) => signed(at(weight, filter, slice, r, c)),
      });
    });
    this.output.paint({
      theme: this.theme,
      color: (r, c) => this.scales.output(at(output, filter, r, c)),
      text: (r, c) => signed(at(output, filter, r, c)),
    });
    this.maps.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === filter)));
  }

  /**
   * Draw one frame.
   * @param why what `explain` says of the cell shown; `lit`: how many products are lit, as a share in 0..1
   * @param focus what is pointed at or pinned, or null: {kind, ...}
   */
  frame({ cell, step, why, lit, focus }) {
    const moved = this.moved([cell, focus]);
    this.open(focus?.channel ?? why.rows.find((r) => r.slice === focus?.slice)?.channel ?? why.rows[0]?.channel);
    for (const row of this.rows) {
      const part = why.rows.find((r) => r.channel === row.channel);
      if (moved) {
        row.plane.draw((ctx) => mark.plane(ctx, this, row, part, focus));
        row.slice.draw((ctx) => mark.slice(ctx, this, row, focus));
      }
      this.products(row, part, Math.round(lit * (part?.taps.length ?? 0)));
      put(row.sum, part ? signed(part.sum, 4) : "");
      row.sum.classList.toggle("pending", lit < 1);
    }
    this.output.draw((ctx) => {
      ctx.fillStyle = css(this.theme.background);
      const { rows, columns, cell: size } = this.output;
      for (const rect of unvisited(lit < 1 ? step - 1 : step, [rows, columns], size)) ctx.fillRect(...rect);
      mark.emptyCells(ctx, this, step);
      mark.output(ctx, this, cell, why, focus);
    });
    this.showTotal(why, lit);
  }

  /** On a small screen the products of one channel are shown. */
  open(channel) {
    if (channel === this.opened) return;
    this.opened = channel;
    for (const row of this.rows) row.productCell.classList.toggle("shown", row.channel === channel);
    if (this.size.folded) this.place();
  }

  products(row, part, shown) {
    if (!this.size.product) return;
    const { theme, scales } = this;
    const { products } = row;
    products.draw((ctx) => {
      if (!part) return;
      const [w, h] = products.cell;
      part.taps.forEach((tap, i) => {
        const x = tap.kx * w;
        const y = tap.ky * h;
        const color = i < shown ? scales.product(tap.product) : theme.background;
        const inset = w > 8 ? 1 : 0;
        ctx.fillStyle = css(color);
        ctx.fillRect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
        if (i >= shown) return products.frame(ctx, [x, y, w, h], theme.line, 1, 1.5);
        if (w >= 40) mark.productNumbers(ctx, theme, productLines(tap), [x, y, w, h], inkOn(color));
      });
    });
  }

  showTotal(why, lit) {
    const line = (label, value, kind) => `${label}|${value}|${kind}`;
    const lines = [];
    if (why.rest !== null) lines.push(line(`${this.scene.header.stage.hidden[this.filter]} channels not in view`, signed(why.rest, 4), "rest"));
    if (why.bias !== null) lines.push(line("bias", signed(why.bias, 4), "bias"));
    lines.push(line("", signed(why.total, 4), "all"), line("torch", signed(why.torch, 4), why.agrees ? "torch agrees" : "torch"));
    const key = lines.join("\n");
    this.total.classList.toggle("pending", lit < 1);
    if (key === this.shownTotal) return;
    this.shownTotal = key;
    this.total.replaceChildren(...lines.map((text) => {
      const [label, value, kind] = text.split("|");
      return el("div", { class: kind }, el("span", {}, label), el("b", { "data-testid": kind.split(" ")[0] }, value));
    }));
  }
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
