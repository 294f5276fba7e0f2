"""``max-pool``: the largest value of each window."""

from __future__ import annotations

import numpy as np

from cnn_lesson.arithmetic import Shape
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem, drawn
from cnn_lesson.checking.pictures import IMAGE, array_kind, array_shown, shown, values
from cnn_lesson.checking.pooling_rules import POOLING


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
    rule=POOLING,
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
    shown=array_shown,
    why="one number remains of each whole window, its largest, also where all of them are negative",
    hints=(
        "the same walk as in convolve, with the largest value in place of the sum of products",
        "the step is size where stride is None; the last start is length - size",
        "r in range(0, height - size + 1, step), c likewise; for each the .max() of the window",
    ),
)
