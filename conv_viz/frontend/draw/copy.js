// A button that copies a text.
import { copyText, el } from "./dom.js";

/**
 * @param {string} name what stands on it
 * @param {string} label what it does, in words
 * @param {() => string} text
 */
export function copyButton(name, label, text) {
  const button = el("button", { type: "button", class: "copy", "aria-label": label }, name);
  button.addEventListener("click", async () => {
    await copyText(text());
    button.textContent = "copied";
    setTimeout(() => (button.textContent = name), 1500);
  });
  return button;
}
