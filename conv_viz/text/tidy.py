"""A pasted text as it was before a word processor, a chat, a terminal or a notebook file changed it.

Lines keep their numbers, except for a whole notebook file, which becomes its code.
"""

from __future__ import annotations

import html
import json
import re

SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63"
PLAIN = {
    **dict.fromkeys(map(ord, SPACES), " "),
    **dict.fromkeys(map(ord, INVISIBLE), ""),
    **dict.fromkeys(map(ord, DASHES), "-"),
    **{ord("\uff01") + i: chr(ord("!") + i) for i in range(94)},  # full-width forms of ASCII
    ord("\u3001"): ",",
    ord("\u2028"): "\n",
    ord("\u2029"): "\n",
}
_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a\u00ab\u00bb\u2032\u2033`\u00b4"
QUOTED = re.compile(f"(?<!\\w)[{_QUOTES}]([\\w./+-]{{1,40}})[{_QUOTES}](?!\\w)")  # padding=‘same’, not “nn.Conv2d(...)”
COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
ENTITY = re.compile(r"&(?:quot|apos|amp|lt|gt|nbsp|#39|#x27|#34);")
JSON_LINE = re.compile(r'^[ \t]*+"((?:[^"\\\n]|\\.)*+)"[ \t]*+,?+[ \t]*+$', re.MULTILINE)
JSON_END = re.compile(r'\\n"[ \t]*+,?+[ \t]*+$', re.MULTILINE)
REFERENCE = re.compile(r"\b(\w{1,60})\(Reference\)\(")


def tidy(text: str) -> str:
    """The text with plain characters, without colours, and out of a notebook's JSON.

    >>> tidy("nn.Conv2d(3,\\u00a08, 3, padding=\\u2018same\\u2019)")
    "nn.Conv2d(3, 8, 3, padding='same')"
    >>> print(tidy('"self.conv1 = nn.Conv2d(3, 6, 5)\\\\n",'))
    self.conv1 = nn.Conv2d(3, 6, 5)
    """
    text = text.replace("\r\n", "\n")
    if "\x1b" in text:
        text = COLOURS.sub("", text)
    if not text.isascii():
        text = text.translate(PLAIN)
        text = QUOTED.sub(r"'\1'", text)
    if "&" in text:
        text = ENTITY.sub(lambda match: html.unescape(match[0]).replace("\u00a0", " "), text)
    if "(Reference)" in text:
        text = REFERENCE.sub(r"\1(", text)
    return _code(text)


def _code(text: str) -> str:
    """Code out of a notebook's JSON: the whole file, or the lines of one cell."""
    if text.lstrip()[:1] in ("{", "[") and '"cells"' in text:
        try:
            cells = json.loads(text)["cells"]
            return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        except (ValueError, TypeError, KeyError, RecursionError):
            pass
    if JSON_END.search(text):
        return JSON_LINE.sub(lambda match: _unescaped(match[1]), text)
    return text


def _unescaped(line: str) -> str:
    try:
        return str(json.loads(f'"{line}"')).removesuffix("\n").replace("\n", " ")
    except ValueError:
        return line.removesuffix("\\n")
