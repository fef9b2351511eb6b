"""The library that is loaded ahead is the one that torch uses, and changes no number."""

import os
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


LAYER = """
import threading, time
from conv_viz.ui.server.preload import load_library, one_thread
one_thread()
loading = load_library()
if loading:
    loading.join()
import torch
x, weight = torch.rand(1, 3, 200, 1500), torch.rand(4, 3, 33, 33)

def script():
    everybody, alone = time.process_time(), time.thread_time()
    torch.nn.functional.conv2d(x, weight)
    alone = time.thread_time() - alone
    print(alone, time.process_time() - everybody - alone)

thread = threading.Thread(target=script)
thread.start()
thread.join()
"""


def test_a_layer_runs_on_the_thread_that_asked_for_it():
    """Processor time: half of the work would be done by helpers on two cores, more of it on more."""
    as_users = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # the tests set it
    done = subprocess.run([sys.executable, "-c", LAYER], check=True, capture_output=True, text=True, env=as_users)
    alone, by_others = map(float, done.stdout.split())
    assert by_others < 0.2 * alone


@pytest.mark.skipif(sys.platform != "linux", reason="on Linux only")
def test_loaded_ahead_torch_computes_the_same():
    loaded, numbers, copies, _ = printed("from conv_viz.ui.server.preload import load_library; load_library().join()")
    without, same, once, _ = printed("")
    assert (loaded, without) == ("True", "False")
    assert numbers == same
    assert copies == once == "1"
