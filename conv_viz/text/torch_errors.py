"""torch's error messages about convolutions, read back: the layer, the input, the cause and the fix.

Messages are those of torch 2.13 with the older wordings that still stand in many threads. Each subject has its
module; a new message is one more row there: an explanation with the wordings that it answers.
"""

from __future__ import annotations

import re
from dataclasses import replace

from conv_viz.text.messages import arguments, checkpoint, gpu, network, pools, shapes, types
from conv_viz.text.messages.wording import Diagnosis, Explain, Wording, squeezed

__all__ = ["SUBJECTS", "Diagnosis", "diagnose"]

MAX_EARLIER = 2  # other messages that are told of
MAX_LOOKED = 12  # messages that are looked at for that: a log can repeat one a thousand times

SUBJECTS = (shapes, arguments, network, pools, types, checkpoint, gpu)
_WORDINGS = [(Wording(text), explain) for subject in SUBJECTS for explain, texts in subject.MESSAGES for text in texts]


def diagnose(text: str) -> Diagnosis | None:
    """The last error message in a text that is known here, explained; None when there is none.

    >>> found = diagnose("RuntimeError: Given groups=1, weight of size [64, 3, 7, 7], expected "
    ...                  "input[1, 224, 224, 3] to have 3 channels, but got 224 channels instead")
    >>> found.arguments["kernel_size"], found.input_shape, found.mended_input
    ((7, 7), (1, 224, 224, 3), (1, 3, 224, 224))
    >>> found.fix
    'x.permute(0, 3, 1, 2) puts the channels second; x.permute(2, 0, 1) for one picture without a batch.'
    """
    found = _found(squeezed(text))
    if not found:
        return None
    last, *before = [explain(match) for match, explain in reversed(found[-MAX_LOOKED:])]
    causes = dict.fromkeys(one.cause for one in before if one.cause != last.cause)
    return replace(last, earlier=tuple(causes)[:MAX_EARLIER])


def _found(text: str) -> list[tuple[re.Match[str], Explain]]:
    """Every message of a squeezed text in its order; of two that begin in the same words, the one that says more."""
    every = [(match, explain, wording) for wording, explain in _WORDINGS for match in wording.find(text)]
    every.sort(key=lambda one: (one[0].start(), -one[0].end()))
    kept: list[tuple[re.Match[str], Explain]] = []
    begun = 0
    for match, explain, wording in every:
        if match.start() >= begun:
            kept.append((match, explain))
            begun = match.start() + wording.head
    return kept
