"""A picture of a payload needs no torch: whoever has the bytes can write the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from conv_viz.export import export
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.payload import encode

SCRIPT = """
import sys
sys.modules.update(dict.fromkeys(("torch", "streamlit", "anywidget")))
from pathlib import Path
import conv_viz.export
import conv_viz.scenes.payload
payload, folder = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
for name, animated in (("still.svg", False), ("moving.svg", True), ("a.png", None), ("a.gif", None), ("a.html", None)):
    made = conv_viz.export.export(payload, name.split(".")[1], animated=animated)
    (folder / name).write_bytes(made)
"""


@pytest.mark.parametrize("code", ["nn.Conv2d(1, 2, 3)", "nn.MaxPool2d(3)", "nn.Conv1d(1, 1, 2)"])
def test_a_payload_is_written_without_torch(code: str, tmp_path: Path) -> None:
    payload = encode(Subject.of(code).scene())
    (tmp_path / "payload").write_bytes(payload)
    call = [sys.executable, "-c", SCRIPT, str(tmp_path / "payload"), str(tmp_path)]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "still.svg").read_bytes() == export(payload, "svg", animated=False)
    assert (tmp_path / "moving.svg").read_bytes() == export(payload, "svg", animated=True)
    assert (tmp_path / "a.html").read_bytes() == export(payload, "html")
    assert (tmp_path / "a.png").stat().st_size and (tmp_path / "a.gif").stat().st_size
