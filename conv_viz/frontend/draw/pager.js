// "‹ channels 0–7 of 512 ›", only where there is more than fits; with a field to go to any of them where they are many.
import { el } from "./dom.js";

const MANY = 4; // pages: from here on a reader would have to turn too often

/**
 * @param {string} what what is paged, in the plural
 * @param {number[]} range [start, stop, total] of what is shown
 * @param {((to: number) => void)?} onPage the page with this index is wanted; the host knows where pages begin.
 *   Without it nobody can turn the page, and it is only said what is shown.
 */
export function pager(what, [start, stop, total], onPage) {
  if (stop - start >= total) return null;
  const go = (to, label, sign) =>
    onPage &&
    el(
      "button",
      { type: "button", "aria-label": label, disabled: to < 0 || to >= total, onclick: () => onPage(to) },
      sign,
    );
  const text = stop - start > 1 ? `${start}–${stop - 1} of ${total}` : `${start} of ${total}`;
  return el(
    "span",
    { class: "pager", "data-testid": `pager-${what}` },
    go(start - 1, `previous ${what}`, "‹"),
    `${what} ${text}`,
    go(stop, `next ${what}`, "›"),
    onPage && total > MANY * (stop - start) ? jump(what, total, onPage) : null,
  );
}

/** A field for the number of one: Enter goes to its page. */
function jump(what, total, onPage) {
  const field = el("input", { type: "number", min: 0, max: total - 1, placeholder: "go to" });
  field.setAttribute("aria-label", `go to one of the ${what}, 0 to ${total - 1}`);
  field.addEventListener("keydown", (event) => event.stopPropagation()); // its keys are not the stage's
  field.addEventListener("change", () => {
    if (field.value !== "") onPage(Math.max(0, Math.min(total - 1, Math.round(Number(field.value)))));
  });
  return field;
}
