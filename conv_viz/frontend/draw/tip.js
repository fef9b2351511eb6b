// What is under the pointer, in words beside it.
import { el } from "./dom.js";
import { tipPlace } from "../scene/geometry.js";

export class Tip {
  constructor(root) {
    this.root = el("div", { class: "tip", role: "tooltip", hidden: true });
    this.around = root;
  }

  /**
   * Lines of text, the second one large; none hide it.
   * @param {string[]|null} lines @param {PointerEvent} [event] beside which it stands
   * @param {(pointer: number[]|null, tip: number[], box: DOMRect) => number[]} [place] where else it stands: the left
   *   and upper edge, in the box around, of a tip so wide and high
   */
  show(lines, event, place = beside) {
    this.root.hidden = !lines;
    if (!lines) return;
    this.root.replaceChildren(...lines.map((line, i) => el(i === 1 ? "b" : "span", {}, line)));
    const box = this.around.getBoundingClientRect();
    const pointer = event ? [event.clientX - box.left, event.clientY - box.top] : null;
    const [left, top] = place(pointer, [this.root.offsetWidth, this.root.offsetHeight], box);
    this.root.style.transform = `translate(${left}px, ${top}px)`;
  }
}

const beside = (pointer, tip, box) => tipPlace(pointer, tip, [box.width, box.height]);
