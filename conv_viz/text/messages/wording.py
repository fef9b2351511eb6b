"""What an error message tells, and how its wording is found in a text however it was wrapped.

A message reaches us broken by a terminal, quoted in an e-mail, coloured, or with typographic quotes. So `squeezed`
takes out what wrapping can change, and a `Wording` is compared with that: white space is no part of a message.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from conv_viz.layers.values import Shape

MAX_NUMBER = 1_000_000


@dataclass(frozen=True)
class Diagnosis:
    """What an error message says: `cause` and `fix` in sentences, and as much of layer and input as it holds.

    `arguments` are those of ``nn.Conv2d`` that the message gives, `input_shape` is the
    input as torch counted it (None when not said), its padding included when `padded`, and
    `mended_input` what it should have been when the fix is to change the input.
    `earlier` are the causes of other messages that stand before this one; with
    `other_sizes` the ``torch.Size`` in the message are not a convolution's input.
    """

    cause: str
    fix: str
    arguments: dict[str, Any] = field(default_factory=dict)
    input_shape: Shape | None = None
    mended_input: Shape | None = None
    notes: tuple[str, ...] = ()
    padded: bool = False
    earlier: tuple[str, ...] = ()
    other_sizes: bool = False


Explain = Callable[[re.Match[str]], Diagnosis]
Messages = list[tuple[Explain, tuple[str, ...]]]
"""Explanations, each with the wordings that it answers."""

PARTS = {
    "int": r"-?\d[\d ]{0,11}",
    "digit": r"-?\d",
    "end": r"-?\d{1,12}(?: \d{1,12}(?![-:/.\d]))?",  # the last word of a message: the time of a log may follow
    "list": r"[-\d, ]{0,80}",
    "size": r"[-\dx ]{1,60}",
    "word": r"[\w.]{1,60}",
    "type": r"[\w.:<>\[\] ]{1,60}",
    "quoted": r"[^\"']{1,80}",
    "dtype": r"(?:Complex(?:Float|Double|Half)|BFloat1 ?6|Half|Float8_\w{1,12}|Float|Double|"
    r"Byte|Char|Short|Int|Long|Bool)",
    "cpp": r"(?:c1 ?0::complex<(?:float|double)>|c1 ?0::(?:Half|BFloat1 ?6|Float8_\w{1,9})|"
    r"unsignedchar|signedchar|shortint|longint|longlong|float|double|int|bool)",
    "device": r"(?:cuda|cpu|mps|xpu|hpu|npu|xla|meta|CUDA|CPU|GPU|MPS|XPU|privateuseone)(?::\d{1,3})?",
}


class Wording:
    """How a message reads, with ``<name:part>`` for what differs; `PARTS` are bounded, so a search is quick.

    `head` is the length of the words that it begins with.

    >>> wording = Wording("expected input[<shape:list>] to have <expected:int> channels")
    >>> [found["shape"] for found in wording.find(squeezed("expected in\\n  put[1, 25\\n6] to have 3 channels"))]
    ['1,25 6']
    """

    def __init__(self, text: str) -> None:
        pieces = re.split(r"<(\w+):(\w+)>", text)
        literals = [piece.replace(" ", "") for piece in pieces[::3]]
        if not literals[0]:
            raise ValueError(f"A wording begins with words that are always there, not with a part: {text!r}.")
        pattern = re.escape(literals[0])
        for name, part, literal in zip(pieces[1::3], pieces[2::3], literals[1:], strict=True):
            pattern += f"(?P<{name}>{PARTS[part]}){re.escape(literal)}"
        self.head = len(literals[0])
        self._pattern = re.compile(pattern, re.ASCII)
        self._words = max(literals, key=len)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Where it stands in a squeezed text."""
        return self._pattern.finditer(text) if self._words in text else iter(())


_COLOUR = re.compile(
    r"\x1b\[[0-9;:?]{0,40}[A-Za-z]|\x1b\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|\[\d{1,3}(?:;\d{1,3}){0,8}m"
)
_QUOTED = re.compile(r"^(?:[ \t]*+(?:[>│┃|]|#[ \t]|E {3}|\[rank\d{1,5}\]:))++|[│┃|](?=[ \t]*+$)", re.MULTILINE)
_SPACE = re.compile(r"(?<!\d) | (?!\d)", re.ASCII)
_PLAIN = {
    **{ord(sign): "'" for sign in "‘’‚‛′‹›"},
    **{ord(sign): '"' for sign in "“”„‟″«»"},
    **{ord(sign): "-" for sign in "‐‑‒–—−﹣"},
    **{ord(sign): "" for sign in "\u200b\u200c\u200d\u2060\ufeff\u00ad`\\"},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width signs
    ord("×"): "x",
}


def squeezed(text: str) -> str:
    """A text without colours, marks of quotation and white space; one space stays between two digits.

    That space parts the numbers of ``weight of size 64 3 7 7``; between commas it is a line that was broken.

    >>> squeezed("> Given groups=1,\\n> weight of size [64, 3,\\n> 7, 7]")
    'Givengroups=1,weightofsize[64,3,7,7]'
    """
    text = html.unescape(text) if "&" in text else text
    text = _QUOTED.sub("", _COLOUR.sub("", text))
    text = text.replace("\\n", " ").replace("\\t", " ").translate(_PLAIN)
    return _SPACE.sub("", " ".join(text.split()))


def whole(text: str) -> int:
    """A number of a message, at most `MAX_NUMBER`; a space in it is a broken line."""
    return max(-MAX_NUMBER, min(int(text.replace(" ", "")), MAX_NUMBER))


def sizes(text: str) -> Shape:
    """The numbers of a list; an empty tuple when one is beyond `MAX_NUMBER`.

    >>> sizes("1,25 6"), sizes("64 3 7 7"), sizes("7x7")
    ((1, 256), (64, 3, 7, 7), (7, 7))
    """
    parts = re.split("[,x]", text.replace(" ", "")) if re.search("[,x]", text) else text.split()
    try:
        numbers = tuple(int(part) for part in parts if part)
    except ValueError:  # a lone minus
        return ()
    return numbers if all(abs(n) <= MAX_NUMBER for n in numbers) else ()


def said(cause: str, fix: str, **arguments: Any) -> Explain:
    """An explanation that needs nothing from the message but what it quotes as {named} parts."""

    def explain(match: re.Match[str]) -> Diagnosis:
        parts = {name: value.replace(" ", "").replace(",", ", ") for name, value in match.groupdict().items() if value}
        return Diagnosis(cause.format(**parts), fix.format(**parts), dict(arguments))

    return explain


def written(numbers: Iterable[int]) -> str:
    """Sizes as torch writes them.

    >>> written((1, 3, 9))
    '(1, 3, 9)'
    """
    return str(tuple(numbers))
