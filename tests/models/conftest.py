"""Reading a file in a process of its own takes long where many tests and other programs share few cores."""

from __future__ import annotations

import pytest

from tests.models.reading import read_in_this_process


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file says is tested here, not how fast a busy machine starts torch; less than the tests of time allow."""
    monkeypatch.setattr("conv_viz.models.read.MODEL_SECONDS", 35)


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    read_in_this_process(monkeypatch)
