"""Fixtures for the tests of the command line."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def ctrl_c() -> Iterator[None]:
    """Ctrl-C reaches a command, also where a shell started the tests in the background and told them to ignore it.

    A child process has what its parent has: ignored stays ignored, anything else is as usual.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
