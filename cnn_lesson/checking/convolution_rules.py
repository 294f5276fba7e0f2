"""The convolution, and the ways in which learners get it wrong: formulas with one form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from cnn_lesson.arithmetic import convolve, output_shape, windows
from cnn_lesson.checking.loop_rules import loops
from cnn_lesson.checking.misconceptions import ANY, Formula, Rule, wrong
from cnn_lesson.checking.pictures import LAST_LEFT_OUT, WHOLE_NUMBERS, cut


def _reduced(reduce: Callable[[np.ndarray, np.ndarray], float]) -> Formula:
    """A convolution that does something else with each window and kernel."""

    def feature_map(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
        every = windows(image, kernel.shape, stride)
        return np.array([[reduce(window, kernel) for window in row] for row in every])

    return feature_map


def _padded(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    frame = [((size - 1) // 2, size // 2) for size in kernel.shape]
    return convolve(np.pad(image, frame), kernel, stride)


def _any_of_shape(rows: int, columns: int, stride: int) -> np.ndarray:
    return np.full((-(-rows // stride), -(-columns // stride)), ANY)


def _same_size(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    return _any_of_shape(*image.shape, stride)


def _full_size(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    rows, columns = (n + k - 1 for n, k in zip(image.shape, kernel.shape, strict=True))
    return _any_of_shape(rows, columns, stride)


def _swapped_axes(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    rows, columns = output_shape(image.shape[0], image.shape[1], kernel.shape[::-1], stride)
    return np.full((rows, columns), ANY)


def _short_range(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Starts from ``range(0, n - k, stride)``: without the last one."""
    return convolve(image[:-1, :-1], kernel, stride)


def _kept_apart(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """As large as with stride 1: zeros wherever the step does not divide."""
    every = convolve(image, kernel)
    kept = np.zeros(every.shape)
    kept[::stride, ::stride] = every[::stride, ::stride]
    return kept


def _kept_in_front(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """As large as it should be: windows that lie at one of its own places, zeros elsewhere."""
    rows, columns = convolve(image, kernel, stride).shape
    return _kept_apart(image, kernel, stride)[:rows, :columns]


def _by_slices(
    start: Callable[[int, int], int], end: Callable[[int, int, int], int], square: int = 0
) -> Formula:
    """A convolution by slices: where the window of a place starts and ends, for each stride.

    ``square`` counts the columns as the rows (1), or the rows as the columns (-1).
    """

    def feature_map(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
        (height, width), (high, wide) = image.shape, kernel.shape
        places = output_shape(height, width, kernel.shape, stride)
        rows, columns = places[:: square or 1][:1] * 2 if square else places
        down = [slice(start(r, stride), end(r, stride, high)) for r in range(rows)]
        across = [slice(start(c, stride), end(c, stride, wide)) for c in range(columns)]
        return np.array([[np.sum(image[r, c] * kernel) for c in across] for r in down])

    return feature_map


def _rounded(digits: int) -> Formula:
    def rounded(*case: Any) -> np.ndarray:
        exact = convolve(*case)
        tie = np.abs(exact * 10**digits % 1 - 0.5) < 1e-6
        return np.where(tie, ANY, np.round(exact, digits))

    return rounded


_FLIPPED = (
    "the kernel is flipped: the convolution of mathematics, and of SciPy",
    "lay the kernel on the window as it is: what meets its top left number?",
)
_QUARTER = (
    "the kernel is turned by a quarter",
    "lay the kernel on the window as it is: what meets its top left number?",
)
_STEP_DIVIDES = (
    "written at r, c in place of r // stride, c // stride",
    "steps of 2: in which row of the result does the window that starts at row 2 belong?",
)
_ONE_PIXEL = (
    "a frame of zeros was added all around",
    "only whole windows on the picture itself count; where does the last one start?",
)
_COUNTED_ALIKE = (
    "rows and columns are counted from the same side of the picture",
    "which side of the picture says how many columns the result has?",
)
_ONE_APART = (
    "the right number of windows, but one step apart",
    "steps of 2: where does the second window start?",
)
_ONE_STEP_ONLY = (
    "the stride is used for one direction only",
    "the step is the same down and across",
)
_ROUNDED = (
    "rounded on the way out",
    "hand the numbers out as they are; digits may be left off where they are shown",
)
_SCALED = (
    "the picture was scaled first, as if it were bytes",
    "what was asked of the numbers in the picture?",
)
_PADDED = (
    "padded: the result keeps the size of the picture",
    "only whole windows count; where does the last one start?",
)

_NEGATIVE = "may a sum of products be negative?"

CONVOLUTION = Rule(
    convolve,
    (
        wrong(lambda image, kernel, *s: convolve(image, kernel[::-1, ::-1], *s), *_FLIPPED),
        wrong(
            lambda image, kernel, *s: convolve(image, kernel.T, *s),
            "the kernel is transposed: its rows meet the columns of the picture",
            "which number of the kernel meets the top right one of the window?",
        ),
        wrong(
            lambda image, kernel, stride=1: _padded(image, kernel[::-1, ::-1], stride),
            "flipped and padded, as SciPy does it",
            "take the kernel as it is, and whole windows only",
        ),
        wrong(_padded, *_PADDED),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel),
            "the stride is ignored",
            "with steps of 2, which windows are visited?",
        ),
        wrong(lambda *case: convolve(*case)[:-1, :-1], *LAST_LEFT_OUT),
        wrong(_short_range, *LAST_LEFT_OUT),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel, stride) / kernel.size,
            "the mean of the products instead of their sum",
            "add the products up; what is divided by what?",
        ),
        wrong(
            _reduced(lambda window, kernel: np.prod(window * kernel)),
            "all products multiplied with each other",
            "multiply pair by pair, and then?",
        ),
        wrong(
            _reduced(lambda window, kernel: np.sum(window + kernel)),
            "added where it should be multiplied",
            "a weight of 0 should make its pixel count nothing",
        ),
        wrong(
            _reduced(lambda window, kernel: np.sum(window)),
            "the kernel's numbers are not used",
            "what does a weight of 0 do to its pixel?",
        ),
        wrong(
            _reduced(lambda window, kernel: np.max(window * kernel)),
            "the largest product instead of the sum of all",
            "how many products does a window of 9 pixels have, and what becomes of them?",
        ),
        wrong(
            _reduced(lambda window, kernel: (window * kernel)[0, 0]),
            "one product instead of the sum of all",
            "how many products does a window of 9 pixels have, and what becomes of them?",
        ),
        wrong(
            _reduced(lambda window, kernel: np.sum(window @ kernel)),
            "a matrix product instead of products pair by pair",
            "what is the difference between * and @?",
        ),
        wrong(
            lambda *case: np.maximum(convolve(*case), 0),
            "negative values are cut off, as by a ReLU",
            _NEGATIVE,
        ),
        wrong(lambda *case: np.abs(convolve(*case)), "the sign is lost", _NEGATIVE),
        wrong(lambda *case: cut(convolve(*case), np.dtype(int)), *WHOLE_NUMBERS),
        wrong(
            lambda image, *rest: cut(convolve(image, *rest), image.dtype),
            *WHOLE_NUMBERS,
        ),
        *(wrong(_rounded(digits), *_ROUNDED) for digits in range(5)),
        wrong(
            lambda *case: convolve(*case).astype(np.float16).astype(float),
            "cut to 16 bits: digits are lost",
            "which dtype has the array that you write into?",
        ),
        wrong(lambda image, *rest: convolve(image / 255, *rest), *_SCALED),
        wrong(
            lambda image, *rest: convolve(image / (255 if image.dtype == np.uint8 else 1), *rest),
            *_SCALED,
        ),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel, stride) / np.sum(kernel),
            "divided by the sum of the kernel",
            "add the products up; what is divided by what?",
        ),
        wrong(
            lambda *case: np.clip(convolve(*case), 0, 255),
            "cut off at 0 and 255, as if it were a picture",
            "may a sum of products lie outside of 0 to 255?",
        ),
        wrong(lambda image, kernel, *s: convolve(image, np.rot90(kernel), *s), *_QUARTER),
        wrong(lambda image, kernel, *s: convolve(image, np.rot90(kernel, -1), *s), *_QUARTER),
        wrong(
            lambda image, kernel, *s: convolve(image, kernel[:3, :3], *s),
            "the kernel was taken for one of 3 × 3",
            "which attribute of the kernel knows its rows and columns?",
        ),
        wrong(_kept_apart, *_STEP_DIVIDES),
        wrong(_kept_in_front, *_STEP_DIVIDES),
        wrong(lambda image, kernel, stride=1: convolve(image, kernel)[::stride], *_ONE_STEP_ONLY),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel)[:, ::stride], *_ONE_STEP_ONLY
        ),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel, stride + 1),
            "the windows start one pixel too far apart",
            "stride 1: how far is it from the start of a window to the start of the next?",
        ),
        wrong(
            lambda image, kernel, stride=2: convolve(image, kernel, stride),
            "the stride is 2 unless told",
            "what does the first line of the task say the stride is unless told?",
        ),
        wrong(
            _by_slices(lambda n, s: n * s, lambda n, s, k: n + k),
            "the slice starts at i * stride, but ends as if it started at i",
            "a window that starts at i * stride: where does it end?",
        ),
        wrong(_by_slices(lambda n, s: n, lambda n, s, k: n + k), *_ONE_APART),
        wrong(
            lambda image, kernel, stride=1: (
                lambda every, rows, columns: every[:rows:stride, :columns:stride]
            )(convolve(image, kernel), *convolve(image, kernel, stride).shape),
            "the stride is taken twice: for the number of windows, and for their starts again",
            "how many windows are there with steps of 2, and where does the last one start?",
        ),
        wrong(_by_slices(lambda n, s: n * s, lambda n, s, k: n * s + k, 1), *_COUNTED_ALIKE),
        wrong(_by_slices(lambda n, s: n * s, lambda n, s, k: n * s + k, -1), *_COUNTED_ALIKE),
        wrong(lambda image, *rest: convolve(np.pad(image, 1), *rest), *_ONE_PIXEL),
        wrong(
            lambda image, kernel, *s: convolve(
                np.pad(image, [(k // 2, k // 2) for k in kernel.shape]), kernel, *s
            ),
            *_ONE_PIXEL,
        ),
        wrong(_same_size, *_PADDED),
        *loops(
            convolve,
            np.cumsum,
            "each sum goes on from the sum of the window before",
            "each window has a sum of its own: where does it start from 0?",
        ),
        wrong(
            _full_size,
            "full size: windows that stick out over the border were counted",
            "must the whole window lie on the picture?",
        ),
        wrong(
            _swapped_axes,
            "rows and columns of the kernel are swapped",
            "the kernel's height goes with the rows of the picture, its width with the columns",
        ),
    ),
)
