// The page "Filter an image" as a Streamlit component.
import { Gallery } from "../gallery/gallery.js";
import { mount } from "./mount.js";

class Mounted extends Gallery {
  constructor(root, host) {
    super(root, {
      onMap: (index) => host.set("map", index),
      onTheme: (dark) => host.set("dark", dark),
      onTake: (part) => host.trigger("take", part),
      onFit: () => host.trigger("fit", true),
      onFix: () => host.trigger("fix", true),
    });
  }
}

export default mount(Mounted, { fed: true });
