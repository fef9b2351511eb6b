"""Words of a user in places where Streamlit reads markdown."""

from __future__ import annotations

import re

_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")  # ASCII punctuation: what CommonMark lets a backslash make plain
_LATER = re.compile(  # what Streamlit looks for in the finished text, where no backslash is left
    r"(?<=:)(?=[\w+-]+[:/]|//)"  # :smile:, :material/home:, http://
    r"|(?<=www)(?=\.)|(?<=\w@)(?=[\w-])"  # www.example.com, a@example.com
    r"|(?<=-)(?=[->])|(?<=<)(?=[-=])|(?<=[>~])(?==)",  # arrows and comparisons
    re.IGNORECASE,
)
_JOINER = "\u2060"  # has no width and no meaning


def literal(text: str) -> str:
    """A text as markdown that shows just this text: no link, picture, formula, icon or colour comes of it.

    >>> print(literal("![x](y) $x$ dims[i] :red[no]"))
    \\!\\[x\\]\\(y\\) \\$x\\$ dims\\[i\\] \\:red\\[no\\]
    >>> literal("www.example.com")
    'www\\u2060\\\\.example\\\\.com'
    """
    return _SIGNS.sub(r"\\\1", _LATER.sub(_JOINER, " ".join(text.split())))
