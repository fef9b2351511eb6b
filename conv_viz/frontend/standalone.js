// A file of its own -> view. The page holds all its pictures; nothing is asked of anybody.
import { decode } from "./codec.js";
import { el } from "./dom.js";
import { pictureOf } from "./pictures.js";
import { View } from "./view.js";

const pictures = JSON.parse(document.getElementById("pictures").textContent).map((text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return { bytes, stage: decode(bytes).header.stage };
});
const root = el("section");
document.getElementById("place").append(root);

let shown = pictures[0];
let wanted = shown.stage && { sample: shown.stage.sample, filter: shown.stage.filter, channel: shown.stage.channels[0] };
const view = new View(root, pictures.length > 1 ? { onLook: look } : {});
view.update(shown.bytes);

function look(change) {
  wanted = { ...wanted, ...change };
  const found = pictureOf(pictures, wanted);
  if (!found || found === shown) return;
  shown = found;
  view.update(found.bytes);
  view.showFilter(wanted.filter - found.stage.filters[0]);
  view.draw();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => view.build());
// There is nothing else on the page: its keys are the stage's.
document.addEventListener("keydown", (event) => event.target === document.body && view.onKeyDown(event));
