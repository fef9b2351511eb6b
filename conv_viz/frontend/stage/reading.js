// Reading the stage by keys: I goes over the cells of the input, W over the weights; arrows move, Escape ends it.
import { isWay, kept, nextCell, nextTap } from "../scene/cursor.js";

/** @typedef {import("../scene/cursor.js").Cursor} Cursor */
/** @typedef {import("../scene/cursor.js").Tap} Tap */

export class Reading {
  /** @type {Cursor|Tap|null} what is read */
  cell = null;

  /** @param {import("./view.js").View} view */
  constructor(view) {
    this.view = view;
  }

  /** A key on the stage; returns whether it was one of these. @param {KeyboardEvent} event */
  onKey({ key }) {
    const { scene, filter } = this.view;
    if (!scene) return false;
    const slices = scene.header.stage.reads[filter].length;
    const letter = key.toLowerCase();
    if (letter === "i") this.cell = kept(scene, null);
    else if (letter === "w" && scene.arrays.weight && slices) this.cell = { kind: "weight", slice: 0, ky: 0, kx: 0 };
    else if (!this.cell) return false;
    else if (isWay(key))
      this.cell =
        this.cell.kind === "weight" ? nextTap(scene, slices, this.cell, key) : nextCell(scene, this.cell, key);
    else return this.end(key === "Escape");
    this.tell();
    return true;
  }

  tell() {
    const { pointing } = this.view;
    pointing.mark(this.cell);
    if (this.cell) this.view.speech.now(pointing.tell(this.cell).join(". "));
  }

  /** The keys are those of the play head again. @param {boolean} done whether that was all the key was for */
  end(done) {
    this.cell = null;
    this.view.pointing.hover(null);
    return done;
  }
}
