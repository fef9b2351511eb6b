// What views of one payload share: they take it, and are drawn anew when it or the theme around them changes.
import { decode } from "../scene/codec.js";
import { dress } from "./theme.js";

/** @template Header of the scene */
export class SceneView {
  /** @type {import("../scene.d.ts").Scene<Header>|null} null before there is any */
  scene = null;
  /** @type {import("./theme.js").Theme|null} */
  theme = null;

  /** @param {HTMLElement} root an empty element */
  constructor(root) {
    this.root = root;
  }

  /** Show a payload. @param {Uint8Array} bytes */
  update(bytes) {
    const scene = decode(bytes);
    this.scene = scene;
    this.build();
    this.root.dataset.content = scene.header.id;
  }

  /** Draw the picture anew for the theme that there is now. */
  build() {
    this.theme = dress(this.root);
    if (this.scene) this.show(this.scene, this.theme);
  }

  /** @param {import("../scene.d.ts").Scene<Header>} _scene @param {import("./theme.js").Theme} _theme */
  show(_scene, _theme) {
    throw new Error("Each view says how it shows a scene.");
  }
}
