// Streamlit components v2 -> view. Streamlit calls this again with the same parentElement when data or theme change.
import { el } from "./dom.js";
import { View } from "./view.js";

const views = new WeakMap();

export default function stage({ parentElement, data, setStateValue, setTriggerValue }) {
  let mounted = views.get(parentElement);
  if (!mounted) {
    const root = el("section");
    parentElement.append(root);
    mounted = { view: new View(root, {
      onLook: (change) => mounted.set("look", change),
      onPin: (cell) => mounted.set("pin", cell),
      onFix: () => mounted.trigger("fix", true),
    }) };
    views.set(parentElement, mounted);
    mounted.listen = (event) => mounted.view.update(event.detail); // from feed.js
    document.addEventListener("conv_viz:payload", mounted.listen);
  }
  mounted.set = setStateValue;
  mounted.trigger = setTriggerValue;
  if (data instanceof Uint8Array && !equal(data, mounted.bytes)) {
    mounted.bytes = data.slice();
    mounted.view.update(data);
  } else mounted.view.build(); // same picture: the theme has changed
  return () => {
    document.removeEventListener("conv_viz:payload", mounted.listen);
    mounted.view.destroy();
    mounted.view.root.remove();
    views.delete(parentElement);
  };
}

function equal(a, b) {
  return b && a.length === b.length && a.every((v, i) => v === b[i]);
}
