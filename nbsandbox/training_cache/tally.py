"""How often a cache was asked, told from the kernel that asked to whoever runs it.

The figures come from a stranger's kernel: good for a line to read, for nothing that counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

OFF = {
    "machine": "this machine's processor cannot be told from another",
    "software": "Keras or TensorFlow is set up so that a training does not repeat bit for bit",
    "keras": "this version of Keras is built differently from those the cache knows",
}
"""Why a cache answers nothing, by the word that stands in a tally."""

MOST = 10**6


@dataclass
class Tally:
    """How many calls of `fit` were trained and how many answered; `off` is a key of OFF or ""."""

    trained: int = 0
    answered: int = 0
    off: str = ""

    def write(self, path: Path) -> None:
        """Leave the figures in a file. Raises OSError."""
        path.write_text(json.dumps(asdict(self)))

    def __str__(self) -> str:
        """One line for a person."""
        why = f"; it is off: {OFF[self.off]}" if self.off else ""
        return f"trained {self.trained}, answered {self.answered}{why}"


def read_tally(content: bytes) -> Tally:
    """The tally in a file's bytes; one of zeros for whatever is none."""
    try:
        told = json.loads(content)
        trained, answered, off = told["trained"], told["answered"], told["off"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return Tally()
    counts = all(type(count) is int and 0 <= count <= MOST for count in (trained, answered))
    known = isinstance(off, str) and (not off or off in OFF)
    return Tally(trained, answered, off) if counts and known else Tally()


def total(tallies: Iterable[Tally]) -> Tally:
    """All tallies as one; a reason to be off counts only where nothing was answered."""
    tallies = list(tallies)
    answered = sum(tally.answered for tally in tallies)
    off = next((tally.off for tally in tallies if tally.off), "")
    return Tally(sum(tally.trained for tally in tallies), answered, "" if answered else off)
