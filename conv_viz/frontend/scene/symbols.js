// One cell in symbols: the scene's rule with the index of the cell in it. Pure; Python wrote the rule, see text/symbols.py.

/** A rule with a value for each placeholder: "y[@n, @f]" -> "y[0, 1]". */
const written = (rule, values) => rule.replace(/@([a-z])/g, (_, name) => values[name]);

/**
 * The equation of a cell as text, over what its letters run, and the equation as LaTeX.
 * @param {import("../scene.d.ts").Drawn} scene
 * @param {string} picture
 * @param {number} filter position among the filters in view
 * @param {number[]} index of the cell in the whole layer: the sample first, row and column last
 * @param {number|null} [divisor] what a mean divides by
 * @returns {import("../scene.d.ts").Rule}
 */
export function inSymbols(scene, picture, filter, index, divisor) {
  const { rules, filters } = scene.header.stage.symbols;
  const [y, x] = index.slice(-2);
  const values = { ...filters[filter], n: index[0], y, x, d: divisor };
  const { text, note, latex } = rules[picture];
  return { text: written(text, values), note: written(note, values), latex: written(latex, values) };
}
