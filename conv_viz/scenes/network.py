"""A network as a table of its layers, and what one unit sees of the input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from conv_viz.layers.values import Pair
from conv_viz.limits import NETWORK_SIDE
from conv_viz.networks.field import Field, fields, shown, stretch, uncounted
from conv_viz.networks.folds import folds
from conv_viz.networks.formulas import large, macs_formula, parameters_formula, short_code
from conv_viz.networks.mend import Mended
from conv_viz.networks.reach import Reach, reach, seen_by, unit_of, unread
from conv_viz.networks.walk import Row, Walk
from conv_viz.scenes.network_headers import BrokenLayer, LayerRow, NetworkHeader
from conv_viz.scenes.scene import Scene

COLUMNS = ("layer", "output", "field", "jump", "start", "parameters", "MACs")

MOST_PATHS = 3e38
"""What float32 holds; a chain of some forty 3x3 convolutions has more paths, of which nobody reads the number."""


@dataclass(frozen=True)
class Looked:
    """What is looked at: a layer by its name, one of its units (row, column), what is drawn over the input."""

    layer: str
    unit: Pair


def looked_at(walk: Walk, layer: str = "", unit: Pair | None = None) -> Looked:
    """The layer and the unit that are looked at: those that were chosen, else the middle of the last picture.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> lenet = walk(PRESETS["lenet5"].network, (1, 1, 32, 32))
    >>> looked_at(lenet), looked_at(lenet, "C1", (3, 4))
    (Looked(layer='S4', unit=(2, 2)), Looked(layer='C1', unit=(3, 4)))
    """
    pictures = [row for row in walk.rows if len(row.output_shape) == 4]
    if layer in walk.by_name:
        row = walk.by_name[layer]
    elif pictures:
        row = next((row for row in reversed(pictures) if "Adaptive" not in row.node.operation.kind), pictures[-1])
    else:
        return Looked("", (0, 0))
    height, width = row.output_shape[2:] if len(row.output_shape) == 4 else (1, 1)
    return Looked(row.name, unit or (height // 2, width // 2))


def followed(walk: Walk, looked: Looked, told: Mapping[str, object]) -> Looked | None:
    """What is looked at after the browser has told of a layer, of a pixel or of a step; None for what it cannot mean.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> lenet = walk(PRESETS["lenet5"].network, (1, 1, 32, 32))
    >>> followed(lenet, Looked("S4", (2, 2)), {"pixel": [0, 31]}), followed(lenet, Looked("S4", (2, 2)), {"pixel": "x"})
    (Looked(layer='S4', unit=(0, 4)), None)
    """
    if isinstance(told.get("layer"), str) and told["layer"] in walk.by_name:
        return looked_at(walk, str(told["layer"]))
    if looked.layer not in walk.by_name:
        return None
    if (pixel := _pair(told.get("pixel"))) is not None:
        return Looked(looked.layer, nearest(walk, looked.layer, pixel))
    if (step := _pair(told.get("step"))) is not None and (start := _pair(told.get("from"))) is not None:
        return Looked(looked.layer, (max(0, start[0] + step[0]), max(0, start[1] + step[1])))
    return None


def nearest(walk: Walk, layer: str, pixel: Pair) -> Pair:
    """The unit of a layer whose middle lies nearest to a pixel."""
    row = walk.by_name[layer]
    if len(row.output_shape) != 4:
        return 0, 0
    units = []
    for extent, cell, count in zip(fields(walk).by_name[layer], pixel, row.output_shape[2:], strict=True):
        place = round((cell - extent.centre) / extent.jump) if extent.jump else 0
        units.append(min(max(place, 0), count - 1))
    return units[0], units[1]


def _pair(value: object) -> Pair | None:
    if isinstance(value, list) and len(value) == 2 and all(type(part) is int and abs(part) < 10**6 for part in value):
        return value[0], value[1]
    return None


def network_scene(
    walk: Walk,
    looked: Looked,
    picture: np.ndarray | None = None,
    effective: tuple[np.ndarray | None, str] = (None, ""),
) -> Scene:
    """The table, the totals, the joints that miss, and the receptive field of the unit that is looked at.

    `picture` uint8 (H, W, 3) lies under the field; it has the input's height and width. `effective` is the gradient of
    the unit, float32 (H, W), or words why there is none.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> lenet = walk(PRESETS["lenet5"].network, (1, 1, 32, 32))
    >>> made = network_scene(lenet, Looked("S4", (0, 0)))
    >>> made.header["rows"][5]["field"], made.header["chosen"]["words"]
    ('16', 'Unit (0, 0) of S4 sees rows 0–15 and columns 0–15: 256 of 1,024 pixels.')
    """
    known = fields(walk)
    header: NetworkHeader = {
        "kind": "network",
        "columns": COLUMNS,
        "input": list(walk.input_shape),
        "rows": [_row(row, known.by_name[row.name]) for row in walk.rows],
        "folds": [list(fold) for fold in folds(walk)],
        "broken": _broken(walk),
        "totals": totals(walk),
        "misses": [miss.words for miss in known.misses],
        "chosen": None,
    }
    arrays: dict[str, np.ndarray] = {}
    if picture is not None:
        arrays["picture"] = picture
    if looked.layer in walk.by_name:
        _look(walk, looked, header, arrays)
        gradient, why_not = effective
        assert header["chosen"]
        header["chosen"]["effective"] = why_not
        if gradient is not None:
            arrays["gradient"] = gradient
    return Scene({**header}, arrays)


def _look(walk: Walk, looked: Looked, header: NetworkHeader, arrays: dict[str, np.ndarray]) -> None:
    row = walk.by_name[looked.layer]
    unit = unit_of(row.output_shape, looked.unit)
    seen, blind = reach(walk, row.name, unit), unread(walk, row.name)
    down, across = _all_seen(walk)
    header["chosen"] = {
        "row": walk.rows.index(row),
        "unit": list(unit),
        "rows": [seen.rows.start, seen.rows.stop],
        "columns": [seen.columns.start, seen.columns.stop],
        "beyond": _beyond(walk, row, unit),
        "words": _words(walk, row, unit, seen),
        "unread": unread_words(blind, row.name),
        "effective": "",
    }
    arrays |= {
        "counts": np.minimum(seen.counts[_slice(seen.rows), _slice(seen.columns)], MOST_PATHS).astype(np.float32),
        "unread": blind.astype(np.uint8),
        "seen_y": down,
        "seen_x": across,
    }


def _all_seen(walk: Walk) -> tuple[np.ndarray, np.ndarray]:
    """Units of every layer that see an input row and an input column: int32 (layers, 2, size)."""
    seen = seen_by(walk)
    down, across = (np.stack([seen[row.name][axis] for row in walk.rows]) for axis in (0, 1))
    return down, across


def _slice(cells: range) -> slice:
    return slice(cells.start, cells.stop)


def _row(row: Row, field: Field) -> LayerRow:
    operation, words = row.node.operation, field_words(row, field)
    return {
        "name": row.name,
        "code": short_code(operation),
        "reads": list(row.node.reads),
        "output": " × ".join(map(str, row.output_shape[1:])),
        "parameters": f"{row.parameters:,}" if row.parameters else "",
        "parameters_why": parameters_formula(operation),
        "macs": large(row.macs) if row.macs else "",
        "macs_why": macs_formula(row),
        "spatial": len(row.output_shape) == 4,
        "field": words["field"],
        "jump": words["jump"],
        "start": words["start"],
    }


def field_words(row: Row, field: Field) -> dict[str, str]:
    """Size, jump and start of a layer's receptive field, one number where height and width agree."""
    whole = len(row.output_shape) != 4
    return {
        "field": "all" if whole else _both([str(extent.size) for extent in field]),
        "jump": "" if whole else _both([shown(extent.jump) for extent in field]),
        "start": "" if whole else _both([shown(extent.start) for extent in field]),
    }


def _both(pair: list[str]) -> str:
    return pair[0] if pair[0] == pair[1] else f"{pair[0]} × {pair[1]}"


def _broken(walk: Walk) -> BrokenLayer | None:
    if walk.broken is None:
        return None
    node = walk.broken.node
    return {
        "name": node.name,
        "code": node.operation.code(),
        "rule": walk.broken.rule,
        "fix": walk.broken.fix,
        "mends": mend_asked(walk, {"mend": node.name}) is not None,
    }


def mend_asked(walk: Walk, told: Mapping[str, object]) -> Mended | None:
    """The way out that the browser asks for, of the layer that breaks now, if the page takes such an input."""
    if walk.broken is None or walk.broken.mended is None or told.get("mend") != walk.broken.node.name:
        return None
    return walk.broken.mended if max(walk.broken.mended.input_shape[2:]) <= NETWORK_SIDE else None


def totals(walk: Walk) -> list[list[str]]:
    """Sums over the whole network: name, value, and what it is made of."""
    samples = walk.input_shape[0]
    return [
        ["parameters", f"{walk.parameters:,}", "numbers that the network learns"],
        ["MACs", large(walk.macs), f"{walk.macs:,} multiply-accumulates of convolutions and linear layers"],
        ["activations", large(walk.activations), f"{walk.activations:,} numbers that all layers return"],
        [
            "memory to run",
            large(walk.inference_bytes, "B"),
            f"parameters and the most activations needed at one time, float32, {samples} sample{'s' * (samples != 1)}",
        ],
        [
            "memory to train",
            large(walk.training_bytes, "B"),
            "every activation kept for its gradient, and four numbers a parameter: itself, its gradient, Adam's two",
        ],
    ]


def _words(walk: Walk, row: Row, unit: Pair, seen: Reach) -> str:
    height, width = walk.input_shape[2:]
    count = int(np.count_nonzero(seen.counts))
    who = f"Unit ({unit[0]}, {unit[1]}) of {row.name}" if len(row.output_shape) == 4 else f"Every unit of {row.name}"
    if not count:
        return f"{who} sees nothing but padding."
    norms = uncounted(walk.network, row.name)
    through = (
        f" Mean and variance in {(*norms, '')[0]}{' and others' * (len(norms) > 1)} depend on all; they do not count."
    )
    return (
        f"{who} sees rows {seen.rows.start}–{seen.rows.stop - 1} and columns {seen.columns.start}–"
        f"{seen.columns.stop - 1}: {count:,} of {height * width:,} pixels.{through * bool(norms)}"
    )


def _beyond(walk: Walk, row: Row, unit: Pair) -> list[list[int]]:
    """First and last row and column that the unit would see if the picture went on behind its borders."""
    return [[int(end) for end in stretch(walk, row.name, unit[axis], unit[axis], axis)] for axis in (0, 1)]


def unread_words(blind: np.ndarray, name: str) -> str:
    """How many pixels no unit of a layer sees.

    >>> unread_words(np.array([[True, False]]), "conv1")
    '1 of 2 pixels (50 %) reaches no unit of conv1.'
    """
    count = int(blind.sum())
    if not count:
        return f"Every pixel reaches {name}."
    share = 100 * count / blind.size
    return f"{count:,} of {blind.size:,} pixels ({share:.2g} %) reach{'es' * (count == 1)} no unit of {name}."
