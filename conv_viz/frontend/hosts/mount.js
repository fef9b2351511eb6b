// Streamlit components v2 -> a view. Streamlit calls the result again with the same parentElement when data or theme change.
// Python knows one component; its script takes hosts/<kind>.js by the kind of what is to be shown (ui/server/linked.py).
import { el } from "../draw/dom.js";

/**
 * @param {new (root: HTMLElement, host: {set, trigger}) => object} View
 *   with `update(data)` for another picture, a payload or a value of JSON, `build()` for another theme, `destroy()`, and its `root`.
 *   host.set(name, value) keeps a value with Streamlit, host.trigger(name, value) tells it once.
 */
export function mount(View) {
  const views = new WeakMap();
  return ({ parentElement, data, setStateValue, setTriggerValue }) => {
    if (data.ahead) return undefined; // fetched before there is anything to show, see ui/starting.py
    let mounted = views.get(parentElement);
    if (!mounted) {
      const root = el("section");
      const host = { set: setStateValue, trigger: setTriggerValue };
      parentElement.append(root);
      mounted = { host, view: new View(root, host) };
      views.set(parentElement, mounted);
    }
    Object.assign(mounted.host, { set: setStateValue, trigger: setTriggerValue });
    if (!equal(data, mounted.data)) {
      mounted.data = data instanceof Uint8Array ? data.slice() : data;
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
  const { view, data, fresh } = mounted;
  cancelAnimationFrame(mounted.waiting);
  if (!getComputedStyle(view.root).getPropertyValue("--cv-styled")) {
    mounted.waiting = requestAnimationFrame(() => show(mounted));
  } else if (fresh) {
    mounted.fresh = false;
    view.update(data);
  } else view.build(); // same picture: the theme has changed
}

/** Two payloads, or two values of JSON. */
function equal(a, b) {
  if (!(a instanceof Uint8Array)) return JSON.stringify(a) === JSON.stringify(b);
  return b && a.length === b.length && a.every((v, i) => v === b[i]);
}
