"""docs/conv_viz.ipynb runs from top to bottom, and shows what it says."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "conv_viz.ipynb"
WIDGET = "application/vnd.jupyter.widget-view+json"
CHECK = """
import numpy as np

from conv_viz.scenes.payload import decode
assert output[stage.cell] == output.max() and stage.filter == stage.cell[1]
shown = decode(stage.payload).arrays["output"][stage.filter]
np.testing.assert_allclose(shown, output[stage.cell[:2]].detach().numpy(), atol=1e-5)
"""


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_kept_without_outputs(notebook: nbformat.NotebookNode) -> None:
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)


def test_it_runs(notebook: nbformat.NotebookNode, tmp_path: Path) -> None:
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in outputs if output.get("name") == "stderr"] == []
    shown = [output.data for output in outputs if output.output_type == "execute_result" and WIDGET in output.data]
    assert len(shown) == 3
    assert all("nn.Conv2d(" in data["text/html"] for data in shown)  # a still picture, for where widgets cannot run
    printed = "".join(output.text for output in outputs if output.output_type == "stream")
    assert "The kernel does not fit: it spans 9x9 cells" in printed
    assert (tmp_path / "layer.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
