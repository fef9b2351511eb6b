"""The address says what the controls say. AppTest binds no widget to the address: this is the part of the server."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.looking import checked, named, opened


def said(at: AppTest) -> dict[str, str]:
    return {name: values[-1] if isinstance(values, list) else values for name, values in at.query_params.items()}


def test_what_the_browser_did_not_write_is_written():
    at = opened(filter="2", bias="false")
    for name, value in (("seed", 5), ("stride", 2), ("height", 9)):
        at.slider(key=name).set_value(value)
        checked(at.run())
    assert said(at) == {"filter": "2", "bias": "false", "seed": "5", "height": "9"}


@pytest.mark.parametrize("stale", [{}, {"seed": "4"}, {"bias": "false", "seed": "7", "kernel_size": "9"}])
def test_an_older_address_is_put_right(stale):
    at = opened(seed="5")
    at.query_params.clear()
    at.query_params.update(stale)
    checked(at.run())
    assert said(at) == {"seed": "5"}


def test_a_name_that_is_no_control_stays():
    at = opened(utm="x", kernel_size="5")
    at.slider(key="kernel_size").set_value(3)
    checked(at.run())
    assert said(at) == {"utm": "x"}


def test_what_an_example_sets_is_in_the_address():
    at = opened(square="false", kernel_size_w="5")
    named(at.selectbox, "preset").set_value("well-known layers: ResNet stem")
    checked(at.run())
    assert said(at).items() >= {"out_channels": "64", "height": "224", "kernel_size": "7", "bias": "false"}.items()
    assert "kernel_size_w" not in said(at)
