// Colour means value.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  band,
  css,
  diverging,
  inkOn,
  inputScale,
  luminance,
  mix,
  parse,
  tintOf,
} from "../../conv_viz/frontend/scene/color.js";

const LIGHT = { dark: false, background: [255, 255, 255], mark: [180, 180, 180] };
const DARK = { dark: true, background: [14, 17, 23], mark: [90, 90, 90] };

test("parse", () => {
  assert.deepEqual(parse("#0e1117"), [14, 17, 23]);
  assert.deepEqual(parse(" #FFF "), [255, 255, 255]);
  assert.deepEqual(parse("rgb(1, 20, 300)"), [1, 20, 300]);
  assert.deepEqual(parse("rgba(1, 2, 3, 0.5)"), [1, 2, 3]);
  assert.deepEqual(parse("no colour"), [128, 128, 128]);
});

test("mix and css", () => {
  assert.deepEqual(mix([0, 0, 0], [255, 100, 50], 0), [0, 0, 0]);
  assert.deepEqual(mix([0, 0, 0], [255, 100, 50], 1), [255, 100, 50]);
  assert.deepEqual(mix([0, 0, 0], [255, 100, 50], 0.5), [128, 50, 25]);
  assert.equal(css([1, 2, 3]), "rgb(1, 2, 3)");
});

test("luminance of black, white and green", () => {
  assert.equal(luminance([0, 0, 0]), 0);
  assert.ok(Math.abs(luminance([255, 255, 255]) - 1) < 1e-12);
  assert.ok(Math.abs(luminance([0, 255, 0]) - 0.7152) < 1e-12);
});

test("ink has the better contrast, at least 4.2", () => {
  const contrast = (a, b) =>
    (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);
  for (let g = 0; g < 256; g += 5) {
    for (const color of [
      [g, g, g],
      [g, 0, 80],
      [0, g, 200],
      [255, g, 60],
    ]) {
      assert.ok(contrast(color, parse(inkOn(color))) >= 4.2, `${color} under ${inkOn(color)}`);
    }
  }
});

for (const [name, theme] of Object.entries({ light: LIGHT, dark: DARK })) {
  test(`${name}: the diverging scale`, () => {
    const color = diverging(2, theme);
    assert.deepEqual(color(0), theme.background);
    const [low, high] = [color(-2), color(2)];
    assert.ok(low[2] > low[0] && high[0] > high[2], "blue below zero, red above");
    assert.deepEqual(color(99), high);
    assert.deepEqual(color(NaN), theme.mark);
    assert.deepEqual(color(Infinity), theme.mark);
    const far = (c) => Math.hypot(...c.map((v, i) => v - theme.background[i]));
    for (let v = 0.1; v <= 2; v += 0.1) {
      assert.ok(far(color(v)) > far(color(v - 0.1)), "further from zero, further from the background");
      assert.ok(far(color(-v)) > far(color(0.1 - v)));
    }
    assert.deepEqual(diverging(0, theme)(0), theme.background);
  });

  test(`${name}: the scale of an input`, () => {
    const grey = inputScale([0, 1], "grey", theme);
    for (const v of [0, 0.3, 1]) assert.ok(Math.max(...grey(v)) - Math.min(...grey(v)) <= 8, "grey is grey");
    assert.ok(luminance(grey(1)) > luminance(grey(0.5)) && luminance(grey(0.5)) > luminance(grey(0)));
    assert.deepEqual(inputScale([0, 1], "red", theme)(0), theme.background);
    for (const [channel, i] of [
      ["red", 0],
      ["green", 1],
      ["blue", 2],
    ]) {
      const most = inputScale([0, 1], channel, theme)(1);
      assert.equal(Math.max(...most), most[i]);
      assert.equal(tintOf(channel, theme), css(most));
    }
    assert.deepEqual(inputScale([-1, 3], "red", theme)(-2), diverging(3, theme)(-2));
    assert.deepEqual(grey(NaN), theme.mark);
    assert.deepEqual(inputScale([5, 5], "grey", theme)(5), inputScale([5, 5], "grey", theme)(9));
    assert.equal(tintOf("channel 3", theme), null);
  });
}

test("eight groups have eight colours", () => {
  assert.equal(new Set([0, 1, 2, 3, 4, 5, 6, 7].map(band)).size, 8);
  assert.equal(band(8), band(0));
});
