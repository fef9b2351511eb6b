"""A file of a model, whatever its kind: told from its first bytes, read safely, or refused with one sentence."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conv_viz import apart
from conv_viz.limits import MODEL_BYTES, MODEL_SECONDS, MODEL_WAIT
from conv_viz.models.convolutions import BIAS, Convolution
from conv_viz.models.found import order, part_of
from conv_viz.models.graph import Graph
from conv_viz.models.model import Model, of_safetensors
from conv_viz.models.onnx_node import SOURCE, told
from conv_viz.models.zip_directory import START, STATE_DICT, read_directory
from conv_viz.weights.header import Stored, WeightsFileError, short

CHECKPOINT = apart.program("conv_viz.compute.checkpoint")
ONNX = apart.program("conv_viz.models.onnx_file")
ONE = threading.Lock()
"""One file is read at a time: each takes a core, and up to a gigabyte."""
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def read_model(data: bytes, title: str = "") -> Model:
    """The model in a file's bytes; `title` is its name, told from which nothing is. Raises `WeightsFileError`."""
    if not data:
        raise WeightsFileError("The file is empty; choose another one.")
    if len(data) > MODEL_BYTES:
        raise WeightsFileError(
            f"The file has {len(data) / 1e6:.0f} MB and at most {MODEL_BYTES / 1e6:.0f} MB are read; "
            "save the layers that you want to see alone."
        )
    if data[8:9] == b"{" and data[3:8] == bytes(5):  # a header below 16 MB
        return of_safetensors(data, title)
    if data.startswith(START):
        read_directory(data)  # what cannot be said without torch is said at once
        return _of_checkpoint(data, title)
    if data.startswith(PICKLES):
        return _of_checkpoint(data, title)
    if sentence := _at_sight(data):
        raise WeightsFileError(sentence)
    return _of_onnx(data, title)


def _at_sight(data: bytes) -> str:
    """What a file is that is no model, by its first bytes."""
    if data.startswith(b"\x89HDF"):
        return "This is an HDF5 file, as Keras writes; save the weights as .safetensors, with torch's names and layout."
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"version https://git-lfs"):
        return "This is a pointer of Git LFS and not the model itself; fetch the file with git lfs pull."
    if head.startswith((b"<", b"{", b"[")) or (len(head) > 8 and all(9 <= byte < 127 for byte in head)):
        return f"This is text and no file of numbers; bring a .safetensors, .pt, .pth or .onnx. {STATE_DICT}"
    return ""


def _apart(program: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    if not ONE.acquire(timeout=MODEL_WAIT):
        raise WeightsFileError(f"Another model has been read for {MODEL_WAIT} s; try again in a moment.")
    try:
        said, tensors = apart.ask(program, data, MODEL_SECONDS)
    except apart.TooLong:
        raise WeightsFileError(
            f"Reading this file takes longer than the {MODEL_SECONDS} s that one may take; save fewer layers."
        ) from None
    except apart.Crashed:
        raise WeightsFileError(
            f"This file ends the program that reads it, so it is damaged or hostile. {STATE_DICT}"
        ) from None
    except apart.NotStarted:
        raise WeightsFileError("This server cannot start the reader of such files; bring a .safetensors.") from None
    finally:
        ONE.release()
    if "refused" in said:
        raise WeightsFileError(said["refused"])
    return said, bytes(tensors)


def _of_checkpoint(data: bytes, title: str) -> Model:
    said, tensors = _apart(CHECKPOINT, data)
    problems = [(*part_of(entry["name"]), entry) for entry in said["problems"]]
    weights = {path: entry for path, part, entry in problems if part != BIAS}
    model = of_safetensors(tensors, title)
    layers = [layer for layer in model.layers if layer.name not in weights]
    for name, entry in weights.items():
        layers.append(Convolution(name, Stored("", tuple(entry["shape"]), 0, 0), problem=entry["problem"]))
    biases = [f"The bias of {short(path)} is left out. {e['problem']}" for path, part, e in problems if part == BIAS]
    notes = (*(() if weights else model.notes), *biases[:5])
    if not layers:
        notes = (f"The file holds {said['tensors']:,} tensors and no convolution among them.",)
    return replace(
        model, layers=tuple(sorted(layers, key=lambda one: order(one.name))), tensors=said["tensors"], notes=notes
    )


def _of_onnx(data: bytes, title: str) -> Model:
    said, tensors = _apart(ONNX, data)
    held = of_safetensors(tensors, title)
    layers = tuple(_of_node(entry, held.layer(entry["name"])) for entry in said["layers"])
    notes = () if layers else ("The graph holds no Conv and no ConvTranspose.",)
    return replace(held, layers=layers, tensors=said["tensors"], notes=notes, graph=Graph.of(said["graph"]))


def _of_node(entry: Mapping[str, Any], held: Convolution | None) -> Convolution:
    """A convolution with what its node says."""
    attributes = {name: tuple(v) if isinstance(v, list) else v for name, v in entry["attributes"].items()}
    shape = tuple(entry["shape"])
    kind, arguments, sentence = told(entry["op"], shape, attributes)
    layer = held or Convolution(entry["name"], Stored("", shape, 0, 0))
    problem = entry["problem"] or layer.problem
    if not problem and held is None:
        problem = f"Its weight has shape {shape}, which is none of a convolution with one to three axes."
    return replace(layer, kind=kind, told=arguments, source=SOURCE, note=sentence, problem=problem)
