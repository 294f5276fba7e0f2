"""Real input, changed a little at random."""

from __future__ import annotations

import random
from collections.abc import Sequence

ODD = (
    *(b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<", b">", b'"', b"'", b"&#", b"<!--", b"-->"),
    *(b"<script>", b"<svg/onload=", b"<math><mtext>", b"<style>", b"javascript:", b"\\href{"),
    *(b"data:", b"](", b"![", b"```mermaid\n", b"$$", b"\x1b]0;", b"\n\n", b"{", b"}", b"[", b"]"),
    *(b"null", b"\\u0000", b"NaN", b"1e999", b"9" * 40, b"[" * 200, b"\\ud800", b"PK\x03\x04"),
)  # fmt: skip


def mutated(data: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """The data with one to six changes: a byte, a cut, a copy, an odd word, a piece of another."""
    for _ in range(rng.randint(1, 6)):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 4, 64, 1024)))
        piece = rng.choice(_pieces(data, others, rng))
        data = data[:start] + piece + data[end:]
    return data


def _pieces(data: bytes, others: Sequence[bytes], rng: random.Random) -> tuple[bytes, ...]:
    other = rng.choice(others)
    place, own = rng.randrange(len(other) + 1), rng.randrange(len(data) + 1)
    size = rng.choice((1, 16, 256))
    return (
        b"",
        bytes([rng.randrange(256)]),
        rng.choice(ODD),
        rng.choice(ODD) * rng.choice((2, 30)),
        data[own : own + size],
        other[place : place + size],
    )
