"""What items about pictures share: pictures to try a function on, and words for them."""

from __future__ import annotations

import numpy as np

from cnn_lesson.checking.misconceptions import ANY
from cnn_lesson.checking.reading import as_array, yours

IMAGE = np.array([[1, 2, 0, 1], [0, 3, 1, 2], [2, 0, 4, 1], [1, 5, 0, 2], [3, 1, 2, 0]])
KERNEL = np.array([[1, 2], [0, -1]])


def shown(array: np.ndarray, noun: str) -> str:
    """The numbers of an array of up to nine, the size of a larger one."""
    size = f"{array.shape[0]}×{array.shape[1]}"
    return f"{noun} {array.tolist()}" if array.size <= 9 else f"{noun} of {size}"


def array_kind(wanted: np.ndarray) -> str:
    """What kind of array is wanted, without its numbers."""
    return f"an array of shape {wanted.shape}"


def array_shown(value: object) -> str:
    """A plain value in a few words; of lists that are arrays the shape, too."""
    array = as_array(value)
    if not isinstance(value, list) or array is None or array.size > 9:
        return yours(value)
    return f"{array.round(3).tolist()}, of shape {array.shape}"


def values(rng: np.random.Generator, kind: str, *shape: int) -> np.ndarray:
    """An array of numbers of a kind.

    ``whole`` and ``real`` ones have both signs, ``bytes`` are from 0 to 255 and reach both; all are
    negative where they are ``below`` zero or very ``low``. Real ones have so many digits that
    rounding shows, and low ones lie so close together that every start for a search lies on the
    same side of all.
    """
    if kind == "bytes":
        some = rng.integers(0, 256, shape, dtype=np.uint8)
        some.flat[0], some.flat[-1] = 0, 255
        return some
    return {
        "whole": lambda: rng.integers(-9, 10, shape),
        "real": lambda: rng.uniform(-1, 1, shape),
        "below": lambda: rng.integers(-9, 0, shape),
        "low": lambda: rng.uniform(-1020, -1001, shape),
    }[kind]()


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
