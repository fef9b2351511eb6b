// What is said on the picture that goes from the input: as words.js, scene in, sentences out.
import { exact, signed } from "./format.js";
import { arrivals, inputAt, inputShape, landsOf, placeOf, weightAt } from "./spread.js";
import { outputTip, productTip } from "./words.js";

const single = (array) => array.data instanceof Float32Array;
const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Index of an input cell in the whole input, of every channel: [n, y, x]. */
export const inputIndex = (scene, [i, j]) => [scene.header.stage.sample, ...placeOf(scene, i, j)];

/** An input cell, and where its kernel lands. */
export function inputTip(scene, filter, channel, i, j) {
  const { sample, channels, filters, reads, origin } = scene.header.stage;
  const lands = landsOf(scene, i, j);
  const cut = lands.filter((tap) => tap.cut).length;
  const lines = [
    `input[${[sample, channels[0] + channel, ...placeOf(scene, i, j)].join(", ")}]`,
    exact(inputAt(scene, channel, i, j), single(scene.arrays.padded)),
  ];
  const slice = reads[filter].indexOf(channel);
  if (slice < 0)
    return [...lines, `filter ${filters[0] + filter} does not read this channel: it belongs to another group`];
  lines.push(`adds to ${count(lands.length - cut, "output cell")} of filter ${filters[0] + filter}:`);
  const seen = lands.filter((tap) => tap.seen);
  for (const tap of seen.slice(0, 4)) {
    const factor = signed(weightAt(scene, filter, slice, tap.ky, tap.kx), 3);
    lines.push(`output (${origin[0] + tap.y}, ${origin[1] + tap.x}) through weight (${tap.ky}, ${tap.kx}) ${factor}`);
  }
  if (seen.length > 4) lines.push(`and ${seen.length - 4} more`);
  if (cut) lines.push(`the padding cuts ${count(cut, "product")} off`);
  return lines;
}

/** An output cell, and what adds to it. */
export function spreadOutputTip(scene, filter, y, x) {
  const lines = outputTip(scene, filter, y, x);
  const comes = arrivals(scene, y, x);
  if (!comes.length) return [...lines, "no input cell reaches it: it holds the bias alone"];
  lines.push(`${count(comes.length, "input cell")} of each channel add${comes.length === 1 ? "s" : ""} to it:`);
  for (const use of comes.slice(0, 4))
    lines.push(`input (${placeOf(scene, use.i, use.j).join(", ")}) through weight (${use.ky}, ${use.kx})`);
  if (comes.length > 4) lines.push(`and ${comes.length - 4} more`);
  return lines;
}

/** A weight, and how often it is used. */
export function weightTip(scene, filter, slice, ky, kx) {
  const { filters, channels, reads } = scene.header.stage;
  const [rows, columns] = inputShape(scene);
  return [
    `weight of filter ${filters[0] + filter}, channel ${channels[0] + reads[filter][slice]}, row ${ky}, column ${kx}`,
    exact(weightAt(scene, filter, slice, ky, kx), single(scene.arrays.weight)),
    `multiplies every input cell: ${count(rows * columns, "time")}`,
  ];
}

/** One product of the input cell that is spread, and where it lands. */
export function spreadProductTip(scene, tap) {
  const { origin } = scene.header.stage;
  const lands = tap.cut
    ? "the padding cuts it off"
    : tap.seen
      ? `lands on output (${origin[0] + tap.y}, ${origin[1] + tap.x})`
      : "lands on an output cell that is not in view";
  return [`row ${tap.ky}, column ${tap.kx} of the kernel`, productTip(tap)[1], lands];
}

/** The current step in words, for the live region. */
export function spreadWords(scene, filter, cell, why) {
  const [rows, columns] = inputShape(scene);
  const step = `Step ${cell[0] * columns + cell[1] + 1} of ${rows * columns}`;
  const kept = `${why.kept} of its ${why.lands.length} products land on the output`;
  return `${step}: input (${placeOf(scene, ...cell).join(", ")}) spreads filter ${scene.header.stage.filters[0] + filter}; ${kept}`;
}
