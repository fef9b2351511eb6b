// What is said aloud of the stage to readers who do not see it: the step, once it rests, or what a key leads to.
import { el } from "../draw/dom.js";

const AFTER = 250; // ms of rest before the step is spoken

export class Speech {
  root = el("output", { class: "live", "aria-live": "polite" });

  /** Say this when nothing else has come for a while; null: nothing any longer. @param {(() => string)|null} words */
  later(words) {
    clearTimeout(this.waiting);
    if (words) this.waiting = setTimeout(() => this.now(words()), AFTER);
  }

  /** @param {string} words */
  now(words) {
    clearTimeout(this.waiting);
    this.root.textContent = words;
  }
}
