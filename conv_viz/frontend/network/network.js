// A network: a table of its layers, and beside it the input with what one unit sees of it.
import { el } from "../draw/dom.js";
import { FieldPicture } from "./field.js";
import { layerTable, wayOut } from "./layers.js";
import { SceneView } from "../draw/scene_view.js";

/** @typedef {import("../scene.d.ts").NetworkHeader} Header */
/** @typedef {import("../scene.d.ts").Scene<Header>} Scene */

/** @extends {SceneView<Header>} */
export class NetworkView extends SceneView {
  /** @type {(pixel: number[]|null) => void} every layer says which of its units see this pixel of the input */
  say = () => {};

  constructor(root, host) {
    super(root);
    this.host = host;
    root.classList.add("cv", "network");
    root.dataset.testid = "network";
    this.open = new Set(); // folds that are unfolded, by their first row
    this.field = new FieldPicture({
      onPixel: (pixel) => this.say(pixel),
      onChoose: (pixel) => host.set("look", { pixel }),
      onStep: (step, from) => host.set("look", { step, from }),
    });
    this.table = el("div", { class: "layers" });
    this.totals = el("dl", { class: "facts" });
    this.notes = el("div", { class: "misses" });
    root.replaceChildren(this.totals, this.notes, el("div", { class: "network-body" }, this.table, this.field.root));
  }

  /** @param {Scene} scene @param {import("../draw/theme.js").Theme} theme */
  show(scene, theme) {
    const { host } = this;
    const { id, totals, broken, misses } = scene.header;
    this.totals.replaceChildren(
      ...totals.map(([name, value, why]) => el("div", { title: why }, el("dt", {}, name), el("dd", {}, value))),
    );
    const act = {
      mend: (name) => host.set("look", { mend: name, of: id }),
      choose: (name) => host.set("look", { layer: name }),
      fold: (start) => {
        if (!this.open.delete(start)) this.open.add(start);
        this.list(scene, act);
      },
    };
    const stops =
      broken &&
      el("p", { class: "miss" }, el("b", {}, `${broken.name}: ${broken.rule}`), " ", wayOut(broken, act.mend));
    this.notes.replaceChildren(...[stops, ...misses.map((words) => el("p", { class: "miss" }, words))].filter(Boolean));
    this.notes.hidden = !broken && !misses.length;
    this.list(scene, act);
    this.field.show(scene, theme);
  }

  /** The table anew; what had the focus keeps it. @param {Scene} scene @param {Parameters<typeof layerTable>[2]} act */
  list(scene, act) {
    const active = /** @type {HTMLElement} */ (document.activeElement);
    const focused = this.table.contains(active) ? active.dataset.focus : null;
    const { root, say } = layerTable(scene, this.open, act);
    this.say = say;
    this.table.replaceChildren(root);
    if (focused)
      /** @type {HTMLElement} */ (this.table.querySelector(`[data-focus="${CSS.escape(focused)}"]`))?.focus({
        preventScroll: true,
      });
  }

  destroy() {
    this.field.destroy();
    this.root.replaceChildren();
  }
}
