// One pixel of a feature map: its window out of the picture, and the sum that torch returned.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { decode } from "../../conv_viz/frontend/scene/codec.js";
import { explain } from "../../conv_viz/frontend/scene/lookup.js";
import { pixelScene, windowBox } from "../../conv_viz/frontend/gallery/pixel.js";

const KINDS = ["bytes", "numbers", "holes", "largest", "means", "norms", "rows"];

for (const name of KINDS.map((kind) => `gallery_${kind}`)) {
  const fixture = JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url)));
  const scene = decode(Uint8Array.from(Buffer.from(fixture.payload, "base64")));

  test(`${name}: every window holds the numbers that the layer read, to the last bit`, () => {
    fixture.windows.forEach((row, y) =>
      row.forEach((numbers, x) => {
        const { padded } = pixelScene(scene, y, x).arrays;
        assert.deepEqual(
          [...padded.data],
          numbers.map((n) => (n === null ? -Infinity : Math.fround(n))),
          `output ${y}, ${x}`,
        );
      }),
    );
  });

  test(`${name}: products and bias add up to torch's number`, () => {
    fixture.output.forEach((row, y) =>
      row.forEach((value, x) => {
        const why = explain(pixelScene(scene, y, x), 0, 0, 0);
        assert.equal(why.torch, Math.fround(value));
        assert.ok(why.agrees, `output ${y}, ${x}: ${why.total} and ${why.torch}`);
        assert.equal(why.rows.length, scene.header.detail.planes.length);
      }),
    );
  });
}

test("the window's box reaches into the padding, and moves by the stride", () => {
  const fixture = JSON.parse(readFileSync(new URL("fixtures/gallery_bytes.json", import.meta.url)));
  const scene = decode(Uint8Array.from(Buffer.from(fixture.payload, "base64")));
  assert.deepEqual(windowBox(scene, 0, 0), [0, -1, 2, 3]);
  assert.deepEqual(windowBox(scene, 1, 3), [3, 1, 2, 3]);
});

test("over a transposed convolution's input the window is as long as what it spans between the holes", () => {
  const fixture = JSON.parse(readFileSync(new URL("fixtures/gallery_holes.json", import.meta.url)));
  const scene = decode(Uint8Array.from(Buffer.from(fixture.payload, "base64")));
  assert.deepEqual(windowBox(scene, 0, 0), [-0.5, -0.5, 2, 2]);
  assert.deepEqual(windowBox(scene, 2, 4), [1.5, 0.5, 2, 2]);
});
