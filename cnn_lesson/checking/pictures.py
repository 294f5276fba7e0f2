"""What items about pictures share: pictures to try a function on, and words for them."""

from __future__ import annotations

import numpy as np

from cnn_lesson.checking.misconceptions import ANY

IMAGE = np.array([[1, 2, 0, 1], [0, 3, 1, 2], [2, 0, 4, 1], [1, 5, 0, 2], [3, 1, 2, 0]])
KERNEL = np.array([[1, 2], [0, -1]])


def shown(array: np.ndarray, noun: str) -> str:
    """The numbers of an array of up to nine, the size of a larger one."""
    size = f"{array.shape[0]}×{array.shape[1]}"
    return f"{noun} {array.tolist()}" if array.size <= 9 else f"{noun} of {size}"


def array_kind(wanted: np.ndarray) -> str:
    """What kind of array is wanted, without its numbers."""
    return f"an array of shape {wanted.shape}"


def values(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Whole numbers of both signs, or floats, or bytes: an array of the shape."""
    kinds = (
        lambda: rng.integers(-9, 10, shape),
        lambda: rng.normal(size=shape).round(3),
        lambda: rng.integers(0, 256, shape, dtype=np.uint8),
    )
    return kinds[rng.integers(len(kinds))]()


def weights(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Small whole numbers of both signs, or floats: a kernel of the shape."""
    return rng.integers(-5, 6, shape) if rng.random() < 0.4 else rng.normal(size=shape).round(2)


LAST_LEFT_OUT = (
    "off by one: the last window is left out",
    "a window of 2 on a row of 3: which starts are there?",
)
WHOLE_NUMBERS = (
    "cut down to whole numbers",
    "which dtype has the array that you write into?",
)


def cut(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The values as an array of a dtype takes them; any where rounding errors or limits decide."""
    if values.dtype.kind != "f" or dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    near = np.abs(values - values.round()) < 1e-6
    unsure = near | (values < limits.min) | (values > limits.max)
    return np.where(unsure, ANY, np.trunc(values))
