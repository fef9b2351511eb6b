"""Make the animations in docs/gallery/ anew: ``make gallery``.

One animation for each example of the convolution arithmetic guide, as an animated SVG, and a page with all of them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from conv_viz.export import Look, export
from conv_viz.layers.part import View
from conv_viz.layers.presets import GUIDE, GUIDE_SOURCE, PRESETS, Preset
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn

GALLERY = Path(__file__).resolve().parent / "gallery"
MOST_BYTES = 100_000
LOOK = Look(speed=2.5)
HEAD = f"""# Gallery

The examples of {GUIDE_SOURCE}:
real `torch.nn.Conv2d` layers on an input of 0, 1, 2, ..., with every product and every sum. Made by `make gallery`.
One of your own:

```sh
python -m conv_viz export "nn.Conv2d(1, 1, 3, padding=1)" --input 1,1,5,5 -o layer.gif
```
"""


def file_name(preset: Preset) -> str:
    """The name of a preset's files, without ending."""
    return re.sub(r"[^a-z0-9]+", "-", preset.name.lower()).strip("-")


def animation(preset: Preset) -> bytes:
    """A preset as an animated SVG: a third of a GIF's size, and sharp at every size."""
    setup = Setup.of(preset.spec.arguments(), preset.input_shape, preset.fill)
    return export(drawn(setup, View()), "svg", LOOK, animated=True)


def entry(preset: Preset) -> str:
    """A preset's part of the page."""
    return f"\n## {preset.name}\n{preset.about}\n\n![{preset.spec.code()}]({file_name(preset)}.svg)\n"


def main() -> int:
    guide = [preset for preset in PRESETS if preset.group == GUIDE]
    GALLERY.mkdir(exist_ok=True)
    for preset in guide:
        data = animation(preset)
        print(f"docs/gallery/{file_name(preset)}.svg: {len(data):,} bytes")
        if len(data) > MOST_BYTES:
            print(f"That is more than {MOST_BYTES:,}.")
            return 1
        (GALLERY / f"{file_name(preset)}.svg").write_bytes(data)
    (GALLERY / "README.md").write_text(HEAD + "".join(map(entry, guide)), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
