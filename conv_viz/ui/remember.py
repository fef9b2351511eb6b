"""What a session holds beside the address, and the sentence about it when the session is lost.

A new session cannot know what the old one held; the window does, which is told with every run.
"""

from __future__ import annotations

from conv_viz.ui.image.own import NUMBERS, OWN, brought_picture, numbers, numbers_query, own_input
from conv_viz.ui.model.held import current_model
from conv_viz.ui.session import session
from conv_viz.ui.weights.linked import beyond_the_link


def remember() -> None:
    """Tell the window which session this is and what it holds; it says what was lost with another one."""
    from conv_viz.ui.components import session_component  # Streamlit finds its files only in a running server

    session_component(data={"session": session().name, "holds": holds()}, key="session")


def holds() -> list[str]:
    """What would be lost with this session, in words."""
    picture = "your picture" if brought_picture() else "the part of a picture that fills the input"
    return [
        *(["the edited weights"] if beyond_the_link(session().frame) else []),
        *(["your model"] if current_model() else []),
        *(["the numbers of the input"] if numbers() is not None and not numbers_query(NUMBERS) else []),
        *([picture] if brought_picture() or own_input(OWN) else []),
    ]
