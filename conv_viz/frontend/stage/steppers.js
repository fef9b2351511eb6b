// Plus and minus beside what there is a number of: channels over the planes, filters over the maps.
import { el } from "../draw/dom.js";
import { moved } from "../scene/grips.js";

const WIDTH = 46; // both buttons and the room before them

export class Steppers {
  /**
   * @param {HTMLElement} around the view
   * @param {(values: Record<string, number>) => void} onStep
   */
  constructor(around, onStep) {
    this.around = around;
    this.onStep = onStep;
    this.handles = {};
    this.all = { in_channels: this.make("in_channels"), out_channels: this.make("out_channels") };
    this.root = el("div", {}, ...Object.values(this.all).map(({ root }) => root));
  }

  make(name) {
    const button = (sign, text) => el("button", { type: "button", onclick: () => this.step(name, sign) }, text);
    const buttons = [button(-1, "−"), button(1, "+")];
    return {
      buttons,
      root: el("div", { class: "steps", role: "group", "aria-label": name, hidden: true }, ...buttons),
    };
  }

  step(name, sign) {
    const handle = this.handles[name];
    const value = moved(handle, sign);
    this.handles = { ...this.handles, [name]: { ...handle, value } }; // the next click may come before the answer
    this.onStep({ [name]: value });
  }

  /** @param {import("./board.js").Board|null} board @param {Record<string, import("../scene.d.ts").Handle>} handles */
  place(board, handles) {
    this.handles = handles;
    const around = this.around.getBoundingClientRect();
    const titles = [
      ["in_channels", board?.inputTitle, board?.rows[0].cells[0]],
      ["out_channels", board?.allTitle, board?.allTitle.parentElement],
    ];
    const places = titles.map(([name, title, column]) => [name, placeBehind(title, column)]); // all of it measured first
    for (const [name, place] of places) this.put(name, place, around);
  }

  put(name, place, around) {
    const { root, buttons } = this.all[name];
    const handle = this.handles[name];
    root.hidden = !place || !handle;
    if (root.hidden) return;
    root.style.translate = `${place[0] - around.left}px ${place[1] - around.top}px`;
    const unit = name === "in_channels" ? "channel" : "filter";
    const count = handle.step === 1 ? `one ${unit}` : `${handle.step} ${unit}s`;
    buttons.forEach((button, i) => {
      button.disabled = handle.value === (i ? handle.most : handle.least);
      button.setAttribute("aria-label", `${count} ${i ? "more" : "less"}`);
    });
  }
}

/** Behind the words of a title, where its column has room; null where it has none. */
function placeBehind(title, column) {
  if (!title) return null;
  const words = document.createRange();
  words.selectNodeContents(title);
  const text = words.getBoundingClientRect();
  const fits = text.right + WIDTH <= column.getBoundingClientRect().right;
  return fits ? [text.right + 8, text.top + text.height / 2] : null;
}
