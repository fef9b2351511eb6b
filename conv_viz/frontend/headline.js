// The head of the stage: the code line, shapes, formula and facts; and what is wrong with an impossible setting.
import { copyText, el } from "./dom.js";
import { shape } from "./format.js";

/** @param {{code, input_shape, output_shape, formulas, facts}} header */
export function headline(header) {
  return el(
    "header",
    { class: "head" },
    codeLine(header.code),
    header.example ? example(header.example) : null,
    header.output_shape ? shapes(header) : null,
    header.formulas ? formulas(header.formulas) : null,
    header.facts ? facts(header.facts) : null,
  );
}

/** A line of code with a button that copies it. */
export function codeLine(code) {
  const button = el("button", { type: "button", class: "copy", "aria-label": "copy the code" }, "copy");
  button.addEventListener("click", async () => {
    await copyText(code);
    button.textContent = "copied";
    setTimeout(() => (button.textContent = "copy"), 1500);
  });
  return el("div", { class: "code" }, el("code", { "data-testid": "code" }, code), button);
}

function example({ title, about, source }) {
  const from = source ? el("span", {}, ` ${source}`) : null;
  return el("p", { class: "example", "data-testid": "example" }, el("b", {}, title), ` ${about}`, from);
}

function shapes({ input_shape: input, output_shape: output }) {
  return el(
    "p",
    { class: "shapes", "data-testid": "shapes" },
    el("span", {}, "input "), el("b", {}, shape(input)), " → ", el("span", {}, "output "), el("b", {}, shape(output)),
  );
}

function formulas([height, width]) {
  const same = height.text === width.text && height.note.replace("row", "") === width.note.replace("column", "");
  const lines = same ? [{ ...height, axis: "height = width", note: height.note.replace("row", "row and column") }] : [height, width];
  const made = lines.map(({ axis, text, note }) =>
    el("div", {}, el("dt", {}, axis), el("dd", {}, el("span", { class: "math" }, text), el("span", { class: "note" }, note))),
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
  const fix = (advice) =>
    onFix
      ? el("button", { type: "button", class: "fix", "data-testid": "fix", onclick: onFix }, advice.replace(/\.$/, ""))
      : el("p", { class: "advice" }, advice);
  return el(
    "div",
    { class: "problem", role: "alert", "data-testid": "problem" },
    el("p", {}, el("b", { class: "parameter" }, problem.parameter), " ", problem.rule),
    problem.advice ? fix(problem.advice) : null,
    problem.torch ? el("p", { class: "torch" }, "torch says: ", el("code", {}, problem.torch)) : null,
  );
}
