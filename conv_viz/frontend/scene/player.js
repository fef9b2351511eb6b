// Where the play head stands and how it moves: a pure state, no clock and no DOM.
// `step` counts output cells in reading order, `phase` runs from 0 to 1 within a step.

export const SPEEDS = [0.5, 1, 2, 4, 8, 16, 32, 60, 240, 1000]; // steps a second
const SLOW_ENOUGH = 4; // steps a second up to which the products light up one by one

/**
 * A player at rest. Two fifths of the way in, so that the picture already shows something.
 * @param {number} [wanted] one of SPEEDS, else the usual one
 */
export function start(rows, columns, wanted = 2) {
  const speed = SPEEDS.includes(wanted) ? wanted : 2;
  return { rows, columns, step: Math.floor(rows * columns * 0.4), phase: 1, playing: false, speed, until: null };
}

export const cellOf = (player) => [Math.floor(player.step / player.columns), player.step % player.columns];

const last = (player) => player.rows * player.columns - 1;

/** Go to a step; stays within the output. */
export function goTo(player, step) {
  return { ...player, step: Math.max(0, Math.min(last(player), step)), phase: 1, until: null };
}

/** Play from the first cell to the one where the player rests. */
export const introduce = (player) => ({ ...player, step: 0, phase: 0, playing: true, until: player.step });

/** Rest at the cell that is shown. */
export const pause = (player) => ({ ...player, phase: 1, playing: false, until: null });

/** The same cell in an output of another size; the nearest one when it is gone. */
export function resize(player, rows, columns) {
  const [y, x] = cellOf(player);
  const step = Math.min(y, rows - 1) * columns + Math.min(x, columns - 1);
  return { ...player, rows, columns, step, phase: 1 };
}

/** Start or stop; at the end it starts over. */
export function toggle(player) {
  const step = !player.playing && player.step >= last(player) ? 0 : player.step;
  return { ...player, playing: !player.playing, step, phase: player.playing ? 1 : 0, until: null };
}

/** Let time pass. Stops at the last cell, or at the one until which it plays. */
export function tick(player, seconds) {
  if (!player.playing) return player;
  const moved = player.phase + seconds * player.speed;
  const step = player.step + Math.floor(moved);
  const end = Math.min(player.until ?? Infinity, last(player));
  if (step > end) return pause({ ...player, step: end });
  return { ...player, step, phase: moved - Math.floor(moved) };
}

/** How many of n products are lit: all of them unless it plays slowly. The last quarter shows the sum. */
export function lit(player, n) {
  if (!player.playing || player.speed > SLOW_ENOUGH) return n;
  return Math.min(n, Math.floor((player.phase / 0.75) * (n + 1)));
}

/** A key -> the player after it, or null when the key means nothing here. */
export function press(player, key) {
  const row = player.columns;
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row, Home: -Infinity, End: Infinity };
  if (key === " ") return toggle(player);
  if (!(key in moves)) return null;
  const to = player.step + moves[key];
  if (Math.abs(moves[key]) === row && row > 1 && (to < 0 || to > last(player))) return { ...player, playing: false };
  return { ...goTo(player, to), playing: false };
}
