// A lens as a Streamlit component.
import { LensView } from "../lens/lens.js";
import { mount } from "./mount.js";

class Lens extends LensView {
  constructor(root, host) {
    const link = new URLSearchParams(location.search);
    super(
      root,
      {
        onAt: (at) => host.set("at", at),
        onSpeed: (speed) => host.set("speed", speed),
        speed: Number(link.get("speed")),
        onFix: () => host.trigger("fix", true),
        onWhole: () => host.trigger("whole", true),
      },
      link.get("at"),
    );
  }
}

export default mount(Lens, { fed: true });
