// Says which part of the work is gone with a session that the server has lost. Only the window knows what that was.
import { el } from "../draw/dom.js";

const KEPT = "conv_viz:session";

/** @param {{parentElement: HTMLElement, data: {session: string, holds: string[]}}} component */
export default function session({ parentElement, data }) {
  const before = read();
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(data));
  } catch {} // a page in another one's frame may be without storage
  if (before && before.session !== data.session && before.holds.length) say(parentElement, before.holds);
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    return null;
  }
}

function say(parentElement, holds) {
  const close = el("button", { type: "button", "aria-label": "close" }, "✕");
  const again = holds.includes("your picture") ? ", so choose the picture again" : "";
  const text = `The server began a new session and no longer has ${holds.join(" and ")}; only what the address says is left${again}.`;
  const said = el("p", { class: "lost", role: "status" }, text, close);
  close.addEventListener("click", () => said.remove());
  parentElement.querySelector(".lost")?.remove();
  parentElement.append(said);
}
