"""The shared frame: the script that app.py runs for every visitor. Controls in the sidebar, pages as lenses."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st

from conv_viz.lenses.shelf import SHELF
from conv_viz.places import ASSETS, PAGES
from conv_viz.ui import address
from conv_viz.ui.arrival import link_note, note_goes, remember_link
from conv_viz.ui.controls import frame_controls, said, whole_script
from conv_viz.ui.exercise import exercise, hiding, locked, remember_exercise
from conv_viz.ui.fragments import ask_again_after_a_break
from conv_viz.ui.image.own import remember_numbers
from conv_viz.ui.lens import lens_pages
from conv_viz.ui.network.looked import network_address
from conv_viz.ui.paste import paste_field, still_said
from conv_viz.ui.remember import remember
from conv_viz.ui.session import session
from conv_viz.ui.steps import steps
from conv_viz.ui.view import follow_history
from conv_viz.ui.weights.edited import notice, noticed
from conv_viz.ui.weights.linked import remember_weights

LAYER = PAGES / "layer.py"
# As a PNG in the page: the browser takes up the icon at every change of the address, and an SVG takes it 2 ms.
ICON = "data:image/png;base64," + b64encode((ASSETS / "icon.png").read_bytes()).decode()

# Pages that draw another layer without running again, and the module of each with a function `refresh`.
# In a comment: Streamlit writes a string that stands alone in this script on the page.
REFRESH = {
    "Layer": "conv_viz.ui.stage",
    "Filter an image": "conv_viz.ui.image.page",
    **dict.fromkeys(SHELF.values(), "conv_viz.ui.lens.page"),
}


def moved(module: str, name: str) -> None:
    """A control was moved on a page that can draw another layer alone, and nothing else runs."""
    setup = said()
    if noticed(setup) and still_said(setup) and not note_goes(setup):
        import_module(module).refresh(setup, name)  # imports torch, after the controls are on the screen
        address.settle()
    else:
        st.rerun()  # what stands above the picture about edited weights, or below the paste, changes too


def settle_address() -> None:
    """The address says what the controls say, and the page."""
    address.settle(network_address() if page.title == "Network" else None)


st.set_page_config(page_title="conv_viz", page_icon=ICON, layout="wide")
link = remember_link()
remember_exercise(link)
asked = bool(exercise().ask)  # every other page says the code, and most of them the output
page = st.navigation(
    {
        "The layer": [
            st.Page(LAYER, title="Layer", url_path="start", default=True),
            # The default page answers only to "/".
            st.Page(LAYER, title="Layer", url_path="layer", visibility="hidden"),
            st.Page(PAGES / "solve.py", title="Find a setting", url_path="solve"),
        ],
        "Look closer": [st.Page(PAGES / "weights.py", title="Weights", url_path="weights"), *lens_pages()],
        "Your own": [
            st.Page(PAGES / "image.py", title="Filter an image", url_path="image"),
            st.Page(PAGES / "model.py", title="My model", url_path="model"),
            st.Page(PAGES / "digit.py", title="Draw a digit", url_path="digit"),
            st.Page(PAGES / "network.py", title="Network", url_path="network"),
        ],
        "Take along": [st.Page(PAGES / "take.py", title="Take it with you", url_path="take")],
    },
    position="hidden" if asked else "top",
)
alone = partial(moved, REFRESH[page.title]) if page.title in REFRESH else whole_script
remember_numbers(link)
follow_history()
# Before the controls, one of which is measured when it comes.
st.html(f"<style>{Path(__file__).with_suffix('.css').read_text(encoding='utf-8')}{hiding(exercise())}</style>")
with st.sidebar:
    if not locked("paste"):  # in an exercise "start again" would set what is locked
        steps()
    with st.container():  # what is said after a paste must not make the controls anew
        paste_field(alone)
    session().frame = frame_controls(alone)
    ask_again_after_a_break()
remember_weights(session().frame, link)
notice(session().frame, brief=page.title == "Weights")
link_note(session().frame)
if asked and page.title != "Layer":
    st.switch_page(LAYER, query_params={})  # the address comes back with the controls
settle_address()  # a stage that is drawn now reads there at once what to hide, to ask and to mark
page.run()
remember()
settle_address()
