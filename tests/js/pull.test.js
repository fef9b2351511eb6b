// A pull: one value under way, the newest wins, letting go takes what is shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { again, answered, begin, letGo, lost, next, takeBack, want } from "../../conv_viz/frontend/scene/pull.js";

const k = (value) => ({ k: value });
const asks = (value) => ({ values: k(value), done: false });
const commits = (value) => ({ values: k(value), done: true });
const FORGET = { values: {}, done: false };

test("one value is under way, and the newest of those after it", () => {
  let [pull, message] = next(want(begin(k(3)), k(4)));
  assert.deepEqual(message, asks(4));
  for (const value of [5, 6, 7]) {
    [pull, message] = next(want(pull, k(value)));
    assert.equal(message, null);
  }
  [pull, message] = next(answered(pull, k(4)));
  assert.deepEqual(message, asks(7));
  [pull, message] = next(answered(pull, k(7)));
  assert.equal(message, null);
  [pull, message] = next(letGo(pull));
  assert.deepEqual([pull, message], [null, commits(7)]);
});

test("letting go waits for the answer", () => {
  let [pull, message] = next(letGo(next(want(begin(k(3)), k(4)))[0]));
  assert.equal(message, null);
  [pull, message] = next(answered(pull, k(4)));
  assert.deepEqual([pull, message], [null, commits(4)]);
});

test("letting go of an impossible value keeps what is shown instead", () => {
  let [pull] = next(want(begin(k(3)), k(11)));
  pull = answered(pull, k(9), "does not fit");
  assert.equal(pull.why, "does not fit");
  assert.deepEqual(next(pull)[1], null); // it is not asked again
  assert.deepEqual(next(letGo(pull)), [null, commits(9)]);
});

test("where nothing of it is possible, nothing is set", () => {
  const [pull] = next(want(begin(k(3)), k(4)));
  assert.deepEqual(next(letGo(answered(pull, {}, "no"))), [null, FORGET]);
});

test("a pull that comes back to where it began sets nothing", () => {
  let [pull] = next(want(begin(k(3)), k(4)));
  [pull] = next(want(answered(pull, k(4)), k(3)));
  assert.deepEqual(next(letGo(answered(pull, k(3)))), [null, FORGET]);
});

test("a press without a pull tells nothing", () => {
  assert.deepEqual(next(letGo(begin(k(3)))), [null, null]);
});

test("taking back does not wait, and sets what was set since", () => {
  const [pull] = next(want(begin(k(3)), k(5)));
  assert.deepEqual(next(takeBack(pull, k(3))), [null, FORGET]);
  assert.deepEqual(next(takeBack(begin(k(5)), k(3))), [null, commits(3)]);
});

test("what a lost session has not answered is asked again", () => {
  const [pull] = next(want(begin(k(3)), k(5)));
  assert.deepEqual(next(lost(pull))[1], asks(5));
});

test("two values of one pull go together", () => {
  const [pull, message] = next(want(begin({ h: 7, w: 7 }), { w: 9, h: 7 }));
  assert.deepEqual(message.values, { h: 7, w: 9 });
  assert.deepEqual(next(letGo(answered(pull, { h: 7, w: 9 })))[1], { values: { h: 7, w: 9 }, done: true });
});

test("another handle that is moved before the answer is set together with the first", () => {
  let [pull] = next(letGo(next(want(begin({ a: 1 }), { a: 2 }))[0]));
  pull = letGo(want(again(pull, { b: 7 }), { b: 8 }));
  const [after, message] = next(answered(pull, { a: 2 }));
  assert.deepEqual(message.values, { a: 2, b: 8 });
  assert.deepEqual(next(answered(after, { a: 2, b: 8 })), [null, { values: { a: 2, b: 8 }, done: true }]);
});
