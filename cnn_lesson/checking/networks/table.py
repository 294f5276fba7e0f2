"""A table of networks, row by row beside what was measured: counts and accuracies."""

from __future__ import annotations

from typing import NamedTuple

from cnn_lesson.checking.misconceptions import Misconception, finding
from cnn_lesson.checking.networks.accuracy import Score
from cnn_lesson.checking.reading import as_number, yours
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


def parameters_finding(name: str, row: dict | None, parameters: int) -> Finding | None:
    """None where the count in a row is that of its network."""
    tried = f'table["{name}"]["parameters"]'
    value = (row or {}).get("parameters")
    number = as_number(value)
    if number is not None and not OTHER_COUNT.applies(number, parameters):
        return None
    if number is None:
        return Finding(tried=tried, yours=yours(value), wanted="a whole number")
    return finding(OTHER_COUNT, tried=tried, yours=f"{number:,}")


PERCENT = Misconception(lambda claim: claim > 1, "a percentage, or a loss")
TABLES = (
    Misconception(
        lambda row: (
            row.near(LEARNED, row.found[VALIDATED].value)
            and row.near(VALIDATED, row.found[LEARNED].value)
        ),
        "train and validation swapped",
    ),
    Misconception(
        lambda row: row.near(row.off, row.found[row.off].loss),
        "the loss in place of the accuracy",
        "evaluate returns two numbers; which of them comes first?",
    ),
    Misconception(
        lambda row: row.off == VALIDATED and row.near(VALIDATED, row.on_test),
        "measured on the test part",
        "the last 400 of which pictures were kept aside while it was trained?",
    ),
    Misconception(
        lambda row: any(row.near(row.off, value) for value in row.last.values()),
        "read from the history: an epoch's accuracy is taken while the weights still move",
        "evaluate this very network, now that it is trained, on both parts",
    ),
)


class Row(NamedTuple):
    """A row of the table beside what was measured; ``off`` is the entry that does not fit."""

    claims: dict[str, float]
    found: dict[str, Score]
    off: str
    on_test: float
    last: dict[str, float]

    def near(self, which: str, value: float) -> bool:
        """Whether an entry of the table is about this value."""
        return abs(self.claims[which] - value) <= tolerance(which, self.claims[which])


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
