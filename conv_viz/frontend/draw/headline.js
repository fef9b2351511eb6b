// The head of the stage: the code line, shapes, formula and facts; and what is wrong with an impossible setting.
import { copyButton } from "./copy.js";
import { el } from "./dom.js";
import { shape } from "../scene/format.js";

/**
 * @param {import("../scene.d.ts").StageHeader} header
 * @param {boolean} told the numbers are shown in a small window too
 * @param {...HTMLElement} buttons what stands beside the line of code, where there is a picture
 */
export function headline(header, told = false, ...buttons) {
  return el(
    "header",
    { class: "head" },
    codeLine(header.code, header.output_shape ? tell(told) : null, ...(header.stage ? buttons : [])),
    header.output_shape
      ? el("div", { class: "sizes" }, shapes(header), header.formulas && formulas(header.formulas))
      : null,
    header.facts ? facts(header.facts) : null,
    header.example ? example(header.example) : null,
  );
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

/** @param {import("../scene.d.ts").Fact[]} all */
function facts(all) {
  const made = all.map((fact) => el("div", {}, el("dt", {}, fact.label), el("dd", {}, ...explained(fact))));
  return el("dl", { class: "facts", "data-testid": "facts" }, ...made);
}

/** A number that says how it comes about while it is pointed at or has the focus, which a tap gives it. */
function explained({ label, text, about, formula }) {
  const id = `cv-fact-${label.replaceAll(" ", "-")}`;
  const why = el(
    "span",
    { class: "fact-why", role: "tooltip", id, hidden: true },
    el("span", {}, about),
    el("b", {}, formula),
  );
  const say = (said) => {
    for (const other of why.closest("dl").querySelectorAll(".fact-why")) other.hidden = true; // one at a time
    why.hidden = !said;
  };
  const button = el("button", { type: "button", "aria-describedby": id }, text);
  button.addEventListener("pointerenter", () => say(true));
  button.addEventListener("pointerleave", () => say(button.matches(":focus")));
  button.addEventListener("focus", () => say(true));
  button.addEventListener("blur", () => say(false));
  button.addEventListener("click", () => button.focus()); // not every browser does
  button.addEventListener("keydown", ({ key }) => key === "Escape" && say(false));
  return [button, why];
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
