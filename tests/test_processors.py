"""The numeric tests, as on other processors: torch, oneDNN and MKL are told to use fewer instructions than there are.

They read these variables once, when they are loaded: each kind of processor needs a process of its own.
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
@pytest.mark.parametrize("name", PROCESSORS)
def test_the_numeric_tests_hold_as_on_another_processor(name: str) -> None:
    # Only the files that have such tests: collecting the others takes longer than many of these tests.
    files = [str(path) for path in sorted(HERE.rglob("test_*.py")) if MARK in path.read_text("utf-8")]
    command = [sys.executable, "-m", "pytest", *files, "-m", "numeric", "-q", "--hypothesis-profile=short"]
    folders = ["-p", "no:cacheprovider", "-p", "no:xdist"]
    threads = {"OMP_NUM_THREADS": "2"}  # also on a larger machine: others run beside it
    done = subprocess.run(
        [*command, *folders], cwd=ROOT, env=os.environ | threads | PROCESSORS[name], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
