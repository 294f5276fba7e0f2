"""Loops over windows that end too soon, carry on what they should begin anew, or lose the rows.

Each takes the right formula, whose result is an array (rows, columns), and gives a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnn_lesson.checking.misconceptions import Formula, Misconception, wrong

_ENDS_EARLY = "which lines does the function still run after its first return?"
_FIRST_ONLY = ("the number of the first window comes back alone", _ENDS_EARLY)


def _only(place: tuple[slice, slice], right: Formula) -> Formula:
    """Zeros but for the part of the result that was reached."""

    def begun(*case: Any) -> np.ndarray:
        whole = np.asarray(right(*case), float)
        reached = np.zeros(whole.shape)
        reached[place] = whole[place]
        return reached

    return begun


def _carried(
    carry: Callable[[np.ndarray], np.ndarray], right: Formula, *, row_by_row: bool
) -> Formula:
    """Each place goes on from the place before, over the whole result or within its row."""

    def carried(*case: Any) -> np.ndarray:
        whole = np.asarray(right(*case), float)
        if row_by_row:
            return np.array([carry(row) for row in whole])
        return carry(whole.ravel()).reshape(whole.shape)

    return carried


def _whole(change: Callable[[np.ndarray], Any], right: Formula) -> Formula:
    """The result of the right formula, changed."""
    return lambda *case: change(np.asarray(right(*case), float))


def _all_in_every_row(whole: np.ndarray) -> np.ndarray:
    return np.tile(whole.ravel(), (len(whole), 1))


def loops(
    right: Formula, carry: Callable[[np.ndarray], np.ndarray], says: str, ask: str
) -> tuple[Misconception, ...]:
    """The wrong rules of loops that fill a result; ``says`` and ``ask`` are on what is carried."""
    first_row, first = (slice(1), slice(None)), (slice(1), slice(1))
    return (
        wrong(_only(first, right), "only the first number of the result is filled", _ENDS_EARLY),
        wrong(_only(first_row, right), "only the first row of the result is filled", _ENDS_EARLY),
        wrong(_whole(lambda a: a[0, 0], right), *_FIRST_ONLY),
        wrong(_whole(lambda a: a[:1, :1], right), *_FIRST_ONLY),
        wrong(_whole(lambda a: a[:1], right), "only the first row comes back", _ENDS_EARLY),
        wrong(_whole(lambda a: a[0], right), "only one row comes back", _ENDS_EARLY),
        wrong(_whole(lambda a: a[-1], right), "only one row comes back", "what joins the rows?"),
        wrong(
            _whole(np.ravel, right),
            "all numbers stand in one long row",
            "in which loop does a new row begin, and where is it joined to the others?",
        ),
        wrong(
            _whole(_all_in_every_row, right),
            "every row goes on from the one before",
            "a row begins empty: in which of the loops?",
        ),
        wrong(
            _whole(np.transpose, right),
            "rows and columns of the result are swapped",
            "the height of the picture gives the rows; which loop is the outer one?",
        ),
        *(wrong(_carried(carry, right, row_by_row=each), says, ask) for each in (False, True)),
    )
