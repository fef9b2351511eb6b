// The cursor of the pen: over input cells only, from plane to plane.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { firstCell, isWay, kept, nextCell } from "../../conv_viz/frontend/scene/cursor.js";
import { kindOf } from "../../conv_viz/frontend/scene/lookup.js";

const scene = (name) => {
  const { payload } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
  return decode(new Uint8Array(Buffer.from(payload, "base64")));
};

for (const name of ["strided", "overhang"]) {
  test(`it visits every input cell of ${name} and nothing else`, () => {
    const shown = scene(name);
    const [planes, rows, columns] = shown.arrays.padded.shape;
    const seen = new Set();
    let row = firstCell(shown);
    for (let i = 0; i < planes * rows; i++) {
      let cell = row;
      for (let j = 0; j < columns; j++) {
        assert.equal(kindOf(shown, cell.y, cell.x), "input");
        seen.add([cell.channel, cell.y, cell.x].join());
        cell = nextCell(shown, cell, "ArrowRight");
      }
      assert.deepEqual(nextCell(shown, cell, "ArrowRight"), cell); // the last one of its row
      row = nextCell(shown, row, "ArrowDown");
    }
    let inputs = 0;
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) inputs += kindOf(shown, y, x) === "input";
    assert.equal(seen.size, planes * inputs);
    for (let i = 0; i < planes * rows; i++) row = nextCell(shown, row, "ArrowUp");
    assert.deepEqual(row, firstCell(shown));
  });
}

test("a cell that is gone becomes the first one", () => {
  const shown = scene("strided");
  const there = nextCell(shown, firstCell(shown), "ArrowDown");
  assert.deepEqual(kept(shown, there), there);
  assert.deepEqual(kept(shown, { ...there, y: 99 }), firstCell(shown));
  assert.deepEqual(kept(shown, undefined), firstCell(shown));
  assert.deepEqual([isWay("ArrowUp"), isWay("a")], [true, false]);
});
