// Where picture and feature map lie in the viewer, and what is under a point. In input cells and CSS pixels; no DOM.

/**
 * The frame that holds a picture [height, width] and the map over it, place [top, height, left, width], in input cells.
 * @returns {{x, y, width, height}}
 */
export function world([height, width], [top, tall, left, wide]) {
  const [x, y] = [Math.min(0, left), Math.min(0, top)];
  return { x, y, width: Math.max(width, left + wide) - x, height: Math.max(height, top + tall) - y };
}

const LEAST = 24; // CSS pixels: a picture of one row is still seen

/** CSS pixels of one input cell, [across, down], so that the world fits into a width and a height; small pictures grow in whole steps. */
export function zoom(world, [width, height]) {
  const fits = Math.min(width / world.width, height / world.height);
  const side = fits >= 4 ? Math.floor(fits) : fits;
  return [Math.max(side, LEAST / world.width), Math.max(side, LEAST / world.height)];
}

/**
 * A point of the viewer in input cells.
 * @param {{x: number, y: number}} world @param {number[]} scale @param {number[]} point
 */
export const toCells = (world, scale, point) => [world.x + point[0] / scale[0], world.y + point[1] / scale[1]];

/**
 * Rectangle of input cells in CSS pixels of the viewer.
 * @param {{x: number, y: number}} world @param {number[]} scale @param {number[]} box [x, y, width, height]
 */
export const toBox = (world, [across, down], [x, y, width, height]) => [
  (x - world.x) * across,
  (y - world.y) * down,
  width * across,
  height * down,
];

/**
 * Output cell [row, column] over a point in input cells; the nearest one outside the map.
 * @param {number[]} point @param {number[]} place of the map @param {number[]} size of the map
 */
export function cellAt([x, y], [top, tall, left, wide], [rows, columns]) {
  const index = (value, first, length, count) => clamp(Math.floor(((value - first) / length) * count), 0, count - 1);
  return [index(y, top, tall, rows), index(x, left, wide, columns)];
}

/**
 * What a drag from one point to another chooses, in whole pixels inside the picture: {top, left, height, width}.
 * @param {number[]} start @param {number[]} end @param {number[]} size of the picture
 */
export function dragged([x0, y0], [x1, y1], [rows, columns]) {
  const along = (a, b, size) => {
    const first = clamp(Math.floor(Math.min(a, b)), 0, size - 1);
    return [first, clamp(Math.ceil(Math.max(a, b)), first + 1, size) - first];
  };
  const [left, width] = along(x0, x1, columns);
  const [top, height] = along(y0, y1, rows);
  return { top, left, height, width };
}

/** Least width of a tile in CSS pixels: few maps are shown large. */
export const tileWidth = (count) => (count <= 4 ? 210 : count <= 9 ? 170 : count <= 24 ? 128 : 96);

export const clamp = (value, least, most) => Math.max(least, Math.min(most, value));
