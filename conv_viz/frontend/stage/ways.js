// The two pictures of a layer: gather walks over the output, scatter over the input. What the view asks of either.
import { explain } from "../scene/lookup.js";
import { inputShape, spreadOf } from "../scene/spread.js";
import * as spreadWords from "../scene/spread_words.js";
import * as words from "../scene/words.js";
import { Board } from "./board.js";
import { ScatterBoard } from "./scatter_board.js";

const tapAt = (why, { slice, ky, kx }) =>
  why.rows.find((row) => row.slice === slice).taps.find((tap) => tap.ky === ky && tap.kx === kx);

/** Where every output cell comes from. */
const gather = {
  Board,
  walks: "output",
  steps: (scene) => scene.arrays.output.shape.slice(1),
  name: (scene, filter, [y, x]) => words.outputName(scene, filter, y, x),
  index: (scene, filter, [y, x]) => words.outputIndex(scene, filter, y, x),
  explain: (scene, filter, [y, x]) => explain(scene, filter, y, x),
  sentence: (scene, filter, [y, x], why, player) => words.stepWords(scene, filter, y, x, why, player),
  tip(scene, filter, found, why) {
    if (found.kind === "output") return words.outputTip(scene, filter, found.y, found.x);
    if (found.kind === "input") return words.inputTip(scene, filter, found.channel, found.y, found.x);
    if (found.kind === "weight") return words.weightTip(scene, filter, found.slice, found.ky, found.kx);
    const { dims, reduce } = scene.header.stage;
    return words.productTip(tapAt(why, found), Boolean(scene.arrays.weight), dims, reduce.power);
  },
};

/** Where every input cell goes. */
const scatter = {
  Board: ScatterBoard,
  walks: "input",
  steps: inputShape,
  name: (scene, _filter, cell) => `input[${spreadWords.inputIndex(scene, cell).join(", ")}]`,
  index: (scene, _filter, cell) => spreadWords.inputIndex(scene, cell),
  explain: (scene, filter, [i, j]) => spreadOf(scene, filter, i, j),
  sentence: (scene, filter, cell, why) => spreadWords.spreadWords(scene, filter, cell, why),
  tip(scene, filter, found, why) {
    if (found.kind === "output") return spreadWords.spreadOutputTip(scene, filter, found.y, found.x);
    if (found.kind === "input") return spreadWords.inputTip(scene, filter, found.channel, found.y, found.x);
    if (found.kind === "weight") return spreadWords.weightTip(scene, filter, found.slice, found.ky, found.kx);
    return spreadWords.spreadProductTip(scene, tapAt(why, found));
  },
};

export const WAYS = { gather, scatter };
