// Streamlit components v2 -> the gallery. Called again with the same parentElement when data or theme change.
import { el } from "./dom.js";
import { Gallery } from "./gallery.js";

const views = new WeakMap();

export default function gallery({ parentElement, data, setStateValue, setTriggerValue }) {
  let mounted = views.get(parentElement);
  if (!mounted) {
    const root = el("section");
    parentElement.append(root);
    mounted = { view: new Gallery(root, {
      onMap: (index) => mounted.state("map", index),
      onTheme: (dark) => mounted.state("dark", dark),
      onPage: (first) => mounted.state("map", first),
      onTake: (part) => mounted.trigger("take", part),
      onFit: () => mounted.trigger("fit", true),
      onFix: () => mounted.trigger("fix", true),
    }) };
    views.set(parentElement, mounted);
  }
  mounted.state = setStateValue;
  mounted.trigger = setTriggerValue;
  if (data instanceof Uint8Array && !same(data, mounted.bytes)) {
    mounted.bytes = data.slice();
    mounted.view.update(mounted.bytes);
  } else mounted.view.build(); // same picture: the theme has changed
  return () => {
    mounted.view.destroy();
    mounted.view.root.remove();
    views.delete(parentElement);
  };
}

// The header holds a digest of all the rest: megabytes need not be compared.
function same(a, b) {
  if (!b || a.length !== b.length) return false;
  const end = 8 + new DataView(a.buffer, a.byteOffset).getUint32(4, true);
  return a.subarray(0, end).every((v, i) => v === b[i]);
}
