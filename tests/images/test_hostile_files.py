"""Small files that ask for much work: an answer, and nobody else waits for it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from conv_viz.images import decode_process
from conv_viz.images.decode_process import decoded_apart
from conv_viz.images.decoding import Wish
from conv_viz.images.read import PictureError, preview, read
from conv_viz.limits import DECODE_PATIENCE, FRAMES_COUNTED
from tests.hostile_files import PICTURES, jpeg_of_scans, png_of_16_bits

PEAK = Path("/proc/self/clear_refs")  # Linux alone tells the largest memory since a moment of one's choice


class Neighbour:
    """A thread that wants its turn every few milliseconds, and how long the others let it wait at most.

    In seconds of the processor that this process used meanwhile: what other programs take is no fault of it.
    """

    def __enter__(self) -> Neighbour:
        self.longest, self._stop = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def _run(self) -> None:
        last = time.process_time()
        while not self._stop.wait(0.002):
            now = time.process_time()
            self.longest, last = max(self.longest, now - last), now

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def peak() -> int:
    """The largest memory of this process so far, in bytes; 0 where the system does not say."""
    lines = Path("/proc/self/status").read_text().splitlines() if PEAK.exists() else ()
    return 1024 * next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


@pytest.mark.parametrize("name", PICTURES)
def test_it_is_answered_and_nobody_waits(name):
    content = PICTURES[name]()
    if PEAK.exists():
        PEAK.write_text("5")
    before, start = peak(), time.perf_counter()
    with Neighbour() as neighbour:
        try:
            picture = preview(content, 800)
            assert max(picture.size) <= 800
        except PictureError as error:
            said = str(error)
            assert said.endswith(".") and said.count(". ") == 0 and len(said) < 250
    assert time.perf_counter() - start < DECODE_PATIENCE + 10
    assert neighbour.longest < 1
    assert peak() - before < 500e6


def test_what_takes_too_long_is_stopped_and_says_the_limit():
    content = png_of_16_bits()
    with pytest.raises(PictureError, match=r"longer than the 0\.05 s that one may take; save it"):
        decoded_apart(content, Wish(), patience=0.05)
    assert read(content).size == (4000, 6000)


if sys.platform == "linux":  # elsewhere the clock alone counts

    def test_what_takes_too_much_of_a_core_is_stopped_however_long_it_waits(monkeypatch):
        endless = "import sys; sys.path.insert(0, sys.argv[1]); from conv_viz.images.decode_process import _limit\n"
        monkeypatch.setattr(decode_process, "PROGRAM", f"{endless}_limit(int(sys.argv[2]))\nwhile True: pass")
        with pytest.raises(PictureError, match=r"longer than the 1 s of a core that one may take; save it"):
            decoded_apart(b"", Wish(), seconds=1, patience=600)


class Left(BaseException):
    """What Streamlit raises when a visitor has left is no Exception either."""


def test_it_ends_when_nobody_waits_for_it(monkeypatch):
    processes = []
    real = subprocess.Popen

    def begun(*arguments, **options):
        processes.append(real(*arguments, **options))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", begun)
    monkeypatch.setattr(decode_process, "AT_ONCE", threading.BoundedSemaphore(1))

    def waiting():
        raise Left

    with pytest.raises(Left):
        read(png_of_16_bits(), waiting=waiting)
    assert processes[0].returncode not in (None, 0)
    assert decode_process.AT_ONCE.acquire(blocking=False)


def test_who_waits_for_a_decoder_can_leave_too(monkeypatch):
    monkeypatch.setattr(decode_process, "AT_ONCE", threading.BoundedSemaphore(1))

    def waiting():
        raise Left

    with decode_process.AT_ONCE, pytest.raises(Left):
        decoded_apart(b"", Wish(), waiting=waiting)


def test_a_decoder_that_ends_badly_is_a_sentence(monkeypatch):
    monkeypatch.setattr(decode_process, "PROGRAM", "import os; os.abort()")
    with pytest.raises(PictureError, match="damaged"):
        decoded_apart(png_of_16_bits(), Wish())


def test_a_decoder_that_cannot_begin_is_a_sentence(monkeypatch):
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(PictureError, match="cannot start"):
        decoded_apart(png_of_16_bits(), Wish())


def test_pictures_wait_for_each_other(monkeypatch):
    monkeypatch.setattr(decode_process, "AT_ONCE", threading.BoundedSemaphore(1))
    monkeypatch.setattr(decode_process, "DECODE_WAIT", 0.01)
    with decode_process.AT_ONCE, pytest.raises(PictureError, match="try again"):
        decoded_apart(b"", Wish())


def test_the_other_process_reads_as_this_one():
    content = jpeg_of_scans(1, 300)
    here, there = read(content), decoded_apart(content, Wish())
    assert (here.array == there.array).all() and there.full_size == here.full_size == (300, 300)
    assert (here.low, here.high, here.notes, here.scalings) == (there.low, there.high, there.notes, there.scalings)


def test_frames_are_counted_to_an_end():
    assert "First of many frames." in preview(PICTURES["GIF, frames"]()).notes
    assert FRAMES_COUNTED >= 100
