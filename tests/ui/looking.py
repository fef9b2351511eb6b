"""The app without a browser: opened by a link, and what its stage was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from conv_viz.scenes.payload import decode
from conv_viz.ui.session import KEY, Session

SHOWN = ("Conv2d", "ConvTranspose2d", "MaxPool2d", "AvgPool2d", "LPPool2d", "Conv1d")
"""One layer for each set of controls: the app draws all others alike, so they are tried without it."""
FRAME = str(Path(__file__).parents[2] / "conv_viz" / "ui" / "frame.py")


def opened(**query: str) -> AppTest:
    """The Layer page by a link with these controls."""
    at = AppTest.from_file(FRAME, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    """No error, and a stage."""
    assert not at.exception
    assert len(at.main.get("bidi_component")) == 2  # the stage, and what the window knows of the session
    return at


def named(controls: Iterable[Any], name: str) -> Any:
    """A control that is drawn anew at times, by its name: a number follows it in the key."""
    return next(control for control in controls if re.fullmatch(rf"{name}_\d+", control.key or ""))


def held(at: AppTest) -> Session:
    """What the app's session holds beside the values of controls; it may be set before the first run."""
    if KEY not in at.session_state:
        at.session_state[KEY] = Session()
    session: Session = at.session_state[KEY]
    return session


def header(at: AppTest) -> dict:
    """The head of the payload that the stage was sent."""
    return decode(at.main.get("bidi_component")[0].proto.bytes).header


def page(function: str, module: str, **query: str) -> AppTest:
    """Another page by a link: the frame's controls in the sidebar, and what ``module.function(frame)`` draws."""
    script = f"""
import streamlit as st
from conv_viz.ui.controls import frame_controls
from conv_viz.ui.paste import paste_field
from conv_viz.ui.session import session
from {module} import {function}

with st.sidebar:
    paste_field()
    session().frame = frame_controls()
{function}(session().frame)
"""
    at = AppTest.from_string(script, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at
