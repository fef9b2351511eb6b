// Whoever is here for the first time sees the window slide over the first rows, once; any action ends it.
import { still } from "../draw/dom.js";
import * as play from "../scene/player.js";

const SEEN = "conv_viz:introduced";
const ACTIONS = ["pointerdown", "keydown", "wheel"];
let due = isFirstVisit();

/** @param {import("../stage/view.js").View} view with a picture */
export function introduce(view) {
  if (!due || !view.board) return;
  due = false;
  if (still()) return;
  view.move(play.introduce(view.player));
  const end = (event) => {
    for (const kind of ACTIONS) removeEventListener(kind, end, true);
    if (!plays(view, event)) view.move(play.pause(view.player));
  };
  for (const kind of ACTIONS) addEventListener(kind, end, true);
}

/** Whether the action is one on the play head, which the stage answers itself: to pause here would be to play there. */
function plays({ root, transport }, { type, key, target }) {
  return type === "keydown" ? key === " " && root.contains(target) : transport.root.contains(target);
}

/** An address with parameters is somebody's link, and a page in a frame is part of somebody's lesson. */
function isFirstVisit() {
  try {
    const [arrival] = performance.getEntriesByType("navigation"); // what is the default has left the address since
    if (new URL(arrival.name).search || top !== self || localStorage.getItem(SEEN)) return false;
    localStorage.setItem(SEEN, "1");
    return true;
  } catch {
    return false; // where nothing may be remembered it would be the first visit each time
  }
}
