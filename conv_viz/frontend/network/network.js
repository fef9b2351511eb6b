// A network: a table of its layers, and beside it the input with what one unit sees of it.
import { decode } from "../scene/codec.js";
import { el } from "../draw/dom.js";
import { FieldPicture } from "./field.js";
import { layerTable } from "./layers.js";
import { applyTheme, readTheme } from "../draw/theme.js";

export class NetworkView {
  constructor(root, host) {
    this.root = root;
    this.host = host;
    root.classList.add("cv", "network");
    root.dataset.testid = "network";
    this.open = new Set(); // folds that are unfolded, by their first row
    this.field = new FieldPicture({
      onPixel: (pixel) => this.point(pixel),
      onChoose: (pixel) => host.set("look", { pixel }),
      onStep: (step) => host.set("look", { step, from: this.scene.header.chosen.unit }),
    });
    this.table = el("div", { class: "layers" });
    this.totals = el("dl", { class: "facts" });
    this.notes = el("div", { class: "misses" });
    root.replaceChildren(this.totals, this.notes, el("div", { class: "network-body" }, this.table, this.field.root));
  }

  update(bytes) {
    this.scene = decode(bytes);
    this.build();
    this.root.dataset.content = this.scene.header.id;
  }

  build() {
    this.theme = readTheme(this.root);
    applyTheme(this.root, this.theme);
    if (!this.scene) return;
    const { header } = this.scene;
    this.totals.replaceChildren(
      ...header.totals.map(([name, value, why]) => el("div", { title: why }, el("dt", {}, name), el("dd", {}, value))),
    );
    const { broken, misses } = header;
    const stops = broken && el("p", { class: "miss" }, el("b", {}, `${broken.name}: ${broken.rule}`), ` ${broken.fix}`);
    this.notes.replaceChildren(...[stops, ...misses.map((words) => el("p", { class: "miss" }, words))].filter(Boolean));
    this.notes.hidden = !broken && !misses.length;
    this.list();
    this.field.show(this.scene, this.theme);
  }

  /** The table anew; what had the focus keeps it. */
  list() {
    const active = /** @type {HTMLElement} */ (document.activeElement);
    const focused = this.table.contains(active) ? active.dataset.focus : null;
    this.made = layerTable(this.scene.header, this.open, {
      choose: (name) => this.host.set("look", { layer: name }),
      fold: (start) => {
        if (!this.open.delete(start)) this.open.add(start);
        this.list();
      },
    });
    this.table.replaceChildren(this.made.root);
    if (focused)
      /** @type {HTMLElement} */ (this.table.querySelector(`[data-focus="${CSS.escape(focused)}"]`))?.focus({
        preventScroll: true,
      });
  }

  /** An input pixel is pointed at: every layer says which of its units see it. */
  point(pixel) {
    this.made.say(pixel && this.scene, pixel);
  }

  destroy() {
    this.field.destroy();
    this.root.replaceChildren();
  }
}
