// Reading by keys where there is nothing to read: the keys are the play head's again.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { Reading } from "../../conv_viz/frontend/stage/reading.js";

function viewOf(name) {
  const { payload } = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
  const pointing = { marked: [], mark: (cell) => pointing.marked.push(cell), tell: () => [], hover() {} };
  return { scene: decode(new Uint8Array(Buffer.from(payload, "base64"))), filter: 0, pointing, speech: { now() {} } };
}

test("I and an arrow go over the input", () => {
  const view = viewOf("strided");
  const reading = new Reading(view);
  assert.ok(reading.onKey({ key: "i" }));
  assert.ok(reading.onKey({ key: "ArrowRight" }));
  const [first, next] = view.pointing.marked;
  assert.deepEqual(next, { ...first, x: first.x + 1 });
});

test("a picture that is taken away while it is read leaves no key to the reader", () => {
  for (const key of ["i", "w"]) {
    const view = viewOf("strided");
    const reading = new Reading(view);
    assert.ok(reading.onKey({ key }));
    view.scene = null; // the layer has become too large to be drawn
    assert.equal(reading.onKey({ key: "ArrowRight" }), false);
    assert.equal(reading.onKey({ key: "i" }), false);
  }
});

test("padding alone has no cell to read", () => {
  const view = viewOf("strided");
  const reading = new Reading(view);
  assert.ok(reading.onKey({ key: "i" }));
  view.scene.arrays.cells_y.data.fill(view.scene.header.stage.cells.indexOf("zero")); // another layer
  assert.ok(reading.onKey({ key: "ArrowDown" }));
  assert.equal(view.pointing.marked.at(-1), null);
  assert.equal(reading.onKey({ key: "ArrowDown" }), false);
});
