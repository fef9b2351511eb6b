// Undo, redo and "start again" for what the controls say. A step is an entry of the browser's history.
import { el } from "../draw/dom.js";
import { oneEntryForEachAction } from "./history.js";

const TYPING = "input:not([type=range], [type=checkbox]), textarea, [contenteditable=true], [data-testid=weights]";
const PAGES = 'nav[aria-label="App pages"] :is(a, button)';
const WIRED = new WeakSet();

/** @param {{parentElement: HTMLElement, setTriggerValue: (name: string, value: boolean) => void}} component */
export default function steps({ parentElement, setTriggerValue }) {
  if (WIRED.has(parentElement)) return undefined;
  WIRED.add(parentElement);
  const shown = oneEntryForEachAction(window);
  const undo = button("undo", "Back to what was there before (Ctrl+Z)", () => history.back());
  const redo = button("redo", "What was undone, again (Ctrl+Y)", () => history.forward());
  const again = button("start again", "Every control as on the first visit", () => setTriggerValue("again", true));
  const skip = button("to the pages", "Past the controls", () => {
    /** @type {HTMLElement|null} */ (document.querySelector(PAGES))?.focus();
  });
  skip.className = "skip";
  const row = el("div", { class: "history-steps", role: "group", "aria-label": "steps" }, skip, undo, redo, again);
  const show = () => {
    undo.disabled = shown.at <= 0;
    redo.disabled = shown.at >= shown.last;
  };
  const key = (event) => {
    const way = step(event);
    if (!way || event.defaultPrevented || event.target.closest?.(TYPING)) return;
    event.preventDefault();
    (way === "undo" ? undo : redo).click();
  };
  show();
  parentElement.append(row);
  shown.changed.addEventListener("change", show);
  window.addEventListener("keydown", key);
  return () => {
    WIRED.delete(parentElement);
    row.remove();
    shown.changed.removeEventListener("change", show);
    window.removeEventListener("keydown", key);
  };
}

/** What a key press asks for: "undo", "redo", or nothing. */
export function step({ key, ctrlKey, metaKey, shiftKey, altKey }) {
  if (altKey || !(ctrlKey || metaKey)) return "";
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !shiftKey ? "redo" : "";
}

function button(words, title, act) {
  const made = el("button", { type: "button", title }, words);
  made.addEventListener("click", act);
  return made;
}
