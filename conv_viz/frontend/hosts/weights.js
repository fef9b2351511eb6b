// The weights of a layer, as a Streamlit component.
import { WeightsView } from "../weights/weights.js";
import { mount } from "./mount.js";

export default mount(WeightsView);
