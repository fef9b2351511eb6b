"""Hostile files of models: one sentence each, little memory and time, and nothing in them runs."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from conv_viz.models.graph import Graph
from conv_viz.models.onnx_file import read
from conv_viz.models.onnx_network import network_in
from conv_viz.models.read import read_model
from conv_viz.networks.graph import NetworkError
from conv_viz.weights.header import WeightsFileError
from tests.hostile_models import DEADLY, LISTED, NO_NETWORK, NOT_FINITE, RAN, REFUSED, with_header
from tests.images.test_hostile_files import PEAK, Neighbour, peak


def is_a_sentence(text: str) -> bool:
    return text.endswith(".") and "\n" not in text and len(text) < 300


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_one_sentence(name):
    make, words = REFUSED[name]
    content = make()
    if PEAK.exists():
        PEAK.write_text("5")
    before, start = peak(), time.perf_counter()
    with Neighbour() as neighbour, pytest.raises(WeightsFileError) as caught:
        read_model(content, name)
    assert words in str(caught.value) and is_a_sentence(str(caught.value)), str(caught.value)
    assert time.perf_counter() - start < 40
    assert neighbour.longest < 2
    assert peak() - before < 100e6
    assert not Path(RAN).exists()


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("name", LISTED)
def test_its_layer_says_why_it_does_not_open(name):
    make, words = LISTED[name]
    (layer,) = read_model(make(), name).layers
    assert words in layer.problem and is_a_sentence(layer.problem), layer.problem


@pytest.mark.parametrize("name", NOT_FINITE)
def test_numbers_that_are_none_are_refused_when_they_are_opened(name):
    model = read_model(NOT_FINITE[name](), name)
    with pytest.raises(WeightsFileError, match="108 numbers that are NaN or too large"):
        model.weights(model.layers[0])


@pytest.mark.parametrize("name", DEADLY)
def test_what_may_end_its_reader_is_one_sentence(name):
    try:
        (layer,) = read_model(DEADLY[name](), name).layers
        assert is_a_sentence(layer.problem)
    except WeightsFileError as error:
        assert is_a_sentence(str(error))


@pytest.mark.parametrize("name", NO_NETWORK)
def test_a_graph_that_is_no_network_is_one_sentence(name):
    make, words = NO_NETWORK[name]
    graph = Graph.of(read(make())[0]["graph"])  # what its reader, a process of its own, says of it
    start = time.process_time()
    with pytest.raises(NetworkError) as caught:
        network_in(graph)
    assert words in str(caught.value) and is_a_sentence(str(caught.value)), str(caught.value)
    assert time.process_time() - start < 5  # of this process alone: others may hold the machine back


def test_names_are_kept_as_text_however_they_look():
    names = ["<img src=x onerror=alert(1)>", "../../etc/passwd", "a\u202eb", "x" * 5_000]
    entries = {f"{name}.weight": {"dtype": "F32", "shape": [1, 1, 1, 1], "data_offsets": [4 * i, 4 * i + 4]}
               for i, name in enumerate(names)}  # fmt: skip
    model = read_model(with_header(json.dumps(entries), 4 * len(names)))
    assert sorted(layer.name for layer in model.layers) == sorted(names)
