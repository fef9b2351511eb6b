// The play head: a pure state.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOf, goTo, lit, press, resize, SPEEDS, start, tick, toggle } from "../../conv_viz/frontend/scene/player.js";

const at = (step, rows = 3, columns = 4) => goTo(start(rows, columns), step);

test("it starts at rest within the output", () => {
  for (const [rows, columns] of [
    [1, 1],
    [1, 5],
    [7, 7],
    [200, 300],
  ]) {
    const player = start(rows, columns);
    assert.equal(player.playing, false);
    assert.ok(player.step >= 0 && player.step < rows * columns);
    assert.ok(SPEEDS.includes(player.speed));
  }
});

test("cells in reading order", () => {
  assert.deepEqual(
    [0, 3, 4, 11].map((s) => cellOf(at(s))),
    [
      [0, 0],
      [0, 3],
      [1, 0],
      [2, 3],
    ],
  );
});

test("goTo stays within the output", () => {
  assert.deepEqual(
    [-5, 0, 11, 12, Infinity, -Infinity].map((s) => at(s).step),
    [0, 0, 11, 11, 11, 0],
  );
});

test("resize keeps the cell where it still exists", () => {
  assert.deepEqual(cellOf(resize(at(6), 5, 9)), [1, 2]);
  assert.deepEqual(cellOf(resize(at(11), 2, 2)), [1, 1]);
  assert.deepEqual(cellOf(resize(at(11), 1, 1)), [0, 0]);
});

test("keys", () => {
  const moves = { ArrowRight: 6, ArrowLeft: 4, ArrowDown: 9, ArrowUp: 1, Home: 0, End: 11 };
  for (const [key, step] of Object.entries(moves)) {
    assert.equal(press({ ...at(5), playing: true }, key).step, step);
    assert.equal(press({ ...at(5), playing: true }, key).playing, false);
  }
  assert.equal(press(at(5), " ").playing, true);
  assert.equal(press(at(5), "x"), null);
});

test("keys at the edges stay where they are", () => {
  assert.equal(press(at(1), "ArrowUp").step, 1);
  assert.equal(press(at(10), "ArrowDown").step, 10);
  assert.equal(press(at(0), "ArrowLeft").step, 0);
  assert.equal(press(at(11), "ArrowRight").step, 11);
  assert.equal(press(at(0, 3, 1), "ArrowUp").step, 0);
  assert.equal(press(at(2, 3, 1), "ArrowDown").step, 2);
});

test("play: from the end it starts over, and pausing stays", () => {
  assert.equal(toggle(at(11)).step, 0);
  assert.equal(toggle(at(5)).step, 5);
  const paused = toggle(toggle(at(5)));
  assert.deepEqual([paused.step, paused.playing, paused.phase], [5, false, 1]);
});

test("time passes at the chosen speed and stops at the end", () => {
  const playing = toggle({ ...at(0), speed: 2 });
  assert.deepEqual([tick(playing, 0.25).step, tick(playing, 0.25).phase], [0, 0.5]);
  assert.equal(tick(playing, 2).step, 4);
  const end = tick(playing, 1000);
  assert.deepEqual([end.step, end.phase, end.playing], [11, 1, false]);
  assert.equal(tick(at(3), 5).step, 3);
});

test("small ticks visit every step once", () => {
  let player = toggle({ ...at(0), speed: 4 });
  const seen = [];
  for (let i = 0; i < 1000 && player.playing; i++) {
    if (seen.at(-1) !== player.step) seen.push(player.step);
    player = tick(player, 1 / 60);
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  assert.equal(player.playing, false);
});

test("products light up one by one when it plays slowly", () => {
  const slow = { ...at(5), playing: true, speed: 1 };
  const seen = [0, 0.1, 0.3, 0.5, 0.7, 0.75, 1].map((phase) => lit({ ...slow, phase }, 9));
  assert.equal(seen[0], 0);
  assert.equal(seen.at(-2), 9);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(lit({ ...slow, speed: 8, phase: 0 }, 9), 9);
  assert.equal(lit(at(5), 9), 9);
});
