"""Which machine a figure was taken on: figures of two processors are not comparable, ratios within one run are.

python benchmarks/machine.py
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")  # Linux only; elsewhere the platform's own word
PRINTED = "CONV_VIZ_MACHINE_PRINTED"


def processor() -> str:
    """Its name, and the family and model by which it can be looked up where a virtual machine hides the name."""
    said: dict[str, str] = {}
    if CPUINFO.exists():
        for line in CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            said.setdefault(key.strip(), value.strip())
    name = said.get("model name") or platform.processor() or platform.machine() or "unknown"
    numbers = [f"{word} {said[key]}" for word, key in (("family", "cpu family"), ("model", "model")) if key in said]
    return f"{name} ({', '.join(numbers)})" if numbers else name


def cores() -> int:
    """Cores that this process may use, which a container or `taskset` can make fewer."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """The processor, its cores, the instructions that torch uses, and versions, in one line."""
    import torch

    limits = [f"{name}={os.environ[name]}" for name in ("ONEDNN_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY") if os.getenv(name)]
    instructions = " ".join([torch.backends.cpu.get_cpu_capability(), *limits])
    versions = f"Python {platform.python_version()}, Streamlit {version('streamlit')}, torch {torch.__version__}"
    return f"Machine: {processor()}, {cores()} cores, {instructions}; {platform.system()}, {versions}"


def print_machine() -> None:
    """Print that line, once also when one benchmark starts others; by another process: some measure without torch."""
    if not os.getenv(PRINTED):
        os.environ[PRINTED] = "1"
        subprocess.run([sys.executable, __file__], check=True)


if __name__ == "__main__":
    print(machine())
