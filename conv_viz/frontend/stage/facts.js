// The layer's numbers in the head. Each says how it comes about while it is pointed at or has the focus, which a tap
// gives it. They stay from picture to picture: what is said of one goes on while a key is pressed.
import { el } from "../draw/dom.js";

export class Facts {
  root = el("dl", { class: "facts", "data-testid": "facts" });
  /** @type {Map<string, Fact>} by label */
  shown = new Map();

  /** @param {import("../scene.d.ts").Fact[]} all */
  show(all) {
    const before = this.shown;
    const silence = () => this.shown.forEach((fact) => fact.silence()); // one at a time
    this.shown = new Map(all.map(({ label }) => [label, before.get(label) ?? new Fact(label, silence)]));
    for (const fact of all) this.shown.get(fact.label)?.show(fact);
    const rows = [...this.shown.values()].map(({ root }) => root);
    const { children } = this.root;
    if (rows.length !== children.length || rows.some((row, i) => row !== children[i]))
      this.root.replaceChildren(...rows);
  }
}

class Fact {
  /** @param {string} label @param {() => void} silence says nothing of any fact any more */
  constructor(label, silence) {
    const id = `cv-fact-${label.replaceAll(" ", "-")}`;
    this.why = el("span", { class: "fact-why", role: "tooltip", id, hidden: true });
    this.button = el("button", { type: "button", "aria-describedby": id });
    this.root = el("div", {}, el("dt", {}, label), el("dd", {}, this.button, this.why));
    const say = () => {
      silence();
      this.why.hidden = false;
    };
    const { button } = this;
    button.addEventListener("pointerenter", say);
    button.addEventListener("pointerleave", () => (button.matches(":focus") ? say() : this.silence()));
    button.addEventListener("focus", say);
    button.addEventListener("blur", () => this.silence());
    button.addEventListener("click", () => button.focus()); // not every browser does
    button.addEventListener("keydown", ({ key }) => key === "Escape" && this.silence());
  }

  /** @param {import("../scene.d.ts").Fact} fact */
  show({ text, about, formula }) {
    const said = [text, about, formula].join("\n");
    if (said === this.said) return;
    this.said = said;
    this.button.textContent = text;
    this.why.replaceChildren(el("span", {}, about), el("b", {}, formula));
  }

  silence() {
    this.why.hidden = true;
  }
}
