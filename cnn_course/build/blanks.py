"""Blanks inside a line: the master holds the answer, and a comment says what the stub hides.

    x = conv2(x)  # blank: conv2             the stub shows   x = ______(x)
    from keras.layers import Conv2D  # blank: Conv2D=____2D      … import ____2D
    total = 3 + 4  # blank: 3 + 4=None       the stub shows   total = None

The comment vanishes in the stub and in the solution.
"""

from __future__ import annotations

import re

BLANK = "______"
_COMMENT = re.compile(r"\s*#\s*blank:\s*(?P<what>.*?)\s*$")


def has_blanks(source: str) -> bool:
    """Whether a line of the source has a blank."""
    return any(_COMMENT.search(line) for line in source.split("\n"))


def hide(source: str) -> str:
    """The source as the stub shows it. Raises ValueError for a blank that its line lacks."""
    return "\n".join(_hide_line(line) for line in source.split("\n"))


def show(source: str) -> str:
    """The source as the solution shows it: answers in, comments gone."""
    return "\n".join(_COMMENT.sub("", line) for line in source.split("\n"))


def _hide_line(line: str) -> str:
    comment = _COMMENT.search(line)
    if comment is None:
        return line
    code = line[: comment.start()]
    for part in split_outside(comment["what"]):
        code = _hide_part(code, part)
    return code


def _hide_part(code: str, part: str) -> str:
    """A part is ``token`` or ``token=shown``; what stands in the line as a whole is a token."""
    token, equals, shown = part.rpartition("=")
    if not equals or _whole(part).search(code):
        token, shown = part, BLANK
    if not token or not _whole(token).search(code):
        raise ValueError(f"blank {part!r} is not in its line")
    return _whole(token).sub(lambda _: shown, code, count=1)


def _whole(token: str) -> re.Pattern[str]:
    """A pattern for the token where it is not part of a longer name or number."""
    before = r"(?<!\w)" if token[:1].isidentifier() or token[:1].isdigit() else ""
    after = r"(?!\w)" if token[-1:].isidentifier() or token[-1:].isdigit() else ""
    return re.compile(before + re.escape(token) + after)


def split_outside(text: str) -> list[str]:
    """The parts between commas, except for commas inside quotes or brackets."""
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        depth += (letter in "([{") - (letter in ")]}") if not quote else 0
        if letter == "," and not quote and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts if part.strip()]
