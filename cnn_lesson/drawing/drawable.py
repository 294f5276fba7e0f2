"""From whatever a learner hands over to something that can be drawn, and its numbers in words."""

import itertools
import textwrap
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

IMAGE = "a picture of shape (height, width)"
LARGEST_ARRAY = 5_000_000
LARGEST_LABEL = 99
LONGEST_NAME, LONGEST_TEXT = 24, 200  # characters
SMALLEST_PLAIN = 1e-6  # below it a number is told by its power of ten
NUMBERS_IN_WORDS = 36  # an array up to this size is told number by number


class Undrawable(ValueError):
    """What was handed over cannot be drawn; the message says what was expected."""


def array_of(value: object, dims: Sequence[int], what: str) -> np.ndarray:
    """Return a numeric array with one of the wanted numbers of axes; raise `Undrawable` otherwise.

    A function without arguments is called first, so that a picture can be asked for before an
    answer exists. Axes of length one, channel before batch, are dropped until their number fits.
    """
    if callable(value) and not hasattr(value, "__array__"):
        value = value()
    try:
        array = np.asarray(value)
        array = array if array.dtype.kind in "uif" and array.itemsize > 2 else _plain(array)
    except Exception as problem:
        raise Undrawable(f"expected {what}") from problem
    while array.ndim > max(dims) and 1 in (array.shape[0], array.shape[-1]):
        array = array[..., 0] if array.shape[-1] == 1 else array[0]
    if array.ndim not in dims or not 0 < array.size <= LARGEST_ARRAY:
        raise Undrawable(f"expected {what}" + f", found shape {array.shape}" * (array.ndim > 0))
    return array


def _plain(array: np.ndarray) -> np.ndarray:
    """Return small integers as they are, and everything else as floating-point numbers."""
    return array if array.dtype.kind in "ui" else array.astype(float)


def try_array(value: object, dims: Sequence[int], what: str) -> np.ndarray | None:
    """Return `array_of(...)`, or None where there is nothing to draw yet."""
    try:
        return array_of(value, dims, what)
    except Exception:
        return None


def classes_of(value: object, what: str = "one label per image") -> np.ndarray:
    """Return integer labels of shape (n,), from labels, one-hot rows or probabilities."""
    array = array_of(value, (1, 2), what)
    array = array.argmax(axis=1) if array.ndim == 2 and array.shape[1] > 1 else array.reshape(-1)
    whole = np.isfinite(array).all() and (array == np.round(array)).all()
    if not whole or array.min() < 0 or array.max() > LARGEST_LABEL:
        raise Undrawable(f"expected {what}")
    return array.astype(int)


def class_name(label: int, names: Sequence[str] | None) -> str:
    """Return the name of a class, or its number where it has none."""
    if names is None or label >= len(names):
        return str(label)
    return textwrap.shorten(str(names[label]), LONGEST_NAME, placeholder="…")


def words_of(value: object, length: int | None = None) -> list[str]:
    """Return short one-line texts from any sequence; with a length, padded or cut to it."""
    items = [] if value is None else [value] if isinstance(value, str) else list(value)
    texts = ["" if item is None else str(item) for item in items]
    words = [textwrap.shorten(text, LONGEST_TEXT, placeholder=" …") for text in texts]
    return words if length is None else [*words, *[""] * length][:length]


def number(value: float) -> str:
    """Return a number as a reader wants it: 3, -0.25, 0.11, 12,560, 0.000012."""
    if not np.isfinite(value):
        return str(float(value))
    if abs(value - round(value)) < 5e-7:
        return f"{round(value):,}"
    if 0.01 <= abs(value) < 1e5:
        return f"{value:.2f}".rstrip("0").rstrip(".")
    text = f"{value:.2g}"
    return f"{Decimal(text):f}" if SMALLEST_PLAIN <= abs(value) < 1 else text


def shape_of(array: np.ndarray) -> str:
    """Return the lengths of the axes, as in 28 × 28."""
    return " × ".join(str(length) for length in array.shape)


def rows_of(array: np.ndarray) -> str:
    """Return every number of an array, row by row."""
    return "; ".join(" ".join(map(number, row)) for row in np.atleast_2d(array))


def in_words(array: np.ndarray) -> str:
    """Return a small array number by number, a large one as its size and the span of its values."""
    if array.size <= NUMBERS_IN_WORDS and array.ndim <= 2:
        return f"{shape_of(array)}, rows: {rows_of(array)}"
    seen = array[np.isfinite(array)]
    if not seen.size:
        return f"{shape_of(array)}, no finite values"
    if seen.min() == seen.max():
        return f"{shape_of(array)}, all values {number(seen.min())}"
    return f"{shape_of(array)}, values from {number(seen.min())} to {number(seen.max())}"


def runs(items: Sequence[object]) -> list[tuple[object, int, int]]:
    """Return (item, first index, last index) of every run of equal neighbours."""
    groups = itertools.groupby(enumerate(items), key=lambda pair: pair[1])
    spans = [(item, [index for index, _ in group]) for item, group in groups]
    return [(item, indices[0], indices[-1]) for item, indices in spans]
