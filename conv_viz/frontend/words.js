// What is said about the thing pointed at, and about the current step. Pure: scene in, sentences out.
import { brief, exact, signed } from "./format.js";
import { at, isPadding, sourceOf, usesOfInput } from "./lookup.js";

const single = (array) => array.data instanceof Float32Array;
const count = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Index of an output cell in the whole layer: [n, filter, y, x]. */
export function outputIndex(scene, filter, y, x) {
  const { sample, filters, origin } = scene.header.stage;
  return [sample, filters[0] + filter, origin[0] + y, origin[1] + x];
}

/** "output[0, 1, 1, 2] = +0.0308…" and which filter made it. */
export function outputTip(scene, filter, y, x) {
  const value = at(scene.arrays.output, filter, y, x);
  return [`output[${outputIndex(scene, filter, y, x).join(", ")}]`, exact(value, single(scene.arrays.output))];
}

/** What an input cell is, and everything it feeds. */
export function inputTip(scene, filter, channel, y, x) {
  const { sample, channels, mode, reads, filters, groups } = scene.header.stage;
  const source = sourceOf(scene, y, x);
  const value = exact(at(scene.arrays.padded, channel, y, x), single(scene.arrays.padded));
  const name = source ? `input[${[sample, channels[0] + channel, ...source].join(", ")}]` : "padding";
  const lines = [name, source ? value : "a zero"];
  if (source && isPadding(scene, y, x)) lines.push(`padding: ${mode} copies this cell`);
  const uses = usesOfInput(scene, y, x);
  const slice = reads[filter].indexOf(channel);
  const chosen = filters[0] + filter;
  if (!uses.length) lines.push("never read: no step of the kernel reaches it");
  else if (slice < 0) lines.push(`filter ${chosen} does not read this channel: it belongs to another group`);
  else {
    const each = groups > 1 ? "each filter of its group" : "every filter";
    lines.push(`feeds ${count(uses.length, "output")} of filter ${chosen}, and as many of ${each}:`);
    const [oy, ox] = scene.header.stage.origin;
    for (const use of uses.slice(0, 4)) {
      const factor = signed(at(scene.arrays.weight, filter, slice, use.ky, use.kx), 3);
      lines.push(`output (${oy + use.y}, ${ox + use.x}) through weight (${use.ky}, ${use.kx}) ${factor}`);
    }
    if (uses.length > 4) lines.push(`and ${uses.length - 4} more`);
  }
  return lines;
}

/** A weight, and how often it is used. */
export function weightTip(scene, filter, slice, ky, kx) {
  const { filters, channels, reads } = scene.header.stage;
  const { weight, output } = scene.arrays;
  const value = exact(at(weight, filter, slice, ky, kx), single(weight));
  const channel = channels[0] + reads[filter][slice];
  const uses = output.shape[1] * output.shape[2];
  return [
    `weight of filter ${filters[0] + filter}, channel ${channel}, row ${ky}, column ${kx}`,
    value,
    `used ${count(uses, "time")}: once for each output cell`,
  ];
}

/** A product of the current window. */
export function productTip(tap) {
  return [`row ${tap.ky}, column ${tap.kx} of the window`, `${exact(tap.value)} × ${exact(tap.factor)} = ${exact(tap.product, false)}`];
}

/** The current step in words and numbers, for the live region. */
export function stepWords(scene, filter, y, x, why, player) {
  const { names, hidden } = scene.header.stage;
  const terms = why.rows.map((row) => `${signed(row.sum, 4)} (${names[row.channel]})`);
  if (why.rest !== null) terms.push(`${signed(why.rest, 4)} (${count(hidden[filter], "channel")} not in view)`);
  if (why.bias !== null) terms.push(`bias ${signed(why.bias, 4)}`);
  const index = outputIndex(scene, filter, y, x).join(", ");
  const steps = player.rows * player.columns;
  return `Step ${y * player.columns + x + 1} of ${steps}: output[${index}] = ${terms.join(" + ")} = ${signed(why.torch, 4)}`;
}

/** The two lines of a product's cell. */
export function productLines(tap) {
  return [`${brief(tap.value, 2).replace(/^([−+]?)\./, "$10.")} × ${signed(tap.factor, 2)}`, signed(tap.product, 3)];
}
