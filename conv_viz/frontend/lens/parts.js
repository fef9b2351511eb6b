// What stands around the grids of a lens: a cell in words, a table, a curve over steps, wires from channels to filters.
import { band } from "../scene/color.js";
import { el } from "../draw/dom.js";
import { signed } from "../scene/format.js";
import { cellWords } from "../scene/lens_words.js";

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** A cell in words: what it is made of. @param {import("../scene.d.ts").Looked} scene @param {{array: string, index: number}|null} cell */
export function explained(scene, cell, step) {
  if (!cell) return [el("span", { class: "quiet" }, "Point at a number to see where it comes from.")];
  const words = cellWords(scene, cell.array, cell.index, step);
  const parts = [el("b", {}, words.name), el("span", {}, ` = ${words.value}`)];
  if (words.terms.length) {
    const sum = words.terms.join(words.terms.includes("−") ? " " : " + ");
    const more = [words.rest && `… ${words.rest}`, words.divisor, words.more && `+ ${words.more}`]
      .filter(Boolean)
      .join("  ");
    parts.push(el("span", { class: "terms" }, ` = ${sum} ${more}`));
  }
  if (words.result)
    parts.push(
      el(
        "b",
        { class: "result", "data-testid": "lens-total" },
        `${words.terms.length ? " = " : " "}${words.result}${words.agrees ? " ✓" : ""}`,
      ),
    );
  if (words.uses) parts.push(el("span", { class: "quiet" }, ` ${words.uses}`));
  return parts;
}

/** A table whose lines are marked where their cells differ. */
export function table(columns, lines) {
  const head = el("tr", {}, el("td"), ...columns.map((name) => el("th", { scope: "col" }, name)));
  const body = lines.map(({ name, cells, differs }) =>
    el(
      "tr",
      { class: differs ? "differs" : "" },
      el("th", { scope: "row" }, name, differs ? el("i", { title: "differs" }, " ≠") : null),
      ...cells.map((text) => el("td", {}, text)),
    ),
  );
  return el(
    "table",
    { class: "lens-table", "data-testid": "lens-table" },
    el("thead", {}, head),
    el("tbody", {}, ...body),
  );
}

const CURVE = [360, 90];

/** A number over the steps, with a dot at the step that is shown. */
export function curve(values, { curve_name: name }, theme) {
  const [width, height] = CURVE;
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(...finite, 1e-30)];
  const x = (step) => 6 + ((width - 12) * step) / Math.max(1, values.length - 1);
  const y = (value) => height - 8 - ((height - 16) * ((Number.isFinite(value) ? value : high) - low)) / (high - low);
  const points = Array.from(values, (value, step) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const dot = svg("circle", { r: 5, fill: theme.accent });
  const text = el("figcaption", { class: "title", "data-testid": "lens-curve" });
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${name} over the steps` },
    svg("line", { x1: 0, x2: width, y1: y(0), y2: y(0), stroke: theme.line }),
    svg("polyline", { points, fill: "none", stroke: theme.text, "stroke-width": 1.5 }),
    dot,
  );
  const show = (step) => {
    dot.setAttribute("cx", x(step));
    dot.setAttribute("cy", y(values[step]));
    text.textContent = `${name}: ${signed(values[step], 4).replace("+", "")}`;
  };
  return { root: el("figure", { class: "lens-curve" }, text, drawing), show };
}

const [STEP, ACROSS] = [26, 150];

/** Lines from channels to filters, each in the colour of its group; `mark(i)` makes one of them stand out. */
export function wires({ data, shape }, theme) {
  const lines = Array.from({ length: shape[0] }, (_, i) => Array.from(data.slice(3 * i, 3 * i + 3)));
  const [channels, filters] = [0, 1].map((side) => Math.max(...lines.map((line) => line[side])) + 1);
  const height = STEP * Math.max(channels, filters);
  const y = (i, of) => (height * (i + 0.5)) / of;
  const groups = { 0: {}, 1: {} };
  for (const [channel, filter, group] of lines) [groups[0][channel], groups[1][filter]] = [group, group];
  const dots = (side, count, x, anchor, name) =>
    Array.from({ length: count }, (_, i) => [
      svg("circle", { cx: x, cy: y(i, count), r: 6, fill: band(groups[side][i]) }),
      svg(
        "text",
        {
          x: x + (anchor === "end" ? -12 : 12),
          y: y(i, count) + 4,
          "text-anchor": anchor,
          "font-size": 12,
          fill: theme.text,
        },
        `${name} ${i}`,
      ),
    ]).flat();
  const drawn = lines.map(([channel, filter, group]) =>
    svg("line", {
      x1: 0,
      y1: y(channel, channels),
      x2: ACROSS,
      y2: y(filter, filters),
      stroke: band(group),
      "stroke-width": 1.5,
      "stroke-opacity": 0.75,
    }),
  );
  const drawing = svg(
    "svg",
    {
      width: ACROSS + 180,
      height,
      viewBox: `-90 0 ${ACROSS + 180} ${height}`,
      role: "img",
      "aria-label": `${lines.length} wires from ${channels} channels to ${filters} filters`,
    },
    ...drawn,
    ...dots(0, channels, 0, "end", "channel"),
    ...dots(1, filters, ACROSS, "start", "filter"),
  );
  const mark = (now) => drawn.forEach((line, i) => line.classList.toggle("now", i === now));
  const root = el("figure", { class: "lens-wires" }, el("figcaption", { class: "title" }, "wires"), drawing);
  return { root, mark };
}
