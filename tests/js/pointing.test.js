// Which cell the stage is about: the one under a pointer that moves, else the one that is pinned.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pointing } from "../../conv_viz/frontend/stage/pointing.js";

const BOX = { left: 0, top: 0, right: 100, bottom: 100, width: 100, height: 100 };

/** An element as far as pointing needs one; all of them lie in the same place. */
const element = () =>
  Object.assign(new EventTarget(), {
    style: {},
    setAttribute() {},
    append() {},
    replaceChildren() {},
    getBoundingClientRect: () => BOX,
    focus() {},
  });
globalThis.document = { createElement: element };

/** Pointing at an output whose cell under the pointer is (5, 5), and a move of the pointer. */
function stage() {
  const output = { root: element(), cellAt: () => [5, 5] };
  const boardSlot = element();
  const view = {
    root: element(),
    boardSlot,
    transport: { root: element() },
    board: { output, rows: [] },
    drawing: { move: () => false },
    way: { walks: "output", tip: () => [] },
    player: { columns: 8, rows: 8, step: 0 },
    draw() {},
    host: {},
  };
  const pointing = new Pointing(view);
  const move = (clientX, movementX = 0) => {
    const event = new Event("pointermove");
    Object.assign(event, { clientX, clientY: 50, movementX, movementY: 0, composedPath: () => [output.root] });
    boardSlot.dispatchEvent(event);
  };
  const click = (path) => {
    const event = Object.assign(new Event("click"), { clientX: 50, clientY: 50, pointerType: "mouse" });
    event.composedPath = () => path;
    boardSlot.dispatchEvent(event);
  };
  boardSlot.getRootNode = () => ({ elementFromPoint: () => output.root });
  return { pointing, move, click, boardSlot, output };
}
const PINNED = { kind: "output", y: 1, x: 2 };
const POINTED = { kind: "output", y: 5, x: 5 };

test("a stage that begins at a cell shows it while the pointer above it rests", () => {
  const { pointing, move } = stage();
  pointing.beginAt(PINNED);
  move(50); // the stage has come beneath the pointer
  move(50);
  assert.deepEqual(pointing.focus, PINNED);
  pointing.forget(); // another picture
  move(50);
  assert.equal(pointing.focus, null);
});

test("a pointer that moves takes over", () => {
  for (const moves of [[[50], [51]], [[50, 3]]]) {
    const { pointing, move } = stage();
    pointing.beginAt(PINNED);
    for (const each of moves) move(...each);
    assert.deepEqual(pointing.focus, POINTED);
    move(0); // rests now, above another cell: it has moved before
    assert.deepEqual(pointing.focus, POINTED);
  }
});

test("a stage that begins at no cell is about the one beneath the pointer", () => {
  const { pointing, move } = stage();
  move(50);
  assert.deepEqual(pointing.focus, POINTED);
});

test("a click counts though another picture came between press and release", () => {
  const { pointing, click, boardSlot, output } = stage();
  click([output.root, boardSlot]);
  assert.deepEqual(pointing.pinned, POINTED);
  pointing.forget();
  click([boardSlot]); // the pressed grid is gone: the browser names what holds both
  assert.deepEqual(pointing.pinned, POINTED);
});

test("a pointer that rests where another picture comes points at what lies there now", () => {
  const { pointing, move, boardSlot } = stage();
  pointing.again(); // no pointer was on the board yet
  assert.equal(pointing.focus, null);
  move(50);
  pointing.forget(); // another picture
  pointing.again();
  assert.deepEqual(pointing.focus, POINTED);
  assert.equal(pointing.tip.root.hidden, false);
  boardSlot.dispatchEvent(new Event("pointerleave"));
  pointing.forget();
  pointing.again();
  assert.equal(pointing.focus, null);
});
