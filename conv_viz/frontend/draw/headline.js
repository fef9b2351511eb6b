// What the head of the stage says: the code line, shapes and formulas; and what is wrong with an impossible setting.
import { copyButton } from "./copy.js";
import { el } from "./dom.js";
import { shape } from "../scene/format.js";

/**
 * What stands above the layer's numbers: the line of code, and the sizes where there is an output.
 * @param {import("../scene.d.ts").StageHeader} header
 * @param {boolean} told the numbers are shown in a small window too
 * @param {...HTMLElement} buttons what stands beside the line of code, where there is a picture
 */
export function headline(header, told = false, ...buttons) {
  const { code, output_shape: output, formulas: lines, stage } = header;
  const line = codeLine(code, output ? tell(told) : null, ...(stage ? buttons : []));
  return output ? [line, el("div", { class: "sizes" }, shapes(header), lines && formulas(lines))] : [line];
}

/** A line of code with a button that copies it. */
export function codeLine(code, ...more) {
  const button = copyButton("copy", "copy the code", () => code);
  return el("div", { class: "code" }, el("code", { "data-testid": "code" }, code), button, ...more);
}

/** Where the window is small, the numbers of the layer are behind this button: see stage.css. */
function tell(told) {
  const button = el("button", { type: "button", class: "tell", "aria-expanded": String(told) }, "numbers");
  button.addEventListener("click", () => {
    button.setAttribute("aria-expanded", String(button.closest(".cv").classList.toggle("told")));
  });
  return button;
}

/** Which of the examples the layer is. */
export function example({ title, about, source }) {
  const from = source ? el("span", {}, ` ${source}`) : null;
  return el("p", { class: "example", "data-testid": "example" }, el("b", {}, title), ` ${about}`, from);
}

/** @param {import("../scene.d.ts").StageHeader} header */
function shapes({ input_shape: input, output_shape: output }) {
  return el(
    "p",
    { class: "shapes", "data-testid": "shapes" },
    el("span", {}, "input "),
    el("b", {}, shape(input)),
    el("span", { class: "outcome" }, " → ", "output ", el("b", {}, shape(output))),
  );
}

/** @param {import("../scene.d.ts").Formula[]} lines */
function formulas(lines) {
  const made = lines.map(({ axis, text, note }) =>
    el(
      "div",
      {},
      el("dt", {}, axis),
      el("dd", {}, el("span", { class: "math" }, text), el("span", { class: "note" }, note)),
    ),
  );
  return el("dl", { class: "formulas", "data-testid": "formulas" }, ...made);
}

/**
 * An impossible setting: the rule, a way out (that one click applies where the host can), and torch's own words.
 * @param {{parameter, rule, advice, torch}} problem
 */
export function problemBox(problem, onFix) {
  return el(
    "div",
    { class: "problem", role: "alert", "data-testid": "problem" },
    el("p", {}, el("b", { class: "parameter" }, problem.parameter), " ", problem.rule),
    fix(problem.advice, onFix),
    problem.torch ? el("p", { class: "torch" }, "torch says: ", el("code", {}, problem.torch)) : null,
  );
}

/** Why a layer is not run, and the nearest smaller one that is. */
export function tooLargeBox(words, advice, onFix) {
  return el(
    "div",
    { class: "problem", role: "status", "data-testid": "too-large" },
    el("p", {}, words),
    fix(advice, onFix),
  );
}

/** Why there is nothing to see, and the nearest layer of which there is. */
export function whyNotBox(words, advice, onFix) {
  return el("div", { class: "why-not" }, el("p", { "data-testid": "why-not" }, words), fix(advice, onFix));
}

function fix(advice, onFix) {
  if (!advice) return null;
  return onFix
    ? el("button", { type: "button", class: "fix", "data-testid": "fix", onclick: onFix }, advice.replace(/\.$/, ""))
    : el("p", { class: "advice" }, advice);
}
