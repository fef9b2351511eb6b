// Streamlit components v2 -> a view. Streamlit calls the result again with the same parentElement when data or theme change.
import { el } from "./dom.js";

/**
 * @param {new (root: HTMLElement, host: {set, trigger}) => object} View
 *   with `update(bytes)` for another picture, `build()` for another theme, `destroy()`, and its `root`.
 *   host.set(name, value) keeps a value with Streamlit, host.trigger(name, value) tells it once.
 */
export function mount(View) {
  const views = new WeakMap();
  return ({ parentElement, data, setStateValue, setTriggerValue }) => {
    if (!data) return undefined; // fetched ahead, see ui/starting.py
    let mounted = views.get(parentElement);
    if (!mounted) {
      const root = el("section");
      const host = {};
      parentElement.append(root);
      mounted = { host, view: new View(root, host) };
      views.set(parentElement, mounted);
    }
    Object.assign(mounted.host, { set: setStateValue, trigger: setTriggerValue });
    if (data instanceof Uint8Array && !equal(data, mounted.bytes)) {
      mounted.bytes = data.slice();
      mounted.fresh = true;
    }
    show(mounted);
    return () => {
      cancelAnimationFrame(mounted.waiting);
      mounted.view.destroy();
      mounted.view.root.remove();
      views.delete(parentElement);
    };
  };
}

/** Views measure where they are; styles can come later than modules, and are waited for. */
function show(mounted) {
  const { view, bytes, fresh } = mounted;
  cancelAnimationFrame(mounted.waiting);
  if (!getComputedStyle(view.root).getPropertyValue("--cv-styled")) {
    mounted.waiting = requestAnimationFrame(() => show(mounted));
  } else if (fresh) {
    mounted.fresh = false;
    view.update(bytes);
  } else view.build(); // same picture: the theme has changed
}

function equal(a, b) {
  return b && a.length === b.length && a.every((v, i) => v === b[i]);
}
