// The height that a picture can have in the window, below the head and above the transport.

const DEEP = 0.6; // share of the window
const LEAST_ROOM = 180; // CSS pixels
const MARGINS = 18; // of picture and transport
const BELOW = MARGINS + 16; // and the page's own

/**
 * @param {HTMLElement} root the view
 * @param {HTMLElement} slot where the picture stands in it
 * @param {HTMLElement} transport what stands below the picture
 * @param {boolean} [alone] the view fills the window
 * @returns {number} CSS pixels
 */
export function roomFor(root, slot, transport, alone = false) {
  const { top } = slot.getBoundingClientRect();
  const head = top - root.getBoundingClientRect().top;
  let above = top;
  for (let node = root.parentElement; node; node = node.parentElement) above += node.scrollTop;
  const begin = above < innerHeight * DEEP ? above : head; // further down, somebody scrolls to the stage
  const below = transport.offsetHeight + (alone ? MARGINS : BELOW);
  return Math.max(LEAST_ROOM, Math.floor(innerHeight - begin - below));
}
