// What a mounted view shows: the newest payload of its session, in whatever order the browser takes them up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { mount } from "../../conv_viz/frontend/hosts/mount.js";

const element = () => ({ append() {}, remove() {}, setAttribute() {} });
globalThis.document = Object.assign(new EventTarget(), { createElement: element });
globalThis.getComputedStyle = () => ({ getPropertyValue: () => "1" });
globalThis.cancelAnimationFrame = () => {};

class View {
  shown = [];
  built = 0;
  constructor(root) {
    this.root = root;
    View.last = this;
  }
  update(bytes) {
    this.shown.push(bytes[0]);
  }
  build() {
    this.built++;
  }
  destroy() {}
}

/** A payload that is named by its first byte, the `place`th of a session. */
const payload = (name, place, session = 7) => {
  const bytes = new Uint8Array(9);
  bytes.set([name, session]);
  new DataView(bytes.buffer).setUint32(5, place, true);
  return bytes;
};
const feed = (bytes) => document.dispatchEvent(Object.assign(new Event("conv_viz:payload"), { detail: bytes }));

/** A view on the page, and what Streamlit calls when the page has data for it. */
function mounted() {
  const call = mount(View, { fed: true });
  const parentElement = element();
  let end;
  const page = (data) => {
    end = call({ parentElement, data, setStateValue() {}, setTriggerValue() {} });
  };
  return { page, leave: () => end() };
}

test("the picture of the page that comes after that of a control, but is older, is not shown", () => {
  const { page, leave } = mounted();
  page(payload(1, 1));
  const view = View.last;
  feed(payload(3, 3));
  page(payload(2, 2));
  assert.deepEqual(view.shown, [1, 3]);
  page(payload(4, 4));
  feed(payload(5, 300)); // in the order of numbers, not of bytes
  assert.deepEqual(view.shown, [1, 3, 4, 5]);
  leave();
});

test("a new session begins anew", () => {
  const { page, leave } = mounted();
  page(payload(1, 9));
  const view = View.last;
  page(payload(2, 1, 8));
  assert.deepEqual(view.shown, [1, 2]);
  leave();
});

test("the same data once more are another theme", () => {
  const { page, leave } = mounted();
  page(payload(1, 1));
  const view = View.last;
  feed(payload(2, 2));
  page(payload(1, 1));
  assert.deepEqual([view.shown, view.built], [[1, 2], 1]);
  leave();
});

test("a view that has left the page takes up nothing", () => {
  const { page, leave } = mounted();
  page(payload(1, 1));
  const view = View.last;
  leave();
  feed(payload(2, 2));
  assert.deepEqual(view.shown, [1]);
});
