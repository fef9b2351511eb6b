// A grid of blocks with room between them: kernels side by side. Painted like any grid of cells.
import { css } from "../scene/color.js";
import { blockAt } from "../scene/geometry.js";
import { CellGrid } from "./grid.js";

export class BlockGrid extends CellGrid {
  /** @type {number[]} rows and columns of blocks */
  blocks = [0, 0];
  /** @type {number[]} rows and columns of cells in each */
  kernel = [0, 0];
  /** @type {number[]} [x, y] between two blocks */
  gap = [0, 0];

  /**
   * @param {number[]} blocks rows and columns of blocks
   * @param {number[]} kernel rows and columns of cells in each
   * @param {number[]} cell [w, h] of a cell in CSS pixels
   * @param {number[]} gap [x, y] between two blocks
   */
  resizeBlocks(blocks, kernel, cell, gap) {
    this.blocks = blocks;
    this.kernel = kernel;
    this.cell = cell;
    this.gap = gap;
    this.rows = blocks[0] * kernel[0];
    this.columns = blocks[1] * kernel[1];
    const across = blocks[1] * kernel[1] * cell[0] + (blocks[1] - 1) * gap[0];
    this.span(across, blocks[0] * kernel[0] * cell[1] + (blocks[0] - 1) * gap[1]);
  }

  /**
   * Rectangle of a block, in CSS pixels.
   * @param {number[]} place row and column of the block
   */
  block([row, column]) {
    const [kh, kw] = this.kernel;
    const [w, h] = this.cell;
    return [column * (kw * w + this.gap[0]), row * (kh * h + this.gap[1]), kw * w, kh * h];
  }

  box([row, column]) {
    const [kh, kw] = this.kernel;
    const [x, y] = this.block([Math.floor(row / kh), Math.floor(column / kw)]);
    const [w, h] = this.cell;
    return [x + (column % kw) * w, y + (row % kh) * h, w, h];
  }

  /** What lies under a pointer event: [block row, block column, row, column], or null; `near`: a gap belongs to its block. */
  blockAt(event, near = false) {
    const [x, y] = this.pointOf(event);
    return blockAt(x, y, this, near);
  }

  pixels(ctx, shade) {
    const small = this.small(shade);
    const [kh, kw] = this.kernel;
    ctx.imageSmoothingEnabled = false;
    this.eachBlock((r, c) => ctx.drawImage(small, c * kw, r * kh, kw, kh, ...this.block([r, c])));
  }

  gaps(ctx, theme) {
    const [w, h] = this.cell;
    const thick = Math.min(w, h) >= 30 ? 2 : 1;
    ctx.fillStyle = css(theme.background);
    this.eachBlock((r, c) => {
      const [x, y, width, height] = this.block([r, c]);
      for (let i = 1; i < this.kernel[1]; i++) ctx.fillRect(x + i * w - thick / 2, y, thick, height);
      for (let i = 1; i < this.kernel[0]; i++) ctx.fillRect(x, y + i * h - thick / 2, width, thick);
      this.frame(ctx, [x, y, width, height], theme.line, 1, -0.5); // zeros have the colour of the page
    });
  }

  eachBlock(visit) {
    for (let r = 0; r < this.blocks[0]; r++) for (let c = 0; c < this.blocks[1]; c++) visit(r, c);
  }
}
