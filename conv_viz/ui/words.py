"""Words of a user in places where Streamlit reads markdown."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")  # ASCII punctuation: what CommonMark lets a backslash make plain


def literal(text: str) -> str:
    """A text as markdown that shows just this text: no link, picture, formula or colour comes of it.

    >>> print(literal("![x](http://a.b) $x$ dims[i] :red[no]"))
    \\!\\[x\\]\\(http\\:\\/\\/a\\.b\\) \\$x\\$ dims\\[i\\] \\:red\\[no\\]
    """
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
