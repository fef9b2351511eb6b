// Play, pause, step, scrub, speed. Buttons and range are real controls; the state lives in player.js.
import { el, icon } from "./dom.js";
import { SPEEDS } from "../scene/player.js";

const PLAY = "M8 5v14l11-7z";
const PAUSE = "M7 5h4v14H7zM13 5h4v14h-4z";
const ICONS = {
  Home: ["first step", "M6 5h2v14H6zM20 5v14l-10-7z"],
  ArrowLeft: ["step back", "M16 5v14L6 12z"],
  " ": ["play", PLAY],
  ArrowRight: ["step forward", "M8 5l10 7-10 7z"],
  End: ["last step", "M16 5h2v14h-2zM4 5l10 7-10 7z"],
};

/** The transport bar: `onKey(key)` for the buttons, `onScrub(step)`, `onSpeed(speed)`. */
export class Transport {
  constructor({ onKey, onScrub, onSpeed }) {
    this.buttons = Object.entries(ICONS).map(([key, [label, path]]) =>
      el(
        "button",
        { type: "button", "aria-label": label, title: label, "data-key": key, onclick: () => onKey(key) },
        icon(path),
      ),
    );
    this.play = this.buttons[2];
    this.range = el("input", { type: "range", min: 0, "aria-label": "step", "data-testid": "scrub" });
    this.range.addEventListener("input", () => onScrub(Number(this.range.value)));
    this.speed = el(
      "select",
      { "aria-label": "speed", "data-testid": "speed" },
      ...SPEEDS.map((s) => el("option", { value: s }, `${s}/s`)),
    );
    this.speed.addEventListener("change", () => onSpeed(Number(this.speed.value)));
    this.text = el("span", { class: "step" });
    this.root = el(
      "div",
      { class: "transport", role: "group", "aria-label": "animation" },
      el("div", { class: "buttons" }, ...this.buttons),
      this.range,
      this.speed,
      this.text,
    );
    this.shown = {};
  }

  /** Show a player's state, and what it stands at; touches the DOM only where something changed. */
  show(player, what) {
    const steps = player.rows * player.columns;
    this.set("max", steps - 1, (v) => (this.range.max = v));
    this.set("step", player.step, (v) => {
      this.range.value = v;
      this.range.setAttribute("aria-valuetext", `step ${v + 1} of ${steps}`);
      this.range.style.setProperty("--cv-done", `${steps > 1 ? (100 * v) / (steps - 1) : 100}%`);
    });
    this.set("text", `step ${player.step + 1} of ${steps}  ${what}`, (v) => (this.text.textContent = v));
    this.set("speed", player.speed, (v) => (this.speed.value = v));
    this.set("playing", player.playing, (v) => {
      this.play.setAttribute("aria-label", v ? "pause" : "play");
      this.play.title = v ? "pause (space)" : "play (space)";
      this.play.querySelector("path").setAttribute("d", v ? PAUSE : PLAY);
    });
  }

  set(name, value, apply) {
    if (this.shown[name] === value) return;
    this.shown[name] = value;
    apply(value);
  }
}
