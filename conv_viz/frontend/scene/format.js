// Numbers as people read them. Nothing is rounded to a lie: what is not zero is never written as a bare 0.

/**
 * A signed number: "+0.12", "−3.40", "0" only for an exact zero, "0.00" for what is merely small.
 * @param {number} value
 * @param {number} digits decimals
 */
export function signed(value, digits = 2) {
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "+";
  const size = Math.abs(value);
  if (size >= 10 ** 6) return sign + size.toExponential(Math.max(0, digits - 1));
  const text = size.toFixed(roomFor(size, digits));
  return Number(text) === 0 ? text : sign + text;
}

/** A number of the input, as short as it can stand: ".6", "12", ".0" for a small one that is not zero. */
export function brief(value, digits = 1) {
  if (!Number.isFinite(value)) return special(value);
  if (value === 0) return "0";
  if (Number.isInteger(value) && Math.abs(value) < 10000) return String(value).replaceAll("-", "−");
  const size = Math.abs(value);
  if (size >= 10000) return (value < 0 ? "−" : "") + size.toExponential(0);
  const text = size.toFixed(roomFor(size, digits)).replace(/^0\./, ".");
  return (Number(text) !== 0 && value < 0 ? "−" : "") + text;
}

/** Every digit that the number has. float32 is written with the fewest digits that read back as the same. */
export function exact(value, single = true) {
  if (!Number.isFinite(value)) return special(value);
  if (!single) return String(value).replaceAll("-", "−");
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text)).replaceAll("-", "−");
  }
  return String(value).replaceAll("-", "−");
}

/** The signs of what is no finite number. */
export function special(value) {
  if (Number.isNaN(value)) return "NaN";
  return value < 0 ? "−∞" : "∞";
}

// A larger number needs fewer decimals to say the same.
function roomFor(size, digits) {
  if (size >= 1000) return Math.max(0, digits - 3);
  if (size >= 100) return Math.max(0, digits - 2);
  return size >= 10 ? Math.max(0, digits - 1) : digits;
}

/** A shape as torch writes it: (1, 3, 7, 7), and (10,) for one number. */
export function shape(sizes) {
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;
}

/** Two numbers as from and to: "−0.31 … +0.65". */
export const range = ([low, high], digits = 2) => `${signed(low, digits)} … ${signed(high, digits)}`;
