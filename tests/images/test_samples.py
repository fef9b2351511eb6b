"""The shipped pictures feed layers of 1, 3 and 4 channels, and each is credited."""

from __future__ import annotations

import pytest

from conv_viz.images.read import read
from conv_viz.images.samples import ASSETS, TITLES, path, samples


def test_samples_feed_one_three_and_four_channels():
    assert [p.name for _, p in samples()] == list(TITLES)
    assert {read(p.read_bytes(), p.name).channels for _, p in samples()} == {1, 3, 4}


def test_every_picture_is_credited():
    credits = (ASSETS / "CREDITS.md").read_text(encoding="utf-8")
    for name in TITLES:
        assert f"`{name}`" in credits


def test_only_samples_have_a_path():
    with pytest.raises(KeyError):
        path("../README.md")
