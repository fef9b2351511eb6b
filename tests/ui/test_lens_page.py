"""The page of a lens without a browser: what is chosen in it changes its picture."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from conv_viz.scenes.payload import decode
from conv_viz.scenes.scene import Scene


def script() -> None:
    from conv_viz.layers.setup import Setup
    from conv_viz.ui.lens.page import lens_page

    lens_page("backwards", Setup.of(dict(in_channels=1, out_channels=2, kernel_size=3), (1, 1, 5, 5)))


def scene(at: AppTest) -> Scene:
    assert not at.exception
    return decode(at.get("bidi_component")[0].proto.bytes)


def test_the_target_of_the_mean_square_is_chosen() -> None:
    at = AppTest.from_function(script, default_timeout=60).run()
    assert "target" not in scene(at).arrays
    at.selectbox(key="backwards_loss").set_value("mean square")
    at.selectbox(key="backwards_target").set_value("laplacian").run()
    shown = scene(at)
    assert "what the filter laplacian gives" in " ".join(shown.header["says"])
    assert shown.arrays["target"].shape == shown.arrays["output"].shape == (2, 3, 3)
