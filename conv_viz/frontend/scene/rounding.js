// How far torch's number may be from a sum of the same products. The same rule as conv_viz/layers/rounding.py, which says why.

const SINGLE = { epsilon: 2 ** -23, tiny: 2 ** -126 };
const DOUBLE = { epsilon: 2 ** -52, tiny: 2 ** -1022 };

/**
 * The most that rounding explains.
 * @param {number} terms how many numbers are added
 * @param {number} size the sum of their absolute values
 * @param {boolean} single whether torch computed in float32, else in float64
 */
export function roundingBound(terms, size, single) {
  const { epsilon, tiny } = single ? SINGLE : DOUBLE;
  return 2 * terms * ((epsilon / 2) * size + tiny);
}

/**
 * The most that rounding explains of a root: of any sum within `bound` of this one, and of the root itself.
 * @param {number} sum @param {number} bound @param {number} power 2 for a square root @param {boolean} single
 */
export function rootBound(sum, bound, power, single) {
  const { epsilon, tiny } = single ? SINGLE : DOUBLE;
  const root = (number) => Math.max(number, 0) ** (1 / power);
  const apart = Math.max(root(sum + bound) - root(sum), root(sum) - root(sum - bound));
  // The exponent 1/power is rounded, too, which counts as often as the logarithm of the sum says.
  const rounded = epsilon * (2 + Math.abs(Math.log(Math.max(Math.abs(sum), tiny))) / power);
  return apart + rounded * root(sum);
}

/** Whether a sum and torch's number are the same up to `bound`; what is not finite must be the same exactly. */
export function agree(total, torch, bound) {
  return Number.isFinite(torch) ? Math.abs(torch - total) <= bound : Object.is(torch, total);
}
