// Numbers as they are written: short, and never a lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { brief, exact, shape, signed, special } from "../../conv_viz/frontend/scene/format.js";

const SIZES = [
  5e-324, 1e-30, 1e-7, 0.004, 0.04, 0.05, 0.5, 0.995, 1, 1.5, 9.99, 9.999, 99.95, 123.456, 999.9, 1234.5, 9999.5,
  123456.7, 999999.9, 1e6, 3e38, 1e300,
];

test("signed", () => {
  const cases = [
    [0.123, "+0.12"],
    [-3.4, "−3.40"],
    [0, "0"],
    [-0, "0"],
    [0.001, "0.00"],
    [-0.001, "0.00"],
    [12.34, "+12.3"],
    [-123.4, "−123"],
    [1234, "+1234"],
    [2e6, "+2.0e+6"],
  ];
  for (const [value, text] of cases) assert.equal(signed(value), text);
  assert.equal(signed(0.12345, 4), "+0.1235");
});

test("brief", () => {
  const cases = [
    [0.6, ".6"],
    [12, "12"],
    [-5, "−5"],
    [0, "0"],
    [-0, "0"],
    [0.01, ".0"],
    [-0.01, ".0"],
    [-0.6, "−.6"],
    [1.25, "1.3"],
    [0.25, ".3"],
    [12345, "1e+4"],
  ];
  for (const [value, text] of cases) assert.equal(brief(value), text);
  assert.equal(brief(0.25, 2), ".25");
});

test("what is not zero is never written as a bare 0, and keeps its sign while a digit is left", () => {
  for (const size of SIZES) {
    for (const value of [size, -size]) {
      for (const text of [
        signed(value),
        signed(value, 4),
        brief(value),
        brief(value, 2),
        exact(value),
        exact(value, false),
      ]) {
        assert.notEqual(text, "0", `${value} became ${text}`);
        const left = /[1-9]/.test(text);
        assert.equal(text.startsWith("−"), left && value < 0, `${value} became ${text}`);
        assert.ok(left || !text.startsWith("+"), `${value} became ${text}`);
      }
    }
  }
});

test("what is rounded stays within half a unit of its last digit", () => {
  for (const size of SIZES) {
    for (const value of [size, -size]) {
      const back = Number(signed(value).replace("−", "-"));
      assert.ok(
        Math.abs(back - value) <= Math.max(0.0051, 0.051 * Math.abs(value)),
        `${value} became ${signed(value)}`,
      );
    }
  }
});

test("exact reads back as the same number, with one kind of minus", () => {
  const read = (text) => Number(text.replaceAll("−", "-"));
  for (const value of [0.1, 1 / 3, 1e-7, -1e-7, 16777217, 3.4e38, -2.5, 0]) {
    assert.equal(Math.fround(read(exact(Math.fround(value)))), Math.fround(value));
    assert.equal(read(exact(value, false)), value);
    assert.ok(!exact(Math.fround(value)).includes("-") && !exact(value, false).includes("-"));
  }
  assert.equal(exact(Math.fround(0.1)), "0.1");
  assert.equal(exact(0.1 + 0.2, false), "0.30000000000000004");
});

test("what is no finite number", () => {
  for (const write of [signed, brief, exact, special]) {
    assert.deepEqual(
      [NaN, Infinity, -Infinity].map((v) => write(v)),
      ["NaN", "∞", "−∞"],
    );
  }
});

test("shapes as torch writes them", () => {
  assert.equal(shape([1, 3, 7, 7]), "(1, 3, 7, 7)");
  assert.equal(shape([10]), "(10,)");
});
