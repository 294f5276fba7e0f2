"""``max-pool``: the largest value of each window."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn_lesson.arithmetic import Shape, max_pool, windows
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem, drawn
from cnn_lesson.checking.misconceptions import Formula, Rule, wrong
from cnn_lesson.checking.pictures import (
    IMAGE,
    LAST_LEFT_OUT,
    WHOLE_NUMBERS,
    array_kind,
    cut,
    shown,
    values,
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
        wrong(
            _pooled(np.mean),
            "the mean of each window: average pooling",
            "what does max stand for?",
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
    ),
)


def _tried_pool(image: np.ndarray, size: int = 2, stride: int | None = None) -> str:
    step = "" if stride is None else f", stride {stride}"
    return f"{shown(image, 'image')}, size {size}{step}"


KINDS = (  # rows and columns of the picture, size and stride where they are given, numbers
    ((4, 4), None, None, "whole"),
    ((5, 4), None, None, "whole"),
    ((4, 4), None, None, "below"),
    ((3, 3), 2, 1, "whole"),
    ((6, 9), 3, None, "bytes"),
    ((6, 4), 2, None, "real"),
    ((8, 12), 4, None, "whole"),
    ((15, 10), 5, None, "real"),
    ((5, 7), 2, None, "whole"),
    ((7, 11), 3, None, "real"),
    ((8, 6), 3, None, "bytes"),
    ((8, 15), 4, None, "real"),
    ((4, 6), 2, None, "low"),
    ((9, 6), 3, None, "low"),
    ((6, 8), 3, 2, "real"),
    ((5, 4), 3, 1, "bytes"),
    ((9, 7), 2, 3, "whole"),
    ((7, 10), 4, 2, "real"),
)
FRIENDLY = ([IMAGE[:4]], [IMAGE], [IMAGE[:4] - 9], [IMAGE[:3, :3], 2, 1])


def _draw(
    rng: np.random.Generator, picture: Shape, size: int | None, stride: int | None, numbers: str
) -> Case:
    """A picture that is negative everywhere or nowhere; size and stride where they are given."""
    image = values(rng, numbers, *picture)
    image = image if numbers in ("below", "low") else np.abs(image)
    return [image, *(each for each in (size, stride) if each is not None)]


def _cases(seed: int) -> list[Case]:
    return drawn(seed, KINDS, _draw, FRIENDLY, lambda case: case[0].size)


def _is_whole(image: np.ndarray, size: int) -> bool:
    return all(length % size == 0 for length in image.shape)


ITEM = FunctionItem(
    id="max-pool",
    objective=4,
    notebook="01-convolution",
    section="S3",
    minutes=5,
    names=("max_pool",),
    signature="max_pool(image, size=2, stride=None)",
    rule=MAX_POOL,
    parts=(
        CasePart(
            "windows side by side",
            2,
            lambda image, size=2, stride=None: (
                stride is None and _is_whole(image, size) and image.max() >= 0
            ),
            "cut the picture into tiles of size by size; one number remains of each",
        ),
        CasePart(
            "a picture that leaves a rest",
            1,
            lambda image, size=2, stride=None: stride is None and not _is_whole(image, size),
            "a row of 5, windows of 2 side by side: how many are whole?",
        ),
        CasePart(
            "negative values",
            1,
            lambda image, size=2, stride=None: stride is None and image.max() < 0,
            "what is the largest of -3 and -5?",
        ),
        CasePart(
            "windows that overlap",
            1,
            lambda image, size=2, stride=None: stride is not None,
            "size says how large a window is, stride how far apart two of them start",
        ),
    ),
    draw=_cases,
    tried=_tried_pool,
    kind=array_kind,
    hints=(
        "the same walk as in convolve, with the largest value in place of the sum of products",
        "the step is size where stride is None; the last start is length - size",
        "r in range(0, height - size + 1, step), c likewise; for each the .max() of the window",
    ),
)
