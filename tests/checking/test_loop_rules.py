"""Loops that a learner writes for a feature map or for pooling, and that end or go on wrongly."""

import operator

import numpy as np
import pytest

from cnn_lesson.items import ITEMS
from tests.items import SEEDS, verdict_on


def looped(new, add, leaves, starts):
    """A function over a picture's windows in two loops, and the places where one goes wrong.

    ``new`` begins a window's number and ``add`` goes on with a pixel; the number is begun where
    ``starts`` says, and the function is left where ``leaves`` says: "all", "row" or "window".
    """

    def run(image, shape, stride, weights):
        rows, columns = shape
        counts = [(n - k) // stride + 1 for n, k in zip(image.shape, shape, strict=True)]
        result, number = np.zeros(counts), new
        for r in range(counts[0]):
            number = new if starts == "row" else number
            for c in range(counts[1]):
                number = new if starts == "window" else number
                for i in range(rows):
                    for j in range(columns):
                        number = add(number, image[r * stride + i, c * stride + j] * weights[i, j])
                result[r, c] = number
                if leaves == "window":
                    return result
            if leaves == "row":
                return result
        return result

    return run


def answer(item, leaves="all", starts="window"):
    """The learner's function for one of the two items."""
    if item == "convolve":
        run = looped(0, operator.add, leaves, starts)
        return lambda image, kernel, stride=1: run(
            image.astype(float), kernel.shape, stride, kernel
        )
    run = looped(-np.inf, max, leaves, starts)
    return lambda image, size=2, stride=None: run(
        image, (size, size), stride or size, np.ones((size, size))
    )


def verdicts(item, function):
    """The verdicts on a function, on the cases that are seen and on hidden ones."""
    name = item.replace("-", "_")
    return [verdict_on(ITEMS[item], {name: function}, seed) for seed in SEEDS]


@pytest.mark.parametrize("item", ["convolve", "max-pool"])
def test_loops_that_end_where_they_should_are_right(item):
    """Is nothing said of loops that begin and end where they should?"""
    assert {each.points for each in verdicts(item, answer(item))} == {ITEMS[item].points}


@pytest.mark.parametrize("item", ["convolve", "max-pool"])
@pytest.mark.parametrize(
    ("leaves", "starts", "says"),
    [
        ("window", "window", "only the first number of the result is filled"),
        ("row", "window", "only the first row of the result is filled"),
        ("all", "row", "goes on from the"),
        ("all", "once", "goes on from the"),
    ],
)
def test_loops_that_end_early_or_go_on_are_named(item, leaves, starts, says):
    """Is a return inside a loop named, and a number that isn't begun anew?"""
    for verdict in verdicts(item, answer(item, leaves, starts)):
        assert verdict.points == 0
        assert says in str(verdict)


LOST = {
    "the first number alone": (lambda a: a[0, 0], "first window comes back alone"),
    "the first row alone": (lambda a: a[:1], "only the first row comes back"),
    "one row": (lambda a: a[0].tolist(), "only one row comes back"),
    "one long row": (lambda a: a.ravel().tolist(), "one long row"),
    "one list for all rows": (
        lambda a: [a.ravel().tolist()] * len(a),
        "goes on from the one before",
    ),
    "the other way round": (lambda a: a.T, "rows and columns of the result are swapped"),
    "a generator": (lambda a: (row for row in a), "nothing is worked out yet"),
    "a map": (lambda a: map(list, a), "nothing is worked out yet"),
}


@pytest.mark.parametrize("item", ["convolve", "max-pool"])
@pytest.mark.parametrize("way", LOST)
def test_right_numbers_that_lost_their_rows_are_told_so(item, way):
    """Is it said how the numbers come back, where each of them is right?"""
    change, says = LOST[way]
    right = answer(item)
    for verdict in verdicts(item, lambda *case: change(right(*case))):
        assert verdict.points < verdict.out_of and says in str(verdict), verdict
