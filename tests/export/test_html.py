"""The stand-alone HTML file as text: its size, its policy, what it holds. How it looks is tests/browser's subject."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from itertools import product, starmap
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv_viz import ConvSpec, run
from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import LayerRun
from conv_viz.export import html
from conv_viz.export.html import left_out, other_scenes, page
from conv_viz.layers.part import View, choose
from conv_viz.layers.pool import MaxPoolSpec
from conv_viz.layers.setup import Setup
from conv_viz.layers.summary import Summary
from conv_viz.lenses.layer import drawn, run_scene
from conv_viz.linker import FRONTEND
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene
from tests.test_linker import run_node

MOST_BYTES = 200_000  # of a file, without its data


class Reader(HTMLParser):
    """Tags with their attributes, and the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self.texts.append("")
        self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data

    def of(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(found[1], text) for found, text in zip(self.tags, self.texts, strict=True) if found[0] == tag]


def payloads(text: str) -> list[bytes]:
    (data,) = (words for attributes, words in Reader(text).of("script") if attributes.get("id") == "pictures")
    return [b64decode(each) for each in json.loads(data)]


@pytest.fixture(scope="module")
def done() -> LayerRun:
    return run(ConvSpec(2, 3, 3), fill_batch("ramp", (2, 2, 5, 4)))


@pytest.fixture(scope="module")
def pooled() -> LayerRun:
    """A pool of more channels than one picture holds: its channels are its outputs."""
    return run(MaxPoolSpec(2), fill_batch("random", (2, 20, 4, 4)))


@pytest.fixture(scope="module")
def grouped() -> LayerRun:
    """More channels and filters than one picture holds, in groups that straddle the pages."""
    return run(ConvSpec(18, 36, 2, groups=6), fill_batch("random", (2, 18, 3, 3)))


def all_scenes(done: LayerRun) -> list[Scene]:
    first = run_scene(done)
    return [first, *other_scenes(first, lambda view: run_scene(done, view))]


def test_size_without_data(done: LayerRun) -> None:
    text = page(run_scene(done))
    data = sum(len(b64encode(each)) for each in payloads(text))
    assert len(text.encode()) - data < MOST_BYTES


def test_equal_scenes_make_equal_files(done: LayerRun) -> None:
    assert page(run_scene(done), title="a") == page(run_scene(done), title="a")


def test_the_payload_is_that_of_every_other_host(done: LayerRun) -> None:
    assert payloads(page(run_scene(done, View(filter=2)))) == [encode(run_scene(done, View(filter=2)))]


def test_nothing_refers_to_anything_outside(done: LayerRun) -> None:
    read = Reader(page(run_scene(done)))
    assert {tag for tag, _ in read.tags} == {
        *("html", "head", "meta", "title", "style", "body", "main", "noscript", "p", "footer", "script")
    }
    assert {name for _, attributes in read.tags for name in attributes} == {
        *("lang", "charset", "http-equiv", "content", "name", "id", "type")
    }
    style, script = read.of("style")[0][1], read.of("script")[-1][1]
    assert not re.search(r"url\(|@import|@font-face", style)
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|new Worker|importScripts", script)


def test_the_policy_allows_only_what_is_in_the_file(done: LayerRun) -> None:
    read = Reader(page(run_scene(done)))
    (policy,) = (a["content"] for a, _ in read.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in (policy or "").split(";"))
    (style,) = read.of("style")
    (module,) = (text for attributes, text in read.of("script") if attributes["type"] == "module")

    def allowed(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "script-src": allowed(module),
        "style-src": allowed(style[1]),
        "base-uri": "'none'",
        "form-action": "'none'",
    }


@given(st.text() | st.sampled_from(["</title><script>", "</script>", "<!--", "]]>", "&lt;", '" onload="x', "\0"]))
def test_no_text_breaks_out(text: str) -> None:
    header: dict[str, Any] = {"code": text, "too_large": text}
    made = page(Scene(header), title=text)
    plain = page(Scene({"code": "a", "too_large": "a"}), title="a")
    assert [tag for tag, _ in Reader(made).tags] == [tag for tag, _ in Reader(plain).tags if text or tag != "h1"]
    assert made.count("</script>") == plain.count("</script>")
    assert json.dumps(text, ensure_ascii=False).encode() in payloads(made)[0]
    if text:
        assert f"<h1>{html.escape(text)}</h1>" in made and unescape(html.escape(text)) == text


def test_text_that_would_end_its_tag_is_refused(done: LayerRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "bundle", lambda entry: "const a = '</SCRIPT>';")
    with pytest.raises(ValueError, match="holds its end"):
        page(run_scene(done))


def test_colours_are_those_of_the_app() -> None:
    """The theme stands in Streamlit's own file, which a stylesheet cannot read."""
    import tomllib

    theme = tomllib.loads((FRONTEND.parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    text = (FRONTEND / "hosts" / "standalone.css").read_text(encoding="utf-8")
    for scheme, rule in zip(("light", "dark"), text.split("@media (prefers-color-scheme: dark)"), strict=True):
        assert f"background: {theme[scheme]['backgroundColor']};" in rule
        assert re.search(rf"\bcolor: {theme[scheme]['textColor']};", rule)


def key(stage: dict[str, Any]) -> list[int]:
    return [stage["sample"], stage["filters"][0], stage["channels"][0]]


@pytest.mark.parametrize("name", ["grouped", "pooled"])
def test_the_file_chooses_among_its_pictures_as_python_does(name: str, request: pytest.FixtureRequest) -> None:
    done: LayerRun = request.getfixturevalue(name)
    scenes = all_scenes(done)
    stages = [
        {"stage": {name: list(map(list, s["reads"])) if name == "reads" else s[name] for name in s}}
        for s in (each.header["stage"] for each in scenes)
    ]
    assert len({tuple(key(each["stage"])) for each in stages}) == len(stages)
    head = Summary.of(done.spec, done.input.shape)
    wanted, expected = [], []
    for view in starmap(View, product(range(2), range(head.out_channels), range(head.in_channels))):
        part = choose(head, view)
        wanted.append({"sample": view.sample, "filter": view.filter, "channel": view.channel})
        expected.append([part.sample, part.filters.start, part.channels.start])
    ask = f"""
    import {{ pictureOf }} from "{(FRONTEND / "hosts" / "pictures.js").as_uri()}";
    const [pictures, wanted] = JSON.parse(process.argv[1]);
    const found = wanted.map((w) => pictureOf(pictures, w).stage);
    console.log(JSON.stringify(found.map((s) => [s.sample, s.filters[0], s.channels[0]])));
    """
    assert json.loads(run_node(ask, json.dumps([stages, wanted]))) == expected


def test_too_much_is_left_out_and_said(grouped: LayerRun) -> None:
    first = run_scene(grouped)
    drawn: list[View] = []

    def draw(view: View) -> Scene:
        drawn.append(view)
        return run_scene(grouped, view)

    assert other_scenes(first, draw, most=10_000) == [] and not drawn
    assert left_out([first]) == "This file holds sample 0 of 2, channels 0–7 of 18, filters 0–15 of 36."
    assert left_out(all_scenes(grouped)) == ""
    assert left_out([Scene({"code": "x", "too_large": "Too large."})]) == ""


def test_an_impossible_setting_has_no_other_pictures() -> None:
    setup = Setup.of(dict(in_channels=20, out_channels=4, kernel_size=9), (1, 20, 5, 5))
    shown = drawn(setup, View())
    assert "problem" in shown.header
    assert other_scenes(shown, lambda view: pytest.fail("nothing is drawn")) == []
    assert page(shown)


def test_a_huge_layer_is_soon_decided() -> None:
    spec = ConvSpec(4096, 4096, 1)
    one = run_scene(run(ConvSpec(1, 1, 1), fill_batch("ramp", (1, 1, 2, 2))))
    stage = {**one.header["stage"], "samples": 10_000}
    huge = Scene({**one.header, "code": spec.code(), "input_shape": [10_000, 4096, 2, 2], "stage": stage}, one.arrays)
    assert other_scenes(huge, lambda view: pytest.fail("nothing is drawn")) == []
