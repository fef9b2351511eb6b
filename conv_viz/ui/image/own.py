"""The picture of this session: read from an upload, the camera or a sample, and the part of it that fills the input.

A file that cannot be read changes nothing: what was there before stays, beside one sentence of what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING

from conv_viz.byte_cache import ARRAYS
from conv_viz.compute.inputs import FILLS
from conv_viz.ui.reading import file_was_read
from conv_viz.ui.server.uploads import shown
from conv_viz.ui.session import session

if TYPE_CHECKING:  # Pillow is imported with the first picture, not with the frame
    import numpy as np

    from conv_viz.images.crop import OwnInput
    from conv_viz.images.planes import PlanesInput
    from conv_viz.images.read import Picture

OWN, NUMBERS = "own picture", "own numbers"
INPUT = "input"
"""The parameter of a link that holds own numbers."""


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
    scaling: str = "auto"
    own: bool = True

    @property
    def is_array(self) -> bool:
        """Whether it is a ``.npy``, whose layout is a guess."""
        return self.data.startswith(b"\x93NUMPY")

    @property
    def has_alpha(self) -> bool:
        """Whether the file has transparency."""
        return any("Alpha" in note for note in self.preview.notes)

    def whole(self, waiting: Callable[[], object]) -> Picture:
        """The picture in full; raises `PictureError`, and what `waiting` raises, see `conv_viz.images.read.read`."""
        from conv_viz.images import read as images

        return images.read(
            self.data, self.title, layout=self.layout, alpha=self.alpha, scaling=self.scaling, waiting=waiting
        )


def load(
    data: bytes, title: str, layout: str = "auto", alpha: str = "white", scaling: str = "auto", own: bool = True
) -> Loaded:
    """Read a picture's preview; raises `PictureError`."""
    from conv_viz.images import read as images
    from conv_viz.limits import PREVIEW_SIDE

    small = images.preview(data, PREVIEW_SIDE, title, layout=layout, alpha=alpha, scaling=scaling, waiting=still_here)
    key = f"{blake2b(data, digest_size=16).hexdigest()} {layout} {alpha} {scaling}"
    return Loaded(key, title, data, small, layout, alpha, scaling, own)


def still_here() -> None:
    """Ends this run of the script where the visitor has left, or did something else in the meantime.

    Streamlit stops a run only when the script asks for something of Streamlit's.
    """
    session()


def sample(name: str) -> Loaded:
    """A sample by its file name. Only samples are kept for all: nobody's own picture outlives the session."""
    from conv_viz.images.samples import BANDS, TITLES, path

    def make() -> Loaded:
        read = load(path(name).read_bytes(), TITLES[name], own=False)
        return replace(read, preview=replace(read.preview, bands=BANDS.get(name, ())))

    return ARRAYS.get(("sample", name), make, lambda made: len(made.data) + made.preview.array.nbytes)


def current_picture() -> Loaded | None:
    """The picture of this session."""
    return session().pictures.now


def take_picture(loaded: Loaded) -> None:
    """Make this the picture of the session. One that a user brought is found again after a look at a sample."""
    held = session().pictures
    held.now = loaded
    if loaded.own and loaded is not held.brought:
        shown(loaded)
        held.brought = loaded
        file_was_read()


def brought_picture() -> Loaded | None:
    """The last picture that the user brought."""
    return session().pictures.brought


# -- the part of it that fills the layer's input -----------------------------------------


def fills() -> tuple[str, ...]:
    """What the input can be filled with in this session."""
    return (*FILLS, *(fill for fill in (OWN, NUMBERS) if own_input(fill) is not None))


def set_own_input(own: OwnInput | PlanesInput) -> None:
    """Choose the part of a picture, or the maps of a network, that the frame offers as a fill."""
    session().filling.part = own


def own_input(fill: str) -> OwnInput | PlanesInput | None:
    """The chosen part of the picture, or the numbers, when the frame is set to it."""
    held = session().filling
    return {OWN: held.part, NUMBERS: held.numbers}.get(fill)


# -- numbers that a user has written ------------------------------------------------------


def remember_numbers(link: Mapping[str, str]) -> None:
    """Keep the numbers of a link: before the controls are drawn, which can be filled with them then."""
    held = session().filling
    if held.link_read:
        return
    held.link_read = True
    if link.get(INPUT):
        from conv_viz.images.packed import unpack

        planes = unpack(link[INPUT])
        if planes is not None:
            set_numbers(planes)


def set_numbers(planes: np.ndarray | None) -> None:
    """Offer planes (C, H, W) of float32 as a fill."""
    from conv_viz.images.planes import PlanesInput

    session().filling.numbers = None if planes is None else PlanesInput(planes)


def numbers() -> np.ndarray | None:
    """The numbers of this session."""
    typed = session().filling.numbers
    return None if typed is None else typed.planes


def numbers_query(fill: str) -> dict[str, str]:
    """What the address says of them when the frame is set to them; nothing of more than a link holds."""
    planes = numbers() if fill == NUMBERS else None
    if planes is None:
        return {}
    from conv_viz.images.packed import pack

    packed = pack(planes)
    return {INPUT: packed} if packed else {}
