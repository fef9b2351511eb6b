// The host's colours and fonts, read each time they may have changed.
import { luminance, mix, parse, css } from "./color.js";

/** Streamlit sets --st-*; other hosts may set the same names or none. */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const night = matchMedia("(prefers-color-scheme: dark)").matches;
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  const background = parse(read("--st-background-color", night ? "#0e1117" : "#ffffff"));
  const text = parse(read("--st-text-color", night ? "#fafafa" : "#1a1c24"));
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
    code: read("--st-code-font", "ui-monospace, monospace"),
  };
}

/** Colours that the stylesheet needs, as custom properties of the root. */
export function applyTheme(root, theme) {
  for (const name of ["text", "quiet", "line", "faint", "accent"]) root.style.setProperty(`--cv-${name}`, theme[name]);
  root.style.setProperty("--cv-background", css(theme.background));
  root.style.setProperty("--cv-code", theme.code);
  // orange letters need more contrast than an orange frame
  root.style.setProperty("--cv-now", theme.dark ? "#ff9a45" : "#b45309");
  root.dataset.theme = theme.dark ? "dark" : "light";
}
