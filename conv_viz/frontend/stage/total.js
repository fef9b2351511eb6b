// Below the sums: what joins them, the total, and torch's own number.
import { el } from "../draw/dom.js";
import { told } from "../draw/told.js";
import { torchWords } from "../scene/words.js";

export class Total {
  /** @param {(lines: string[]|null) => void} onTell lines are to be said, or nothing any longer */
  constructor(onTell) {
    this.onTell = onTell;
    this.root = el("div", { class: "total" });
  }

  /**
   * Write [label, value, kind] of each line.
   * @param {string[][]} lines @param {number} lit share of the products that are lit
   * @param {object} [why] what `explain` says of the cell
   */
  show(lines, lit, why) {
    this.why = why;
    this.root.classList.toggle("pending", lit < 1);
    const key = JSON.stringify(lines);
    if (key === this.shown) return;
    this.shown = key;
    const made = lines.map(([label, value, kind]) =>
      el("div", { class: kind }, this.label(label), el("b", { "data-testid": kind.split(" ")[0] }, value)),
    );
    this.root.replaceChildren(...made);
  }

  label(text) {
    return text === "torch" && this.why ? told(text, () => torchWords(this.why), this.onTell) : el("span", {}, text);
  }
}
