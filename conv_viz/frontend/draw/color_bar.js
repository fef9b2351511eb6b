// A colour bar with its ends written.
import { css } from "../scene/color.js";
import { brief } from "../scene/format.js";
import { el } from "./dom.js";

/**
 * @param {number[]} range the values of the two ends
 * @param {(value: number) => number[]} scale
 * @param {string} label what the colours mean
 */
export function colorBar([low, high], scale, label) {
  const stops = Array.from({ length: 17 }, (_, i) => css(scale(low + ((high - low) * i) / 16)));
  const bar = el("span", { class: "ramp", style: `background: linear-gradient(to right, ${stops.join(", ")})` });
  const end = (value) => el("span", {}, brief(value, 2));
  return el(
    "div",
    { class: "bar", title: `colour scale of the ${label}` },
    el("span", {}, label),
    end(low),
    bar,
    end(high),
  );
}
