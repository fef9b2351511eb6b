"""Size of the payload that crosses to the browser, and what it grows with.

    python benchmarks/payload.py

Reach: 28x28 in and out, one channel: at most 16 kB. Beyond its header, the payload holds the padded input, the
weights in view, the output and four tables of indices along the axes; nothing for each step of the animation.
"""

from __future__ import annotations

import sys

from machine import print_machine

from conv_viz.lenses.layer import Setup, picture
from conv_viz.scenes.payload import decode

MOST = 16_000
TABLES = ("window_y", "window_x", "source_y", "source_x")


def main() -> int:
    print(f"{'input':>14} {'kernel':>6} {'filters':>7} {'steps':>6} {'bytes':>8} {'header':>7} {'tables':>7}  numbers")
    sizes, grows = [], True
    for channels, side, kernel, filters in (
        (1, 28, 3, 1),
        (1, 56, 3, 1),
        (1, 112, 3, 1),
        (1, 28, 7, 1),
        (1, 28, 11, 1),
        (3, 28, 3, 8),
        (8, 64, 3, 4),
    ):
        arguments = dict(in_channels=channels, out_channels=filters, kernel_size=kernel, padding=kernel // 2)
        data = picture(Setup.of(arguments, (1, channels, side, side)))
        arrays = decode(data).arrays
        numbers = sum(array.nbytes for name, array in arrays.items() if name not in TABLES)
        tables = sum(arrays[name].nbytes for name in TABLES)
        header = len(data) - numbers - tables
        padded = channels * (side + 2 * (kernel // 2)) ** 2
        expected = 4 * (padded + channels * filters * kernel**2 + filters * side**2 + filters)
        grows &= numbers == expected
        sizes.append(len(data))
        shape = f"{channels} x {side} x {side}"
        print(
            f"{shape:>14} {kernel:>6} {filters:>7} {side * side:>6} {len(data):>8} {header:>7} {tables:>7} {numbers:>8}"
        )
    print(f"grows with padded input + weights in view + output + bias only: {'yes' if grows else 'NO'}")
    small = sizes[0] <= MOST
    print(f"28x28 in and out, one channel: {sizes[0]} bytes; reach at most {MOST}: {'yes' if small else 'NO'}")
    return 0 if grows and small else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
