// The window slides over the first rows once, for somebody who is here for the first time.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as play from "../../conv_viz/frontend/scene/player.js";

/** The module as a page loads it, and a view; `fire` is an action of the visitor. */
async function visit({ search = "", seen = null, still = false, framed = false } = {}) {
  const events = new EventTarget();
  const stored = { seen };
  Object.assign(globalThis, {
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    matchMedia: () => ({ matches: still }),
    self: globalThis,
    top: framed ? {} : globalThis,
  });
  const arrival = { name: `https://a.example/${search}` };
  Object.defineProperty(performance, "getEntriesByType", { value: () => [arrival], configurable: true });
  const localStorage = { getItem: () => stored.seen, setItem: (_, value) => (stored.seen = value) };
  Object.defineProperty(globalThis, "localStorage", { value: localStorage, configurable: true });
  const { introduce } = await import(`../../conv_viz/frontend/hosts/introduction.js?${Math.random()}`);
  const view = {
    board: {},
    player: play.start(4, 4),
    root: { contains: () => true },
    transport: { root: { contains: () => false } },
    move: (player) => (view.player = player),
  };
  introduce(view);
  const fire = (type, more = {}) => events.dispatchEvent(Object.assign(new Event(type), more));
  return { view, introduce, stored, fire };
}

test("it plays from the first cell to the one where the picture rests, and once only", async () => {
  const { view, introduce, stored } = await visit();
  assert.deepEqual([view.player.step, view.player.playing, stored.seen], [0, true, "1"]);
  view.player = play.tick(view.player, 60);
  assert.deepEqual(view.player, play.start(4, 4));
  introduce(view);
  assert.equal(view.player.playing, false);
});

test("not with a link, not again, not in a frame, not with reduced motion", async () => {
  for (const how of [{ search: "?cell=1,2" }, { seen: "1" }, { framed: true }, { still: true }]) {
    const { view } = await visit(how);
    assert.deepEqual(view.player, play.start(4, 4), JSON.stringify(how));
  }
});

test("any action ends it; the space bar on the stage is the stage's own", async () => {
  for (const [type, more] of [["pointerdown"], ["wheel"], ["keydown", { key: "Tab" }]]) {
    const { view, fire } = await visit();
    view.player = play.tick(view.player, 1);
    fire(type, more);
    assert.deepEqual([view.player.playing, view.player.step, view.player.until], [false, 2, null]);
  }
  const { view, fire } = await visit();
  fire("keydown", { key: " " });
  assert.equal(view.player.playing, true);
  view.player = play.press(view.player, " ");
  assert.deepEqual([view.player.playing, view.player.until], [false, null]);
});
