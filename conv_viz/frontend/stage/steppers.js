// Plus and minus beside what there is a number of: channels over the planes, filters and their groups over the maps.
import { el } from "../draw/dom.js";
import { moved } from "../scene/grips.js";

const WIDTH = { fine: 46, coarse: 72 }; // both buttons and the room before them: wider apart for a finger
const GROUPS = 76; // and the word before those of the groups
const UNITS = { in_channels: "channel", out_channels: "filter" };

export class Steppers {
  /** @param {(values: Record<string, number>) => void} onStep */
  constructor(onStep) {
    this.onStep = onStep;
    this.handles = {};
    this.all = {
      in_channels: this.make("in_channels"),
      out_channels: this.make("out_channels"),
      groups: this.make("groups"),
    };
    this.root = el("div", {}, ...Object.values(this.all).map(({ root }) => root));
  }

  make(name) {
    const button = (sign, text) => el("button", { type: "button", onclick: () => this.step(name, sign) }, text);
    const buttons = [button(-1, "−"), button(1, "+")];
    const word = name === "groups" ? el("span") : null;
    return {
      buttons,
      word,
      root: el("div", { class: "steps", role: "group", "aria-label": name, hidden: true }, word, ...buttons),
    };
  }

  step(name, sign) {
    const handle = this.handles[name];
    const value = moved(handle, sign);
    this.handles = { ...this.handles, [name]: { ...handle, value } }; // the next click may come before the answer
    this.onStep({ [name]: value });
  }

  /**
   * Where the buttons of each name belong in the view; null where there is no room for them.
   * @param {import("./board.js").Board|null} board @param {DOMRect} around of the view
   * @returns {[name: string, place: number[]|null][]}
   */
  measure(board, around) {
    const titles = [
      ["in_channels", board?.inputTitle, board?.lines.querySelector(":scope > .plane")],
      ["out_channels", board?.allTitle, board?.allTitle.parentElement],
    ];
    const width = matchMedia("(pointer: coarse)").matches ? WIDTH.coarse : WIDTH.fine;
    const places = titles.map(([name, title, column]) => [name, placeBehind(title, column, width)]);
    places.push(["groups", placeBehind(board?.allTitle, board?.allTitle.parentElement, width, GROUPS)]);
    return places.map(([name, place]) => [name, place && [place[0] - around.left, place[1] - around.top]]);
  }

  /** @param {ReturnType<Steppers["measure"]>} places @param {Record<string, import("../scene.d.ts").Handle>} handles */
  place(places, handles) {
    this.handles = handles;
    for (const [name, place] of places) this.put(name, place);
  }

  put(name, place) {
    const { root, buttons, word } = this.all[name];
    const handle = this.handles[name];
    root.hidden = !place || !handle || handle.least === handle.most;
    if (root.hidden) return;
    if (word) word.textContent = `groups ${handle.value}`;
    root.style.translate = `${place[0]}px ${place[1]}px`;
    const unit = UNITS[name];
    const count = handle.step === 1 ? `one ${unit}` : `${handle.step} ${unit}s`;
    buttons.forEach((button, i) => {
      button.disabled = handle.value === (i ? handle.most : handle.least);
      button.setAttribute("aria-label", unit ? `${count} ${i ? "more" : "less"}` : `${i ? "more" : "fewer"} ${name}`);
    });
  }
}

/**
 * Behind the words of a title and what else stands there, where its column has room; null where it has none.
 * @param {number} width of a pair of buttons @param {number} [word] of the word before it, which stands behind another pair
 */
function placeBehind(title, column, width, word = 0) {
  if (!title) return null;
  const words = document.createRange();
  words.selectNodeContents(title);
  const text = words.getBoundingClientRect();
  const left = text.right + 8 + (word && width);
  const fits = left + word + width - 8 <= column.getBoundingClientRect().right;
  return fits ? [left + (word && 8), text.top + text.height / 2] : null;
}
