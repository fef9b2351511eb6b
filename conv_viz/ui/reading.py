"""Reading a file takes memory, that of a file before it too: a page gives it back once it is drawn."""

from __future__ import annotations

from conv_viz.ui.server.garbage import give_back_memory
from conv_viz.ui.session import session


def file_was_read() -> None:
    """A file was read, taken or not."""
    session().file_read = True


def give_back_what_reading_took() -> None:
    """Give memory back if a file was read since the last time."""
    if session().file_read:
        session().file_read = False
        give_back_memory()
