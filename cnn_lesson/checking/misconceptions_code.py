"""Misconceptions about the functions that learners write, as wrong implementations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn_lesson.arithmetic import convolve, max_pool, output_shape, windows
from cnn_lesson.checking.misconceptions import ANY, Formula, Misconception, Rule


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
    rows, columns = output_shape(*image.shape, kernel.shape[::-1], stride)
    return np.full((rows, columns), ANY)


def _swapped_result(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    return np.full(convolve(image, kernel, stride).shape[::-1], ANY)


def _short_range(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Starts from ``range(0, n - k, stride)``: without the last one."""
    return convolve(image[:-1, :-1], kernel, stride)


def _cut(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The values as an array of a dtype takes them; any where rounding errors or limits decide."""
    if values.dtype.kind != "f" or dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    near = np.abs(values - values.round()) < 1e-6
    unsure = near | (values < limits.min) | (values > limits.max)
    return np.where(unsure, ANY, np.trunc(values))


_FLIPPED = (
    "the kernel is flipped: the convolution of mathematics, and of SciPy",
    "lay the kernel on the window as it is: what meets its top left number?",
)
_PADDED = (
    "padded: the result keeps the size of the picture",
    "only whole windows count; where does the last one start?",
)
_LAST_LEFT_OUT = (
    "off by one: the last window is left out",
    "a window of 2 on a row of 3: which starts are there?",
)
_WHOLE_NUMBERS = (
    "cut down to whole numbers",
    "which dtype has the array that you write into?",
)

CONVOLVE = Rule(
    convolve,
    (
        Misconception(
            lambda image, kernel, stride=1: convolve(image, kernel[::-1, ::-1], stride),
            *_FLIPPED,
        ),
        Misconception(
            lambda image, kernel, stride=1: convolve(image, kernel.T, stride),
            "the kernel is transposed: its rows meet the columns of the picture",
            "which number of the kernel meets the top right one of the window?",
        ),
        Misconception(
            lambda image, kernel, stride=1: _padded(image, kernel[::-1, ::-1], stride),
            "flipped and padded, as SciPy does it",
            "take the kernel as it is, and whole windows only",
        ),
        Misconception(_padded, *_PADDED),
        Misconception(
            lambda image, kernel, stride=1: convolve(image, kernel),
            "the stride is ignored",
            "with steps of 2, which windows are visited?",
        ),
        Misconception(lambda *case: convolve(*case)[:-1, :-1], *_LAST_LEFT_OUT),
        Misconception(_short_range, *_LAST_LEFT_OUT),
        Misconception(
            lambda image, kernel, stride=1: convolve(image, kernel, stride) / kernel.size,
            "the mean of the products instead of their sum",
            "add the products up; what is divided by what?",
        ),
        Misconception(
            _reduced(lambda window, kernel: np.prod(window * kernel)),
            "all products multiplied with each other",
            "multiply pair by pair, and then?",
        ),
        Misconception(
            _reduced(lambda window, kernel: np.sum(window + kernel)),
            "added where it should be multiplied",
            "a weight of 0 should make its pixel count nothing",
        ),
        Misconception(
            _reduced(lambda window, kernel: np.sum(window)),
            "the kernel's numbers are not used",
            "what does a weight of 0 do to its pixel?",
        ),
        Misconception(
            _reduced(lambda window, kernel: np.max(window * kernel)),
            "the largest product instead of the sum of all",
            "how many products does a window of 9 pixels have, and what becomes of them?",
        ),
        Misconception(
            _reduced(lambda window, kernel: (window * kernel)[0, 0]),
            "one product instead of the sum of all",
            "how many products does a window of 9 pixels have, and what becomes of them?",
        ),
        Misconception(
            _reduced(lambda window, kernel: np.sum(window @ kernel)),
            "a matrix product instead of products pair by pair",
            "what is the difference between * and @?",
        ),
        Misconception(
            lambda *case: np.maximum(convolve(*case), 0),
            "negative values are cut off, as by a ReLU",
            "may a sum of products be negative?",
        ),
        Misconception(
            lambda *case: np.abs(convolve(*case)),
            "the sign is lost",
            "may a sum of products be negative?",
        ),
        Misconception(lambda *case: _cut(convolve(*case), np.dtype(int)), *_WHOLE_NUMBERS),
        Misconception(
            lambda image, *rest: _cut(convolve(image, *rest), image.dtype),
            *_WHOLE_NUMBERS,
        ),
        Misconception(_same_size, *_PADDED),
        Misconception(
            _full_size,
            "full size: windows that stick out over the border were counted",
            "must the whole window lie on the picture?",
        ),
        Misconception(
            _swapped_result,
            "rows and columns of the result are swapped",
            "the height of the picture gives the rows; which loop is the outer one?",
        ),
        Misconception(
            _swapped_axes,
            "rows and columns of the kernel are swapped",
            "the kernel's height goes with the rows of the picture, its width with the columns",
        ),
    ),
)


def _pooled(reduce: Callable[..., np.ndarray]) -> Formula:
    """A pooling that keeps something else of each window; the reduction takes an axis."""

    def pooled(image: np.ndarray, size: int = 2, stride: int | None = None) -> np.ndarray:
        return reduce(windows(image, size, stride or size), axis=(2, 3))

    return pooled


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


_STICKS_OUT = (
    "a window that sticks out over the border was kept",
    "a row of 5, windows of 2 side by side: how many are whole?",
)

_ONE_ROW = ("windows of one row only", "a window is a square; how many rows does it have?")
_ONE_COLUMN = (
    "windows of one column only",
    "a window is a square; how many columns does it have?",
)

MAX_POOL = Rule(
    max_pool,
    (
        Misconception(
            _pooled(np.mean),
            "the mean of each window: average pooling",
            "what does max stand for?",
        ),
        Misconception(
            _pooled(np.min), "the smallest value of each window", "what does max stand for?"
        ),
        Misconception(_pooled(np.sum), "the sum of each window", "what does max stand for?"),
        Misconception(
            lambda *case: np.maximum(max_pool(*case), 0),
            "the search starts at zero, so negative values are lost",
            "what is the largest of -3 and -5?",
        ),
        Misconception(
            lambda image, *rest: max_pool(np.abs(image), *rest),
            "the sign is lost before the values are compared",
            "which is larger, -5 or 3?",
        ),
        Misconception(_over_the_edge, *_STICKS_OUT),
        Misconception(_padded_pool, *_STICKS_OUT),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, size),
            "the stride is ignored: the windows always lie side by side",
            "windows of 3, steps of 2: where does the second one start?",
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, size, stride or 1),
            "windows one step apart, as in a convolution",
            "how far apart do pooling windows lie unless told?",
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, size, 1),
            "the windows always move by one",
            "how far apart do pooling windows lie unless told?",
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, 2, stride),
            "the size is ignored",
            "try windows of 3",
        ),
        Misconception(
            _pooled(lambda every, axis: every[..., 0, 0]),
            "the first value of each window, not the largest",
            "which value of a window should remain?",
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, (1, size), stride or size),
            *_ONE_ROW,
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, (1, size), (1, stride or size)),
            *_ONE_ROW,
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, (size, 1), stride or size),
            *_ONE_COLUMN,
        ),
        Misconception(
            lambda image, size=2, stride=None: max_pool(image, (size, 1), (stride or size, 1)),
            *_ONE_COLUMN,
        ),
        Misconception(lambda *case: max_pool(*case)[:-1, :-1], *_LAST_LEFT_OUT),
        Misconception(
            lambda image, *rest: max_pool(image[:-1, :-1], *rest),
            *_LAST_LEFT_OUT,
        ),
        Misconception(lambda *case: _cut(max_pool(*case), np.dtype(int)), *_WHOLE_NUMBERS),
    ),
)
