// One action of the reader is one entry in the browser's history, and each entry knows which one it is.
//
// Streamlit makes an entry for each control that the server sets (an example sets seven), and none for a slider that
// the reader moves. Here an address becomes an entry of its own when the reader has done something since the last one,
// and takes the place of the last one otherwise.

/** What begins an action: a press, a control that is entered by keyboard. More keys in the same control go on with it. */
const BEGINS = ["pointerdown", "focusin", "drop"];
const AGAIN = ["Enter", " "];
/** What the address says that is no place to go back to: how fast the stage plays, and weights, which have an undo. */
const ASIDE = ["speed", "weights"];
const DONE = Symbol.for("conv_viz.history");
const AT = "conv_viz"; // in an entry's state: how many entries of this page lie before it

/**
 * @param {Window} window the page; asked more than once it does nothing more
 * @returns {{at: number, last: number, changed: EventTarget}} the entry that is shown, the last one, and an event "change"
 */
export function oneEntryForEachAction(window) {
  const { history, location } = window;
  if (history[DONE]) return history[DONE];
  const at = history.state?.[AT] ?? 0;
  const now = { at, last: at, changed: new EventTarget() };
  history[DONE] = now;
  const move = (at, last) => {
    Object.assign(now, { at, last });
    now.changed.dispatchEvent(new Event("change"));
  };
  const [push, replace] = [history.pushState, history.replaceState];
  let acted = false;
  const write = (state, unused, url) => {
    const same = place(url ?? "", location) === place("", location);
    const next = acted && !same;
    if (next) move(now.at + 1, now.at + 1);
    if (!same) acted = false;
    return (next ? push : replace).call(history, { ...state, [AT]: now.at }, unused, url);
  };
  history.pushState = history.replaceState = write;
  const begins = () => (acted = true);
  for (const kind of BEGINS) window.addEventListener(kind, begins, true);
  window.addEventListener("keydown", (event) => AGAIN.includes(event.key) && begins(), true);
  const gone = (event) => {
    acted = false; // on the way back Streamlit writes the address that the browser has gone to
    move(event.state?.[AT] ?? 0, now.last);
  };
  window.addEventListener("popstate", gone, true);
  return now;
}

/** An address without what is no place to go back to. */
function place(url, location) {
  const address = new URL(url, location.href);
  for (const name of ASIDE) address.searchParams.delete(name);
  return address.href;
}
