"""The page "Filter an image": the picture through the frame's layer, as a gallery in one component."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import streamlit as st

from conv_viz.compute.filtering import TooLarge, in_full, page_of, preview_size
from conv_viz.images.crop import around_pixel, from_view
from conv_viz.images.read import resized
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.image import filter_view, filters_of, on_picture, smaller_on_picture
from conv_viz.scenes.gallery import Look
from conv_viz.scenes.payload import encode
from conv_viz.ui.components import feed_component, told_by, view_component
from conv_viz.ui.controls import said, set_controls
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.going import go, go_to
from conv_viz.ui.image.choose import choose_picture
from conv_viz.ui.image.downloads import downloads
from conv_viz.ui.image.full_resolution import busy, full_resolution, offered
from conv_viz.ui.image.own import OWN, Loaded, current_picture, set_own_input
from conv_viz.ui.image.shown import Shown, show
from conv_viz.ui.image.words import COLOURS, LAYER, NAMED, SCALES
from conv_viz.ui.reading import give_back_what_reading_took
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import MAP, open_map
from conv_viz.ui.view import look as look_at
from conv_viz.ui.weights.edited import weights_of

CACHED = 3  # payloads of a session: going back to what was just seen


def filter_page(setup: Setup) -> None:
    """Show the picture of this session through the frame's layer."""
    gallery = session().gallery
    go()
    choose_picture()
    named, look = gallery.looked = _look(setup)
    view_component(
        data=session().fed(_payload(setup, named, look)),
        key="gallery",
        on_map_change=_open_map,
        on_dark_change=lambda: None,
        on_fit_change=_fit,
        on_fix_change=lambda: _fix(named),
        on_take_change=lambda: _take(said(), named, look),
    )
    leave_imports_alone()
    shown = _shown(setup, named, look)
    if shown is not None:  # what cannot run is told by the gallery
        now = show(shown)
        downloads(now)
        full_resolution(now)
    gallery.offered = None if shown is None else offered(shown)
    give_back_what_reading_took()


def refresh(setup: Setup, source: str) -> None:
    """Give the gallery that is on the page another layer, from the control `source` that runs alone.

    Where more than the gallery changes, the whole page runs.
    """
    session().frame = setup
    looked = session().gallery.looked
    assert looked is not None, "a control runs alone after the page was drawn"
    named, look = looked
    shown = _shown(setup, named, look)
    if busy() or session().gallery.offered != (None if shown is None else offered(shown)):
        st.rerun()
    if shown is not None:
        show(shown)
    feed_component(data=session().fed(_payload(setup, named, look)), key=f"feed_{source}")


def _loaded() -> Loaded:
    loaded = current_picture()
    assert loaded is not None, "choose_picture always leaves one"
    return loaded


def _shown(setup: Setup, named: bool, look: Look) -> Shown | None:
    """What there is to take along; nothing where the layer cannot run."""
    loaded = _loaded()
    try:
        filters = filters_of(setup, loaded.preview, named, weights_of(setup))
        in_full(filters, loaded.preview, look.chosen)
    except (ConvSpecError, TooLarge):
        return None
    return Shown(loaded, filters, look, _filters_key(setup, named))


def _filters_key(setup: Setup, named: bool) -> Hashable:
    """What tells these filters apart from all others."""
    weights = weights_of(setup)
    numbers = () if weights is None else (weights.weight, weights.bias)
    digest = blake2b(b"".join(b"" if n is None else n.tobytes() for n in numbers)).digest()
    return setup.name, setup.arguments, setup.seed, named, digest


def _look(setup: Setup) -> tuple[bool, Look]:
    """The controls above the gallery, the map that was opened, and the colours of the page."""
    weightless = KINDS[setup.name].weight_shape is None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        named = not weightless and _one_of(
            "filters", {LAYER: LAYER, NAMED: NAMED}, "filters", LAYER,
            "The layer's own, or edges, blur, sharpen and others side by side in the layer's kernel_size.",
        ) == NAMED  # fmt: skip
        # Named filters and pools make pictures, and are best looked at as such; a layer's maps are signed numbers.
        pictures = named or weightless
        colours = _one_of(
            "colours", COLOURS, "colours_named" if pictures else "colours", "grey" if pictures else "diverging",
            "Blue is negative, red positive, the background zero; or black the lowest and white the highest value.",
        )  # fmt: skip
        scale = _one_of(
            "scale", SCALES, "scale", "each",
            "One range of colours for each map shows faint ones, one for all makes them comparable. "
            "The outermost 1 % of a map's values take the colour of the ends.",
        )  # fmt: skip
        relu = st.toggle(
            "ReLU", key="relu", persist_state="session", bind="query-params", help="Negative values become zero."
        )
    return named, Look(relu, scale, colours, _dark(), open_map())


def _one_of(label: str, options: dict[str, str], key: str, default: str, help: str) -> str:
    return st.segmented_control(
        label, list(options), default=default, required=True, key=key, persist_state="session",
        bind="query-params", format_func=options.__getitem__, help=help,
    )  # fmt: skip


def _state(name: str) -> Any:
    """What the gallery in the browser said last."""
    return told_by("gallery", name)


def _dark() -> bool:
    """The browser knows best; before it has said anything, Streamlit's own guess."""
    said = _state("dark")
    return said if isinstance(said, bool) else st.context.theme.type == "dark"


def _fit() -> None:
    """The layer takes the picture's number of channels; the page says so until another picture comes."""
    loaded = _loaded()
    set_controls({"in_channels": loaded.preview.channels})
    session().gallery.fitted = loaded.key


def _fix(named: bool) -> None:
    """Mend the layer against the picture; height and width stay those of the frame."""
    here, shape = on_picture(said(), _loaded().preview), said().input_shape
    nearest = smaller_on_picture(here, _loaded().preview, named)
    apply_fix(here, None if nearest is None else replace(nearest, input_shape=shape))


def _open_map() -> None:
    index = _state("map")
    if isinstance(index, int) and index >= 0:
        session().looking.marks[MAP] = str(index)


def _payload(setup: Setup, named: bool, look: Look) -> bytes:
    """The bytes for the browser, from a small cache of this session."""
    loaded, weights = _loaded(), weights_of(setup)
    cache = session().gallery.payloads
    fitted = session().gallery.fitted == loaded.key
    key = loaded.key, _filters_key(setup, named), look, fitted
    if key not in cache:
        shown = filter_view(setup, loaded.preview, loaded.title, named=named, look=look, weights=weights, fitted=fitted)
        cache[key] = encode(shown)
    cache.move_to_end(key)
    while len(cache) > CACHED:
        cache.popitem(last=False)
    return cache[key]


def _take(setup: Setup, named: bool, look: Look) -> None:
    """A pixel or a crop goes to the Layer page: it becomes the frame's input."""
    preview = _loaded().preview
    try:
        filters = filters_of(setup, preview, named, weights_of(setup))
    except (ConvSpecError, TooLarge):
        return  # the layer was changed since
    wanted, spec = _state("take"), filters.spec
    # as the gallery shows it
    seen = resized(preview, *preview_size(spec, preview, len(page_of(look.chosen, filters.count))))
    chosen = from_view(seen, wanted, filters.layer.dims)
    if chosen is None and isinstance(wanted, dict) and all(isinstance(wanted.get(k), int) for k in ("y", "x")):
        axes = spec.axes((filters.channels, *seen.size))
        row, column = (min(max(wanted[k], 0), axis.output - 1) for k, axis in zip(("y", "x"), axes, strict=True))
        chosen = around_pixel(seen, axes, (row, column), filters.layer.dims)
    if chosen is None:
        return
    own, sizes = chosen
    set_own_input(own)
    set_controls({}, (1, filters.channels, *sizes[-filters.layer.dims :]), OWN)
    if not named:
        look_at({"filter": look.chosen})
    session().looking.marks["cell"] = ",".join(map(str, own.cell or ()))  # where the stage begins
    go_to("layer.py")
