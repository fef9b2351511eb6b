// Streamlit components v2 -> a view. Streamlit calls the result again with the same parentElement when data or theme change.
// Python knows one component; its script takes hosts/<kind>.js by the kind of what is to be shown (ui/server/linked.py).
import { el } from "../draw/dom.js";

/**
 * @param {new (root: HTMLElement, host: {set, trigger}) => object} View
 *   with `update(data)` for another picture, a payload or a value of JSON, `build()` for another theme, `destroy()`, and its `root`.
 *   host.set(name, value) keeps a value with Streamlit, host.trigger(name, value) tells it once.
 * @param {{fed?: boolean}} [how] fed: controls that run alone hand it payloads as well, see feed.js
 */
export function mount(View, { fed = false } = {}) {
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
      if (fed) listen(mounted);
    }
    Object.assign(mounted.host, { set: setStateValue, trigger: setTriggerValue });
    if (!equal(data, mounted.data)) {
      mounted.data = data instanceof Uint8Array ? data.slice() : data;
      if (!fed || isNext(mounted, mounted.data)) mounted.next = mounted.data;
    }
    show(mounted);
    return () => {
      cancelAnimationFrame(mounted.waiting);
      document.removeEventListener("conv_viz:payload", mounted.listen);
      mounted.view.destroy();
      mounted.view.root.remove();
      views.delete(parentElement);
    };
  };
}

/** Take up what a control that runs alone hands over. */
function listen(mounted) {
  mounted.listen = ({ detail }) => {
    if (!isNext(mounted, detail)) return;
    mounted.next = detail;
    show(mounted);
  };
  document.addEventListener("conv_viz:payload", mounted.listen);
}

/**
 * Whether a payload is no older than what was taken up last; its end says which of its session it is, see
 * conv_viz/ui/session.py. One of the page may be taken up after one of a control that was moved later.
 */
function isNext(mounted, bytes) {
  const end = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8);
  const [session, place] = [end.getUint32(0), end.getUint32(4, true)];
  if (session === mounted.session && place < mounted.place) return false;
  Object.assign(mounted, { session, place });
  return true;
}

/** Views measure where they are; styles can come later than modules, and are waited for. */
function show(mounted) {
  const { view, next } = mounted;
  cancelAnimationFrame(mounted.waiting);
  mounted.styled ||= getComputedStyle(view.root).getPropertyValue("--cv-styled"); // asked once: it makes the browser work
  if (!mounted.styled) {
    mounted.waiting = requestAnimationFrame(() => show(mounted));
  } else if (next) {
    mounted.next = null;
    view.update(next);
  } else view.build(); // same picture: the theme has changed
}

/** Two payloads, or two values of JSON. */
function equal(a, b) {
  if (!(a instanceof Uint8Array)) return JSON.stringify(a) === JSON.stringify(b);
  return b && a.length === b.length && a.every((v, i) => v === b[i]);
}
