// A file of its own -> view. The page holds all its pictures; nothing is asked of anybody.
import { decode } from "../scene/codec.js";
import { el } from "../draw/dom.js";
import { pictureOf } from "./pictures.js";
import { LensView } from "../lens/lens.js";
import { View } from "../stage/view.js";

/** @type {{bytes: Uint8Array, kind: string, stage: import("../scene.d.ts").Stage}[]} */
const pictures = JSON.parse(document.getElementById("pictures").textContent).map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const { kind, stage } = decode(bytes).header;
  return { bytes, kind, stage };
});
const root = el("section");
document.getElementById("place").append(root);

let shown = pictures[0];
let wanted = shown.stage && {
  sample: shown.stage.sample,
  filter: shown.stage.filter,
  channel: shown.stage.channels[0],
};
const lens = shown.kind === "lens" ? new LensView(root) : null;
const stage = lens ? null : new View(root, pictures.length > 1 ? { onLook: look } : {});
const view = lens ?? stage;
view.update(shown.bytes);

function look(change) {
  wanted = { ...wanted, ...change };
  const found = pictureOf(pictures, wanted);
  if (!found || found === shown) return;
  shown = found;
  stage.update(found.bytes);
  stage.showFilter(wanted.filter - found.stage.filters[0]);
  stage.draw();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.build());
// There is nothing else on the page: its keys are the stage's.
document.addEventListener("keydown", (event) => event.target === document.body && view.onKeyDown(event));
