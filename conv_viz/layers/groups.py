"""Groups: which channels a filter reads, and what groups must divide."""

from __future__ import annotations

import math
from typing import Any

from conv_viz.layers.values import ConvSpecError


def check(in_channels: int, out_channels: int, groups: int) -> None:
    """Raise `ConvSpecError` unless groups divides both counts of channels.

    >>> check(4, 6, 2)
    """
    for count, what in ((in_channels, "input channels"), (out_channels, "filters")):
        if count % groups:
            best = min(divisors(math.gcd(in_channels, out_channels)), key=lambda d: (abs(d - groups), d))
            raise ConvSpecError(
                "groups",
                f"{count} {what} cannot be split into {groups} equal groups: "
                f"groups must divide in_channels={in_channels} and out_channels={out_channels}.",
                {"groups": best},
            )


def reads(in_channels: int, out_channels: int, groups: int, filter: int) -> range:
    """Input channels that the group of this filter reads.

    >>> reads(4, 6, 2, filter=3)
    range(2, 4)
    """
    group, width = filter // (out_channels // groups), in_channels // groups
    return range(group * width, (group + 1) * width)


def channel_fix(channels: int, groups: int) -> dict[str, Any]:
    """What makes a layer read so many channels: in_channels, and groups where they do not divide them.

    >>> channel_fix(4, 2), channel_fix(3, 2)
    ({'in_channels': 4}, {'in_channels': 3, 'groups': 1})
    """
    fix: dict[str, Any] = {"in_channels": channels}
    if channels % groups:
        fix["groups"] = math.gcd(channels, groups)
    return fix


def divisors(n: int) -> list[int]:
    """Divisors of n, ascending: the groups that n channels allow.

    >>> divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    low = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return sorted({*low, *(n // d for d in low)})
