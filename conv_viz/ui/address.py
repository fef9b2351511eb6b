"""The address bar: it says what the controls say, at the end of every run.

A bound widget keeps the address in step by itself, in the browser. What the server sends about the address is all of
it, as it was when the run began: on a slow machine it takes back what was set since. So the address is looked at after
every run, and said again as long as an older one may still be under way.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Set
from urllib.parse import parse_qs

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from conv_viz.text.exercise import NAMES as EXERCISE
from conv_viz.ui.arguments import USUAL, query
from conv_viz.ui.controls import in_use, said
from conv_viz.ui.exercise import exercise
from conv_viz.ui.image.own import INPUT, numbers_query
from conv_viz.ui.network.looked import NAMES as NETWORK_NAMES
from conv_viz.ui.session import session
from conv_viz.ui.view import NAMES, looks
from conv_viz.ui.weights.linked import WEIGHTS, weights_query

UNDER_WAY = 5.0
"""Seconds after which a message of the browser was surely written with the address that the server has sent."""


def settle(network: Mapping[str, str] | None = None) -> None:
    """Make the address say what the controls say and what is looked at, and nothing else of them.

    `network` is what the page Network says beside that; on other pages the address does not speak of it.
    """
    controls = in_use()
    wanted = {**query(controls), **looks(), **exercise().query(), **(network or {})}
    wanted |= {**numbers_query(controls.get("fill", "")), **weights_query(said())}
    names = {*USUAL, *NAMES, *EXERCISE, *NETWORK_NAMES, INPUT, WEIGHTS}
    context = get_script_run_ctx()
    if context is None or (held(context.query_string, names) == wanted and not _under_way()):
        return
    with get_session_state().query_params() as address:
        for name in names - wanted.keys():
            address.discard_param_no_forward_msg(name)
        for name, text in wanted.items():
            address.set_with_no_forward_msg(name, text)
        address._send_query_param_msg()
    session().address_sent = time.monotonic()


def held(text: str, names: Set[str]) -> dict[str, str]:
    """What an address says of these names. Not what Streamlit knows of it, which leaves out defaults beforehand.

    >>> held("seed=5&bias=false&utm=x", {"seed", "bias", "stride"})
    {'seed': '5', 'bias': 'false'}
    """
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items() if name in names}


def _under_way() -> bool:
    """Whether an address that was sent before may reach the browser after it has reported this one."""
    sent = session().address_sent
    return sent is not None and time.monotonic() - sent < UNDER_WAY
