// The page "Draw a digit" as a Streamlit component.
import { Digits } from "../digits/digits.js";
import { mount } from "./mount.js";

class Mounted extends Digits {
  constructor(root, host) {
    super(root, {
      onDraw: (cells) => host.set("drawn", cells),
      onLearned: (learned) => host.set("learned", learned),
      onOpen: (layer, map) => host.trigger("open", { layer, map }),
    });
  }
}

export default mount(Mounted);
