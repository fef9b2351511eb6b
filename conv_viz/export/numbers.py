"""Numbers as people read them: what `frontend/scene/format.js` says, in Python. Nothing is rounded to a lie."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal


def signed(value: float, digits: int = 2) -> str:
    """A signed number; "0" only for an exact zero.

    >>> signed(0.1234), signed(-3.4), signed(0.0), signed(0.0001), signed(1234.5, 4)
    ('+0.12', '−3.40', '0', '0.00', '+1234.5')
    """
    value = float(value)
    if not math.isfinite(value):
        return special(value)
    if value == 0:
        return "0"
    sign, size = "−" if value < 0 else "+", abs(value)
    if size >= 10**6:
        return sign + exponential(size, max(digits - 1, 0))
    text = fixed(size, _room(size, digits))
    return text if float(text) == 0 else sign + text


def brief(value: float, digits: int = 1) -> str:
    """A number of the input, as short as it can stand.

    >>> brief(0.61), brief(12), brief(0.001), brief(-2.5), brief(0)
    ('.6', '12', '.0', '−2.5', '0')
    """
    value = float(value)
    if not math.isfinite(value):
        return special(value)
    if value == 0:
        return "0"
    sign, size = "−" if value < 0 else "", abs(value)
    if value.is_integer() and size < 10000:
        return f"{sign}{size:.0f}"
    if size >= 10000:
        return sign + exponential(size, 0)
    text = fixed(size, _room(size, digits))
    text = text[1:] if text.startswith("0.") else text
    return text if float(text) == 0 else sign + text


def factor(value: float) -> str:
    """The first number of a product, with its leading zero: "0.69".

    >>> factor(0.69), factor(-0.5), factor(3)
    ('0.69', '−0.50', '3')
    """
    text = brief(value, 2)
    sign = text[0] if text[0] in "−+" else ""
    rest = text[len(sign) :]
    return sign + ("0" + rest if rest.startswith(".") else rest)


def special(value: float) -> str:
    """The signs of what is no finite number."""
    if math.isnan(value):
        return "NaN"
    return "−∞" if value < 0 else "∞"


def fixed(size: float | Decimal, digits: int) -> str:
    """Decimals as a browser writes them: a tie goes up, where Python's own would go to the even digit.

    >>> fixed(0.125, 2), f"{0.125:.2f}"
    ('0.13', '0.12')
    """
    return str(Decimal(size).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def exponential(size: float, digits: int) -> str:
    """With an exponent, as a browser writes it.

    >>> exponential(1234567.0, 1)
    '1.2e+6'
    """
    exact = Decimal(size)
    power = exact.adjusted()
    mantissa = fixed(exact.scaleb(-power), digits)
    if mantissa.startswith("10"):  # 9.96 rounds up to a further digit
        power, mantissa = power + 1, fixed(exact.scaleb(-power - 1), digits)
    return f"{mantissa}e{power:+d}"


def _room(size: float, digits: int) -> int:
    """A larger number needs fewer decimals to say the same."""
    return max(0, digits - sum(size >= step for step in (10, 100, 1000)))
