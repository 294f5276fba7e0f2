"""How much goes on one slide: prose and code, cut between blocks where they are too long.

Sizes are guessed in lines, generously; the page then sets the largest type that fits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import chain, pairwise

PROSE_LINES, PROSE_WIDTH = 15, 80
"""What fits at the size of type that the last row of a room can read."""
PROSE_WORDS = 60
"""More than this nobody reads while somebody speaks; a table is not cut for it."""
PIECE_WORDS = 48
"""A paragraph up to this is not cut, so that a heading fits above it."""
CODE_LINES = 21
REST_LINES = 3.5
"""A rest as small as this rather makes the type smaller than a slide of its own."""

_FENCE = re.compile(r"^(```|~~~)")
_ITEM = re.compile(r"^(?:[-*+]|\d+[.)])\s")
_HEADING = re.compile(r"^#{1,6}\s")
_SENTENCE_END = re.compile(r"(?<=[.?!:])\s+(?=[^a-z])")


def parts_of_prose(text: str) -> list[str]:
    """A Markdown text as one part, or as several; a heading stays with what follows it."""
    parts: list[list[str]] = [[]]
    for block in chain.from_iterable(map(_short, _blocks(text))):
        if parts[-1] and _too_full([*parts[-1], block]):
            kept = [parts[-1].pop()] if _HEADING.match(parts[-1][-1]) else []
            parts.append(kept)
        parts[-1].append(block)
    if len(parts) > 1 and _lines(parts[-1]) <= REST_LINES:
        rest = parts[-2] + parts[-1]
        if _lines(rest) <= PROSE_LINES + REST_LINES and words(rest) <= PROSE_WORDS:
            parts[-2:] = [rest]
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


def _too_full(blocks: list[str]) -> bool:
    return _lines(blocks) > PROSE_LINES or words(blocks) > PROSE_WORDS


def words(blocks: list[str]) -> int:
    """How many words blocks hold, those of tables and code left out."""
    read = (block for block in blocks if not block.startswith("|") and not _FENCE.match(block))
    return sum(any(map(str.isalnum, word)) for block in read for word in block.split())


def _short(block: str) -> Iterator[str]:
    """A block, or where it is longer than a slide may be, its sentences in as few pieces as fit."""
    kept: list[str] = []
    for sentence in _SENTENCE_END.split(block) if words([block]) > PIECE_WORDS else [block]:
        if kept and words([*kept, sentence]) > PIECE_WORDS:
            yield " ".join(kept)
            kept = []
        kept.append(sentence)
    yield " ".join(kept)


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
