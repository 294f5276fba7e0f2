"""Figures of layers: anatomy, parameters, windows that walk, pooling, Flatten."""

import math
from collections.abc import Sequence
from string import ascii_uppercase

import numpy as np

from cnn_lesson.drawing.board import CELL, CHARACTER, MOST_PANELS, Board, figure
from cnn_lesson.drawing.drawable import (
    IMAGE,
    Undrawable,
    array_of,
    in_words,
    number,
    runs,
    shape_of,
    try_array,
    words_of,
)
from cnn_lesson.drawing.images import cell_of, heading, pictures
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import (
    BLUE,
    INK,
    PALE_BLUE,
    PALE_GREEN,
    PALE_ORANGE,
    PALE_PINK,
    VERMILLION,
)

ROLE_TINTS = {"input": PALE_BLUE, "hidden": "#eeeeee", "output": PALE_ORANGE}
CHANNEL_LOOKS = ((PALE_BLUE, ""), (PALE_ORANGE, "//"), (PALE_GREEN, ".."), (PALE_PINK, "xx"))
MOST_FLATTENED_CELLS = 8  # along each side
MOST_POOLED_CELLS = 12  # along each side; larger pictures are drawn without numbers
STRIP_CELLS = 16


@figure
def anatomy(
    layers: Sequence[tuple[str, str | None]], title: str | None = None, letters: bool = False
) -> Picture:
    """Return a feed-forward network as boxes from top to bottom, from (name, role) pairs.

    Roles are "input", "hidden", "output" or another word; None is shown as a question mark.
    With ``letters`` the boxes are called A, B, C, on their left.
    """
    pairs = [(words_of([name])[0], None if role is None else str(role)) for name, role in layers]
    if not 0 < len(pairs) <= (len(ascii_uppercase) if letters else MOST_PANELS):
        raise Undrawable("expected (name, role) pairs")
    called = ascii_uppercase[: len(pairs)] if letters else [""] * len(pairs)
    board, step, high = Board(), 0.74, 0.48
    wide = max(3.0, 0.5 + 1.1 * CHARACTER * max(len(name) for name, _ in pairs))
    for index, (letter, (name, role)) in enumerate(zip(called, pairs, strict=True)):
        y, line = index * step, "--" if role is None else "-"
        tint = ROLE_TINTS.get(role, "white")
        board.box(0, y, wide, high, facecolor=tint, edgecolor=INK, linestyle=line)
        board.text(wide / 2, y + high / 2, name, fontsize=13)
        board.text(-0.18, y + high / 2, letter, ha="right", fontsize=15, weight="bold")
        if index:
            board.arrow((wide / 2, y - step + high), (wide / 2, y - 0.02))
    keys = [index if role is None else role for index, (_, role) in enumerate(pairs)]
    for role, first, last in runs(keys):
        words = "?" if isinstance(role, int) else _role_words(role, last - first + 1)
        _brace(board, wide + 0.15, first * step, last * step + high, words)
    return board.picture(
        title or "From the input to the output, layer by layer", _alt(called, pairs)
    )


def _alt(called: Sequence[str], pairs: Sequence[tuple[str, str | None]]) -> str:
    """The boxes in words: ``A picture (?); B Conv2D (?)``."""
    told = [
        f"{letter} {name} ({role or '?'})".lstrip()
        for letter, (name, role) in zip(called, pairs, strict=True)
    ]
    return f"Layers from top to bottom: {'; '.join(told)}."


def _role_words(role: str, count: int) -> str:
    return f"{role} layer" + "s" * (count > 1) if role in ROLE_TINTS else role


def _brace(board: Board, x: float, top: float, bottom: float, words: str) -> None:
    board.line([x, x + 0.1, x + 0.1, x], [top, top, bottom, bottom])
    board.text(x + 0.25, (top + bottom) / 2, words, ha="left", fontsize=13)


@figure
def parameter_bars(labels: Sequence[str], counts: object, title: str | None = None) -> Picture:
    """Return bars of parameter counts, as long as the counts are large, each with its number."""
    values, names = array_of(counts, (1,), "one count per label"), words_of(labels)
    if len(names) != len(values):
        raise Undrawable("expected one count per label")
    if not np.isfinite(values).all() or values.min() < 0 or len(values) > MOST_PANELS:
        raise Undrawable("expected counts of zero or more")
    board, places = Board(), range(len(values))
    axes = board.axes(0, 0, 4.4, 0.5 * len(values) + 0.1, xlim=(0, max(values.max(), 1)))
    axes.barh(places, values, height=0.62, color=BLUE)
    axes.set_yticks(places, names)
    axes.tick_params(length=0, labelbottom=False)
    axes.spines["bottom"].set_visible(False)
    axes.invert_yaxis()
    for place, value in zip(places, values, strict=True):
        spot, words = (value, place), number(value)
        axes.annotate(words, spot, (6, 0), textcoords="offset points", va="center")
    told = "; ".join(f"{name} {number(value)}" for name, value in zip(names, values, strict=True))
    return board.picture(title or "Parameters per layer", f"Parameters: {told}.")


@figure
def pooling(
    image: object,
    pooled: object,
    size: int = 2,
    stride: int | None = None,
    title: str | None = None,
) -> Picture:
    """Return a picture, its pooling windows with their largest numbers ringed, and the result.

    Without a result its place is an empty frame. Large pictures are drawn without numbers.
    """
    array, made = array_of(image, (2,), IMAGE), try_array(pooled, (2,), IMAGE)
    window, step = int(size), int(stride or size)
    if not 0 < window <= min(array.shape) or step < 1:
        raise Undrawable("expected a window that fits into the picture")
    title = title or "Max pooling keeps the largest number of each window"
    if max(array.shape) > MOST_POOLED_CELLS:
        return pictures([array, made], ["picture", f"pooled, {window} × {window}"], title)
    board, cell = Board(), cell_of(array)
    board.grid(0, 0, array, cell)
    for row, column in np.ndindex(*[(side - window) // step + 1 for side in array.shape]):
        odd = step < window and (row + column) % 2 == 1
        _pool_window(board, array, (row * step, column * step), window, cell, odd)
    _pooled(board, array, made, cell)
    told = "nothing to draw yet" if made is None else in_words(made)
    alt = f"Picture: {in_words(array)}. Windows {window} × {window}, stride {step}. Pooled: {told}."
    return board.picture(title, alt)


def _pool_window(
    board: Board, array: np.ndarray, corner: tuple[int, int], size: int, cell: float, odd: bool
) -> None:
    """Outline one window and ring its largest number; every other overlapping one is dashed."""
    (row, column), inset = corner, 0.08 if odd else 0.03
    look = {"edgecolor": VERMILLION, "linestyle": "--"} if odd else {"edgecolor": BLUE}
    side = size * cell - 2 * inset
    board.box(
        column * cell + inset, row * cell + inset, side, side, linewidth=2.6, zorder=3, **look
    )
    block = array[row : row + size, column : column + size]
    if np.isfinite(block).any():
        down, across = np.unravel_index(np.nanargmax(block), block.shape)
        x, y = (column + across) * cell, (row + down) * cell
        board.box(x, y, cell, cell, facecolor=PALE_ORANGE, zorder=1.5)
        ring = {"marker": "o", "markersize": 56 * cell, "markerfacecolor": "none"}
        board.line([x + cell / 2], [y + cell / 2], color=INK, markeredgewidth=1.4, zorder=4, **ring)


def _pooled(board: Board, array: np.ndarray, made: np.ndarray | None, cell: float) -> None:
    tall, left = array.shape[0] * cell, array.shape[1] * cell + 0.6
    board.arrow((left - 0.48, tall / 2), (left - 0.12, tall / 2))
    heading(board, 0, "picture", array)
    if made is None or max(made.shape) > max(array.shape):
        board.missing(left, 0, 2.0, tall)
        return
    top = max(tall - made.shape[0] * cell, 0) / 2
    board.grid(left, top, made, cell)
    heading(board, left, "pooled", made, top)


@figure
def flatten_order(height: int, width: int, channels: int = 1, title: str | None = None) -> Picture:
    """Return the order in which Flatten reads (height, width, channels), as places in cells."""
    shape = int(height), int(width), int(channels)
    most = MOST_FLATTENED_CELLS, len(CHANNEL_LOOKS)
    if min(shape) < 1 or max(shape[:2]) > most[0] or shape[2] > most[1]:
        raise Undrawable(f"expected at most {most[0]} × {most[0]} cells and {most[1]} channels")
    order, board = np.arange(math.prod(shape)).reshape(shape), Board()
    planes = [order[:, :, channel] for channel in range(shape[2])]
    for channel, plane in enumerate(planes):
        left = channel * (max(shape[1] * CELL, 0.9) + 0.4)
        name = f"channel {channel}" if shape[2] > 1 else "picture " + shape_of(plane)
        board.text(left, -0.16, name, ha="left")
        _ordered(board, left, 0, plane, channel)
    bottom, shown = shape[0] * CELL + 0.7, min(order.size, STRIP_CELLS)
    rest = f", the first {shown} of {order.size}" if shown < order.size else ""
    board.text(0, bottom - 0.16, f"flattened{rest}", ha="left")
    for place in range(shown):
        _ordered(board, place * CELL, bottom, np.array([[place]]), place % shape[2])
    walk = "row by row" + "; at each pixel, all channels" * (shape[2] > 1)
    told = ". ".join(
        f"Channel {channel}: {in_words(plane)}" for channel, plane in enumerate(planes)
    )
    return board.picture(title or f"Flatten reads {walk}", f"Places in the flattened row. {told}.")


def _ordered(board: Board, x: float, y: float, places: np.ndarray, channel: int) -> None:
    tint, hatch = CHANNEL_LOOKS[channel]
    patch = {"boxstyle": "round,pad=0.1", "facecolor": tint, "edgecolor": "none"}
    for (row, column), place in np.ndenumerate(places):
        left, top = x + column * CELL, y + row * CELL
        board.box(left, top, CELL, CELL, facecolor=tint, hatch=hatch, edgecolor="#8a8a8a")
        board.text(left + CELL / 2, top + CELL / 2, str(place), bbox=patch)
