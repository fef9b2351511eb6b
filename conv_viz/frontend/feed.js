// A payload for the stage from a control that runs alone: it cannot redraw the stage, which belongs to the page.
// Streamlit loads each component's modules anew, so the two share no module; an event of the document joins them.

// Without bytes, and drawn before the controls, it fetches the stage's modules early.
export default function feed({ data }) {
  if (!data?.length) import("../conv_viz.stage/streamlit.js");
  else document.dispatchEvent(new CustomEvent("conv_viz:payload", { detail: data.slice() }));
}
