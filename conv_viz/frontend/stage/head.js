// The head of the stage: the line of code and the layer's numbers, or what is wrong; and which layer the picture is of.
import { el } from "../draw/dom.js";
import { headline, problemBox, tooLargeBox } from "../draw/headline.js";
import { noteOn } from "../scene/words.js";

export class Head {
  root = el("div");
  note = el("p", { class: "cut", "data-testid": "cut" });

  /**
   * @param {import("../scene.d.ts").StageHeader} header
   * @param {boolean} told the numbers are shown in a small window too
   * @param {HTMLElement[]} buttons what stands beside the line of code
   * @param {(() => void)|undefined} onFix
   */
  show(header, told, buttons, onFix) {
    this.root.replaceChildren(
      headline(header, told, ...buttons),
      ...(header.problem ? [problemBox(header.problem, onFix)] : []),
      ...(header.too_large ? [tooLargeBox(header.too_large, header.advice, onFix)] : []),
    );
  }

  /**
   * Say which layer, or which part of it, is seen.
   * @param {import("../scene.d.ts").StageHeader} header
   * @param {import("../scene.d.ts").StageHeader|undefined} drawn what the picture shows
   */
  say(header, drawn) {
    this.note.textContent = noteOn(header, drawn);
    this.note.hidden = !this.note.textContent;
  }
}
