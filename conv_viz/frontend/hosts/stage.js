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
        onPull: (message) => host.trigger("pull", message),
        onFix: () => host.trigger("fix", true),
        onPresent: (on) => host.set("present", on),
        onExample: (by) => host.trigger("next", by),
        buttons: linked("only") || linkedNames("hide").includes("example") ? [] : [button],
        onDraw: locked("fill") ? undefined : (act) => host.trigger("draw", act),
      },
      linkedCell(),
    );
    root.append(panel);
    this.exercise.begin(linkedNames("ask"), !linkedNames("hide").includes("text"));
    this.present = () => this.presenting.turn(linked("present") === "1");
    this.present();
    addEventListener("popstate", this.present);
    this.listen = (event) => this.update(event.detail); // from feed.js
    document.addEventListener("conv_viz:payload", this.listen);
  }

  update(bytes) {
    super.update(bytes);
    introduce(this);
  }

  destroy() {
    document.removeEventListener("conv_viz:payload", this.listen);
    removeEventListener("popstate", this.present);
    super.destroy();
  }
}

/** The output cell that the address names, as ui/stage.py writes it: cell=row,column. */
function linkedCell() {
  const found = /^(\d{1,5}),(\d{1,5})$/.exec(linked("cell") ?? "");
  return found?.slice(1).map(Number);
}

/** What the address says under a name, or null. */
const linked = (name) => new URLSearchParams(location.search).get(name);

/** The names that it says there, between commas. */
const linkedNames = (name) => (linked(name) ?? "").split(",").map((part) => part.trim());

/** Whether the link lets this control not be moved, see conv_viz/text/exercise.py. */
const locked = (control) => Boolean(linked("only")) && !linkedNames("only").includes(control);

export default mount(Stage);
