import assert from "node:assert/strict";
import { test } from "node:test";
import { joined } from "../../conv_viz/frontend/scene/later.js";

const planes = [
  { array: "x", frames: true },
  { array: "still", frames: false },
];
const film = (values, more = {}) => ({
  header: { planes, ...more },
  arrays: {
    x: { data: new Float32Array(values), shape: [values.length / 2, 1, 1, 2] },
    still: { data: new Float32Array([values.length]), shape: [1, 1, 1] },
  },
});

test("a picture without its first steps goes on from the one before it", () => {
  const before = film([1, 2, 3, 4]);
  const whole = joined(film([5, 6], { since: "a", kept: 2 }), before, "a");
  assert.deepEqual(whole.arrays.x, { data: new Float32Array([1, 2, 3, 4, 5, 6]), shape: [3, 1, 1, 2] });
  assert.deepEqual([...whole.arrays.still.data], [2]); // what does not move is the new one's
  const fewer = joined(film([], { since: "a", kept: 1 }), before, "a");
  assert.deepEqual(fewer.arrays.x, { data: new Float32Array([1, 2]), shape: [1, 1, 1, 2] });
});

test("it goes on from no other, and a whole picture from none", () => {
  const more = film([5, 6], { since: "a", kept: 2 });
  assert.equal(joined(more, film([1, 2, 3, 4]), "b"), null);
  assert.equal(joined(more, null, "a"), null);
  const whole = film([1, 2]);
  assert.equal(joined(whole, null, undefined), whole);
});
