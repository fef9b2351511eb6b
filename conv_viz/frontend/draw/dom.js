// The few DOM helpers that the view needs. User text only ever becomes textContent.

/** Make an element: el("p", {class: "quiet", onclick: f}, "text", child). */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "style")
      node.style.cssText = value; // as an attribute, a page with a strict policy forbids it
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

/** A button that is one sign, beside the line of code; its name is read and shown on pointing. */
export function tool(sign, name, properties = {}) {
  return el("button", { type: "button", class: "copy sign", "aria-label": name, title: name, ...properties }, sign);
}

const SVG = "http://www.w3.org/2000/svg";

/** A small icon from a path in a 24 x 24 box. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Whether the reader wants no animations. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Copy text; also where the clipboard API is not allowed. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { style: "position:fixed;opacity:0" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
