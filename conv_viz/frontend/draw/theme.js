// The host's colours and fonts, read each time they may have changed.
import { luminance, mix, parse, css } from "../scene/color.js";

/**
 * @typedef {{dark: boolean, background: number[], text: string, quiet: string, line: string, faint: string,
 *   mark: number[], accent: string, font: string, code: string, type: number}} Theme
 *   type: how many times as large as usual the letters are
 */

/**
 * Streamlit sets --st-*; elsewhere the stage takes the colours of the page around it.
 * @returns {Theme}
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback();
  const text = rgb(read("--st-text-color", () => getComputedStyle(above(element)).color));
  const background = rgb(
    read("--st-background-color", () => paper(element) ?? (luminance(text) > 0.4 ? "#0e1117" : "#ffffff")),
  );
  const dark = luminance(background) < 0.2;
  return {
    dark,
    background,
    text: css(text),
    quiet: css(mix(background, text, 0.66)),
    line: css(mix(background, text, 0.16)),
    faint: css(mix(background, text, 0.28)),
    mark: mix(background, text, 0.3),
    accent: dark ? "#ff8f2e" : "#e8730c",
    font: style.fontFamily,
    code: read("--st-code-font", () => "ui-monospace, monospace"),
    type: 1,
  };
}

const above = (node) => node.parentElement ?? node.getRootNode().host ?? document.documentElement;

/** A colour in any of the ways of CSS, such as color(srgb 1 1 1) or oklch(...): its red, green and blue. */
function rgb(color) {
  if (/^\s*(#|rgb)/.test(color)) return parse(color);
  const ctx = new OffscreenCanvas(1, 1).getContext("2d");
  if (!ctx) return parse(color);
  ctx.fillStyle = "#808080"; // stays where it is no colour
  ctx.fillStyle = color;
  ctx.fillRect(0, 0, 1, 1);
  return [...ctx.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** The first background around an element that is not transparent, null when there is none. */
function paper(element) {
  for (let node = above(element); ; node = above(node)) {
    const color = getComputedStyle(node).backgroundColor;
    if (color && color !== "transparent" && !/[,/] 0\)$/.test(color)) return color;
    if (node === document.documentElement) return null;
  }
}

/**
 * Give a root what the stylesheet needs of the theme around it, as custom properties.
 * @param {HTMLElement} root @param {number} type how many times as large as usual the letters are
 * @returns {Theme} that theme
 */
export function dress(root, type = 1) {
  const theme = { ...readTheme(root), type };
  for (const name of ["text", "quiet", "line", "faint", "accent"]) root.style.setProperty(`--cv-${name}`, theme[name]);
  root.style.setProperty("--cv-background", css(theme.background));
  root.style.setProperty("--cv-code", theme.code);
  root.style.setProperty("--cv-type", String(theme.type));
  // orange letters need more contrast than an orange frame
  root.style.setProperty("--cv-now", theme.dark ? "#ff9a45" : "#b45309");
  root.dataset.theme = theme.dark ? "dark" : "light";
  return theme;
}
