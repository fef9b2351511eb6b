// The board: one row for each input channel (plane, slice, products, sum), the total below, the output beside it.
// Built anew for each picture; `frame` draws what changes from step to step.
import { band, css, diverging, inkOn, inputScale, tintOf } from "../scene/color.js";
import { colorBar } from "../draw/color_bar.js";
import { el } from "../draw/dom.js";
import { brief, signed } from "../scene/format.js";
import { unvisited } from "../scene/geometry.js";
import { layout } from "../scene/layout.js";
import { CellGrid } from "../draw/grid.js";
import { at, hasNumber, kindOf } from "../scene/lookup.js";
import * as mark from "./marks.js";
import { pager } from "../draw/pager.js";
import { Sheet } from "../draw/sheet.js";
import { told } from "../draw/told.js";
import { Total } from "./total.js";
import { outputName, productLines, tapWordsOf } from "../scene/words.js";

const DIMMED = 0.7; // share of the page over what the play head has not reached

export class Board {
  /** @type {import("../scene.d.ts").Drawn} */
  scene;
  /** @type {import("../draw/theme.js").Theme} */
  theme;
  output = new CellGrid("output");
  filterTitle = el("span", { class: "title" });
  outputTitle = el("span", { class: "title" });

  /** @param {{onFilter, onTell, onPage?}} events a filter (position in view) was chosen; lines are to be said, or no longer;
   *   another part of the layer is wanted */
  constructor(scene, theme, { width, height }, filter, events, before) {
    this.scene = scene;
    this.theme = theme;
    this.events = events;
    this.filter = filter;
    const { padded, output, weight } = scene.arrays;
    const { kernel, groups, hidden, channels, reads } = scene.header.stage;
    const rowsOfAFilter = Math.max(...reads.map((read) => read.length)) || padded.shape[0];
    this.weighted = Boolean(weight); // a pool has no filters
    this.size = layout({
      channels: rowsOfAFilter,
      strip: rowsOfAFilter < padded.shape[0],
      padded: this.planeShape(),
      kernel,
      output: output.shape.slice(1),
      width,
      height,
      banded: groups > 1,
      weighted: this.weighted,
      lines: hidden.some(Boolean) ? 2 : 1,
      paged: padded.shape[0] < channels[2],
      type: theme.type,
    });
    this.scales = this.makeScales();
    this.rows = scene.header.stage.names.map((name, channel) => this.channelRow(name, channel));
    this.total = new Total((lines) => events.onTell(lines));
    this.maps = scene.header.stage.group_of_filter.map((group, i) => this.filterMap(i, group));
    const rows = el("div", { class: "rows" }, ...this.titles());
    this.lines = rows;
    this.strip = el("div", { class: "strip" });
    const side = this.outputSide();
    this.sheets = [
      new Sheet(
        rows,
        this.rows.flatMap(({ grids }) => grids),
        before?.sheets[0],
      ),
      new Sheet(side, [this.output, ...this.maps.map((m) => m.map)], before?.sheets[1]),
    ];
    const kinds = [this.size.folded ? "folded" : !this.size.product && "lean", !this.weighted && "weightless"];
    this.root = el(
      "div",
      { class: ["board", ...kinds.filter(Boolean)].join(" ") },
      el("div", { class: "equation" }, el("div", { class: "scroll" }, rows), this.total.root),
      el("div", { class: "scroll beside" }, side),
    );
    // What is higher than its place scrolls in it; total and output stay.
    if (height !== null && !this.size.folded) this.root.style.maxHeight = `${height}px`;
    this.choose(filter);
  }

  /** Where every grid is on the page. */
  measure() {
    return this.sheets.map((sheet) => sheet.measure());
  }

  /** Paint every grid where it is on the page; true when that is another place than before. */
  place(found = this.measure()) {
    const moved = this.sheets.map((sheet, i) => sheet.place(found[i])).some(Boolean);
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

  /** Rows and columns of a plane. */
  planeShape() {
    return this.scene.arrays.padded.shape.slice(1);
  }

  /** What stands over each column. */
  titlesOf() {
    return this.scene.header.stage.titles;
  }

  /** A weight where it is drawn. */
  weightAt(slice, r, c) {
    return at(this.scene.arrays.weight, this.filter, slice, r, c);
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
    const title = (text) => el("span", { class: "title" }, text);
    const { channels } = this.scene.header.stage;
    const titles = this.titlesOf();
    const pager = this.weighted ? this.pager("channels", channels, "channel") : null; // a pool's channels are its outputs
    const input = title(titles.input);
    const above = pager && el("span", { class: "title wide" }, pager);
    this.inputTitle = input;
    const filter = this.weighted ? this.filterTitle : null;
    if (this.size.folded) return [above, input, filter ?? title(titles.taps)].filter(Boolean);
    const products = this.size.product
      ? el(
          "span",
          { class: "title" },
          told(
            titles.taps,
            () => tapWordsOf(this.scene),
            (lines) => this.events.onTell(lines),
          ),
        )
      : null;
    return [above, input, filter, products, title(titles.sum)].filter(Boolean);
  }

  channelRow(name, channel) {
    const { groups, group_of_channel: group } = this.scene.header.stage;
    const [rows, columns] = this.planeShape();
    const [kh, kw] = this.scene.header.stage.kernel;
    const plane = new CellGrid(`input ${name}`);
    const slice = new CellGrid(`weights for ${name}`);
    const products = new CellGrid(`products for ${name}`);
    plane.resize(rows, columns, [this.size.plane, this.size.plane]);
    slice.resize(kh, kw, this.size.slice);
    if (this.size.product) products.resize(kh, kw, this.size.product);
    const label = el("span", { class: "name", title: name }, name);
    const tint = tintOf(name, this.theme);
    if (tint) label.style.setProperty("--cv-tint", tint);
    const sum = el("div", { class: "sum", "data-testid": `sum-${channel}` });
    const planeCell = el("div", { class: "plane" }, label, plane.root);
    if (groups > 1) {
      planeCell.classList.add("banded");
      planeCell.style.setProperty("--cv-band", band(group[channel]));
      label.append(el("i", {}, `group ${group[channel]}`));
    }
    const productCell = el("div", { class: "products" }, products.root);
    const sliceCell = this.weighted ? el("div", { class: "slice" }, slice.root) : null;
    const cells = [planeCell, sliceCell, this.size.product ? productCell : null, sum].filter(Boolean);
    const grids = [plane, this.weighted && slice, this.size.product && products].filter(Boolean);
    return { channel, plane, slice, products, productCell, sum, cells, grids };
  }

  // What the chosen filter does not read steps back.
  paintPlane({ plane, channel, slicePosition }) {
    const { scene } = this;
    const unread = scene.header.stage.unread.map((list) => new Set(list));
    plane.paint({
      alpha: slicePosition < 0 ? 0.35 : 1,
      theme: this.theme,
      color: (r, c) => this.scales.input[channel](at(scene.arrays.padded, channel, r, c)),
      text: (r, c) => (hasNumber(scene, r, c) ? brief(at(scene.arrays.padded, channel, r, c)) : null),
      padding: (r, c) => {
        const kind = kindOf(scene, r, c);
        return kind === "input" ? null : kind;
      },
      unread: unread[0].size || unread[1].size ? (r, c) => unread[0].has(r) || unread[1].has(c) : undefined,
    });
  }

  outputSide() {
    const { stage } = this.scene.header;
    const [, rows, columns] = this.scene.arrays.output.shape;
    this.output.resize(rows, columns, [this.size.output, this.size.output]);
    this.allTitle = el(
      "div",
      { class: "line" },
      el("span", { class: "title" }, stage.titles.outputs),
      this.pager(`${stage.unit}s`, stage.filters, "filter"),
    );
    return el(
      "div",
      { class: "side" },
      el(
        "div",
        { class: "line" },
        this.outputTitle,
        this.pager("sample", [stage.sample, stage.sample + 1, stage.samples], "sample"),
      ),
      this.output.root,
      colorBar(this.scene.header.stage.ranges.output, this.scales.output, "output"),
      this.allTitle,
      el("div", { class: "maps", role: "group", "aria-label": `${stage.unit}s` }, ...this.maps.map((m) => m.button)),
      el(
        "div",
        { class: "scales" },
        this.weighted ? colorBar(stage.ranges.weight, this.scales.weight, "weights") : "",
        colorBar(stage.ranges.input, this.scales.input[0], "input"),
      ),
    );
  }

  filterMap(i, group) {
    const { filters, groups, unit } = this.scene.header.stage;
    const [, rows, columns] = this.scene.arrays.output.shape;
    const cell = this.size.thumb / Math.max(rows, columns);
    const map = new CellGrid(`feature map ${filters[0] + i}`);
    map.resize(rows, columns, [cell, cell]);
    map.paint({ theme: this.theme, color: (r, c) => this.scales.output(at(this.scene.arrays.output, i, r, c)) });
    const button = el(
      "button",
      { type: "button", "aria-label": `${unit} ${filters[0] + i}`, onclick: () => this.events.onFilter(i) },
      map.root,
      el("span", {}, String(filters[0] + i)),
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
    const shown = stage.filters[0] + filter;
    this.filterTitle.textContent = this.titlesOf().filters[filter] ?? "";
    this.outputTitle.textContent = `output channel ${shown}`;
    this.rows.forEach((row) => {
      const slice = stage.reads[filter].indexOf(row.channel);
      row.slicePosition = slice;
    });
    this.arrange();
    this.rows.forEach((row) => {
      const slice = row.slicePosition;
      this.paintPlane(row);
      if (!this.weighted) return;
      if (slice < 0) return row.slice.erase();
      row.slice.paint({
        theme: this.theme,
        color: (r, c) => this.scales.weight(this.weightAt(slice, r, c)),
        text: (r, c) => signed(this.weightAt(slice, r, c)),
      });
    });
    this.paintOutput();
    this.maps.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === filter)));
  }

  /** The rows that the filter reads; the other planes small, in a strip below. A filter that reads none has all rows. */
  arrange() {
    const read = this.rows.filter(({ slicePosition }) => slicePosition >= 0);
    const shown = read.length ? read : this.rows;
    const rest = this.rows.filter((row) => !shown.includes(row));
    const arranged = shown.map(({ channel }) => channel).join();
    if (arranged === this.arranged) return;
    this.arranged = arranged;
    for (const row of this.rows) {
      const side = shown.includes(row) ? this.size.plane : this.size.strip;
      row.plane.resize(...this.planeShape(), [side, side]);
      for (const cell of row.cells) cell.remove();
    }
    const { unit } = this.scene.header.stage;
    const words = unit === "filter" ? "not read by this filter" : "other channels";
    this.strip.replaceChildren(el("span", { class: "title" }, words), ...rest.map(({ cells: [plane] }) => plane));
    this.lines.append(...shown.flatMap(({ cells }) => cells), ...(rest.length ? [this.strip] : []));
    if (!rest.length) this.strip.remove();
    if (this.root.isConnected) this.place();
  }

  paintOutput() {
    const value = (r, c) => at(this.scene.arrays.output, this.filter, r, c);
    this.output.paint({
      theme: this.theme,
      color: (r, c) => this.scales.output(value(r, c)),
      text: (r, c) => signed(value(r, c)),
    });
  }

  /**
   * Draw one frame.
   * @param why what `explain` says of the cell shown; `lit`: how many products are lit, as a share in 0..1
   * @param focus what is pointed at or pinned, or null: {kind, ...} @param pinned what is pinned, or null
   */
  frame({ cell, step, why, lit, focus, pinned }) {
    const moved = this.moved([cell, focus, pinned]);
    this.open(focus?.channel ?? why.rows.find((r) => r.slice === focus?.slice)?.channel ?? why.rows[0]?.channel);
    for (const row of this.rows) {
      const part = why.rows.find((r) => r.channel === row.channel);
      if (moved) {
        row.plane.draw((ctx) => mark.plane(ctx, this, row, part, focus, pinned));
        if (this.weighted) row.slice.draw((ctx) => mark.slice(ctx, this, row, focus, pinned));
      }
      this.products(row, part, Math.round(lit * (part?.taps.length ?? 0)));
      put(row.sum, part ? signed(part.sum, 4) : "");
      row.sum.classList.toggle("pending", lit < 1);
    }
    this.output.draw((ctx) => {
      ctx.fillStyle = css(this.theme.background);
      const { rows, columns, cell: size } = this.output;
      ctx.globalAlpha = mark.isSlim(this.output) ? DIMMED : 1; // a large map is there at once
      for (const rect of unvisited(lit < 1 ? step - 1 : step, [rows, columns], size)) ctx.fillRect(...rect);
      ctx.globalAlpha = 1;
      mark.emptyCells(ctx, this, step);
      mark.output(ctx, this, cell, focus, pinned);
    });
    this.showTotal(why, lit, cell);
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
        const counts = kindOf(this.scene, tap.y, tap.x) !== "beyond";
        const color = i < shown && counts ? scales.product(tap.product) : theme.background;
        const inset = w > 8 ? 1 : 0;
        ctx.fillStyle = css(color);
        ctx.fillRect(x + inset, y + inset, w - 2 * inset, h - 2 * inset);
        if (i < shown && !counts) return products.hatch(ctx, theme, (r, c) => r === tap.ky && c === tap.kx);
        if (i >= shown) return products.frame(ctx, [x, y, w, h], theme.line, 1, 1.5);
        if (tap.won) products.frame(ctx, [x, y, w, h], theme.accent, 3, 1.5);
        if (w >= 26 && h >= 12)
          mark.productNumbers(
            ctx,
            theme,
            productLines(tap, this.weighted, this.scene.header.stage.reduce.power),
            [x, y, w, h],
            inkOn(color),
          );
      });
    });
  }

  /** What joins the sums, the total, and torch's own number. */
  showTotal(why, lit, [y, x]) {
    const lines = [
      why.rest !== null && [
        `+ ${this.scene.header.stage.hidden[this.filter]} channels not in view`,
        signed(why.rest, 4),
        "rest",
      ],
      why.bias !== null && ["+ bias", signed(why.bias, 4), "bias"],
      ...why.after.map(([what, number]) => [what, number, what === "divided by" ? "divisor" : "after"]),
      [`= ${outputName(this.scene, this.filter, y, x)}`, signed(why.total, 4), "all"],
      ["torch", signed(why.torch, 4), why.agrees ? "torch agrees" : "torch"],
    ].filter(Boolean);
    this.total.show(lines, lit, why);
  }
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
