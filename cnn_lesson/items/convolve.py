"""``convolve``: a feature map by hand, window by window."""

from __future__ import annotations

import numpy as np

from cnn_lesson.arithmetic import Shape
from cnn_lesson.checking.convolution_rules import CONVOLUTION
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem, drawn
from cnn_lesson.checking.pictures import IMAGE, KERNEL, array_kind, array_shown, shown, values


def _tried_kernel(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> str:
    step = f", stride {stride}" if stride != 1 else ""
    return f"{shown(image, 'image')}, {shown(kernel, 'kernel')}{step}"


KINDS = (  # rows and columns of the picture, those of the kernel, stride, numbers of the two
    ((3, 3), (2, 2), 1, "whole", "whole"),
    ((5, 4), (2, 2), 2, "whole", "whole"),
    ((4, 7), (3, 3), 1, "whole", "real"),
    ((6, 5), (3, 3), 1, "bytes", "whole"),
    ((6, 8), (4, 4), 1, "real", "real"),
    ((8, 7), (5, 5), 1, "whole", "whole"),
    ((4, 6), (1, 3), 1, "whole", "whole"),
    ((6, 4), (3, 2), 1, "whole", "real"),
    ((5, 7), (2, 4), 1, "bytes", "whole"),
    ((8, 5), (4, 1), 1, "real", "real"),
    ((4, 6), (2, 2), 2, "whole", "whole"),
    ((8, 6), (3, 3), 2, "whole", "real"),
    ((5, 8), (2, 3), 2, "real", "real"),
    ((10, 7), (2, 2), 3, "bytes", "whole"),
    ((7, 5), (3, 1), 2, "real", "real"),
    ((8, 11), (4, 4), 3, "real", "real"),
)
FRIENDLY = ([IMAGE[:3, :3], KERNEL], [IMAGE, KERNEL, 2])


def _draw(
    rng: np.random.Generator, picture: Shape, kernel: Shape, stride: int, *numbers: str
) -> Case:
    """A picture and a kernel with few digits, as it may be shown; the stride where it is not 1."""
    case = [values(rng, numbers[0], *picture), values(rng, numbers[1], *kernel).round(3)]
    return case if stride == 1 else [*case, stride]


def _cases(seed: int) -> list[Case]:
    return drawn(seed, KINDS, _draw, FRIENDLY, lambda case: case[0].size)


def _is_square(kernel: np.ndarray) -> bool:
    return kernel.shape[0] == kernel.shape[1]


ITEM = FunctionItem(
    id="convolve",
    objective=3,
    notebook="01-convolution",
    section="S1",
    minutes=9,
    names=("convolve",),
    signature="convolve(image, kernel, stride=1)",
    rule=CONVOLUTION,
    parts=(
        CasePart(
            "stride 1",
            4,
            lambda image, kernel, stride=1: stride == 1 and _is_square(kernel),
            "one window at a time: multiply it with the kernel, pair by pair, and add up",
        ),
        CasePart(
            "a kernel that is not square",
            1,
            lambda image, kernel, stride=1: stride == 1 and not _is_square(kernel),
            "the kernel's height goes with the rows of the picture, its width with the columns",
        ),
        CasePart(
            "a longer stride",
            2,
            lambda image, kernel, stride=1: stride > 1,
            "with steps of 2, where do the first, the second and the last window start?",
        ),
    ),
    draw=_cases,
    tried=_tried_kernel,
    kind=array_kind,
    shown=array_shown,
    why=(
        "each number is one window times the kernel as it lies, added up, for kernels "
        "and steps of any size"
    ),
    hints=(
        "one number of the result comes from one window: image[r : r + rows, c : c + columns]",
        "two loops, r over the rows and c over the columns; the last r is height - rows",
        "r in range(0, height - rows + 1, stride), c likewise; for each the sum of window * kernel",
    ),
)
