// The switch from the layer's numbers to symbols: the equation of the cell that is shown, and a button that copies it.
import { copyButton } from "../draw/copy.js";
import { el, tool } from "../draw/dom.js";

export class Symbols {
  /** @param {() => void} onSwitch it is turned on or off: `on` says which */
  constructor(onSwitch) {
    this.on = false;
    this.button = tool("Σ", "symbols", { "aria-pressed": "false" });
    this.onSwitch = onSwitch;
    this.button.addEventListener("click", () => this.turn(!this.on));
    this.text = el("code", { "data-testid": "symbols" });
    this.note = el("span", { class: "note" });
    this.latex = "";
    const copy = copyButton("copy LaTeX", "copy the equation as LaTeX", () => this.latex);
    this.root = el("p", { class: "symbols", hidden: true }, this.text, this.note, copy);
  }

  turn(on) {
    if (on === this.on) return;
    this.on = on;
    this.button.setAttribute("aria-pressed", String(on));
    this.onSwitch();
  }

  /** @param {import("../scene.d.ts").Rule|null} rule of the cell that is shown; null where there is no picture */
  show(rule) {
    this.root.hidden = !rule;
    if (!rule || rule.latex === this.latex) return;
    this.latex = rule.latex;
    this.text.textContent = rule.text;
    this.note.textContent = rule.note;
  }
}
