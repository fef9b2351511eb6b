// Marks on the grids: the window, uses, arrows, frames. Orange means "now" and nothing else.
import { css } from "../scene/color.js";
import { around } from "../scene/geometry.js";
import { at, copiesOf, sourceOf, isPadding, usesOfInput, usesOfWeight } from "../scene/lookup.js";

const SLIM = 7; // CSS pixels: cells below that have no room for frames inside

/** Whether a grid's cells have no room for frames inside. @param {import("../draw/grid.js").CellGrid} grid */
export const isSlim = (grid) => grid.cell[0] < SLIM;

/** The window of the current cell in a plane, each tap in its weight's colour; or what is pointed at. */
export function plane(ctx, board, row, part, focus, pinned) {
  const grid = row.plane;
  const { theme, scene } = board;
  if (focus?.kind === "weight" && focus.slice === row.slicePosition) return weightUses(ctx, board, row, focus);
  if (part) {
    const slim = isSlim(grid);
    for (const tap of part.taps) {
      const color = tap.won ? theme.accent : board.weighted ? css(board.scales.weight(tap.factor)) : theme.faint;
      const box = grid.box([tap.y, tap.x]);
      if (slim) {
        ctx.fillStyle = color;
        ctx.fillRect(...box);
      } else {
        grid.frame(ctx, box, css(theme.background), 4.5, 2.75); // a red ring is seen on a red plane, too
        grid.frame(ctx, box, color, 2.5, 2.75);
      }
    }
    const cells = part.taps.map((tap) => [tap.y, tap.x]);
    grid.frame(ctx, around(cells, grid.cell), theme.accent, slim ? 1.5 : 2.5);
  }
  if (focus?.kind === "input" && focus.channel === row.channel) pointedInput(ctx, grid, focus, scene, theme);
  if (pinned?.kind === "input" && pinned.channel === row.channel) pin(ctx, board, grid, [pinned.y, pinned.x]);
}

function pointedInput(ctx, grid, { y, x }, scene, theme) {
  for (const copy of copiesOf(scene, y, x)) grid.frame(ctx, grid.box(copy), theme.text, 1.5, 1);
  grid.frame(ctx, grid.box([y, x]), theme.accent, 2.5);
  if (isPadding(scene, y, x) && sourceOf(scene, y, x)) {
    const original = copiesOf(scene, y, x).find((cell) => !isPadding(scene, cell[0], cell[1]));
    if (original) grid.arrow(ctx, [y, x], original, theme.text);
  }
}

function weightUses(ctx, board, row, { ky, kx }) {
  const grid = row.plane;
  const { weight } = board.scene.arrays;
  const factor = at(weight, board.filter, row.slicePosition, ky, kx);
  ctx.fillStyle = css(board.scales.weight(factor));
  for (const use of usesOfWeight(board.scene, ky, kx)) {
    const [x, y, w, h] = grid.box([use.py, use.px]);
    if (w < 7) ctx.fillRect(x, y, w, h);
    else grid.frame(ctx, [x, y, w, h], board.theme.text, 2, 1.5);
  }
}

/** The weights through which the pointed input cell is used, or the pointed weight. */
export function slice(ctx, board, row, focus, pinned) {
  const grid = row.slice;
  if (focus?.kind === "weight" && focus.slice === row.slicePosition) {
    grid.frame(ctx, grid.box([focus.ky, focus.kx]), board.theme.accent, 3, 1);
  }
  if (pinned?.kind === "weight" && pinned.slice === row.slicePosition) pin(ctx, board, grid, [pinned.ky, pinned.kx]);
  if (focus?.kind === "input" && focus.channel === row.channel && row.slicePosition >= 0) {
    for (const use of usesOfInput(board.scene, focus.y, focus.x)) {
      grid.frame(ctx, grid.box([use.ky, use.kx]), board.theme.text, 2, 1.5);
    }
  }
}

/** The current output cell; or every output that the pointed cell or weight takes part in. */
export function output(ctx, board, cell, focus, pinned) {
  const grid = board.output;
  const { theme, scene } = board;
  if (focus?.kind === "input") {
    const slicePosition = scene.header.stage.reads[board.filter].indexOf(focus.channel);
    if (slicePosition >= 0) {
      for (const use of usesOfInput(scene, focus.y, focus.x)) {
        const color = board.weighted
          ? css(board.scales.weight(at(scene.arrays.weight, board.filter, slicePosition, use.ky, use.kx)))
          : theme.faint;
        const box = grid.box([use.y, use.x]);
        grid.frame(ctx, box, color, Math.max(1, Math.min(6, box[2] / 4)), Math.min(4, box[2] / 4));
        grid.frame(ctx, box, theme.text, 1.5, 0.5);
      }
    }
  }
  if (focus?.kind === "weight") grid.frame(ctx, [0, 0, grid.width, grid.height], theme.text, 1.5);
  grid.frame(ctx, grid.box(cell), theme.accent, isSlim(grid) ? 1.5 : 3);
  if (pinned?.kind === "output") pin(ctx, board, grid, [pinned.y, pinned.x]);
}

/** The head of a pin, in the corner of a cell that a click keeps. */
export function pin(ctx, { theme }, grid, cell) {
  const [x, y, w, h] = grid.box(cell);
  const radius = Math.max(3, Math.min(7, w / 8, h / 8)) * theme.type;
  ctx.beginPath();
  ctx.arc(x + w - radius - 2, y + radius + 2, radius, 0, 2 * Math.PI);
  ctx.fillStyle = theme.text;
  ctx.fill();
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = css(theme.background);
  ctx.stroke();
}

/** Thin frames where the output is still empty. */
export function emptyCells(ctx, board, step) {
  const grid = board.output;
  if (isSlim(grid)) return grid.frame(ctx, [0, 0, grid.width, grid.height], board.theme.line, 1);
  for (let s = step + 1; s < grid.rows * grid.columns; s++) {
    grid.frame(ctx, grid.box([Math.floor(s / grid.columns), s % grid.columns]), board.theme.line, 1, 1.5);
  }
}

/**
 * value × weight, and the product below it.
 * @param {OffscreenCanvasRenderingContext2D} ctx @param {object} theme @param {string[]} lines
 * @param {number[]} box [x, y, w, h] @param {string} ink
 */
export function productNumbers(ctx, theme, [terms, product], [x, y, w, h], ink) {
  ctx.fillStyle = ink;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const both = terms && w >= 50 && h >= 28;
  const { type } = theme;
  if (both) {
    ctx.font = `${Math.max(9, Math.min(14 * type, h * 0.24))}px ${theme.font}`;
    ctx.fillText(terms, x + w / 2, y + h * 0.31, w - 3);
  }
  const size = both ? Math.max(12, Math.min(19 * type, h * 0.34)) : Math.max(10.5, Math.min(15 * type, h * 0.62));
  ctx.font = `600 ${size}px ${theme.font}`;
  ctx.fillText(product, x + w / 2, y + h * (both ? 0.69 : 0.52), w - 4);
}
