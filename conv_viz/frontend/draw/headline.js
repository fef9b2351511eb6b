// The head of the stage: the code line, shapes, formula and facts; and what is wrong with an impossible setting.
import { copyText, el } from "./dom.js";
import { shape } from "../scene/format.js";

/**
 * @param {import("../scene.d.ts").StageHeader} header
 * @param {boolean} told the numbers are shown in a small window too
 * @param {HTMLElement[]} buttons beside the code
 */
export function headline(header, told = false, buttons = []) {
  return el(
    "header",
    { class: "head" },
    codeLine(header.code, header.output_shape ? tell(told) : null, ...buttons),
    header.output_shape
      ? el("div", { class: "sizes" }, shapes(header), header.formulas && formulas(header.formulas))
      : null,
    header.facts ? facts(header.facts) : null,
    header.example ? example(header.example) : null,
  );
}

/** A line of code with a button that copies it. */
export function codeLine(code, ...more) {
  const button = el("button", { type: "button", class: "copy", "aria-label": "copy the code" }, "copy");
  button.addEventListener("click", async () => {
    await copyText(code);
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 1500);
  });
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

function example({ title, about, source }) {
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

function facts(pairs) {
  const made = pairs.map(([label, text]) => el("div", {}, el("dt", {}, label), el("dd", {}, text)));
  return el("dl", { class: "facts", "data-testid": "facts" }, ...made);
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

function fix(advice, onFix) {
  if (!advice) return null;
  return onFix
    ? el("button", { type: "button", class: "fix", "data-testid": "fix", onclick: onFix }, advice.replace(/\.$/, ""))
    : el("p", { class: "advice" }, advice);
}
