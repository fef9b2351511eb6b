// Which of several pictures of one layer shows what is wanted. Pure.

/** @param {number[]} range @param {number} index */
const holds = ([start, stop], index) => start <= index && index < stop;

/**
 * The picture of a sample and a filter; of those the one with the wanted channel, unless the filter reads nothing there.
 * The same choice as `choose` in conv_viz/scenes/stage.py, among pictures that are already there.
 * @template {{stage: import("../scene.d.ts").Stage}} P
 * @param {P[]} pictures in the order of their channels
 * @param {{sample: number, filter: number, channel: number}} wanted indices into the whole layer
 * @returns {P|undefined}
 */
export function pictureOf(pictures, { sample, filter, channel }) {
  const fitting = pictures.filter(({ stage }) => stage.sample === sample && holds(stage.filters, filter));
  const reading = fitting.filter(({ stage }) => stage.reads[filter - stage.filters[0]].length > 0);
  return reading.find(({ stage }) => holds(stage.channels, channel)) ?? reading[0] ?? fitting[0];
}
