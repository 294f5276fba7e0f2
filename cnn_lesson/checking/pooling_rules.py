"""Max pooling, and the ways in which learners get it wrong: formulas with one form."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn_lesson.arithmetic import max_pool, windows
from cnn_lesson.checking.loop_rules import loops
from cnn_lesson.checking.misconceptions import ANY, Formula, Rule, wrong
from cnn_lesson.checking.pictures import LAST_LEFT_OUT, WHOLE_NUMBERS, cut


def _pooled(reduce: Callable[..., np.ndarray]) -> Formula:
    """A pooling that keeps something else of each window; the reduction takes an axis."""

    def pooled(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
        return reduce(windows(image, size, stride or size), axis=(2, 3))

    return pooled


def _where_it_stands(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    every = windows(image, size, stride or size)
    return every.reshape(*every.shape[:2], -1).argmax(axis=-1)


def _over_the_edge(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    step = stride or size
    rows, columns = (-(-n // step) for n in image.shape)
    frame = [(0, (count - 1) * step + size) for count in (rows, columns)]
    low = np.pad(image.astype(float), frame, constant_values=-math.inf)
    return max_pool(low, size, step)[:rows, :columns]


def _padded_pool(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    """Zeros at the far border until every window is whole."""
    step = stride or size
    frame = [(0, -(n - size) % step) for n in image.shape]
    return max_pool(np.pad(image, frame), size, step)


def _over_the_end(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    """Windows until the end is passed: the last one is cut off by the border."""
    step = stride or size
    return _by_slices(
        lambda n: -(-(n - size) // step) + 1, lambda i: (i * step, i * step + size), image
    )


def _one_too_many(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    step = stride or size
    return _by_slices(
        lambda n: int((n - size + 1) / step + 1), lambda i: (i * step, i * step + size), image
    )


def _ends_early(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    step = stride or size
    return _by_slices(lambda n: (n - size) // step + 1, lambda i: (i * step, i + size), image)


def _counted_alike(side: int) -> Formula:
    """Columns counted from the rows (0), or rows from the columns (1)."""

    def pooled(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
        step, length = stride or size, image.shape[side]
        return _by_slices(
            lambda n: (length - size) // step + 1, lambda i: (i * step, i * step + size), image
        )

    return pooled


def _by_slices(
    places: Callable[[int], int], ends: Callable[[int], tuple[int, int]], image: np.ndarray
) -> np.ndarray:
    """The largest value of each slice: how many there are along a side, and their two ends."""
    rows, columns = (range(places(length)) for length in image.shape)
    return np.array(
        [[image[slice(*ends(r)), slice(*ends(c))].max() for c in columns] for r in rows]
    )


def _turned_sign(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    return -windows(-image, size, stride or size).min(axis=(2, 3))


def _farthest_from_zero(every: np.ndarray, axis: tuple[int, int]) -> np.ndarray:
    low, high = every.min(axis=axis), every.max(axis=axis)
    return np.where(-low.astype(float) > high, low, high)


def _search_from(start: float) -> Formula:
    return lambda *case: np.maximum(max_pool(*case).astype(float), start)


def _one_apart(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
    rows, columns = max_pool(image, size, stride).shape
    return max_pool(image, size, 1)[:rows, :columns]


_STICKS_OUT = (
    "a window that sticks out over the border was kept",
    "a row of 5, windows of 2 side by side: how many are whole?",
)

_COUNTED_ALIKE = (
    "rows and columns are counted from the same side of the picture",
    "which side of the picture says how many columns the result has?",
)
_NOT_LOW_ENOUGH = (
    "the search starts at a number that is not low enough",
    "which number is lower than all others, or which one of the window could come first?",
)
_ROUNDED = ("rounded on the way out", "hand the numbers out as they are")
_ONE_ROW = ("windows of one row only", "a window is a square; how many rows does it have?")
_ONE_COLUMN = (
    "windows of one column only",
    "a window is a square; how many columns does it have?",
)

POOLING = Rule(
    max_pool,
    (
        wrong(
            _pooled(np.mean),
            "the mean of each window: average pooling",
            "what does max stand for?",
        ),
        wrong(
            _pooled(_farthest_from_zero),
            "compared without the sign: the value farthest from 0, up or down",
            "which is larger, -5 or 3?",
        ),
        wrong(_pooled(np.min), "the smallest value of each window", "what does max stand for?"),
        wrong(_pooled(np.sum), "the sum of each window", "what does max stand for?"),
        wrong(
            lambda *case: np.maximum(max_pool(*case), 0),
            "the search starts at zero, so negative values are lost",
            "what is the largest of -3 and -5?",
        ),
        wrong(
            lambda image, *rest: max_pool(np.abs(image), *rest),
            "the sign is lost before the values are compared",
            "which is larger, -5 or 3?",
        ),
        wrong(_pooled(np.median), "the median of each window", "what does max stand for?"),
        wrong(
            _where_it_stands,
            "the place of the largest value, not the value",
            "what does argmax give, and what does max?",
        ),
        *loops(
            max_pool,
            np.maximum.accumulate,
            "the largest value goes on from the window before",
            "each window is searched anew: where is the largest value so far set back?",
        ),
        wrong(_over_the_edge, *_STICKS_OUT),
        wrong(_padded_pool, *_STICKS_OUT),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, size),
            "the stride is ignored: the windows always lie side by side",
            "windows of 3, steps of 2: where does the second one start?",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, size, stride or 1),
            "windows one step apart, as in a convolution",
            "how far apart do pooling windows lie unless told?",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, size, 1),
            "the windows always move by one",
            "how far apart do pooling windows lie unless told?",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, 2, stride),
            "the size is ignored",
            "try windows of 3",
        ),
        wrong(
            _pooled(lambda every, axis: every[..., 0, 0]),
            "the first value of each window, not the largest",
            "which value of a window should remain?",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, (1, size), stride or size),
            *_ONE_ROW,
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, (1, size), (1, stride or size)),
            *_ONE_ROW,
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, (size, 1), stride or size),
            *_ONE_COLUMN,
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, (size, 1), (stride or size, 1)),
            *_ONE_COLUMN,
        ),
        wrong(lambda *case: max_pool(*case)[:-1, :-1], *LAST_LEFT_OUT),
        wrong(
            lambda image, *rest: max_pool(image[:-1, :-1], *rest),
            *LAST_LEFT_OUT,
        ),
        wrong(lambda *case: cut(max_pool(*case), np.dtype(int)), *WHOLE_NUMBERS),
        wrong(_over_the_end, *_STICKS_OUT),
        wrong(
            _one_too_many,
            "counted as (n - size + 1) / stride + 1: one window too many",
            "a row of 4, windows of 2 side by side: where does the last one start?",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, 2, stride or size),
            "the size is ignored",
            "try windows of 3",
        ),
        wrong(
            lambda image, size=2, stride=None: max_pool(image, size, stride or 2),
            "the windows lie 2 apart, whatever their size",
            "how far apart do pooling windows lie unless told?",
        ),
        wrong(
            _one_apart,
            "the right number of windows, but one step apart",
            "where does the second window start?",
        ),
        wrong(
            _ends_early,
            "the slice starts at i * stride, but ends as if it started at i",
            "a window that starts at i * stride: where does it end?",
        ),
        wrong(_counted_alike(0), *_COUNTED_ALIKE),
        wrong(_counted_alike(1), *_COUNTED_ALIKE),
        *(
            wrong(_search_from(low), *_NOT_LOW_ENOUGH)
            for low in (-1, -10, -100, -128, -255, -256, -999, -1000)
        ),
        wrong(
            _turned_sign,
            "the sign was turned, and bytes have none",
            "what is -image where the numbers are bytes from 0 to 255?",
        ),
        *(wrong(lambda *case, n=n: np.round(max_pool(*case), n), *_ROUNDED) for n in range(1, 5)),
        wrong(
            lambda image, *rest: np.full(image.shape, ANY),
            "the result keeps the size of the picture",
            "one number remains of each window: how many windows lie side by side?",
        ),
    ),
)
