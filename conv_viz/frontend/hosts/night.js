// The theme of the page around a view, where no host says when it changes.
import { readTheme } from "../draw/theme.js";

/**
 * Draw the view anew whenever the colours of the page change.
 * @param {HTMLElement} root
 * @param {{theme: object, build: () => void}} view
 * @returns {() => void} ends it
 */
export function followTheme(root, view) {
  const follow = () => JSON.stringify(readTheme(root)) !== JSON.stringify(view.theme) && view.build();
  const theme = new MutationObserver(follow);
  const night = matchMedia("(prefers-color-scheme: dark)");
  for (const node of [document.documentElement, document.body]) theme.observe(node, { attributes: true });
  night.addEventListener("change", follow);
  return () => {
    theme.disconnect();
    night.removeEventListener("change", follow);
  };
}
