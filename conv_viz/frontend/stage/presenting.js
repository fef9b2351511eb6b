// In front of people: the stage alone, with letters for the last row, and keys that work wherever the focus is.
import { el } from "../draw/dom.js";
import { typeFor } from "../scene/layout.js";

const MARK = "cv-presenting"; // of the page around the stage, see stage.css
const CLICKER = { PageDown: "ArrowRight", PageUp: "ArrowLeft" };

export class Presenting {
  /**
   * @param {HTMLElement} root of the stage
   * @param {{onKey: (event: KeyboardEvent) => void, onFilter: (by: number) => void, onPin: () => void,
   *   onExample?: (by: number) => void, onTurn: (on: boolean) => void}} acts
   *   onKey: a key that was pressed outside of the stage; onFilter, onExample: the next one (1) or the one before (-1)
   */
  constructor(root, acts) {
    this.root = root;
    this.acts = acts;
    this.on = false;
    this.button = el(
      "button",
      { type: "button", class: "copy present", onclick: () => this.turn(!this.on) },
      "present",
    );
    const example = acts.onExample ? " · N example" : "";
    this.keys = el("span", { class: "keys" }, `← → step · space play · F filter · P pin${example} · Esc leave`);
    this.listen = (event) => !event.composedPath().includes(root) && acts.onKey(event);
  }

  /** How many times as large letters are as usual. */
  get type() {
    return this.on ? typeFor([innerWidth, innerHeight]) : 1;
  }

  /** Begin or leave. */
  turn(on) {
    if (on === this.on) return;
    this.on = on;
    this.root.classList.toggle("presenting", on);
    document.documentElement.classList.toggle(MARK, on);
    this.button.textContent = on ? "leave" : "present";
    if (on) document.addEventListener("keydown", this.listen);
    else document.removeEventListener("keydown", this.listen);
    this.root.focus({ preventScroll: true });
    this.acts.onTurn(on);
  }

  /**
   * The key as the stage knows it; null where it was one of these and is done with.
   * @param {KeyboardEvent} event
   */
  key({ key, shiftKey }) {
    if (!this.on) return key;
    const by = shiftKey ? -1 : 1;
    const own = {
      Escape: () => this.turn(false),
      f: () => this.acts.onFilter(by),
      p: () => this.acts.onPin(),
      n: () => this.acts.onExample?.(by),
    };
    const act = own[key.length === 1 ? key.toLowerCase() : key];
    act?.();
    return act ? null : (CLICKER[key] ?? key);
  }

  destroy() {
    document.documentElement.classList.remove(MARK);
    document.removeEventListener("keydown", this.listen);
  }
}
