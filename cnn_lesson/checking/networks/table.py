"""A table of networks, row by row beside what was measured: counts and accuracies."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np

from cnn_lesson.checking.misconceptions import Misconception, finding
from cnn_lesson.checking.networks.accuracy import Score
from cnn_lesson.checking.networks.history import Curves, claimed, learnt
from cnn_lesson.checking.reading import as_dict, key_of, whole_wanted, written_number, yours
from cnn_lesson.verdict import Finding

ROUNDED = 0.005
"""``evaluate`` gives the same number each time; two digits of it are enough."""
LEARNED, VALIDATED = "train validation".split()
"""The entries of a row for the part that was learned from, and for the one kept aside."""
ONE_PICTURE: dict[str, float] = {LEARNED: 1.5 / 3_600, VALIDATED: 1.5 / 400}
"""Where two outputs are all but equal, another machine may decide one picture otherwise."""
OTHER_COUNT = Misconception(
    lambda number, parameters: number != parameters,
    "not the count of this network",
    "ask this network itself: count_params()",
)


_ENTRIES = {"parameters": "param|count", VALIDATED: "val", LEARNED: LEARNED}
"""By the entry of a row, what its key has in it, however it is spelt."""
ROW_KIND = f'a dict with "parameters", "{LEARNED}" and "{VALIDATED}"'


def read_row(row: object) -> dict[str, object] | None:
    """The entries of a row in plain form, however its keys are spelt; None for what is no dict."""
    given = as_dict(row)
    if given is None:
        return None
    found: dict[str, object] = {}
    for key, value in given.items():
        name = next((n for n, has in _ENTRIES.items() if re.search(has, key_of(key))), "")
        if name and (name not in found or key == name):
            found[name] = value
    return found if found or not given else None


def share(value: object) -> float | int | None:
    """A share as a person gives it: also ``"0.96"``, and ``"96 %"`` for it."""
    if isinstance(value, str) and value.strip().endswith("%"):
        hundredths = written_number(value.strip().removesuffix("%"))
        return None if hundredths is None else hundredths / 100
    return written_number(value)


def parameters_finding(name: str, row: dict | None, parameters: int) -> Finding | None:
    """None where the count in a row is that of its network."""
    tried = f'table["{name}"]["parameters"]'
    value = (row or {}).get("parameters")
    number = written_number(value)
    if number is not None and not OTHER_COUNT.applies(number, parameters):
        return None
    if number is None:
        return Finding(tried=tried, yours=yours(value), wanted=whole_wanted(value))
    return finding(OTHER_COUNT, tried=tried, yours=f"{number:,}")


PERCENT = Misconception(lambda claim: claim > 1, "a percentage, or a loss")
_NOW = "evaluate this very network, now that it is trained, on both parts"


def _taken(source: str, says: str, ask: str) -> Misconception:
    """A number that is none of what was asked for, but just this one."""
    return Misconception(lambda row: row.source == source, says, ask)


TABLES = (
    Misconception(
        lambda row: (
            row.near(LEARNED, row.found[VALIDATED].value)
            and row.near(VALIDATED, row.found[LEARNED].value)
        ),
        "train and validation swapped",
    ),
    _taken(
        "loss",
        "the loss in place of the accuracy",
        "evaluate returns two numbers; which of them comes first?",
    ),
    _taken(
        "test",
        "measured on the test part",
        "the last 400 of which pictures were kept aside while it was trained?",
    ),
    _taken(
        "twice",
        "one part twice: this is the accuracy on the other one",
        "which pictures does evaluate get for this entry?",
    ),
    _taken(
        "all",
        "measured on all 4,000 pictures at once, those that fit learned from and those kept aside",
        "the first 3,600 are one part, the last 400 the other: which slice is asked for here?",
    ),
    _taken(
        "moving",
        "read from the history: an epoch's accuracy is taken while the weights still move",
        _NOW,
    ),
    _taken(
        "watched",
        "the last validation accuracy of the history, which is of other pictures or other weights",
        _NOW,
    ),
    _taken(
        "best",
        "the best epoch of the history, not what the network gives now",
        _NOW,
    ),
)
"""What a number of the table is, where only one thing has that value."""
_EXACTLY = 1e-6


class Row(NamedTuple):
    """A row of the table beside what was measured; ``off`` is the entry that does not fit."""

    claims: dict[str, float]
    found: dict[str, Score]
    off: str
    on_test: float
    curves: Curves

    def near(self, which: str, value: float) -> bool:
        """Whether an entry of the table is about this value."""
        return abs(self.claims[which] - value) <= tolerance(which, self.claims[which])

    @property
    def others(self) -> dict[str, float]:
        """Every number that may have been taken for the entry, by what it is."""
        other = LEARNED if self.off == VALIDATED else VALIDATED
        every = np.concatenate([one.right for one in self.found.values()])
        learning, watching = learnt(self.curves), claimed(self.curves)
        found = {
            "loss": self.found[self.off].loss,
            "test": self.on_test if self.off == VALIDATED else math.nan,
            "twice": self.found[other].value,
            "all": float(every.mean()) if every.size else math.nan,
            "moving": learning[-1] if learning else math.nan,
            "watched": watching[-1] if watching else math.nan,
            "best": max(watching, default=math.nan),
        }
        return {name: value for name, value in found.items() if math.isfinite(value)}

    @property
    def source(self) -> str:
        """What the entry is, as far as that is certain; empty where nothing or several fit it."""
        claim = self.claims[self.off]
        for slack in (rounding(claim), tolerance(self.off, claim)):
            fits = {
                name: value
                for name, value in self.others.items()
                if abs(claim - value) <= slack + _EXACTLY
            }
            if fits:
                first = next(iter(fits.values()))
                alone = all(abs(value - first) <= _EXACTLY for value in fits.values())
                return next(iter(fits)) if alone else ""
        return ""


def rounding(claim: float) -> float:
    """How far a number may be from the one that it was rounded from, by the digits it has."""
    digits = len(f"{claim:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10 ** -max(digits, 2) if digits < 6 else 0.0


def tolerance(which: str, claim: float) -> float:
    """How far an entry may be from what is measured: a picture, and what rounding takes away."""
    two_digits = abs(claim * 100 - round(claim * 100)) < 1e-9
    return ONE_PICTURE[which] + (ROUNDED if two_digits else ROUNDED / 10)


def unreadable(tried: str, value: object, claim: float | None) -> Finding:
    """What to say about an entry that is no share of pictures."""
    wanted = "a number from 0 to 1"
    if claim is None:
        return Finding(tried=tried, yours=yours(value), wanted=wanted)
    return finding(PERCENT, tried=tried, yours=f"{claim:g}", wanted=wanted)
