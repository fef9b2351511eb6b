// What is under the pointer, in words beside it.
import { el } from "./dom.js";
import { tipPlace } from "../scene/geometry.js";

export class Tip {
  constructor(root) {
    this.root = el("div", { class: "tip", role: "tooltip", hidden: true });
    this.around = root;
  }

  /** Lines of text, the second one large; none hide it. */
  show(lines, event) {
    this.root.hidden = !lines;
    if (!lines) return;
    this.root.replaceChildren(...lines.map((line, i) => el(i === 1 ? "b" : "span", {}, line)));
    const box = this.around.getBoundingClientRect();
    const [left, top] = tipPlace(
      [event.clientX - box.left, event.clientY - box.top],
      [this.root.offsetWidth, this.root.offsetHeight],
      [box.width, box.height],
    );
    this.root.style.transform = `translate(${left}px, ${top}px)`;
  }
}
