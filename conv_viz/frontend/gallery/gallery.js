// The page "Filter an image": picture and chosen map with a divider, the pixel's arithmetic, and all maps as tiles.
// One payload in; it knows no host.
import { decode } from "../scene/codec.js";
import { el } from "../draw/dom.js";
import { range } from "../scene/format.js";
import { codeLine, problemBox } from "../draw/headline.js";
import { Histogram } from "./histogram.js";
import { Readout } from "./readout.js";
import { dress } from "../draw/theme.js";
import { Tiles } from "./tiles.js";
import { Viewer } from "./viewer.js";

const bitmap = (array) => createImageBitmap(new Blob([array.data]));

/** @typedef {import("../scene.d.ts").Gallery} Scene */
/** @typedef {{before: ImageBitmap, sheet: ImageBitmap, after: ImageBitmap}} Images the picture, all maps, the chosen map */

export class Gallery {
  /** @type {{scene: Scene, images: Images}|null} what is drawn; null before there is anything */
  shown = null;
  /** @type {{key: string, picture: Promise<ImageBitmap>}|null} what was decoded last */
  last = null;

  /**
   * @param {HTMLElement} root an empty element
   * @param {{onMap: (index: number) => void, onTheme: (dark: boolean) => void, onTake: (part: object) => void,
   *   onFit: () => void, onFix: () => void}} host
   */
  constructor(root, host) {
    this.root = root;
    this.host = host;
    this.asked = 0;
    root.classList.add("cv", "gallery");
    root.dataset.testid = "gallery";
    this.head = el("div", { class: "about" });
    this.viewer = new Viewer({
      onCell: (cell) => this.explain(cell),
      onSelect: (scene, part) => this.offer(scene, part),
    });
    this.readout = new Readout();
    this.histogram = new Histogram();
    this.title = el("h3", { "data-testid": "map-title" });
    this.larger = el(
      "button",
      { type: "button", class: "quiet", "aria-pressed": "false", onclick: () => this.enlarge() },
      "larger",
    );
    this.take = el("button", {
      type: "button",
      class: "take",
      "data-testid": "take",
      onclick: () => this.host.onTake(this.part),
    });
    this.hint = el(
      "p",
      { class: "hint" },
      "click a pixel to hold it · drag a rectangle for a crop · arrow keys move by one pixel",
    );
    this.tiles = new Tiles((index) => this.host.onMap(index));
    this.pager = el("div", { class: "pager" });
    this.body = el(
      "div",
      { class: "body", hidden: true },
      (this.one = el(
        "div",
        { class: "one" },
        el(
          "div",
          { class: "see" },
          el("div", { class: "line" }, this.title, this.larger),
          this.viewer.root,
          this.histogram.root,
          this.hint,
        ),
        el("div", { class: "why" }, this.readout.root, this.take),
      )),
      el("div", { class: "all" }, this.pager, this.tiles.root),
    );
    root.replaceChildren(this.head, this.body);
    this.width = 0;
    this.resizer = new ResizeObserver(() => Math.abs(this.body.clientWidth - this.width) > 2 && this.build());
    this.resizer.observe(root);
  }

  /** Show a payload, as soon as its pictures are decoded. A problem keeps what was there. */
  async update(bytes) {
    const asked = ++this.asked;
    const scene = decode(bytes);
    const { header, arrays } = scene;
    const images = await this.decoded(arrays, header.before);
    if (asked !== this.asked) return;
    const stays = header.problem && this.shown; // what is there stays; the mended layer is shown where nothing is
    if (images && !stays) this.shown = { scene, images };
    this.body.hidden = !this.shown;
    this.showHead(header);
    this.root.classList.toggle("stale", Boolean(header.problem));
    this.build();
    this.root.dataset.content = header.id;
  }

  /**
   * The pictures as bitmaps. While sliders move the picture stays the same: it is decoded once.
   * @param {Record<string, import("../scene.d.ts").NumberArray>} arrays @param {string} key of the picture
   * @returns {Promise<Images|null>} null where there are no maps
   */
  async decoded({ before, sheet, after }, key) {
    if (!sheet) return null;
    if (this.last?.key !== key) this.last = { key, picture: bitmap(before) };
    const [a, b, c] = await Promise.all([this.last.picture, bitmap(sheet), bitmap(after)]);
    return { before: a, sheet: b, after: c };
  }

  showHead(header) {
    const fit = header.fit
      ? el("button", { type: "button", "data-testid": "fit", onclick: () => this.host.onFit() }, header.fit)
      : null;
    const [first, ...rest] = header.problem ? [] : (header.about ?? []);
    const still = this.shown?.scene.header;
    const other =
      header.problem && still ? `${still.problem ? "shown instead" : "still shown"}: ${still.shown ?? still.code}` : "";
    this.head.replaceChildren(
      ...[
        header.code ? codeLine(header.code) : null,
        first ? el("p", { class: "shapes", "data-testid": "about" }, first) : null,
        ...rest.map((words, i) => el("p", { class: "note" }, words, i === 0 ? fit : null)),
        header.problem ? problemBox(header.problem, () => this.host.onFix()) : null,
        other ? el("p", { class: "note" }, other) : null,
      ].filter(Boolean),
    );
  }

  /** Draw everything anew for the theme and the width that there are now. */
  build() {
    this.theme = dress(this.root);
    this.width = this.body.clientWidth;
    if (!this.shown || !this.width) return;
    const { scene, images } = this.shown;
    const { header } = scene;
    if (header.dark !== this.theme.dark) this.host.onTheme(this.theme.dark);
    this.showPager(header.page);
    this.tiles.show(header, images.sheet);
    this.title.textContent = `${header.detail.name}: ${range(header.detail.values)}`;
    this.histogram.show(scene, this.theme);
    this.readout.begin(scene, this.theme);
    this.viewer.show(scene, images, this.theme);
    // Beside many tiles it stays in view: with its lower edge, where it is higher than the window.
    this.one.style.top = `${Math.min(64, innerHeight - this.one.offsetHeight - 12)}px`;
  }

  /** @param {number[]} page first, one past the last, all */
  showPager([start, stop, total]) {
    const go = (to, sign, label) =>
      el(
        "button",
        { type: "button", "aria-label": label, disabled: to < 0 || to >= total, onclick: () => this.host.onMap(to) },
        sign,
      );
    const all = stop - start === total;
    this.pager.replaceChildren(
      ...(all
        ? [`${total} feature map${total > 1 ? "s" : ""}`]
        : [
            go(start - 1, "‹", "previous maps"),
            `feature maps ${start}–${stop - 1} of ${total}`,
            go(stop, "›", "next maps"),
          ]),
    );
  }

  explain(cell) {
    this.readout.show(cell);
    this.histogram.mark(cell);
    this.root.dataset.cell = cell.join(",");
  }

  /** A pixel {y, x} or a rectangle {top, left, height, width} is chosen: the Layer page can take it. */
  offer(scene, part) {
    this.part = part;
    const { named, dims } = scene.header; // the Layer page has the layer's own filters
    this.take.textContent =
      "height" in part && dims === 1
        ? `Take the middle row of this crop of ${part.height} × ${part.width} pixels to the Layer page →`
        : "height" in part
          ? `Take this crop of ${part.height} × ${part.width} pixels to the Layer page →`
          : named
            ? "Take the pixels around this one to the Layer page →"
            : `See pixel (${part.y}, ${part.x}) computed on the Layer page →`;
  }

  enlarge() {
    const on = (this.viewer.large = this.body.classList.toggle("large"));
    this.larger.setAttribute("aria-pressed", String(on));
    this.larger.textContent = on ? "smaller" : "larger";
    this.build();
  }

  destroy() {
    this.asked++;
    this.resizer.disconnect();
    this.viewer.destroy();
  }
}
