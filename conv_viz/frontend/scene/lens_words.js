// What is said about a cell of a lens. Pure: scene in, sentences out.
import { exact, signed } from "./format.js";
import { goesInto, madeOf, placeOf, valueAt } from "./terms.js";

export const MOST_TERMS = 12; // written out; of more the rest is counted

/** What an array is called: its title, and its plane's label where it has several. */
export function nameOf(scene, array, index) {
  const planes = scene.header.planes.find((each) => each.array === array);
  if (!planes) return array.endsWith("bias") ? "bias" : array;
  const [plane, row, column] = placeOf(scene, array, index);
  const [count] = scene.arrays[array].shape.slice(-3);
  const label = count > 1 ? `${planes.labels[plane] ?? plane}, ` : "";
  return `${planes.title}[${label}${row}, ${column}]`;
}

const single = (scene, array) => scene.arrays[array].data instanceof Float32Array;

/**
 * @typedef {{name: string, value: string, terms: string[], rest: string, result: string, agrees: boolean|null,
 *   uses: string, more?: string, divisor?: string}} Words
 */

/**
 * A pointed cell: its name, its value with every digit, and what it is made of.
 * @returns {Words}
 */
export function cellWords(scene, array, index, step = 0) {
  const value = valueAt(scene, array, index, step);
  const made = madeOf(scene, array, index, step);
  /** @type {Words} */
  const words = {
    name: nameOf(scene, array, index),
    value: exact(value, single(scene, array)),
    terms: [],
    rest: "",
    result: "",
    agrees: null,
    uses: "",
  };
  const uses = goesInto(scene, array, index).length;
  if (uses) words.uses = `goes into ${uses} number${uses === 1 ? "" : "s"}`;
  if (!made) return words;
  if (made.how === "copy") {
    const from = made.terms[0]?.right;
    return { ...words, result: from ? `copies ${nameOf(scene, from.array, from.index)}` : "copies nothing: a zero" };
  }
  if (made.how === "difference") {
    const [{ left, right }] = made.terms;
    return {
      ...words,
      terms: [signed(left.value, 4), "−", `(${signed(right.value, 4)})`],
      result: signed(value, 4),
      agrees: true,
    };
  }
  words.terms = made.terms
    .slice(0, MOST_TERMS)
    .map(({ left, right }) => (left ? `${signed(left.value, 3)}·${signed(right.value, 3)}` : signed(right.value, 3)));
  if (made.terms.length > MOST_TERMS) words.rest = `${made.terms.length - MOST_TERMS} more`;
  if (made.more) words.more = `${nameOf(scene, made.more.array, made.more.index)} ${signed(made.more.value, 3)}`;
  if (made.divisor !== 1) words.divisor = `÷ ${made.divisor}`;
  return { ...words, result: signed(made.total, 4), agrees: made.agrees };
}
