"""Memory that is used again and again is not fetched anew each time."""

import subprocess
import sys

import pytest

FETCHED = """
import resource, numpy as np
from conv_viz.ui.server import memory as heap
{settle}
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def strip():
    parts = [np.ones(3 * 2**20, np.float32) for _ in range(4)]  # 12 MiB each, and all free at the end
for _ in range(3):
    strip()
before = faults()
for _ in range(10):
    strip()
print(faults() - before)
"""


def fetched(settle: str) -> int:
    """Pages that a process of its own fetches for the same work, ten times."""
    script = FETCHED.format(settle=settle)
    return int(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_settled_the_pages_stay():
    assert fetched("heap.settle()") < fetched("") / 10
