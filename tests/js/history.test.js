import assert from "node:assert/strict";
import test from "node:test";

import { oneEntryForEachAction } from "../../conv_viz/frontend/hosts/history.js";
import { step } from "../../conv_viz/frontend/hosts/steps.js";

/** A window with no more than what history.js asks of it. */
function page() {
  const window = new EventTarget();
  window.location = { href: "http://here/" };
  window.entries = ["http://here/"];
  const go = (keep) => (state, _unused, url) => {
    window.history.state = state;
    window.location.href = new URL(url, window.location.href).href;
    window.entries = [...window.entries.slice(0, keep), window.location.href];
  };
  window.history = {
    pushState: (...rest) => go(Infinity)(...rest),
    replaceState: (...rest) => go(-1)(...rest),
  };
  oneEntryForEachAction(window);
  return window;
}

const act = (window, kind, about = {}) => window.dispatchEvent(Object.assign(new Event(kind), about));

test("the addresses of one action are one entry, whichever way they are written", () => {
  const window = page();
  window.history.pushState({}, "", "?seed=1"); // nobody did anything yet
  assert.equal(window.entries.length, 1);
  act(window, "pointerdown");
  window.history.replaceState({}, "", "?seed=2");
  window.history.pushState({}, "", "?seed=2&stride=3");
  assert.deepEqual(window.entries, ["http://here/?seed=1", "http://here/?seed=2&stride=3"]);
});

test("keys in the same control go on with its entry, another control begins one", () => {
  const window = page();
  act(window, "focusin");
  for (const seed of [1, 2, 3]) {
    act(window, "keydown", { key: "ArrowRight" });
    window.history.replaceState({}, "", `?seed=${seed}`);
  }
  assert.equal(window.entries.length, 2);
  act(window, "focusin");
  window.history.replaceState({}, "", "?seed=3&stride=2");
  act(window, "keydown", { key: "Enter" });
  window.history.replaceState({}, "", "?seed=4&stride=2");
  assert.equal(window.entries.length, 4);
});

test("an action that leaves the address leaves the history, and the way back makes no entry", () => {
  const window = page();
  act(window, "pointerdown");
  window.history.pushState({}, "", "http://here/");
  assert.equal(window.entries.length, 1);
  act(window, "popstate");
  window.history.replaceState({}, "", "?seed=1");
  assert.equal(window.entries.length, 1);
});

test("asked again it changes nothing more", () => {
  const window = page();
  const { pushState } = window.history;
  const first = oneEntryForEachAction(window);
  assert.equal(window.history.pushState, pushState);
  assert.equal(oneEntryForEachAction(window), first);
});

test("an entry knows how many lie before it, and a new action ends what could be done again", () => {
  const window = page();
  const shown = oneEntryForEachAction(window);
  const seen = [];
  shown.changed.addEventListener("change", () => seen.push([shown.at, shown.last]));
  const states = [window.history.state];
  for (const seed of [1, 2]) {
    act(window, "pointerdown");
    window.history.replaceState({ own: true }, "", `?seed=${seed}`);
    states.push(window.history.state);
  }
  assert.deepEqual(states[2], { own: true, conv_viz: 2 });
  act(window, "popstate", { state: states[1] });
  act(window, "popstate", { state: null }); // the entry that the page was opened with
  act(window, "popstate", { state: states[1] });
  act(window, "pointerdown");
  window.history.pushState({}, "", "?seed=5");
  assert.deepEqual(seen, [
    [1, 1],
    [2, 2],
    [1, 2],
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
});

test("keys for a step back and forward", () => {
  const asked = (key, more = {}) =>
    step({ key, ctrlKey: true, metaKey: false, shiftKey: false, altKey: false, ...more });
  assert.deepEqual([asked("z"), asked("Z", { shiftKey: true }), asked("y")], ["undo", "redo", "redo"]);
  assert.deepEqual([asked("z", { ctrlKey: false, metaKey: true }), asked("z", { ctrlKey: false })], ["undo", ""]);
  assert.deepEqual([asked("z", { altKey: true }), asked("x"), asked("y", { shiftKey: true })], ["", "", ""]);
});

test("another speed is in the address without an entry of its own", () => {
  const window = page();
  act(window, "pointerdown");
  window.history.pushState({}, "", "?stride=3");
  act(window, "focusin");
  window.history.pushState({}, "", "?stride=3&speed=8");
  assert.deepEqual(window.entries, ["http://here/", "http://here/?stride=3&speed=8"]);
  window.history.pushState({}, "", "?stride=2&speed=8");
  assert.equal(window.entries.length, 3);
});
