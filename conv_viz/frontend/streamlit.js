// The stage as a Streamlit component.
import { mount } from "./mount.js";
import { View } from "./view.js";

class Stage extends View {
  constructor(root, host) {
    super(root, {
      onLook: (change) => host.set("look", change),
      onPin: (cell) => host.set("pin", cell),
      onFix: () => host.trigger("fix", true),
    });
    this.listen = (event) => this.update(event.detail); // from feed.js
    document.addEventListener("conv_viz:payload", this.listen);
  }

  destroy() {
    document.removeEventListener("conv_viz:payload", this.listen);
    super.destroy();
  }
}

export default mount(Stage);
