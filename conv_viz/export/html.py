"""A stand-alone HTML page: the stage with its data in one file, that asks nobody for anything."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from html import escape
from itertools import islice, product, starmap

from conv_viz.layers.budget import part_cost
from conv_viz.layers.kinds import parse
from conv_viz.layers.part import MAX_CHANNELS, View, choose
from conv_viz.layers.summary import Summary
from conv_viz.limits import OTHERS_SECONDS
from conv_viz.linker import bundle, styles
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene

OTHERS_BYTES = 2_000_000
"""Bytes of payload up to which a file also holds the other samples, channels and filters of its layer."""


def page(scene: Scene, *, title: str = "", others: Iterable[Scene] = ()) -> str:
    """The stage as one HTML file: plays offline, from ``file://`` too, with everything that can be done on the stage.

    `others` are further pictures of the same layer, for the samples, channels and filters that
    `scene` does not show; `other_scenes` makes them. Without them the file says what it leaves out.
    The code and the styles take under 200 kB; the rest are the payloads, in base64.

    The page's own policy (Content-Security-Policy) forbids it every request, and every script
    and style but those that are in it. Text of a user stands in escaped HTML or in JSON.

    >>> from conv_viz import ConvSpec, run
    >>> from conv_viz.compute.inputs import fill_batch
    >>> from conv_viz.lenses.layer import run_scene
    >>> text = page(run_scene(run(ConvSpec(1, 1, 3), fill_batch("ramp", (1, 5, 5)))), title="a <b> c")
    >>> text[:15], "<h1>a &lt;b&gt; c</h1>" in text
    ('<!DOCTYPE html>', True)
    """
    scenes = [scene, *others]
    script = _inline("script", bundle("hosts/standalone.js"))
    style = _inline("style", styles("stage/stage.css", "lens/lens.css", "hosts/standalone.css"))
    policy = (
        f"default-src 'none'; script-src {_allowed(script)}; style-src {_allowed(style)}; "
        "base-uri 'none'; form-action 'none'"
    )
    code = scene.header.get("code", scene.header.get("title", ""))
    heading = f"<h1>{escape(title)}</h1>\n" if title else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="conv_viz">
<title>{escape(title or code)}</title>
<style>{style}</style>
</head>
<body>
<main id="place">
{heading}<noscript><p>{escape(code)}: this picture is drawn by a script, which this browser does not run.</p></noscript>
</main>
<footer>{escape(left_out(scenes))}</footer>
<script type="application/json" id="pictures">{_json([b64encode(encode(each)).decode() for each in scenes])}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def other_scenes(scene: Scene, draw: Callable[[View], Scene], most: int = OTHERS_BYTES) -> list[Scene]:
    """The pictures of all samples, channels and filters that `scene` does not show, or none when that is too much.

    `draw` makes the picture of a view; together they take at most about `most` bytes and `OTHERS_SECONDS`.

    >>> from conv_viz import ConvSpec, run
    >>> from conv_viz.compute.inputs import fill_batch
    >>> from conv_viz.lenses.layer import run_scene
    >>> done = run(ConvSpec(1, 1, 3), fill_batch("ramp", (3, 1, 5, 5)))
    >>> [each.header["stage"]["sample"] for each in other_scenes(run_scene(done), lambda view: run_scene(done, view))]
    [1, 2]
    """
    if "stage" not in scene.header or "problem" in scene.header:
        return []
    head = Summary.of(parse(scene.header["code"]), scene.header["input_shape"])
    each = part_cost(head, choose(head, View())).seconds
    room = min(most // len(encode(scene)), int(OTHERS_SECONDS / each))
    views = list(islice(_other_views(scene), room + 1))
    return [draw(view) for view in views] if len(views) <= room else []


def _other_views(scene: Scene) -> Iterator[View]:
    """One view for each further picture: which channels are in view depends on what the chosen filter reads."""
    head = Summary.of(parse(scene.header["code"]), scene.header["input_shape"])
    pages = range(0, head.in_channels, MAX_CHANNELS)
    seen = {_key(scene)}
    drawn = partial(View, picture=scene.header["stage"]["picture"])
    for view in starmap(drawn, product(range(head.samples), range(head.out_channels), pages)):
        part = choose(head, view)
        key = part.sample, part.filters.start, part.channels.start
        if key not in seen:
            seen.add(key)
            yield view


def left_out(scenes: Iterable[Scene]) -> str:
    """What a file does not hold of its layer, in a sentence; empty when it holds everything."""
    stages = [scene.header["stage"] for scene in scenes if "stage" in scene.header]
    if not stages:
        return ""
    first, samples = stages[0], {stage["sample"] for stage in stages}
    missing = [f"sample {first['sample']} of {first['samples']}"] if len(samples) < first["samples"] else []
    for name in dict.fromkeys(("channels", f"{first['unit']}s")):
        *_, total = first[name]
        if len({i for stage in stages for i in range(*stage[name][:2])}) < total:
            start, stop, _ = first[name]
            missing.append(f"{name} {start}–{stop - 1} of {total}")
    return f"This file holds {', '.join(missing)}." if missing else ""


def _key(scene: Scene) -> tuple[int, int, int]:
    stage = scene.header["stage"]
    return stage["sample"], stage["filters"][0], stage["channels"][0]


def _inline(tag: str, text: str) -> str:
    """Text as the content of a tag, which it must not end."""
    if re.search(rf"</{tag}|<!--", text, re.IGNORECASE):
        raise ValueError(f"The text of a <{tag}> holds its end.")
    return f"\n{text}"


def _allowed(text: str) -> str:
    """What a Content-Security-Policy says of an inline text: https://www.w3.org/TR/CSP3/#grammardef-hash-source"""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _json(value: object) -> str:
    """JSON for a script tag: without the sign that could end it."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
