// anywidget -> a lens (https://anywidget.dev/en/afm).
import { el } from "../draw/dom.js";
import { LensView } from "../lens/lens.js";

function render({ model, el: place }) {
  const root = el("section", { class: "notebook", "data-lm-suppress-shortcuts": "true" });
  const view = new LensView(root);
  const follow = () => {
    const { buffer, byteOffset, byteLength } = model.get("payload");
    view.update(new Uint8Array(buffer, byteOffset, byteLength));
  };
  place.append(root);
  follow();
  model.on("change:payload", follow);
  return () => {
    model.off("change:payload", follow);
    view.destroy();
    root.remove();
  };
}

export default { render };
