"""The picture of this session: read from an upload, the camera or a sample, and the part of it that fills the input.

A file that cannot be read changes nothing: what was there before stays, beside one sentence of what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import streamlit as st

from conv_viz.inputs import FILLS

if TYPE_CHECKING:  # Pillow is imported with the first picture, not with the frame
    from conv_viz.images import Picture
    from conv_viz.own_input import OwnInput

OWN = "own picture"
PICTURE, BROUGHT, CROP, FRESH = "_picture", "_brought", "_own_input", "_fresh_picture"


@dataclass(frozen=True, eq=False)
class Loaded:
    """A picture in this session.

    `key` tells it apart from every other picture and every other way to read one, `preview` is the
    picture at the size of a window; `own` says that a user brought it.
    """

    key: str
    title: str
    data: bytes
    preview: Picture
    layout: str = "auto"
    alpha: str = "white"
    own: bool = True

    @property
    def is_array(self) -> bool:
        """Whether it is a ``.npy``, whose layout is a guess."""
        return self.data.startswith(b"\x93NUMPY")

    @property
    def has_alpha(self) -> bool:
        """Whether the file has transparency."""
        return any("Alpha" in note for note in self.preview.notes)

    def whole(self) -> Picture:
        """The picture in full; raises `PictureError`."""
        from conv_viz import images

        return images.read(self.data, self.title, layout=self.layout, alpha=self.alpha)


def load(data: bytes, title: str, layout: str = "auto", alpha: str = "white", own: bool = True) -> Loaded:
    """Read a picture's preview; raises `PictureError`."""
    from conv_viz import images
    from conv_viz.filtering import PREVIEW

    small = images.preview(data, PREVIEW, title, layout=layout, alpha=alpha)
    key = f"{blake2b(data, digest_size=16).hexdigest()} {layout} {alpha}"
    return Loaded(key, title, data, small, layout, alpha, own)


@lru_cache(maxsize=8)  # samples only: nobody's own picture is kept beyond the session
def sample(name: str) -> Loaded:
    """A sample by its file name."""
    from conv_viz.samples import TITLES, path

    return load(path(name).read_bytes(), TITLES[name], own=False)


def current_picture() -> Loaded | None:
    """The picture of this session."""
    return st.session_state.get(PICTURE)


def take_picture(loaded: Loaded) -> None:
    """Make this the picture of the session. One that a user brought is found again after a look at a sample."""
    st.session_state[PICTURE] = loaded
    if loaded.own:
        st.session_state[BROUGHT] = loaded
        st.session_state[FRESH] = True


def fresh() -> bool:
    """Whether the picture was brought since this was asked last."""
    return st.session_state.pop(FRESH, False)


def brought_picture() -> Loaded | None:
    """The last picture that the user brought."""
    return st.session_state.get(BROUGHT)


# -- the part of it that fills the layer's input -----------------------------------------


def fills() -> tuple[str, ...]:
    """What the input can be filled with in this session."""
    return (*FILLS, OWN) if CROP in st.session_state else FILLS


def set_own_input(own: OwnInput) -> None:
    """Choose the part of the picture that the frame offers as a fill."""
    st.session_state[CROP] = own


def own_input(fill: str) -> OwnInput | None:
    """The chosen part of the picture when the frame is set to it."""
    return st.session_state.get(CROP) if fill == OWN else None
