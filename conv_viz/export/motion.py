"""The frames of an SVG as CSS: what is seen when, in few bytes.

- A part of one frame is a group that is seen for its share of the time. All of them share one rule: they
  differ by when their time begins.
- A part that only moves is drawn once, and a rule moves it.
- What lasts is a group that appears. Without CSS, and for those who want reduced motion, the last frame is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from conv_viz.export.marks import Mark, Part, Step

Draw = Callable[[Iterable[Mark]], str]


def animated(steps: Sequence[Step], durations: Sequence[int], name: str, draw: Draw) -> tuple[str, str]:
    """The style element and the moving elements. `durations` in milliseconds; `name` begins all names in the file."""
    whole = sum(durations)
    starts = [sum(durations[:i]) for i in range(len(durations))]
    film = _Motion(name, [100 * start / whole for start in starts], whole, draw)
    body = "".join(film.lasting(number, step.lasting) for number, step in enumerate(steps))
    keys = dict.fromkeys(part.key for step in steps for part in step.parts)
    changing: list[list[Part]] = [[] for _ in steps]
    moving = []
    for key in keys:
        found = [next((part for part in step.parts if part.key == key), None) for step in steps]
        parts = [part for part in found if part is not None]
        if len(parts) == len(steps) and all(part.marks == parts[0].marks for part in parts):
            moving.append(film.moving(parts))
        else:
            for number, part in enumerate(found):
                changing[number] += [part] if part else []
    body += "".join(film.momentary(number, parts) for number, parts in enumerate(changing))
    return film.style(100 * durations[0] / whole), body + "".join(moving)


def shifted(part: Part) -> list[Mark]:
    """The marks of a part, where they stand in the picture."""
    return [mark._replace(x=mark.x + part.x, y=mark.y + part.y) for mark in part.marks]


class _Motion:
    """Rules made so far, and the elements that name them."""

    def __init__(self, name: str, starts: list[float], whole: int, draw: Draw) -> None:
        self.name, self.starts, self.whole, self.draw = name, starts, whole, draw
        self.rules: dict[str, str] = {}  # what a rule says -> its name

    def rule(self, says: str) -> str:
        """The name of a rule; the same rule is written once."""
        return self.rules.setdefault(says, f"{self.name}-{len(self.rules)}")

    def lasting(self, number: int, marks: tuple[Mark, ...]) -> str:
        """Marks that appear at a frame and stay."""
        if number == 0:
            return self.draw(marks)
        rule = self.rule(f"0%{{visibility:hidden}}{self.starts[number]:.4g}%{{visibility:visible}}")
        return f'<g class="{self.name}" style="animation-name:{rule}">{self.draw(marks)}</g>'

    def momentary(self, number: int, parts: list[Part]) -> str:
        """Parts that are seen during one frame; the last one is what is seen without motion."""
        body = self.draw(mark for part in parts for mark in shifted(part))
        if number == len(self.starts) - 1:
            rule = self.rule(f"0%{{visibility:hidden}}{self.starts[number]:.4g}%{{visibility:visible}}")
            return f'<g class="{self.name}" style="animation-name:{rule}">{body}</g>'
        late = self.starts[number] * self.whole / 100_000
        return f'<g class="{self.name} {self.name}f" visibility="hidden" style="animation-delay:{late:g}s">{body}</g>'

    def moving(self, parts: list[Part]) -> str:
        """One drawing in all of its places. Places are told from the first one, so that like motions share a rule."""
        first, last = parts[0], parts[-1]
        way = "".join(
            f"{start:.4g}%{{transform:translate({part.x - first.x}px,{part.y - first.y}px)}}"
            for start, part in zip(self.starts, parts, strict=True)
        )
        at = f"translate({last.x - first.x},{last.y - first.y})"
        style = f'class="{self.name}" style="animation-name:{self.rule(way)}" transform="{at}"'
        return f'<g transform="translate({first.x},{first.y})"><g {style}>{self.draw(first.marks)}</g></g>'

    def style(self, share: float) -> str:
        """The style element; `share` of the time that a frame is seen, in per cent."""
        name = self.name
        rules = "".join(f"@keyframes {rule}{{{says}}}" for says, rule in self.rules.items())
        return (
            f"<style>@media (prefers-reduced-motion:no-preference){{"
            f".{name}{{animation:{self.whole / 1000:g}s step-end infinite}}.{name}f{{animation-name:{name}-f}}}}"
            f"@keyframes {name}-f{{0%{{visibility:visible}}{share:.4g}%,to{{visibility:hidden}}}}{rules}</style>"
        )
