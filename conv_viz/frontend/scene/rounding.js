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

/** Whether a sum and torch's number are the same up to `bound`; what is not finite must be the same exactly. */
export function agree(total, torch, bound) {
  return Number.isFinite(torch) ? Math.abs(torch - total) <= bound : Object.is(torch, total);
}
