// All feature maps, each with its filter: a button a map, and one canvas behind all of them. A canvas each would be
// a layer each, which the browser puts together anew for every frame.
import { el } from "../draw/dom.js";
import { range } from "../scene/format.js";
import { Paper } from "../draw/paper.js";
import { tileWidth } from "./viewport.js";

const BETWEEN = 4; // pixels of the sheet between filter and map

export class Tiles {
  /** @param {(index: number) => void} onMap a map was chosen */
  constructor(onMap) {
    this.onMap = onMap;
    this.paper = new Paper({ "aria-hidden": "true", "data-testid": "wall" });
    this.root = el("div", { class: "tiles", role: "group", "aria-label": "feature maps" }, this.paper.element);
    this.buttons = [];
  }

  /** @param {import("../scene.d.ts").Gallery["header"]} header @param {ImageBitmap} sheet the contact sheet */
  show({ maps, detail, named }, sheet) {
    this.root.style.setProperty("--cv-tile", `${tileWidth(maps.length)}px`);
    for (const button of this.buttons.splice(maps.length)) button.remove();
    while (this.buttons.length < maps.length) this.buttons.push(this.add());
    this.buttons.forEach((button, i) => label(button, maps[i], maps[i].index === detail.index, named));
    this.paint(maps, sheet);
  }

  add() {
    const button = el(
      "button",
      { type: "button" },
      el("i"),
      el("span", { class: "name" }),
      el("span", { class: "values" }),
    );
    button.addEventListener("click", () => this.onMap(Number(button.dataset.index)));
    this.root.append(button);
    return button;
  }

  paint(maps, sheet) {
    const boxes = this.buttons.map(
      ({ firstChild: { offsetLeft: x, offsetTop: y, offsetWidth: w, offsetHeight: h } }) => [x, y, w, h],
    );
    this.paper.fit(this.root.clientWidth, this.root.clientHeight);
    const ctx = this.paper.begin();
    maps.forEach(({ map, filter }, i) => {
      const [x, y, w, h] = boxes[i];
      const scale = w / wide(map, filter);
      const tall = h / map[3]; // the same, but for a map of a row or two, which is drawn taller
      const put = ([left, top, across, down], at) =>
        ctx.drawImage(sheet, left, top, across, down, at, y, across * scale, down * tall);
      if (filter) put(filter, x);
      put(map, x + w - map[2] * scale);
    });
  }
}

const wide = (map, filter) => map[2] + (filter ? filter[2] + BETWEEN : 0);

function label(button, { index, name, map, filter, values }, chosen, named) {
  const [space, title, span] = button.children;
  space.style.aspectRatio = `${wide(map, filter)} / ${map[3]}`;
  button.classList.toggle("named", named);
  title.textContent = named ? name : String(index);
  span.textContent = range(values);
  button.dataset.index = index;
  button.setAttribute("aria-label", `${name}, values ${range(values)}`);
  button.setAttribute("aria-pressed", String(chosen));
}
