"""What a session holds beside the values of its controls: one typed value, under one key, a field for each subject.

The value of a control is Streamlit's, under the control's own key; so is what a component in the browser has said.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import streamlit as st

from conv_viz.images.drawn import Steps
from conv_viz.layers.choices import LIMIT
from conv_viz.layers.setup import Setup
from conv_viz.ui.arguments import setup_of

if TYPE_CHECKING:  # the frame has no time for what the pages need
    from weakref import ref

    import numpy as np

    from conv_viz.images.crop import OwnInput
    from conv_viz.images.planes import PlanesInput
    from conv_viz.layers.view import View
    from conv_viz.models.model import Model
    from conv_viz.scenes.gallery import Look
    from conv_viz.scenes.headers import Pull
    from conv_viz.text.exercise import Exercise
    from conv_viz.ui.current import Drawn
    from conv_viz.ui.image.full_resolution import Asked
    from conv_viz.ui.image.own import Loaded
    from conv_viz.ui.image.shown import Now
    from conv_viz.ui.lens.downloads import Shown
    from conv_viz.ui.network.from_file import Brought
    from conv_viz.ui.network.looked import NetworkLook
    from conv_viz.ui.paste import Paste
    from conv_viz.ui.weights.edited import News
    from conv_viz.ui.weights.sources import Named
    from conv_viz.weights.history import Form, History, Step
    from conv_viz.weights.initialisation import Histogram

KEY = "_session"


@dataclass(frozen=True)
class Change:
    """Values that the controls are about to take; `again` when Streamlit has preferred older ones once."""

    values: Mapping[str, Any]
    again: bool = False


@dataclass
class Link:
    """What the address said on arrival, None before it was read.

    `compared`: whether that was compared with the page; `note`: the sentence about what was not taken, and the frame
    that it is true of; `noted`: whether the page shows it.
    """

    said: dict[str, str] | None = None
    compared: bool = False
    note: tuple[str, Setup] | None = None
    noted: bool = False


@dataclass
class Looking:
    """What the reader looks at, None before the link was read; `marks`: what is pinned or switched, by its name there.

    See `conv_viz.ui.view`.
    """

    view: View | None = None
    marks: dict[str, str] = field(default_factory=dict)


@dataclass
class Stage:
    """What is done on the stage.

    - `pull`: what a handle is pulled to, until it is let go;
    - `stroke`: the input with a stroke of the pen that is still down, planes (C, H, W);
    - `strokes`: fill and own numbers before each stroke, and after each that was undone.
    """

    pull: Pull | None = None
    stroke: np.ndarray | None = None
    strokes: Steps[tuple[str, np.ndarray | None]] = field(default_factory=Steps)


@dataclass
class Pasting:
    """What was pasted; `controls_set`: whether that was just now, and set the controls; `stands`: whether it holds."""

    paste: Paste | None = None
    controls_set: bool | None = None
    stands: bool = True


@dataclass
class Solving:
    """The page "Find a setting": the layer before a setting was chosen, and how many settings are shown at most."""

    before: Setup | None = None
    most: int = LIMIT


@dataclass
class Filling:
    """What fills the input, beside what all can choose: `part` of a picture or maps of a network, `numbers` as typed.

    `link_read`: whether the link was asked for numbers.
    """

    part: OwnInput | PlanesInput | None = None
    numbers: PlanesInput | None = None
    link_read: bool = False


@dataclass
class Pictures:
    """The picture in use, and the last one that the user `brought`.

    `file`: the id of the last upload, and why it was refused.
    """

    now: Loaded | None = None
    brought: Loaded | None = None
    file: tuple[str, str] = ("", "")


@dataclass
class Gallery:
    """What the page "Filter an image" remembers.

    - `fitted`: the key of the picture that the layer was fitted to;
    - `looked`: whether the filters are named ones, and how their maps are looked at; `now`: what is shown;
    - `offered`: what can be run in full resolution; `asked`: the run;
    - `payloads`: the last ones, for going back to what was just seen.
    """

    fitted: str = ""
    looked: tuple[bool, Look] | None = None
    now: Now | None = None
    offered: range | str | None = None
    asked: Asked | None = None
    payloads: OrderedDict[Hashable, bytes] = field(default_factory=OrderedDict)


@dataclass
class Weighing:
    """Edited weights, and the page "Weights".

    - `kept`: what was done to the weights of each form;
    - `said`: how the last change went, "done" or "refused", and the sentence about it; `news`: the notice on the page;
    - `named`: the filter that was chosen by its name; `table`: the key of the table and the numbers it began with;
    - `counted`: the last histogram, and the weight that it is of, which it does not keep in memory;
    - `link_read`: whether the link was asked for weights; `link_refused`: why its weights were not taken.
    """

    kept: dict[Form, History] = field(default_factory=dict)
    said: tuple[str, str] | None = None
    news: News | None = None
    named: Named | None = None
    table: tuple[str, np.ndarray] | None = None
    counted: tuple[ref[np.ndarray], Histogram] | None = None
    link_read: bool = False
    link_refused: str = ""


@dataclass
class OwnModel:
    """The page "My model": a model is kept as long as the session shows it.

    - `model`: the one that is shown; `text`: what told more of it; `layer`: the name of the one that is looked at;
      `arguments`: what the reader said of layers, by their names;
    - `files`: how many were read; `refused`: why not the last one; `told`: the sentence about the text, None before
      there was one;
    - `opened`: the weights that a page runs with; `not_opened`, `no_network`: why a layer or the whole is not opened.
    """

    model: Model | None = None
    text: str = ""
    layer: str | None = None
    arguments: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: int = 0
    refused: str = ""
    told: str | None = None
    opened: tuple[Form, Step] | None = None
    not_opened: str = ""
    no_network: str = ""


@dataclass
class OwnNetwork:
    """The page "Network": what it shows, None before the link was read.

    `brought`: what came from a model's file; `error`: why the last change by hand was not made.
    """

    look: NetworkLook | None = None
    brought: Brought | None = None
    error: str = ""


@dataclass
class Digit:
    """The page "Draw a digit": the ink (8, 8), None for the example; whether its network is the one that learned."""

    cells: np.ndarray | None = None
    learned: bool = True


@dataclass
class LensPage:
    """The lens on the page: its name and scene, and the values that its controls are about to take."""

    name: str = ""
    shown: Shown | None = None
    pending: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Session:
    """One visitor, from the first run on.

    - `frame`: what the controls said last; the pages show it;
    - `change`: what something else than a control wants the controls to say, until they are drawn;
    - `drawing`: the whole script is drawing the controls, and the page after them;
    - `feeds`: how many payloads were handed to the page, `fed_last` the hash of the last one;
    - `drawn`: the controls of `conv_viz.ui.current`, by name; `ceilings`: where a slider ends that a link moved;
    - `address_sent`: when the server last said the address;
    - `going`: the page that a click asked for, until it is shown, see `conv_viz.ui.going`;
    - `file_read`: whether a file was read since its memory was given back;
    - `exercise`: what the link hides and locks, None before it was read.
    """

    name: str = field(default_factory=lambda: token_hex(8))
    frame: Setup = field(default_factory=lambda: setup_of({}))
    change: Change | None = None
    drawing: bool = False
    feeds: int = 0
    fed_last: int | None = None
    drawn: dict[str, Drawn] = field(default_factory=dict)
    ceilings: dict[str, int] = field(default_factory=dict)
    address_sent: float | None = None
    going: str = ""
    file_read: bool = False
    exercise: Exercise | None = None
    link: Link = field(default_factory=Link)
    looking: Looking = field(default_factory=Looking)
    stage: Stage = field(default_factory=Stage)
    pasting: Pasting = field(default_factory=Pasting)
    solving: Solving = field(default_factory=Solving)
    filling: Filling = field(default_factory=Filling)
    pictures: Pictures = field(default_factory=Pictures)
    gallery: Gallery = field(default_factory=Gallery)
    weights: Weighing = field(default_factory=Weighing)
    model: OwnModel = field(default_factory=OwnModel)
    network: OwnNetwork = field(default_factory=OwnNetwork)
    digit: Digit = field(default_factory=Digit)
    lens: LensPage = field(default_factory=LensPage)

    def fed(self, data: bytes) -> bytes:
        """A payload, and behind it 4 bytes of the session and 4 of its place among the session's payloads.

        A view is fed by the page and by the controls that run alone, and the browser may take those up in another
        order: it leaves one alone that is older than what it shows, see frontend/hosts/mount.js. And Streamlit skips a
        component whose data did not change.
        """
        if hash(data) != self.fed_last:
            self.feeds, self.fed_last = self.feeds + 1, hash(data)
        return data + bytes.fromhex(self.name)[:4] + self.feeds.to_bytes(4, "little")

    def answer(self) -> None:
        """The browser waits for the next payload, also for one that changes nothing."""
        self.fed_last = None

    def about_to(self) -> Mapping[str, Any]:
        """The values that the controls are about to take."""
        return self.change.values if self.change else {}


def session() -> Session:
    """That of the run."""
    try:
        held: Session = st.session_state[KEY]
    except KeyError:
        held = st.session_state[KEY] = Session()
    return held
