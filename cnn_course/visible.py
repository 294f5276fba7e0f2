"""Text from outside in one line of a terminal, a report or a table, with nothing that moves it."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters: cursor, title and clipboard of a terminal
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction: a name that reads backwards
    "\u2028\u2029\ufeff\ud800-\udfff\U000e0000-\U000e007f]"  # line ends, halves of letters, tags
)
_LINE = "\t\r\n"


def visible(text: str) -> str:
    """The text with control and direction characters as their numbers, such as ``<U+202E>``."""
    return _UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def without_unseen(text: str) -> str:
    """The text without control and direction characters; tabs and line ends stay."""
    return _UNSEEN.sub(lambda found: found[0] if found[0] in _LINE else "", text)
