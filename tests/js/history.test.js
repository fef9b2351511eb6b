import assert from "node:assert/strict";
import test from "node:test";

import { oneEntryForEachAction } from "../../conv_viz/frontend/hosts/history.js";

/** A window with no more than what history.js asks of it. */
function page() {
  const window = new EventTarget();
  window.location = { href: "http://here/" };
  window.entries = ["http://here/"];
  const go = (keep) => (_state, _unused, url) => {
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
  oneEntryForEachAction(window);
  assert.equal(window.history.pushState, pushState);
});
