"""The numeric tests, as on other processors: torch, oneDNN and MKL are told to use fewer instructions than there are.

They read these variables once, when they are loaded: each kind of processor needs a process of its own. Every run tries
AVX2, where sums differed most often from those of AVX-512; SSE4 is tried before a release.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
MARK = "mark.numeric"
PROCESSORS = {
    "AVX2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "SSE4": {"ONEDNN_MAX_CPU_ISA": "SSE41", "ATEN_CPU_CAPABILITY": "default", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["AVX2", pytest.param("SSE4", marks=pytest.mark.thorough)])
def test_the_numeric_tests_hold_as_on_another_processor(name: str) -> None:
    # Only the files that have such tests: collecting the others takes longer than many of these tests.
    files = [str(path) for path in sorted(HERE.rglob("test_*.py")) if MARK in path.read_text("utf-8")]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *files,
        "-m",
        "numeric and not thorough",
        "-q",
        "--hypothesis-profile=short",
    ]
    folders = ["-p", "no:cacheprovider", "-p", "no:xdist"]
    # The tests around it have one thread, people's programs have more. Those that wait leave their core to others.
    threads = {"OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(
        [*command, *folders], cwd=ROOT, env=os.environ | threads | PROCESSORS[name], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
