"""``convolve``: a feature map by hand, window by window."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn_lesson.arithmetic import Shape, convolve, output_shape, windows
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem, drawn
from cnn_lesson.checking.misconceptions import ANY, Formula, Rule, wrong
from cnn_lesson.checking.pictures import (
    IMAGE,
    KERNEL,
    LAST_LEFT_OUT,
    WHOLE_NUMBERS,
    array_kind,
    cut,
    shown,
    values,
)


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


def _swapped_result(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    return np.full(convolve(image, kernel, stride).shape[::-1], ANY)


def _short_range(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Starts from ``range(0, n - k, stride)``: without the last one."""
    return convolve(image[:-1, :-1], kernel, stride)


_FLIPPED = (
    "the kernel is flipped: the convolution of mathematics, and of SciPy",
    "lay the kernel on the window as it is: what meets its top left number?",
)
_PADDED = (
    "padded: the result keeps the size of the picture",
    "only whole windows count; where does the last one start?",
)

CONVOLVE = Rule(
    convolve,
    (
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel[::-1, ::-1], stride),
            *_FLIPPED,
        ),
        wrong(
            lambda image, kernel, stride=1: convolve(image, kernel.T, stride),
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
            "may a sum of products be negative?",
        ),
        wrong(
            lambda *case: np.abs(convolve(*case)),
            "the sign is lost",
            "may a sum of products be negative?",
        ),
        wrong(lambda *case: cut(convolve(*case), np.dtype(int)), *WHOLE_NUMBERS),
        wrong(
            lambda image, *rest: cut(convolve(image, *rest), image.dtype),
            *WHOLE_NUMBERS,
        ),
        wrong(_same_size, *_PADDED),
        wrong(
            _full_size,
            "full size: windows that stick out over the border were counted",
            "must the whole window lie on the picture?",
        ),
        wrong(
            _swapped_result,
            "rows and columns of the result are swapped",
            "the height of the picture gives the rows; which loop is the outer one?",
        ),
        wrong(
            _swapped_axes,
            "rows and columns of the kernel are swapped",
            "the kernel's height goes with the rows of the picture, its width with the columns",
        ),
    ),
)


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
    rule=CONVOLVE,
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
    hints=(
        "one number of the result comes from one window: image[r : r + rows, c : c + columns]",
        "two loops, r over the rows and c over the columns; the last r is height - rows",
        "r in range(0, height - rows + 1, stride), c likewise; for each the sum of window * kernel",
    ),
)
