// Streamlit components v2 -> a view. Streamlit calls the result again with the same parentElement when data or theme change.
import { el } from "./dom.js";

/**
 * @param {new (root: HTMLElement, send: (name: string, value: any) => void) => object} View
 *   with `update(bytes)` for another picture, `build()` for another theme, and `destroy()`
 */
export function mount(View) {
  const views = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    let mounted = views.get(parentElement);
    if (!mounted) {
      const root = el("section");
      parentElement.append(root);
      mounted = { view: new View(root, (name, value) => mounted.send(name, value)) };
      views.set(parentElement, mounted);
    }
    mounted.send = setTriggerValue;
    if (data instanceof Uint8Array && !equal(data, mounted.bytes)) {
      mounted.bytes = data.slice();
      mounted.view.update(data);
    } else mounted.view.build();
    return () => {
      mounted.view.destroy();
      mounted.view.root.remove();
      views.delete(parentElement);
    };
  };
}

function equal(a, b) {
  return b && a.length === b.length && a.every((v, i) => v === b[i]);
}
