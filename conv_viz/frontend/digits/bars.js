// What the softmax says: a bar for each digit, of the learned weights, and a thin one of the random ones.
import { el } from "../draw/dom.js";

export class Bars {
  constructor() {
    this.root = el("div", { class: "bars", role: "list", "aria-label": "softmax" });
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const [learned, random, number] = [
        el("i", { class: "learned" }),
        el("i", { class: "random" }),
        el("span", { class: "number" }),
      ];
      const row = el(
        "div",
        { role: "listitem", "data-digit": digit },
        el("b", {}, String(digit)),
        el("div", { class: "track" }, learned, random),
        number,
      );
      return { row, learned, random, number };
    });
    this.root.append(...this.rows.map(({ row }) => row));
  }

  /** @param {Record<string, {data: any}>} arrays */
  show(arrays) {
    const { chances, chances_random: other } = arrays;
    const best = chances.data.indexOf(Math.max(...chances.data));
    this.rows.forEach(({ row, learned, random, number }, digit) => {
      const [share, guess] = [chances.data[digit], other.data[digit]];
      learned.style.width = `${100 * share}%`;
      random.style.width = `${100 * guess}%`;
      number.textContent = percent(share);
      row.classList.toggle("best", digit === best);
      row.setAttribute("aria-label", `${digit}: ${percent(share)}, with random weights ${percent(guess)}`);
    });
    this.root.dataset.best = best;
  }
}

const percent = (share) => (share >= 0.995 ? "> 99 %" : share < 0.005 ? "< 1 %" : `${Math.round(100 * share)} %`);
