// "‹ channels 0–7 of 512 ›", only where there is more than fits.
import { el } from "./dom.js";

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
  );
}
