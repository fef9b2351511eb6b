// anywidget -> view (https://anywidget.dev/en/afm). The traits of the model are those of conv_viz/notebook/widget.py.
import { el } from "../draw/dom.js";
import { View } from "../stage/view.js";
import { followTheme } from "./night.js";

function render({ model, el: place }) {
  // The attribute keeps JupyterLab from moving between cells with the stage's arrow keys.
  const root = el("section", { class: "notebook", "data-lm-suppress-shortcuts": "true" });
  let busy = false; // what one side has just said is no news to it
  const alone = (act) => {
    if (busy) return;
    busy = true;
    try {
      act();
    } finally {
      busy = false;
    }
  };
  const tell = (traits) =>
    alone(() => {
      const changed = Object.entries(traits).filter(([name, value]) => String(model.get(name)) !== String(value));
      for (const [name, value] of changed) model.set(name, value);
      if (changed.length) model.save_changes();
    });
  const view = new View(root, {
    onCell: (cell) => tell({ cell, filter: cell[1] }),
    onLook: (change) => {
      const [n, f, ...at] = model.get("cell");
      const { sample = n, filter = f, channel = model.get("channel") } = change;
      tell({ cell: [sample, filter, ...at], filter, channel });
    },
    onDraw: (act) => model.send({ draw: act }),
    drawn: "The trait input holds the array.",
  });
  const answered = () => view.scene && view.drawing.hear(view.scene);
  const followCell = () => alone(() => view.goTo(model.get("cell")));
  const followPayload = () =>
    alone(() => {
      view.update(bytesOf(model.get("payload")));
      if (!view.player?.playing) view.goTo(model.get("cell"));
    });

  place.append(root);
  followPayload();
  model.on("change:payload", followPayload);
  model.on("change:cell", followCell);
  model.on("msg:custom", answered);
  const endTheme = followTheme(root, view);
  return () => {
    model.off("change:payload", followPayload);
    model.off("change:cell", followCell);
    model.off("msg:custom", answered);
    endTheme();
    view.destroy();
    root.remove();
  };
}

const bytesOf = (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

export default { render };
