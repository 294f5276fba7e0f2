"""Figures of many pictures side by side: digits, shuffled digits, kernels, feature maps."""

import math
from collections.abc import Sequence

import numpy as np

from cnn_lesson.drawing.board import (
    BOLD_CHARACTER,
    MOST_PANELS,
    Board,
    balanced,
    figure,
)
from cnn_lesson.drawing.drawable import (
    array_of,
    class_name,
    classes_of,
    in_words,
    number,
    shape_of,
)
from cnn_lesson.drawing.images import (
    IMAGES,
    KEY_WIDTH,
    SHEET_WIDTH,
    fit_into,
    panel_of,
    width_of,
)
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import VERMILLION, Scale

MOST_PAIRS = 6
MOST_PLANES = 32


@figure
def digits(
    images: object,
    labels: object,
    predictions: object = None,
    names: Sequence[str] | None = None,
    title: str | None = None,
) -> Picture:
    """Return up to 40 images with their labels; a wrong prediction is framed, crossed and named."""
    array, true = array_of(images, (3,), IMAGES), classes_of(labels)
    said = true if predictions is None else classes_of(predictions, "one prediction per image")
    count, marked = min(len(array), len(true), len(said), MOST_PANELS), predictions is not None
    words = [
        _verdict(class_name(label, names), class_name(guess, names), marked)
        for label, guess in zip(true[:count], said[:count], strict=True)
    ]
    short = max(map(len, words)) <= len("✗ 4, said 9")
    across, side, board = (8, 0.86, Board()) if short else (6, 1.15, Board())
    step_x, step_y = side + (0.25 if short else 0.28), side + (0.4 if short else 0.62)
    for index in range(count):
        x, y = index % across * step_x, index // across * step_y
        _labelled(board, x, y, side, array[index], Scale.of(array[:count]), words[index])
    wrong = f"{sum(word.startswith('✗') for word in words)} of {count} wrong. " if marked else ""
    alt = f"{wrong}In order: {'; '.join(words)}."
    return board.picture(title or f"{count} images and their labels", alt)


def _labelled(
    board: Board, x: float, y: float, side: float, array: np.ndarray, scale: Scale, words: str
) -> None:
    wide = width_of(array, side)
    high, wrong = board.image(x, y, wide, array, scale), words.startswith("✗")
    if wrong:
        board.box(x, y, wide, high, edgecolor=VERMILLION, linewidth=3.5, zorder=3)
    lines = balanced(words, max(int((side + 0.2) / BOLD_CHARACTER) + 2, 6))
    weight = "bold" if wrong else "normal"
    board.text(x, y + high + 0.06, "\n".join(lines), ha="left", va="top", fontweight=weight)


def _verdict(name: str, said: str, marked: bool) -> str:
    return name if not marked else f"{name} ✓" if name == said else f"✗ {name}, said {said}"


@figure
def shuffled(images: object, permuted: object, title: str | None = None) -> Picture:
    """Return up to six images above the same images with their pixels shuffled."""
    before, after = array_of(images, (3,), IMAGES), array_of(permuted, (3,), IMAGES)
    count, board, side = min(len(before), len(after), MOST_PAIRS), Board(), 1.1
    before, after = before[:count], after[:count]
    scale = Scale.of(before, after)
    tall = side * min(1, before.shape[1] / before.shape[2])
    for index in range(count):
        x = index * (side + 0.15)
        middle = x + _place(board, x, 0, side, before[index], scale) / 2
        board.arrow((middle, tall + 0.05), (middle, tall + 0.36))
        _place(board, x, tall + 0.4, side, after[index], scale)
    board.text(-0.15, tall / 2, "as it is", ha="right")
    board.text(-0.15, tall * 1.5 + 0.4, "pixels\nshuffled", ha="right")
    pairs = zip(before, after, strict=True)
    same = sum(np.array_equal(np.sort(a, axis=None), np.sort(b, axis=None)) for a, b in pairs)
    alt = f"{count} images above their shuffled selves; {same} pairs hold the same values."
    return board.picture(title or "The same grey values in other places", alt)


def _place(board: Board, x: float, y: float, side: float, array: np.ndarray, scale: Scale) -> float:
    """Draw a picture fitted into a square, and return its width in inches."""
    board.image(x, y, width_of(array, side), array, scale)
    return width_of(array, side)


@figure
def kernels(weights: object, title: str | None = None) -> Picture:
    """Return a Conv2D layer's kernels, weights (h, w, in, out), at their first input channel."""
    array = array_of(weights, (2, 4), "weights of shape (height, width, in, out)")
    array = array[:, :, None, None] if array.ndim == 2 else array
    planes = np.moveaxis(array[:, :, 0, :], -1, 0)
    alt = f"{len(planes)} kernels of {shape_of(planes[0])}, {_span(planes)}"
    return _planes(planes, "kernel", title or f"{len(planes)} kernels", alt)


@figure
def feature_maps(maps: object, title: str | None = None) -> Picture:
    """Return the feature maps (h, w, n) of one picture, of a batch the first, on one scale."""
    array = array_of(maps, (2, 3, 4), "feature maps of shape (height, width, n)")
    array = array[0] if array.ndim == 4 else array
    planes = np.moveaxis(np.atleast_3d(array), -1, 0)
    tops = ", ".join(number(plane.max()) for plane in planes[:MOST_PLANES])
    alt = f"{len(planes)} feature maps of {shape_of(planes[0])}, {_span(planes)}; largest: {tops}"
    return _planes(planes, "map", title or f"{len(planes)} feature maps", alt)


def _span(planes: np.ndarray) -> str:
    return in_words(planes).split(", ", 1)[1]


def _planes(planes: np.ndarray, what: str, title: str, alt: str) -> Picture:
    """Return up to 32 planes, numbered from 0, on one scale."""
    shown, board, scale = planes[:MOST_PLANES], Board(), Scale.of(planes)
    across = min(len(shown), 8 if len(shown) > 4 else 4)
    wide, tall = panel_of(shown, min((SHEET_WIDTH - KEY_WIDTH) / across - 0.15, 2.2))
    for index, plane in enumerate(shown):
        x, y = index % across * (wide + 0.15), index // across * (tall + 0.36)
        board.image(x, y, fit_into(plane, wide, tall), plane, scale)
        board.text(x, y - 0.14, f"{what} {index}" if wide > 1.1 else str(index), ha="left")
    rows = math.ceil(len(shown) / across)
    board.key(across * (wide + 0.15) + 0.1, 0, min(rows * (tall + 0.36) - 0.36, 2.4), scale)
    hidden = f" The first {len(shown)} are shown." if len(shown) < len(planes) else ""
    return board.picture(title, f"{alt}.{hidden}")
