// A payload for the stage from a control that runs alone: it cannot redraw the stage, which belongs to the page.
// Streamlit loads each component's modules anew, so the two share no module; an event of the document joins them.

// streamlit.js and all that it imports: asked for at once they come at once, not wave after wave. A test holds the list.
const STAGE = [
  "board.js", "codec.js", "color.js", "dom.js", "format.js", "geometry.js", "grid.js", "headline.js",
  "lookup.js", "marks.js", "mount.js", "pager.js", "player.js", "sheet.js", "streamlit.js", "theme.js",
  "tip.js", "transport.js", "view.js", "words.js",
];

// Without bytes, and drawn before the controls, it fetches the stage's modules early.
export default function feed({ data }) {
  if (!data?.length) STAGE.forEach((name) => import(`../conv_viz.stage/${name}`));
  else document.dispatchEvent(new CustomEvent("conv_viz:payload", { detail: data.slice() }));
}
