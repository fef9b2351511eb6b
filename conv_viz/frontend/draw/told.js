// Words that explain themselves while they are pointed at or have the focus, which a tap gives them.
import { el } from "./dom.js";

/**
 * @param {string} text @param {() => string[]} lines what is said of it
 * @param {(lines: string[]|null) => void} say lines, or nothing any longer
 */
export function told(text, lines, say) {
  const button = el("button", { type: "button", class: "told" }, text);
  button.addEventListener("pointerenter", () => say(lines()));
  button.addEventListener("pointerleave", () => say(button.matches(":focus") ? lines() : null));
  button.addEventListener("focus", () => say(lines()));
  button.addEventListener("blur", () => say(null));
  button.addEventListener("click", (event) => {
    event.stopPropagation(); // it pins nothing
    button.focus(); // not every browser does
  });
  return button;
}
