// The pointer on the stage: what lies under it, what is hovered or pinned, and where a pen draws.
import * as play from "../scene/player.js";
import { cornerPlace } from "../scene/geometry.js";
import { Tip } from "../draw/tip.js";

export class Pointing {
  /** @type {number[]|null} where a pointer that has not moved yet was first seen; null: any pointer points */
  rests = null;

  /** @type {{clientX: number, clientY: number}|null} where a pointer is that has moved on the board */
  at = null;

  /** @param {import("./view.js").View} view whose board is pointed at */
  constructor(view) {
    this.view = view;
    this.tip = new Tip(view.root);
    this.pinned = this.hovered = null;
    view.boardSlot.addEventListener("pointerdown", (event) => this.beginStroke(event));
    view.boardSlot.addEventListener("pointermove", (event) => this.point(event));
    view.boardSlot.addEventListener("pointerleave", () => {
      this.at = null;
      this.hover(null);
    });
    view.boardSlot.addEventListener("click", (event) => this.pin(event));
  }

  /** Pin a cell at first: the stage may come beneath a pointer that rests there and points at nothing. */
  beginAt(cell) {
    this.rests = [];
    this.pinned = cell;
    this.followPin();
  }

  /** What is pointed at, else what is pinned: {kind, ...}, or null. */
  get focus() {
    return this.hovered ?? this.pinned;
  }

  /** Another picture: nothing of the one before is pointed at. */
  forget() {
    this.pinned = this.hovered = null;
    this.tip.show(null);
  }

  /** Another picture has come beneath the pointer: it points at what lies there now. */
  again() {
    const { view, at } = this;
    if (!at || this.hovered || view.drawing.stroke) return;
    const found = under(view.board, at, view.boardSlot);
    if (!found) return;
    this.hovered = found;
    this.tell(found, at);
  }

  beginStroke(event) {
    const { view } = this;
    if (!view.board || view.picture === "scatter") return;
    view.drawing.begin(view.board, under(view.board, event), event);
    if (view.drawing.stroke) view.repaint();
  }

  point(event) {
    const { view } = this;
    if (!view.board || this.isResting(event)) return;
    const { clientX, clientY } = event;
    this.at = event.pointerType === "touch" ? null : { clientX, clientY };
    if (view.drawing.move(view.board, event)) return view.repaint();
    const found = under(view.board, event);
    this.hover(found);
    if (found) this.tell(found, event);
  }

  /** Whether the pointer has not moved since the stage began at a cell. @param {PointerEvent} event */
  isResting({ clientX, clientY, movementX, movementY }) {
    if (!this.rests) return false;
    const [x, y] = this.rests.length ? this.rests : [clientX, clientY];
    const moved = movementX || movementY || x !== clientX || y !== clientY;
    this.rests = moved ? null : [x, y];
    return !moved;
  }

  /** Say what lies there, in a place of its own that covers none of it. Returns the lines. */
  tell(found, event) {
    const { view } = this;
    const lines = view.way.tip(view.scene, view.filter, found, view.why);
    this.say(lines, event);
    return lines;
  }

  /** Words in that place. @param {string[]} lines @param {PointerEvent} [event] where nothing is to be covered */
  say(lines, event) {
    const { boardSlot, transport } = this.view;
    const [slot, below] = [boardSlot, transport.root].map((part) => part.getBoundingClientRect());
    const bottom = Math.min(slot.bottom, below.top);
    this.tip.show(lines, event, (pointer, tip, box) =>
      cornerPlace(pointer, tip, [
        slot.left - box.left,
        Math.max(slot.top, 0) - box.top,
        slot.width,
        bottom - Math.max(slot.top, 0),
      ]),
    );
  }

  /** The cursor of the pen stands at this cell of the input, which may hold another number now. */
  mark(cell) {
    this.tip.show(null);
    this.hovered = cell;
    this.view.repaint();
  }

  hover(found) {
    if (!found && this.hovered) this.tip.show(null); // what words beside the grids say of themselves stays
    if (same(found, this.hovered)) return;
    this.hovered = found;
    this.view.draw();
  }

  pin(event) {
    const found = under(this.view.board, event, this.view.boardSlot);
    if (this.view.drawing.on && found?.kind === "input") return;
    if (!found) return;
    this.setPin(found.kind === "product" ? null : found);
    if (event.pointerType !== "mouse") this.tell(found, event); // a finger does not hover
  }

  /** Pin what the play head stands at, or let go what is pinned. */
  pinHere() {
    const { view } = this;
    if (!view.board) return;
    const [y, x] = play.cellOf(view.player);
    this.setPin(this.pinned ? null : { kind: view.way.walks, y, x });
  }

  setPin(found) {
    const { view } = this;
    this.pinned = found;
    this.followPin();
    view.root.focus({ preventScroll: true });
    view.draw();
    view.host.onPin?.(this.pinned);
  }

  /** The play head goes where a cell of what it walks over was pinned. */
  followPin() {
    const { view, pinned } = this;
    if (pinned?.kind === view.way.walks)
      view.player = { ...play.goTo(view.player, pinned.y * view.player.columns + pinned.x), playing: false };
  }

  letGo() {
    if (this.pinned) this.view.host.onPin?.(null);
    this.forget();
    this.view.draw();
  }
}

/**
 * What lies under the pointer: {kind: "output"|"input"|"weight"|"product", ...}, or null.
 * @param {{clientX: number, clientY: number, composedPath?: () => EventTarget[]}} event
 * @param {HTMLElement} [slot] to look at the page itself where the event does not say more than this: a click that was
 *   pressed on one picture and released on the next names the slot alone
 */
function under(board, event, slot) {
  if (!board) return null;
  /** @type {EventTarget|null|undefined} */
  let over = event.composedPath?.()[0] ?? slot;
  if (slot && over === slot) {
    const page = /** @type {Document|ShadowRoot} */ (slot.getRootNode());
    over = page.elementFromPoint(event.clientX, event.clientY);
  }
  const cell = (grid) => (grid.root === over ? grid.cellAt(event) : null);
  let found = cell(board.output);
  if (found) return { kind: "output", y: found[0], x: found[1] };
  for (const row of board.rows) {
    if ((found = cell(row.plane))) return { kind: "input", channel: row.channel, y: found[0], x: found[1] };
    if (row.slicePosition < 0) continue;
    if ((found = cell(row.slice))) return { kind: "weight", slice: row.slicePosition, ky: found[0], kx: found[1] };
    if ((found = cell(row.products))) return { kind: "product", slice: row.slicePosition, ky: found[0], kx: found[1] };
  }
  return null;
}

function same(a, b) {
  return a === b || (a && b && JSON.stringify(a) === JSON.stringify(b));
}
