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
    mounted.listen = ({ detail }) => { // from feed.js
      mounted.header = headerOf(detail);
      mounted.view.update(detail);
    };
    document.addEventListener("conv_viz:payload", mounted.listen);
  }
  mounted.state = setStateValue;
  mounted.trigger = setTriggerValue;
  const header = data instanceof Uint8Array ? headerOf(data) : null;
  if (header !== null && header !== mounted.header) {
    mounted.header = header;
    mounted.view.update(data);
  } else mounted.view.build(); // same picture: the theme has changed
  return () => {
    document.removeEventListener("conv_viz:payload", mounted.listen);
    mounted.view.destroy();
    mounted.view.root.remove();
    views.delete(parentElement);
  };
}

// The header's text holds a digest of all the rest: megabytes need not be kept and compared.
function headerOf(data) {
  const end = 8 + new DataView(data.buffer, data.byteOffset).getUint32(4, true);
  return new TextDecoder().decode(data.subarray(8, end));
}
