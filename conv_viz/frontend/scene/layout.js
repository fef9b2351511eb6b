// How large the cells of the board are, so that all of it is in view. In CSS pixels, as stage.css places them; no DOM.
import { fit } from "./geometry.js";

const FOLD = 620; // below this width rows fold to plane and slice, and the page scrolls
const LEAST_ROW = 64; // lower rows would say nothing: the rows scroll instead, total and output stay
const MOST_ROW = 680;
const MOST = { plane: 72, slice: 84, product: 150, output: 84 }; // sides of a cell
const STRIP = [90, 52]; // room of a plane that the chosen filter does not read
const AROUND = { titles: 24, row: 8, total: 46, line: 26, strip: STRIP[1] + 14, pager: 30 }; // heights that rows have beside them: their titles, each one's gap, the total and its second line
const TOTAL = 500; // width of the line of the total
const BESIDE = { name: 20, gap: 20, sum: 98, side: 32, scrollbar: 14 }; // widths
const BAND = 27; // the bar of a group beside a plane, and its name
const SIDE = { least: 200, share: 0.26, around: 208 }; // the output's column: its width, and the height of all but the output
const DIGITS = { slice: 36, product: 46 }; // so wide a low cell becomes for its digits
const READABLE = 40; // a product's two numbers stand well in a cell so high
const STRETCH = 1.8; // a product is so much wider than it is high: two numbers and their sign stand in it
const PER_STEP = 4;
const USUAL = [1240, 700]; // CSS pixels of a screen on a desk: 13 px there are 20 px where a projector shows 1920 x 1080
const LARGEST = 3;

/**
 * How many times as large as usual the letters are, for people at the back of a room.
 * @param {number[]} sides width and height of the place
 */
export const typeFor = (sides) => Math.max(1, Math.min(LARGEST, ...sides.map((side, i) => side / USUAL[i])));

/**
 * Cell sizes of a scene for a width and a height; a height of null is as much as is needed.
 * @param {{channels: number, padded: number[], kernel: number[], output: number[], width: number,
 *   height?: number|null, banded?: boolean, weighted?: boolean, lines?: number,
 *   paged?: boolean, strip?: boolean, type?: number}} room channels: rows, those that a filter reads; strip: there are
 *   channels that it does not read, small and side by side below the rows; lines: of the total; paged: there are more channels than those;
 *   type: how many times as large as usual the letters are
 * @returns {{folded: boolean, plane: number, slice: number[], product: number[]|null, output: number, thumb: number,
 *   strip: number, scrolls: boolean}} sizes of one cell, a pair is [w, h]; thumb: side of a small map; scrolls: the rows are higher than their place
 */
export function layout({
  channels,
  padded,
  kernel,
  output,
  width,
  height = null,
  banded = false,
  weighted = true,
  lines = 1,
  paged = false,
  strip = false,
  type = 1,
}) {
  if (width < FOLD) return folded({ padded, kernel, output, width: width - (banded ? BAND : 0) });
  const around =
    AROUND.titles + AROUND.total + (lines - 1) * AROUND.line + (strip ? AROUND.strip : 0) + (paged ? AROUND.pager : 0);
  const room = height === null ? Infinity : height - type * around;
  const most = Math.min(MOST_ROW, room / channels - AROUND.row);
  const scrolls = most < LEAST_ROW;
  const beside = (banded ? BAND : 0) + (scrolls ? BESIDE.scrollbar : 0);
  const out = outputCell(output, width, height, type);
  const free = width - beside - Math.max(SIDE.least, out * output[1]);
  const sizes = (row) => rowsOf(row, { padded, kernel, weighted, type });
  const fits = (made) => rowWidth(made, padded, kernel, type) <= free;
  let row = Math.max(LEAST_ROW, most);
  while (row > LEAST_ROW && !sizes(row).some(fits)) row = Math.max(LEAST_ROW, row - PER_STEP);
  const fitting = sizes(row).find(fits);
  const made = fitting ?? { .../** @type {ReturnType<typeof rowOf>} */ (sizes(row).at(-1)), product: null };
  return { folded: false, ...made, output: out, strip: stripCell(padded, type), thumb: 46 * type, scrolls };
}

/** The cells of a row so high, the largest first: those of the kernel give way to the planes as long as they can be read. */
function rowsOf(height, { padded, kernel, weighted, type }) {
  const largest = fitBox([2 * height, height], kernel, type * MOST.slice);
  const made = [rowOf(height, largest, { padded, weighted, type })];
  for (let cell = largest - PER_STEP; cell >= type * READABLE; cell -= PER_STEP)
    made.push(rowOf(height, cell, { padded, weighted, type }));
  return made;
}

function rowOf(height, cell, { padded, weighted, type }) {
  return {
    plane: fitBox([2 * height, height], padded, type * MOST.plane),
    slice: [weighted ? wide(cell, 1, type * DIGITS.slice) : 0, cell],
    product: [whole(Math.min(type * MOST.product, wide(cell, STRETCH, type * DIGITS.product))), cell],
  };
}

/** Width of a cell of this height: as much as its digits need, as long as it has no more than three such heights. */
const wide = (height, stretch, digits) => Math.max(height * stretch, Math.min(digits, height * 3));

function rowWidth({ plane, slice, product }, padded, kernel, type) {
  const across = [plane * padded[1], slice[0] * kernel[1], product ? product[0] * kernel[1] : 0].filter(Boolean);
  const all = across.reduce((sum, part) => sum + part + BESIDE.gap, 0);
  return Math.max(type * TOTAL, type * (BESIDE.name + BESIDE.sum) + all) + BESIDE.side;
}

function outputCell(output, width, height, type) {
  const across = Math.max(SIDE.least, width * SIDE.share);
  const down = height === null ? across : Math.max(SIDE.least * 0.6, Math.min(across, height - type * SIDE.around));
  return fitBox([across, down], output, type * MOST.output);
}

function folded({ padded, kernel, output, width }) {
  const [w, h] = [(width - 8) / kernel[1], 160 / kernel[0]];
  return {
    folded: true,
    plane: fit(Math.min(220, width * 0.54), padded, 34),
    slice: square(fit(width * 0.34, kernel, 40)),
    product: [whole(Math.min(84, w)), whole(Math.min(38, h))],
    output: fit(Math.min(width - 16, 320), output, 58),
    strip: stripCell(padded, 1),
    thumb: 46,
    scrolls: false,
  };
}

const stripCell = (padded, type) => fitBox([STRIP[0] * type, STRIP[1] * type], padded, type * MOST.plane);

/** Side of one cell so that rows x columns fit into a box [width, height]. */
function fitBox([width, height], [rows, columns], most) {
  return whole(Math.min(most, width / columns, height / rows));
}

const square = (side) => [side, side];

// Whole pixels where a cell has room for them.
const whole = (side) => (side >= 4 ? Math.floor(side) : side);
