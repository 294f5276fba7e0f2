"""The arithmetic of layers in plain NumPy: shapes, parameter counts, convolution and pooling.

Everything here is checked against Keras in the tests, so that a notebook can be checked without it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

Shape = tuple[int, int]

_closed = False


class Unfilled(ValueError):
    """A kernel with a blank that is still open; a notebook shows its one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@contextmanager
def closed_book() -> Iterator[None]:
    """Within it, what this module knows of shapes and windows raises ``LookupError``.

    So a learner's function that is being tried cannot hand its work on to the course's own.
    """
    global _closed
    before, _closed = _closed, True
    try:
        yield
    finally:
        _closed = before


def _refuse_if_closed() -> None:
    if _closed:
        raise LookupError("this calls the course's own function: write it yourself")


def pair(size: int | tuple[int, int]) -> Shape:
    """Two sizes, rows first: ``pair(3)`` is ``(3, 3)``, and a pair comes back as it is."""
    return (size, size) if isinstance(size, int) else (int(size[0]), int(size[1]))


def output_shape(
    height: int,
    width: int,
    kernel: int | Shape,
    stride: int | Shape = 1,
    padding: str = "valid",
) -> Shape:
    """Rows and columns of the feature map that a convolution or a pooling window leaves.

    ``valid`` counts the whole window positions, ``(n - k) // s + 1``; ``same`` pads until every
    stride finds a window, ``ceil(n / s)``. Raises ``ValueError`` where no window fits.
    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016.
    """
    if padding not in ("valid", "same"):
        raise ValueError(f"padding is 'valid' or 'same', not {padding!r}")
    rows, columns = zip((height, width), pair(kernel), pair(stride), strict=True)
    return _positions(*rows, padding), _positions(*columns, padding)


def _positions(length: int, window: int, stride: int, padding: str) -> int:
    _refuse_if_closed()
    if padding == "same":
        return -(-length // stride)
    if window > length:
        raise ValueError(f"a window of {window} does not fit into {length}")
    return (length - window) // stride + 1


def conv_parameters(filters: int, kernel: int | Shape, channels: int = 1) -> int:
    """Weights and biases of a Conv2D layer: a kernel per filter and channel, a bias per filter."""
    rows, columns = pair(kernel)
    return rows * columns * channels * filters + filters


def dense_parameters(inputs: int, units: int) -> int:
    """Weights and biases of a Dense layer: each unit sees each input and adds one bias."""
    return inputs * units + units


def windows(image: np.ndarray, size: int | Shape, stride: int | Shape = 1) -> np.ndarray:
    """Every whole window of a picture (h, w): an array (rows, columns, *size), a view."""
    _refuse_if_closed()
    down, across = pair(stride)
    every = np.lib.stride_tricks.sliding_window_view(np.asarray(image), pair(size))
    return every[::down, ::across]


def convolve(image: np.ndarray, kernel: np.ndarray, stride: int | Shape = 1) -> np.ndarray:
    """The feature map (rows, columns) of a picture (h, w) under a kernel, as a Conv layer has it.

    The kernel is not flipped and nothing is padded: what mathematics calls cross-correlation.
    Raises ``Unfilled`` for a kernel that holds something else than numbers.
    """
    kernel = np.asarray(kernel)
    if kernel.dtype.kind not in "biuf":
        raise Unfilled("this kernel has no number yet in one of its places: fill it in first")
    return np.einsum("rcij,ij->rc", windows(image, kernel.shape, stride), kernel)


def max_pool(
    image: np.ndarray, size: int | Shape = 2, stride: int | Shape | None = None
) -> np.ndarray:
    """The largest value of each window of a picture (h, w); the stride is the size unless told."""
    return windows(image, size, size if stride is None else stride).max(axis=(2, 3))
