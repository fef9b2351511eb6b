// A table of choices, as Streamlit shows it.
import { Choices } from "../choices/choices.js";
import { mount } from "./mount.js";

export default mount(Choices);
