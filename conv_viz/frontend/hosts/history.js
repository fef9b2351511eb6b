// One action of the reader is one entry in the browser's history.
//
// Streamlit makes an entry for each control that the server sets (an example sets seven), and none for a slider that
// the reader moves. Here an address becomes an entry of its own when the reader has done something since the last one,
// and takes the place of the last one otherwise.

/** What begins an action: a press, a control that is entered by keyboard. More keys in the same control go on with it. */
const BEGINS = ["pointerdown", "focusin", "drop"];
const AGAIN = ["Enter", " "];
const DONE = Symbol.for("conv_viz.history");

/** @param {Window} window the page; asked more than once it does nothing more */
export function oneEntryForEachAction(window) {
  const { history, location } = window;
  if (history[DONE]) return;
  history[DONE] = true;
  const [push, replace] = [history.pushState, history.replaceState];
  let acted = false;
  const write = (state, unused, url) => {
    if (new URL(url ?? "", location.href).href === location.href) return replace.call(history, state, unused, url);
    const kind = acted ? push : replace;
    acted = false;
    return kind.call(history, state, unused, url);
  };
  history.pushState = history.replaceState = write;
  const begins = () => (acted = true);
  for (const kind of BEGINS) window.addEventListener(kind, begins, true);
  window.addEventListener("keydown", (event) => AGAIN.includes(event.key) && begins(), true);
  // On the way back Streamlit writes the address that the browser has gone to.
  window.addEventListener("popstate", () => (acted = false), true);
}
