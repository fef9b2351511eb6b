// anywidget -> a network (https://anywidget.dev/en/afm). The traits are those of conv_viz/notebook/network_widget.py.
import { el } from "../draw/dom.js";
import { NetworkView } from "../network/network.js";
import { followTheme } from "./night.js";

function render({ model, el: place }) {
  const root = el("section", { class: "notebook", "data-lm-suppress-shortcuts": "true" });
  const view = new NetworkView(root, {
    set(name, value) {
      model.set(name, value);
      model.save_changes();
    },
  });
  const follow = () => {
    const { buffer, byteOffset, byteLength } = model.get("payload");
    view.update(new Uint8Array(buffer, byteOffset, byteLength));
  };
  const box = /** @type {HTMLInputElement} */ (el("input", { type: "checkbox" }));
  box.addEventListener("change", () => {
    model.set("effective", box.checked);
    model.save_changes();
  });
  const tick = () => (box.checked = model.get("effective"));
  place.append(el("label", { class: "notebook-choice" }, box, " effective field: torch's gradient"), root);
  follow();
  tick();
  model.on("change:payload", follow);
  model.on("change:effective", tick);
  const endTheme = followTheme(root, view);
  return () => {
    model.off("change:payload", follow);
    model.off("change:effective", tick);
    endTheme();
    view.destroy();
    root.remove();
  };
}

export default { render };
