// What a slice responds to, as a Streamlit component.
import { PanelsView } from "../weights/panels.js";
import { mount } from "./mount.js";

export default mount(PanelsView);
