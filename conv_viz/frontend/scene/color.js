// Colour means value. Signed numbers run from blue through the page's background to red.

/** "#rrggbb" or "rgb(r, g, b)" -> [r, g, b]; mid grey when it is neither. */
export function parse(text) {
  const hex = /^#([0-9a-f]{6})/i.exec(text.trim());
  if (hex) return [0, 2, 4].map((i) => parseInt(hex[1].slice(i, i + 2), 16));
  const short = /^#([0-9a-f]{3})$/i.exec(text.trim());
  if (short) return [...short[1]].map((d) => parseInt(d + d, 16));
  const parts = text.match(/[\d.]+/g);
  return parts && parts.length >= 3 ? parts.slice(0, 3).map(Number) : [128, 128, 128];
}

/** Between two colours, t in 0..1. */
export function mix(a, b, t) {
  return [0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * t));
}

/** @param {number[]} color red, green, blue */
export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

/** Relative luminance, WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
export function luminance(color) {
  const [r, g, b] = color.map((v) => {
    const c = v / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever reads better on the colour. */
export function inkOn(color) {
  return luminance(color) > 0.198 ? "#15171f" : "#ffffff";
}

const ENDS = {
  light: { low: [33, 102, 172], high: [178, 24, 43] },
  dark: { low: [47, 128, 214], high: [214, 48, 74] },
};
const TINTS = {
  light: { red: [217, 48, 57], green: [34, 146, 78], blue: [52, 104, 214] },
  dark: { red: [232, 72, 80], green: [56, 178, 104], blue: [84, 134, 246] },
};
// Groups, told apart by colour-blind readers too (after Okabe and Ito), without the accent's orange.
const BANDS = ["#0072b2", "#009e73", "#cc79a7", "#7a5cc9", "#8a7a00", "#56b4e9", "#a0522d", "#5f7f95"];

/** Colour of a group's band. */
export const band = (group) => BANDS[group % BANDS.length];

/** Value -> [r, g, b] on a diverging scale, zero in the middle, the neutral being the background. */
export function diverging(most, theme) {
  const ends = ENDS[theme.dark ? "dark" : "light"];
  return (value) => {
    if (!Number.isFinite(value)) return theme.mark;
    const t = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
    return mix(theme.background, value < 0 ? ends.low : ends.high, t ** 0.8);
  };
}

/**
 * Value -> [r, g, b] for an input plane: real grey for one channel, else from the background
 * to the channel's tint; the diverging scale as soon as there are negative numbers.
 * @param {number[]} range lowest and highest value @param {string} name of the channel @param {object} theme
 */
export function inputScale([low, high], name, theme) {
  if (low < 0) return diverging(Math.max(-low, high), theme);
  const tint = TINTS[theme.dark ? "dark" : "light"][name];
  const from = tint ? theme.background : [16, 18, 24];
  const to = tint ?? [252, 252, 252];
  return (value) => {
    if (!Number.isFinite(value)) return theme.mark;
    return mix(from, to, high > low ? Math.max(0, Math.min(1, (value - low) / (high - low))) : 0);
  };
}

/** Colour of a channel's name. */
export function tintOf(name, theme) {
  const tint = TINTS[theme.dark ? "dark" : "light"][name];
  return tint ? css(tint) : null;
}
