// A network as a Streamlit component.
import { NetworkView } from "../network/network.js";
import { mount } from "./mount.js";

export default mount(NetworkView);
