// The maps of every layer: a row a layer, a button a map, and one canvas behind all of them.
import { el } from "../draw/dom.js";
import { offPage, Paper } from "../draw/paper.js";
import { diverging } from "../scene/color.js";
import { brief } from "../scene/format.js";

export class Flow {
  /** @type {{rows: {array: string, most: number}[], arrays: any, theme: any}|null} */
  shown = null;

  /** @param {(layer: string, map: number) => void} onOpen a map was clicked */
  constructor(onOpen) {
    this.onOpen = onOpen;
    this.paper = new Paper({ "aria-hidden": "true" });
    this.rows = el("div", { class: "layers" });
    this.resizer = new ResizeObserver(() => this.shown && this.paint()); // fonts come late, and move what is below them
    this.resizer.observe(this.rows);
    this.root = el(
      "div",
      { class: "flow", role: "group", "aria-label": "what each layer makes" },
      this.paper.element,
      this.rows,
    );
  }

  /**
   * @param {{name, code, says, most, array, opens?: boolean}[]} rows @param {object} arrays (C, H, W) by name
   */
  show(rows, arrays, theme) {
    const key = rows.map(({ name, array }) => `${name} ${arrays[array].shape}`).join();
    if (key !== this.key) this.build(rows, arrays);
    this.key = key;
    this.shown = { rows, arrays, theme };
    this.paint();
  }

  build(rows, arrays) {
    this.buttons = rows.map((row) => {
      const [count, height, width] = arrays[row.array].shape;
      return Array.from({ length: count }, (_, map) => {
        const properties = {
          class: "map",
          style: `aspect-ratio:${width}/${height}`,
          "data-layer": row.name,
          "data-map": map,
        };
        if (row.opens === false) return el("i", properties);
        const label = `map ${map} of ${row.name}: its sliding window`;
        return el("button", {
          ...properties,
          type: "button",
          title: label,
          "aria-label": label,
          onclick: () => this.onOpen(row.name, map),
        });
      });
    });
    this.ranges = rows.map(() => el("span", { class: "most" }));
    this.rows.replaceChildren(
      ...rows.flatMap((row, i) => [
        el(
          "div",
          { class: "what" },
          el("b", {}, row.title ?? row.name),
          el("code", {}, row.code),
          el("span", {}, row.says),
          this.ranges[i],
        ),
        el("div", { class: "maps" }, ...this.buttons[i]),
      ]),
    );
  }

  destroy() {
    this.resizer.disconnect();
  }

  paint() {
    if (!this.shown) return;
    const { rows, arrays, theme } = this.shown;
    const origin = this.root.getBoundingClientRect();
    const boxes = this.buttons.map((row) => row.map((button) => button.getBoundingClientRect()));
    this.paper.fit(this.root.clientWidth, this.root.clientHeight);
    const ctx = this.paper.begin();
    ctx.imageSmoothingEnabled = false;
    ctx.strokeStyle = theme.line;
    rows.forEach(({ array, most }, i) => {
      const { data, shape } = arrays[array];
      const strip = coloured(data, shape, diverging(most, theme));
      const [, height, width] = shape;
      this.ranges[i].textContent = `up to ±${brief(most, 2)}`;
      boxes[i].forEach(({ left, top, width: w, height: h }, map) => {
        const [x, y] = [left - origin.left, top - origin.top];
        ctx.drawImage(strip, 0, map * height, width, height, x, y, w, h);
        ctx.strokeRect(x - 0.5, y - 0.5, w + 1, h + 1);
      });
    });
  }
}

/** All maps of a layer below each other, one pixel a number. */
function coloured(data, [count, height, width], scale) {
  const image = new ImageData(width, count * height);
  for (let i = 0; i < data.length; i++) image.data.set([...scale(data[i]), 255], 4 * i);
  const small = offPage(width, count * height);
  small.putImageData(image, 0, 0);
  return small.canvas;
}
