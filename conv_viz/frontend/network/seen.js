// Which units of a layer see an input pixel: looked up in the scene's tables, and said in words.

/** "(3, 0–2)" for the units in row 3, columns 0 to 2; "none" where no unit sees it. */
export function seenWords(scene, row, [y, x]) {
  const { arrays, header } = scene;
  if (!arrays.seen_y) return "";
  const both = [ends(arrays.seen_y, row, y), ends(arrays.seen_x, row, x)];
  if (both.some(([first, last]) => first > last)) return "none";
  if (!header.rows[row].spatial) return "all";
  return `(${both.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ")})`;
}

/** [first, last] of a layer for a cell, in a table (layers, first and last, cells). */
function ends({ data, shape: [, , cells] }, layer, cell) {
  const start = layer * 2 * cells + cell;
  return [data[start], data[start + cells]];
}
