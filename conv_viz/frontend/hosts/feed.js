// A payload for the stage from a control that runs alone: it cannot redraw the stage, which belongs to the page.
// Streamlit loads each component's modules anew, so the two share no module; an event of the document joins them.

export default function feed({ data }) {
  document.dispatchEvent(new CustomEvent("conv_viz:payload", { detail: data.slice() }));
}
