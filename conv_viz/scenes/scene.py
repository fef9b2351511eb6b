"""Everything that is drawn, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that is drawn: `header` holds words and small numbers (JSON), `arrays` the rest."""

    header: dict[str, Any]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
