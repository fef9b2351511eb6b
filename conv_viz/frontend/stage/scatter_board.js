// The board of a transposed convolution read from its input: one cell spreads its kernel, overlaps add up on the output.
import { css, inkOn } from "../scene/color.js";
import { brief, signed } from "../scene/format.js";
import { around } from "../scene/geometry.js";
import { arrivals, arrived, inputAt, inputShape, landsOf, reached, soFar, weightAt } from "../scene/spread.js";
import { at, explain } from "../scene/lookup.js";
import { agree } from "../scene/rounding.js";
import { productLines } from "../scene/words.js";
import { Board } from "./board.js";
import * as mark from "./marks.js";

/** @typedef {ReturnType<typeof soFar>} Arrived */

export class ScatterBoard extends Board {
  /** @type {Arrived|null} what the output shows now */
  painted = null;

  constructor(scene, theme, room, filter, events, before) {
    super(scene, theme, room, filter, events, before);
    this.root.classList.add("scatter");
  }

  planeShape() {
    return inputShape(this.scene);
  }

  titlesOf() {
    const { scatter_titles: titles } = this.scene.header.stage;
    if (!titles) throw new Error("This layer is not drawn from its input.");
    return titles;
  }

  weightAt(slice, r, c) {
    return weightAt(this.scene, this.filter, slice, r, c);
  }

  paintPlane({ plane, channel, slicePosition }) {
    const { scene } = this;
    const lost = (r, c) => landsOf(scene, r, c).every(({ cut }) => cut);
    const isLost = Array.from({ length: plane.rows }, (_, r) =>
      Array.from({ length: plane.columns }, (_, c) => lost(r, c)),
    );
    plane.paint({
      alpha: slicePosition < 0 ? 0.35 : 1,
      theme: this.theme,
      color: (r, c) => this.scales.input[channel](inputAt(scene, channel, r, c)),
      text: (r, c) => brief(inputAt(scene, channel, r, c)),
      unread: isLost.some((row) => row.includes(true)) ? (r, c) => isLost[r][c] : undefined,
    });
  }

  // Painted by `frame`, with what has arrived so far.
  paintOutput() {
    this.painted = null;
  }

  /** As `Board.frame`; `why` is what `spreadOf` says of the input cell. */
  frame({ step, why, lit, focus, pinned }) {
    this.open(focus?.channel ?? why.rows.find((r) => r.slice === focus?.slice)?.channel ?? why.rows[0]?.channel);
    const comes = focus?.kind === "output" ? arrivals(this.scene, focus.y, focus.x) : null;
    for (const row of this.rows) {
      const part = why.rows.find((r) => r.channel === row.channel);
      row.plane.draw((ctx) => this.markPlane(ctx, row, part, why, comes));
      row.slice.draw((ctx) => this.markSlice(ctx, row, focus, comes));
      this.spread(row, part, Math.round(lit * why.lands.length));
      row.sum.textContent = part ? `${why.kept} of ${why.lands.length}` : "";
    }
    const painted = this.fill(lit < 1 ? step - 1 : step);
    this.output.draw((ctx) => {
      this.markOutput(ctx, why, focus, painted);
      if (pinned?.kind === "output") mark.pin(ctx, this, this.output, [pinned.y, pinned.x]);
    });
    this.showArrived(focus, lit, painted);
  }

  /** Fill the output up to a step of the input. Returns what has arrived. @param {number} step */
  fill(step) {
    if (this.painted?.step === step) return this.painted;
    const painted = soFar(this.scene, this.filter, step, this.painted);
    const value = (r, c) => arrived(this.scene, painted, r, c);
    this.output.paint({
      theme: this.theme,
      color: (r, c) => (value(r, c) === null ? this.theme.background : this.scales.output(value(r, c))),
      text: (r, c) => (value(r, c) === null ? null : signed(value(r, c))),
    });
    return (this.painted = painted);
  }

  markPlane(ctx, row, part, why, comes) {
    const grid = row.plane;
    if (!part) return;
    for (const use of comes ?? []) {
      const color = css(this.scales.weight(this.weightAt(part.slice, use.ky, use.kx)));
      grid.frame(ctx, grid.box([use.i, use.j]), color, 2.5, 2.75);
      grid.frame(ctx, grid.box([use.i, use.j]), this.theme.text, 1.5, 0.75);
    }
    if (!comes) grid.frame(ctx, grid.box(why.cell), this.theme.accent, mark.isSlim(grid) ? 1.5 : 2.5);
  }

  markSlice(ctx, row, focus, comes) {
    const grid = row.slice;
    if (row.slicePosition < 0) return;
    for (const use of comes ?? []) grid.frame(ctx, grid.box([use.ky, use.kx]), this.theme.text, 2, 1.5);
    if (focus?.kind === "weight" && focus.slice === row.slicePosition) {
      grid.frame(ctx, grid.box([focus.ky, focus.kx]), this.theme.accent, 3, 1);
    }
  }

  /** The products of a channel; slanted lines over what the padding cuts off. */
  spread(row, part, shown) {
    if (!this.size.product) return;
    const { products } = row;
    const { theme } = this;
    const [w, h] = products.cell;
    const inset = w > 8 ? 1 : 0;
    products.draw((ctx) =>
      part?.taps.forEach((tap, i) => {
        const box = [tap.kx * w, tap.ky * h, w, h];
        if (i >= shown) return products.frame(ctx, box, theme.line, 1, 1.5);
        if (tap.cut) return products.hatch(ctx, theme, (r, c) => r === tap.ky && c === tap.kx);
        const color = this.scales.product(tap.product);
        ctx.fillStyle = css(color);
        ctx.fillRect(box[0] + inset, box[1] + inset, w - 2 * inset, h - 2 * inset);
        if (w >= 26 && h >= 12) mark.productNumbers(ctx, theme, productLines(tap), box, inkOn(color));
      }),
    );
  }

  /** @param {Arrived} painted */
  markOutput(ctx, why, focus, painted) {
    const grid = this.output;
    const { theme } = this;
    if (mark.isSlim(grid)) grid.frame(ctx, [0, 0, grid.width, grid.height], theme.line, 1);
    else this.frameEmpty(ctx, painted);
    if (focus?.kind === "weight") return this.markUses(ctx, focus);
    const seen = why.lands.filter((tap) => tap.seen);
    if (seen.length) {
      const box = around(
        seen.map((tap) => [tap.y, tap.x]),
        grid.cell,
      );
      const apart = seen.length * grid.cell[0] * grid.cell[1] < box[2] * box[3] - 1; // dilation leaves cells out
      if (apart) for (const tap of seen) grid.frame(ctx, grid.box([tap.y, tap.x]), theme.accent, 1.5, 2.5);
      grid.frame(ctx, box, theme.accent, mark.isSlim(grid) ? 1.5 : 3);
    }
    if (focus?.kind === "output") grid.frame(ctx, grid.box([focus.y, focus.x]), theme.text, 2, 1);
  }

  /** @param {Arrived} painted */
  frameEmpty(ctx, painted) {
    const grid = this.output;
    for (let r = 0; r < grid.rows; r++) {
      for (let c = 0; c < grid.columns; c++) {
        if (arrived(this.scene, painted, r, c) === null) grid.frame(ctx, grid.box([r, c]), this.theme.line, 1, 1.5);
      }
    }
  }

  /** Every output cell that a weight adds to. */
  markUses(ctx, { ky, kx, slice }) {
    const grid = this.output;
    const { lands_y: down, lands_x: across } = this.scene.arrays;
    const color = css(this.scales.weight(this.weightAt(slice, ky, kx)));
    for (let i = 0; i < down.shape[0]; i++) {
      for (let j = 0; j < across.shape[0]; j++) {
        const [y, x] = [at(down, i, ky), at(across, j, kx)];
        if (y < 0 || x < 0) continue;
        grid.frame(
          ctx,
          grid.box([y, x]),
          color,
          Math.max(1, Math.min(5, grid.cell[0] / 4)),
          Math.min(3, grid.cell[0] / 4),
        );
        grid.frame(ctx, grid.box([y, x]), this.theme.text, 1.5, 0.5);
      }
    }
  }

  /** Does what has been added up here say the same as torch, up to rounding? @param {Arrived} painted */
  agrees(painted, y, x) {
    const { torch, bound } = explain(this.scene, this.filter, y, x);
    return agree(painted.sums[y * this.output.columns + x], torch, bound);
  }

  /**
   * Below: what each cell begins with; of the one that is pointed at, how much of it has arrived.
   * @param {Arrived} painted
   */
  showArrived(focus, lit, painted) {
    const { bias, output } = this.scene.arrays;
    const lines = bias ? [["each cell begins with the bias", signed(at(bias, this.filter), 4), "bias"]] : [];
    if (focus?.kind === "output") {
      const { y, x } = focus;
      const value = arrived(this.scene, painted, y, x);
      const left = painted.left[y * this.output.columns + x];
      lines.push([
        `${reached(this.scene, y, x) - left} of ${reached(this.scene, y, x)} input cells`,
        value === null ? "" : signed(value, 4),
        "all",
      ]);
      lines.push([
        "torch",
        signed(at(output, this.filter, y, x), 4),
        !left && this.agrees(painted, y, x) ? "torch agrees" : "torch",
      ]);
    }
    this.total.show(lines, lit);
  }
}
