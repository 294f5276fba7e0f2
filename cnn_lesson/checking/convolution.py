"""The checks of what learners build by hand: convolution, kernel, output shape, max pooling."""

from __future__ import annotations

import numpy as np

from cnn_lesson.checking.contract import VISIBLE_SEED, Check
from cnn_lesson.checking.edge_kernel import EDGE_KERNEL
from cnn_lesson.checking.misconceptions import OUTPUT_SHAPE
from cnn_lesson.checking.misconceptions_code import CONVOLVE, MAX_POOL
from cnn_lesson.checking.tasks import Case, Part, Task


def _shown(array: np.ndarray, noun: str) -> str:
    size = f"{array.shape[0]}×{array.shape[1]}"
    return f"{noun} {array.tolist()}" if array.size <= 9 else f"{noun} of {size}"


def _array_kind(wanted: np.ndarray) -> str:
    return f"an array of shape {wanted.shape}"


# convolve


def _tried_kernel(image: np.ndarray, kernel: np.ndarray, stride: int = 1) -> str:
    step = f", stride {stride}" if stride != 1 else ""
    return f"{_shown(image, 'image')}, {_shown(kernel, 'kernel')}{step}"


def _values(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers of both signs, or floats, or bytes: an array of the shape."""
    kinds = (
        lambda: rng.integers(-9, 10, shape),
        lambda: rng.normal(size=shape).round(3),
        lambda: rng.integers(0, 256, shape, dtype=np.uint8),
    )
    return kinds[rng.integers(len(kinds))]()


def _weights(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.integers(-5, 6, shape) if rng.random() < 0.4 else rng.normal(size=shape).round(2)


_FRIENDLY_IMAGE = np.array([[1, 2, 0, 1], [0, 3, 1, 2], [2, 0, 4, 1], [1, 5, 0, 2], [3, 1, 2, 0]])
_FRIENDLY_KERNEL = np.array([[1, 2], [0, -1]])


def _convolve_cases(seed: int) -> list[Case]:
    image, kernel = _FRIENDLY_IMAGE, _FRIENDLY_KERNEL
    if seed == VISIBLE_SEED:
        return [
            [image[:3, :3], kernel],
            [image, kernel - 3],
            [image, np.array([[0.5, -1, 0.25], [0, 1.5, 0], [-0.5, 0, 1]])],
            [image, np.array([[1, 2, 3]])],
            [image, np.array([[1, -2], [0, 3], [2, 1]])],
            [image, kernel, 2],
            [image / 4, kernel, 3],
        ]
    rng = np.random.default_rng(seed)
    cases = []
    for stride, square in [(1, True)] * 9 + [(1, False)] * 7 + [(2, True)] * 6 + [(3, True)] * 3:
        rows = int(rng.integers(2, 5))
        columns = rows if square else rows % 4 + 1
        height, width = rows + stride + rng.integers(1, 7), columns + stride + rng.integers(1, 7)
        case = [_values(rng, height, width), _weights(rng, rows, columns)]
        cases.append(case if stride == 1 else [*case, stride])
    return sorted(cases, key=lambda case: case[0].size)


def _is_square(kernel: np.ndarray) -> bool:
    return kernel.shape[0] == kernel.shape[1]


CONVOLVE_TASK = Task(
    "convolve",
    "convolve(image, kernel, stride=1)",
    CONVOLVE,
    (
        Part(
            "stride 1",
            4,
            lambda image, kernel, stride=1: stride == 1 and _is_square(kernel),
            "one window at a time: multiply it with the kernel, pair by pair, and add up",
        ),
        Part(
            "a kernel that is not square",
            1,
            lambda image, kernel, stride=1: stride == 1 and not _is_square(kernel),
            "the kernel's height goes with the rows of the picture, its width with the columns",
        ),
        Part(
            "a longer stride",
            2,
            lambda image, kernel, stride=1: stride > 1,
            "with steps of 2, where do the first, the second and the last window start?",
        ),
    ),
    _convolve_cases,
    _tried_kernel,
    _array_kind,
)


# output-shape


def _tried_shape(
    height: int, width: int, kernel: int, stride: int = 1, padding: str = "valid"
) -> str:
    return f'height {height}, width {width}, kernel {kernel}, stride {stride}, padding "{padding}"'


def _shape_cases(seed: int) -> list[Case]:
    if seed == VISIBLE_SEED:
        return [
            [5, 5, 3],
            [5, 9, 2],
            [28, 28, 5],
            [6, 9, 3, 2],
            [9, 12, 2, 3],
            [26, 26, 3, 2],
            [5, 8, 3, 1, "same"],
            [7, 10, 3, 2, "same"],
            [8, 11, 5, 3, "same"],
        ]
    rng = np.random.default_rng(seed)
    cases = [[26, 26, 3, 2], [9, 12, 2, 3]]
    for stride, padding in [(1, "")] * 8 + [(2, "")] * 4 + [(3, "")] * 4 + [(0, "same")] * 8:
        kernel = int(rng.integers(2, 8))
        height, width = (int(size) for size in kernel + rng.integers(0, 57, 2))
        case = [height, width, kernel, stride or int(rng.integers(1, 5)), padding]
        cases.append(case if padding else case[:3] if stride == 1 else case[:4])
    return sorted(cases, key=lambda case: case[0] * case[1])


OUTPUT_SHAPE_TASK = Task(
    "output-shape",
    'output_shape(height, width, kernel, stride=1, padding="valid")',
    OUTPUT_SHAPE,
    (
        Part(
            "stride 1",
            2,
            lambda h, w, k, stride=1, padding="valid": stride == 1 and padding == "valid",
            "count the starts of the window along one row: the first is 0, which is the last?",
        ),
        Part(
            "a longer stride",
            2,
            lambda h, w, k, stride=1, padding="valid": stride > 1 and padding == "valid",
            "write down the window starts of a row of 6, a kernel of 3, steps of 2",
        ),
        Part(
            '"same" padding',
            1,
            lambda h, w, k, stride=1, padding="valid": padding == "same",
            "one value for every step that is begun; what does Python's // do with the rest?",
        ),
    ),
    _shape_cases,
    _tried_shape,
    lambda wanted: "two whole numbers: (rows, columns)",
)


# max-pool


def _tried_pool(image: np.ndarray, size: int = 2, stride: int | None = None) -> str:
    step = "" if stride is None else f", stride {stride}"
    return f"{_shown(image, 'image')}, size {size}{step}"


def _pool_cases(seed: int) -> list[Case]:
    image = _FRIENDLY_IMAGE
    if seed == VISIBLE_SEED:
        return [
            [image[:2]],
            [image[:4]],
            [np.vstack([image, image[:1]])[:, :3], 3],
            [image[:, :3]],
            [image, 3],
            [image[:2, :2] - 9],
            [image[:4] - 6.5],
            [image[:3, :3], 2, 1],
            [image[:, :3], 3, 2],
        ]
    rng = np.random.default_rng(seed)
    cases = []
    for kind in ["plain"] * 8 + ["odd"] * 5 + ["negative"] * 5 + ["overlap"] * 7:
        size = int(rng.integers(2 if kind != "overlap" else 3, 5))
        rows, columns = rng.integers(2, 5, 2)
        shape = rows * size + (kind == "odd"), columns * size + (kind == "odd") * (size - 1)
        if kind == "overlap":
            stride = int(rng.integers(1, size))
            shape = size + rows * stride, size + columns * stride
        image = np.abs(_values(rng, *shape))
        image = -1 - image.astype(float) if kind == "negative" else image
        cases.append([image, size, stride] if kind == "overlap" else [image, size])
    return sorted(cases, key=lambda case: case[0].size)


def _is_whole(image: np.ndarray, size: int) -> bool:
    return all(length % size == 0 for length in image.shape)


MAX_POOL_TASK = Task(
    "max-pool",
    "max_pool(image, size=2, stride=None)",
    MAX_POOL,
    (
        Part(
            "windows side by side",
            2,
            lambda image, size=2, stride=None: (
                stride is None and _is_whole(image, size) and image.max() >= 0
            ),
            "cut the picture into tiles of size by size; one number remains of each",
        ),
        Part(
            "a picture that leaves a rest",
            1,
            lambda image, size=2, stride=None: stride is None and not _is_whole(image, size),
            "a row of 5, windows of 2 side by side: how many are whole?",
        ),
        Part(
            "negative values",
            1,
            lambda image, size=2, stride=None: stride is None and image.max() < 0,
            "what is the largest of -3 and -5?",
        ),
        Part(
            "windows that overlap",
            1,
            lambda image, size=2, stride=None: stride is not None,
            "size says how large a window is, stride how far apart two of them start",
        ),
    ),
    _pool_cases,
    _tried_pool,
    _array_kind,
)


CHECKS: dict[str, Check] = {
    "convolve": CONVOLVE_TASK.check(
        "one number of the result comes from one window: image[r : r + rows, c : c + columns]",
        "two loops, r over the rows and c over the columns; the last r is height - rows",
        "r in range(0, height - rows + 1, stride), c likewise; for each the sum of window * kernel",
    ),
    "edge-kernel": EDGE_KERNEL,
    "output-shape": OUTPUT_SHAPE_TASK.check(
        "along one row the window starts at 0, at stride, at 2 * stride … and must end in time",
        "valid: the last start is at most length - kernel; how many multiples of stride fit in? "
        "same: every multiple of stride below length is a start",
        "valid: (length - kernel) // stride, and one more for the start at 0; "
        "same: length / stride, rounded up",
    ),
    "max-pool": MAX_POOL_TASK.check(
        "the same walk as in convolve, with the largest value in place of the sum of products",
        "the step is size where stride is None; the last start is length - size",
        "r in range(0, height - size + 1, step), c likewise; for each the .max() of the window",
    ),
}
