// The page "Draw a digit": a pad, the maps of every layer, the bars of the softmax. One payload in; it knows no host.
import { el } from "../draw/dom.js";
import { dress } from "../draw/theme.js";
import { decode } from "../scene/codec.js";
import { Bars } from "./bars.js";
import { Flow } from "./flow.js";
import { Pad } from "./pad.js";

export class Digits {
  /** @type {import("../scene.d.ts").Scene<import("../scene.d.ts").DigitsHeader>|null} */
  scene = null;

  /** @param {{onDraw: (cells: number[]) => void, onLearned: (learned: boolean) => void, onOpen: (layer: string, map: number) => void}} host */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    root.classList.add("cv", "digits");
    root.dataset.testid = "digits";
    this.pad = new Pad((cells) => this.send(cells));
    this.bars = new Bars();
    this.flow = new Flow((layer, map) => this.host.onOpen(layer, map));
    this.filters = new Flow(() => {});
    this.says = el("p", { class: "says", role: "status", "data-testid": "verdict" });
    this.clear = el("button", { type: "button", onclick: () => this.put(this.pad.cells.map(() => 0)) }, "clear");
    this.examples = el("div", { class: "examples", role: "group", "aria-label": "examples" });
    this.whose = ["learned", "random"].map((name) =>
      el("button", { type: "button", onclick: () => this.host.onLearned(name === "learned") }, name),
    );
    const legend = el(
      "p",
      { class: "legend" },
      el("i", { class: "learned" }),
      "learned",
      el("i", { class: "random" }),
      "random weights",
    );
    root.replaceChildren(
      el(
        "div",
        { class: "left" },
        this.pad.root,
        el("div", { class: "line" }, this.clear, this.examples),
        this.says,
        this.bars.root,
        legend,
      ),
      el(
        "div",
        { class: "right" },
        el(
          "div",
          { class: "line" },
          el("span", { class: "title" }, "weights of the maps below"),
          el("div", { class: "whose", role: "group" }, ...this.whose),
        ),
        this.flow.root,
        (this.last = el("p", { class: "title" })),
        el("p", { class: "title" }, "the 3 × 3 filters of conv1, learned and random"),
        this.filters.root,
      ),
    );
    this.resizer = new ResizeObserver(() => Math.abs(root.clientWidth - this.width) > 2 && this.build());
    this.resizer.observe(root);
  }

  /** Draw other cells than the pen's. */
  put(cells) {
    this.pad.show(cells);
    this.send(cells);
  }

  /** One drawing is on its way at a time; the last one follows as soon as its answer is there. */
  send(cells) {
    if (this.waiting) this.later = cells;
    else {
      this.waiting = true;
      this.host.onDraw(cells);
    }
  }

  update(bytes) {
    const scene = decode(bytes);
    this.scene = scene;
    this.waiting = false;
    const next = this.later;
    this.later = null;
    this.build(Boolean(next || this.pad.from));
    if (next?.some((value, i) => value !== scene.header.cells[i])) this.send(next);
    this.root.dataset.content = scene.header.id;
  }

  /** Draw all anew, for a new scene, the theme and the width that there are now. */
  build(drawing = false) {
    if (!this.scene) return;
    const { header, arrays } = this.scene;
    this.theme = dress(this.root);
    this.width = this.root.clientWidth;
    this.pad.show(drawing ? this.pad.cells : header.cells, this.theme);
    if (!this.examples.childElementCount)
      this.examples.append(...header.examples.map((cells, digit) => this.example(cells, digit)));
    this.says.textContent = header.says;
    this.last.textContent = header.last;
    this.bars.show(arrays);
    this.whose.forEach((button, i) => button.setAttribute("aria-pressed", String(header.learned === (i === 0))));
    this.flow.show(
      header.rows.map((row) => ({ ...row, array: row.name })),
      arrays,
      this.theme,
    );
    this.filters.show(filterRows(header), arrays, this.theme);
  }

  example(cells, digit) {
    return el(
      "button",
      { type: "button", "aria-label": `draw an example of ${digit}`, onclick: () => this.put(cells) },
      String(digit),
    );
  }

  destroy() {
    this.resizer.disconnect();
    this.flow.destroy();
    this.filters.destroy();
    this.root.replaceChildren();
  }
}

const filterRows = ({ filters_most: most }) => [
  { name: "filters", title: "learned", array: "filters", code: "", says: "from 1,500 digits", most, opens: false },
  {
    name: "filters_random",
    title: "random",
    array: "filters_random",
    code: "",
    says: "torch's own draw",
    most,
    opens: false,
  },
];
