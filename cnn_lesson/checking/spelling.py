"""How words and names are spelt: what is alike is one, and a slip is near to one only."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

ALIKE = 0.8
"""How near a word that is misspelt is to the one it stands for, as ``difflib`` measures it."""
LONG = 5
"""Letters of a word that may stand for a longer one it is a part of."""


def key_of(text: object) -> str:
    """A key without case, spaces and signs: ``"128 + Dropout"`` and ``"128_dropout"`` are one."""
    return re.sub(r"[^a-z0-9]", "", str(text).lower())


def words_of(text: str) -> str:
    """The words of a text in small letters, with nothing else between them."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def near(text: str, words: Sequence[str]) -> str | None:
    """The one of these words that a misspelt one is near to; None where it is none, or several.

    Its digits have to be the same; a long word without any may be a part of one.
    """
    digits = re.sub(r"\D", "", text)
    whole = [word for word in words if text in word]
    if text.isalpha() and len(text) >= LONG and len(whole) == 1:
        return whole[0]
    close = difflib.get_close_matches(text, words, n=2, cutoff=ALIKE)
    close = [word for word in close if re.sub(r"\D", "", word) == digits]
    return close[0] if len(close) == 1 else None
