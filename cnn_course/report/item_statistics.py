"""What a class says about an item: how hard it was, and whether it tells learners apart.

Difficulty is the share of points, 0 to 1: high for an easy item (Crocker & Algina, Introduction to
Classical and Modern Test Theory, 1986, ch. 14).

Discrimination is the point-biserial correlation: Pearson's correlation of the item's points with
the rest of the score, which is the total without the item itself. With the item left in, it would
correlate with itself (Henrysson, "Correction of item-total correlations in item analysis",
Psychometrika 28, 1963). An item with partial credit takes the same formula.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from cnn_course.grade.own_cells import OwnCell
from cnn_course.report.graded_class import STATES, ClassBook
from cnn_lesson.items import Item

FEWEST = 3
"""Learners that a correlation needs; with two it is always 1, -1 or undefined."""
FEW = 20
"""With fewer learners a discrimination is a hint and no more."""
LOW_DISCRIMINATION = 0.2
"""Below it an item hardly tells learners apart (Ebel & Frisbie, Essentials of Educational
Measurement, 1991)."""


@dataclass(frozen=True)
class Measure:
    """One item in numbers; difficulty and discrimination are None where they are undefined.

    An essay that nobody has begun to mark has none: so far it only has the zeros of the empty ones.
    """

    item: Item | OwnCell
    marked: int
    counts: dict[str, int]
    difficulty: float | None
    discrimination: float | None


def measures(book: ClassBook) -> list[Measure]:
    """A measure for each item, in the lesson's order, and for each cell of the course's own."""
    whole = [i for i in book.asked if all(x.marks[i].points is not None for x in book.learners)]
    return [_measure(book, item, whole) for item in book.asked.values()]


def _measure(book: ClassBook, item: Item | OwnCell, whole: Sequence[str]) -> Measure:
    """``whole`` are the items with points for everybody: only they make up the rest."""
    marks = [learner.marks[item.id] for learner in book.learners]
    states = [mark.state for mark in marks]
    counts = {state: states.count(state) for state in STATES}
    rest = [other for other in whole if other != item.id]
    pairs = [
        (learner.marks[item.id].points, learner.points(rest))
        for learner in book.learners
        if learner.marks[item.id].points is not None
    ]
    points = [point for point, _ in pairs]
    most = math.fsum(mark.out_of for mark in marks if mark.points is not None)
    if not most or item.id not in book.counted:
        return Measure(item, len(pairs), counts, None, None)
    return Measure(item, len(pairs), counts, math.fsum(points) / most, correlation(pairs))


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation; None for fewer than 3 pairs, or where one side does not vary."""
    if len(pairs) < FEWEST or any(min(side) == max(side) for side in zip(*pairs, strict=True)):
        return None
    return statistics.correlation(*zip(*pairs, strict=True))
