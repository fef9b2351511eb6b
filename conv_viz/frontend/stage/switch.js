// The buttons of the pictures that there are of the same numbers; none where there is one only.
import { el } from "../draw/dom.js";

export class Switch {
  /** @param {(picture: string) => void} onTurn another one is wanted */
  constructor(onTurn) {
    this.onTurn = onTurn;
    this.root = el("div", { class: "switch", role: "group", "aria-label": "picture" });
  }

  /** @param {Record<string, string>} pictures what each is called @param {string} chosen */
  show(pictures, chosen) {
    const wanted = JSON.stringify([pictures, chosen]);
    if (wanted === this.shown) return;
    this.shown = wanted;
    const names = Object.keys(pictures);
    this.root.hidden = !names.length;
    this.root.replaceChildren(
      ...names.map((name) =>
        el(
          "button",
          {
            type: "button",
            "data-picture": name,
            "aria-pressed": String(name === chosen),
            onclick: () => this.onTurn(name),
          },
          pictures[name],
        ),
      ),
    );
  }

  /** The keyboard goes on at the chosen one. */
  focus() {
    /** @type {HTMLElement} */ (this.root.querySelector('[aria-pressed="true"]'))?.focus({ preventScroll: true });
  }
}
