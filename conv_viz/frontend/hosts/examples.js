// Examples as small pictures, behind a button beside the line of code: the menu of the frame does the same in words.
import { el, tool } from "../draw/dom.js";
import { EXAMPLES } from "./example_pictures.js";

const ID = "cv-examples";

/** The button and what it opens, above the page. @param {(title: string) => void} onChoose */
export function examples(onChoose) {
  const pictures = EXAMPLES.map(({ title, picture }) => {
    const [group, name] = title.split(": ");
    const choose = () => {
      panel.hidePopover?.();
      onChoose(title);
    };
    return el(
      "button",
      { type: "button", onclick: choose },
      el("img", { src: picture, alt: "", width: 160, height: 80 }),
      el("b", {}, name),
      el("span", {}, group),
    );
  });
  const panel = el("div", {
    class: "example-pictures",
    id: ID,
    popover: true,
    role: "group",
    "aria-label": "examples",
  });
  panel.append(...pictures);
  return { panel, button: tool("▦", "examples", { popovertarget: ID }) };
}
