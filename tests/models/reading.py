"""A file of a model read without a process of its own, which would start torch anew for each."""

from __future__ import annotations

import io
import json
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from conv_viz.compute import checkpoint
from conv_viz.models import onnx_file, read


def read_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the readers do here what they do in their process. For files that end no process and run no code."""

    def ask(program: str, data: bytes, _: float) -> tuple[dict[str, Any], memoryview]:
        reader = {read.CHECKPOINT: checkpoint, read.ONNX: onnx_file}[program]
        written, threads = io.BytesIO(), torch.get_num_threads()
        with pytest.MonkeyPatch.context() as apart, warnings.catch_warnings():
            apart.setattr("conv_viz.apart.limit", lambda memory: None)
            apart.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
            apart.setattr(sys, "stdout", SimpleNamespace(buffer=written))
            reader.serve()
        torch.set_num_threads(threads)
        line, _, tensors = written.getvalue().partition(b"\n")
        return json.loads(line), memoryview(tensors)

    monkeypatch.setattr("conv_viz.apart.ask", ask)
