// The stage as a Streamlit component.
import { examples } from "./examples.js";
import { introduce } from "./introduction.js";
import { mount } from "./mount.js";
import { View } from "../stage/view.js";

class Stage extends View {
  constructor(root, host) {
    const { button, panel } = examples((title) => host.trigger("example", title));
    super(
      root,
      {
        onLook: (change) => host.set("look", change),
        onPin: (cell) => host.set("pin", cell),
        onFix: () => host.trigger("fix", true),
        buttons: [button],
      },
      linkedCell(),
    );
    root.append(panel);
    this.listen = (event) => this.update(event.detail); // from feed.js
    document.addEventListener("conv_viz:payload", this.listen);
  }

  update(bytes) {
    super.update(bytes);
    introduce(this);
  }

  destroy() {
    document.removeEventListener("conv_viz:payload", this.listen);
    super.destroy();
  }
}

/** The output cell that the address names, as ui/stage.py writes it: cell=row,column. */
function linkedCell() {
  const found = /^(\d{1,5}),(\d{1,5})$/.exec(new URLSearchParams(location.search).get("cell") ?? "");
  return found?.slice(1).map(Number);
}

export default mount(Stage);
