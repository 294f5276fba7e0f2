"""How much goes on one slide: prose and code, cut between blocks where they are too long.

Sizes are guessed in lines, generously; the page then sets the largest type that fits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import pairwise

PROSE_LINES, PROSE_WIDTH = 15, 80
"""What fits at the size of type that the last row of a room can read."""
CODE_LINES = 22
REST_LINES = 3.5
"""A rest as small as this rather makes the type smaller than a slide of its own."""

_FENCE = re.compile(r"^(```|~~~)")
_ITEM = re.compile(r"^(?:[-*+]|\d+[.)])\s")
_HEADING = re.compile(r"^#{1,6}\s")


def parts_of_prose(text: str) -> list[str]:
    """A Markdown text as one part, or as several; a heading stays with what follows it."""
    parts: list[list[str]] = [[]]
    for block in _blocks(text):
        if parts[-1] and _lines([*parts[-1], block]) > PROSE_LINES:
            kept = [parts[-1].pop()] if _HEADING.match(parts[-1][-1]) else []
            parts.append(kept)
        parts[-1].append(block)
    if len(parts) > 1 and _lines(parts[-1]) <= REST_LINES:
        if _lines(parts[-2] + parts[-1]) <= PROSE_LINES + REST_LINES:
            parts[-2:] = [parts[-2] + parts[-1]]
    return [_joined(part) for part in parts if part] or [text]


def _joined(blocks: list[str]) -> str:
    """Blocks below each other; items of one list without a gap, so that it stays one list."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        listed = _ITEM.match(before) and _ITEM.match(block)
        text += ("\n" if listed else "\n\n") + block
    return text


def parts_of_code(code: str, output: str) -> list[tuple[str, str]]:
    """Code and its output as one part, or as several; each part is code and output."""
    if not code and not output:
        return []
    if code.count("\n") + output.count("\n") + 3 <= CODE_LINES:
        return [(code, output)]
    return [(part, "") for part in _cut(code)] + [("", part) for part in _cut(output)]


def _cut(text: str) -> Iterator[str]:
    """The lines of a text in as few parts as they need, about equally long."""
    lines = text.splitlines()
    parts = math.ceil(len(lines) / CODE_LINES)
    size = math.ceil(len(lines) / parts) if parts else 1
    for start in range(0, len(lines), size):
        yield "\n".join(lines[start : start + size])


def _blocks(text: str) -> list[str]:
    """Headings, paragraphs, tables, pieces of code, and the single items of lists."""
    blocks: list[list[str]] = [[]]
    fenced = False
    for line in text.splitlines():
        fenced ^= bool(_FENCE.match(line))
        if line.strip() or fenced:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [part for block in blocks if block for part in _items(block)]


def _items(block: list[str]) -> list[str]:
    """The items of a list, each with the lines that go on with it; any other block as it is."""
    starts = [number for number, line in enumerate(block) if _ITEM.match(line)]
    if starts[:1] != [0]:
        starts = [0]
    ends = [*starts[1:], len(block)]
    return ["\n".join(block[start:end]) for start, end in zip(starts, ends, strict=True)]


def _lines(blocks: list[str]) -> float:
    return sum(_size(block) for block in blocks)


def _size(block: str) -> float:
    """How many lines of type a block takes, the gap after it included."""
    if _HEADING.match(block):
        return 2
    if block.startswith("|"):
        return 1.35 * block.count("\n") + 0.5
    if _FENCE.match(block):
        return block.count("\n") + 1
    gap = 0.25 if _ITEM.match(block) else 0.6
    return math.ceil(len(" ".join(block.split())) / PROSE_WIDTH) + gap
