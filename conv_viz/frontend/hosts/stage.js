// The stage as a Streamlit component.
import { el } from "../draw/dom.js";
import { examples } from "./examples.js";
import { introduce } from "./introduction.js";
import { mount } from "./mount.js";
import { View } from "../stage/view.js";

const HINT =
  "Point at a cell: it says where its number comes from and where it goes. A click keeps it, Escape lets go. " +
  "Space plays, arrow keys step. The dots can be pulled.";
const PLAYS = [" ", "ArrowLeft", "ArrowRight"]; // the other arrows scroll the page

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
        onSymbols: (on) => host.set("symbols", on),
        onSpeed: (speed) => host.set("speed", speed),
        speed: Number(linked("speed")),
        onExample: (by) => host.trigger("next", by),
        buttons: linked("only") || linkedNames("hide").includes("example") ? [] : [button],
        drawn: "Up to 16×16×4 are in the link; more end with this visit.",
        onDraw: locked("fill") ? undefined : (act) => host.trigger("draw", act),
      },
      linkedCell(),
    );
    this.toWeights = () => host.trigger("weights", true);
    root.append(panel, el("p", { class: "hint" }, HINT));
    this.exercise.begin(linkedNames("ask"), !linkedNames("hide").includes("text"));
    this.present = () => {
      this.presenting.turn(linked("present") === "1");
      this.symbols.turn(linked("symbols") === "1");
    };
    this.present();
    addEventListener("popstate", this.present);
    // Wherever nothing else has the focus, keys are the stage's.
    this.keys = (event) => {
      const free = event.target === document.body && !this.presenting.on;
      if (free && PLAYS.includes(event.key)) this.onKeyDown(event);
    };
    document.addEventListener("keydown", this.keys);
  }

  update(bytes) {
    super.update(bytes);
    if (!linked("ask")) linkToWeights(this.head.root, this.toWeights);
    introduce(this);
  }

  destroy() {
    removeEventListener("popstate", this.present);
    document.removeEventListener("keydown", this.keys);
    super.destroy();
  }
}

/** The badge "cross-correlation" leads to where it is seen. */
function linkToWeights(head, go) {
  const fact = head.querySelector("#cv-fact-computes");
  if (!fact || fact.parentNode.querySelector(".to-weights")) return;
  const title = 'On the page Weights "flip the kernel first" shows the difference.';
  const link = el("button", { type: "button", class: "to-weights", title }, "see it in Weights");
  link.addEventListener("click", go);
  fact.after(link);
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

export default mount(Stage, { fed: true });
