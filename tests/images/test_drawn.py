"""What is drawn on an input: only what can be an act of the pen changes anything."""

from __future__ import annotations

import numpy as np
import pytest

from conv_viz.images.drawn import drawn

PLANES = np.arange(24, dtype=np.float32).reshape(2, 3, 4)


def test_paint_writes_into_its_cells_of_one_channel_or_of_all() -> None:
    act = {"act": "paint", "cells": [[1, 2, 3], [1, 0, 0]], "value": -2.5}
    one, all_ = drawn(PLANES, act), drawn(PLANES, {**act, "all": True})
    assert one is not None and all_ is not None
    assert np.argwhere(one != PLANES).tolist() == [[1, 0, 0], [1, 2, 3]]
    assert np.argwhere(all_ != PLANES).tolist() == [[0, 0, 0], [0, 2, 3], [1, 0, 0], [1, 2, 3]]
    assert PLANES[1, 2, 3] == 23, "the input before is kept, for undo"


def test_shifts_invert_and_clear() -> None:
    for there, back, kept in (("left", "right", np.s_[:, :, 1:]), ("up", "down", np.s_[:, 1:])):
        again = drawn(drawn(PLANES, {"act": there}), {"act": back})
        assert np.array_equal(again[kept], PLANES[kept]) and again.sum() == PLANES[kept].sum()
    assert np.array_equal(drawn(drawn(PLANES, {"act": "invert"}), {"act": "invert"}), PLANES)
    assert not drawn(PLANES, {"act": "clear"}).any()


@pytest.mark.parametrize(
    "act",
    [
        {},
        {"act": "burn"},
        {"act": ["clear"]},
        {"act": "paint"},
        {"act": "paint", "cells": [], "value": 1},
        {"act": "paint", "cells": [[0, 0]], "value": 1},
        {"act": "paint", "cells": [[0, 0, 4]], "value": 1},
        {"act": "paint", "cells": [[-1, 0, 0]], "value": 1},
        {"act": "paint", "cells": [[0, 0, 0.5]], "value": 1},
        {"act": "paint", "cells": [[0, 0, 0]], "value": float("nan")},
        {"act": "paint", "cells": [[0, 0, 0]], "value": 1e300},
        {"act": "paint", "cells": [[0, 0, 0]], "value": "1"},
        {"act": "paint", "cells": [[0, 0, 0]] * 70_000, "value": 1},
    ],
)
def test_anything_else_changes_nothing(act: dict) -> None:
    assert drawn(PLANES, act) is None


def test_a_large_input_is_not_drawn_on() -> None:
    assert drawn(np.zeros((3, 200, 200), np.float32), {"act": "clear"}) is None
