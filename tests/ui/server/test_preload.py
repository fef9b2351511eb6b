"""The library that is loaded ahead is the one that torch uses, and changes no number."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
{ahead}
assert "torch" not in sys.modules
mapped = open("/proc/self/maps").read()
print("libtorch_cpu.so" in mapped)
import torch
torch.manual_seed(0)
layer = torch.nn.Conv2d(3, 8, 3, padding=1)
print(layer(torch.rand(1, 3, 17, 19)).double().sum().item().hex(), torch.get_num_threads())
print(len({{line.split()[-1] for line in open("/proc/self/maps") if "libtorch_cpu.so" in line}}))
"""


def printed(ahead: str) -> list[str]:
    """What a process of its own prints."""
    script = SCRIPT.format(ahead=ahead)
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split("\n")


@pytest.mark.skipif(sys.platform != "linux", reason="on Linux only")
def test_loaded_ahead_torch_computes_the_same():
    loaded, numbers, copies, _ = printed("from conv_viz.ui.server.preload import load_library; load_library().join()")
    without, same, once, _ = printed("")
    assert (loaded, without) == ("True", "False")
    assert numbers == same
    assert copies == once == "1"
