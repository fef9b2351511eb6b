// A file of its own -> view. The page holds all its pictures; nothing is asked of anybody.
import { decode } from "../scene/codec.js";
import { el } from "../draw/dom.js";
import { pictureOf } from "./pictures.js";
import { LensView } from "../lens/lens.js";
import { View } from "../stage/view.js";

/** @typedef {{bytes: Uint8Array, kind: string, stage: import("../scene.d.ts").Stage}} Picture */

/** @type {Picture[]} */
const pictures = JSON.parse(part("pictures").textContent).map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { kind, stage } = decode(bytes).header;
  return { bytes, kind, stage };
});
const root = el("section");
part("place").append(root);

const [first] = pictures;
const view = first.kind === "lens" ? new LensView(root) : pictures.length > 1 ? severalPictures() : new View(root);
view.update(first.bytes);

/** A view that turns to another of the pictures when another sample, filter or channel is wanted. */
function severalPictures() {
  let shown = first;
  let wanted = { sample: shown.stage.sample, filter: shown.stage.filter, channel: shown.stage.channels[0] };
  const view = new View(root, {
    onLook(change) {
      wanted = { ...wanted, ...change };
      const found = pictureOf(pictures, wanted);
      if (!found || found === shown) return;
      shown = found;
      view.update(found.bytes);
      view.showFilter(wanted.filter - found.stage.filters[0]);
      view.draw();
    },
  });
  return view;
}

/** An element that the page must have. @param {string} id */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`This page is not whole: it has no element with the id ${id}.`);
  return found;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.build());
// There is nothing else on the page: its keys are the stage's.
document.addEventListener("keydown", (event) => event.target === document.body && view.onKeyDown(event));
