// The head of the stage: the line of code and the layer's numbers, or what is wrong; and which layer the picture is of.
import { el } from "../draw/dom.js";
import { example, headline, problemBox, tooLargeBox } from "../draw/headline.js";
import { Facts } from "./facts.js";
import { noteOn } from "../scene/words.js";

export class Head {
  head = el("header", { class: "head" });
  root = el("div", {}, this.head);
  facts = new Facts();
  note = el("p", { class: "cut", "data-testid": "cut" });

  /**
   * @param {import("../scene.d.ts").StageHeader} header
   * @param {boolean} told the numbers are shown in a small window too
   * @param {HTMLElement[]} buttons what stands beside the line of code
   * @param {(() => void)|undefined} onFix
   */
  show(header, told, buttons, onFix) {
    this.facts.show(header.facts ?? []);
    around(this.head, this.facts.root, headline(header, told, ...buttons), [header.example && example(header.example)]);
    around(
      this.root,
      this.head,
      [],
      [
        header.problem && problemBox(header.problem, onFix),
        header.too_large && tooLargeBox(header.too_large, header.advice, onFix),
      ],
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

/** Put what comes before and after around a part that stays where it is, and with it the focus in it. */
function around(parent, part, before, after) {
  if (part.parentNode !== parent) parent.append(part);
  for (const child of [...parent.children]) if (child !== part) child.remove();
  part.before(...before.filter(Boolean));
  part.after(...after.filter(Boolean));
}
