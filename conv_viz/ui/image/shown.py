"""What the page "Filter an image" shows at the moment, for what happens later: a download, a run in full resolution."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from conv_viz.images.maps import Filters
from conv_viz.scenes.gallery import Look
from conv_viz.ui.image.own import Loaded
from conv_viz.ui.session import session


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture, the filters that it goes through, how the maps are looked at; `key` tells the filters apart."""

    loaded: Loaded
    filters: Filters
    look: Look
    key: Hashable


@dataclass
class Now:
    """The latest of what is shown. A moved slider changes the gallery but not the buttons below it, which look here."""

    shown: Shown


def show(shown: Shown) -> Now:
    """From now on this is shown."""
    gallery = session().gallery
    if gallery.now is None:
        gallery.now = Now(shown)
    gallery.now.shown = shown
    return gallery.now
