// What a link keeps from its reader until it is asked for: predict, then reveal. The stylesheet hides it.
import { el } from "../draw/dom.js";

const ASKED = { code: "show the code", output: "show the output" };

export class Exercise {
  /** @param {HTMLElement} root of the stage */
  constructor(root) {
    this.root = root;
    this.buttons = el("div", { class: "asked", hidden: true });
    this.names = [];
  }

  /** @param {string[]} ask what is hidden until it is asked for @param {boolean} text whether there are words beside the picture */
  begin(ask, text) {
    this.names = Object.keys(ASKED).filter((name) => ask.includes(name));
    this.root.classList.toggle("textless", !text);
    this.hide(this.names);
  }

  /** Another layer is another question; the same one, of another filter or sample, is not. */
  about({ code, input_shape }) {
    const layer = JSON.stringify([code, input_shape]);
    if (layer === this.layer) return;
    this.layer = layer;
    this.hide(this.names);
  }

  hide(names) {
    for (const name of Object.keys(ASKED)) this.root.classList.toggle(`ask-${name}`, names.includes(name));
    this.buttons.hidden = !names.length;
    const show = (name) => this.hide(names.filter((other) => other !== name));
    this.buttons.replaceChildren(
      ...names.map((name) => el("button", { type: "button", onclick: () => show(name) }, ASKED[name])),
    );
  }
}
