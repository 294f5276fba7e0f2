"""Figures of ideas, each drawn once: a unit, a filter with its channels, a receptive field."""

from collections.abc import Sequence

import numpy as np

from cnn_lesson.drawing.board import CELL, Board, figure, minus
from cnn_lesson.drawing.drawable import Undrawable, array_of, in_words, number
from cnn_lesson.drawing.images import cell_of
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import BLUE, INK, PALE_BLUE, PALE_ORANGE, PAPER, VERMILLION, Scale

MOST_INPUTS = 8
ROW = 0.66  # inches between the inputs of a unit
CHANNEL_NAMES = ("red", "green", "blue")
MOST_FIELD = 11  # cells along each side of a receptive field


@figure
def unit(inputs: object, weights: object, bias: float, title: str | None = None) -> Picture:
    """Return one unit: numbers in, each times its weight, their sum, a bias, ReLU, one number."""
    given, factors = (array_of(part, (1,), "a few numbers") for part in (inputs, weights))
    if len(given) != len(factors) or len(given) > MOST_INPUTS:
        raise Undrawable(f"expected as many weights as inputs, at most {MOST_INPUTS}")
    total = float(given @ factors)
    result = max(total + bias, 0.0)
    board, middle = Board(), (len(given) - 1) * ROW / 2
    for place, (value, weight) in enumerate(zip(given, factors, strict=True)):
        _input(board, place * ROW, middle, number(value), number(weight))
    stations = (("sum", total), (f"+ bias {minus(number(bias))}", total + bias), ("ReLU", None))
    for place, (words, value) in enumerate(stations):
        _station(board, 3.1 + 1.72 * place, middle, words, value)
    board.box(8.26, middle - 0.2, 0.8, 0.4, facecolor=PALE_ORANGE, edgecolor=INK)
    board.text(8.66, middle, minus(number(result)), fontweight="bold")
    products = " + ".join(
        f"{number(value)} × {number(weight)}" for value, weight in zip(given, factors, strict=True)
    )
    alt = (
        f"{products} = {number(total)}; plus the bias {number(bias)}: {number(total + bias)}; "
        f"the activation ReLU leaves {number(result)}."
    )
    return board.picture(title or "One unit: many numbers in, one number out", alt)


def _input(board: Board, y: float, middle: float, value: str, weight: str) -> None:
    board.box(0, y - 0.2, 0.8, 0.4, facecolor=PALE_BLUE, edgecolor=INK)
    board.text(0.4, y, minus(value))
    board.arrow((0.84, y), (3.06, middle + (y - middle) * 0.3))
    paper = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    spot = middle + (y - middle) * 0.72
    board.text(1.75, spot, f"× {minus(weight)}", bbox=paper)


def _station(board: Board, x: float, y: float, words: str, value: float | None) -> None:
    """A box that does one thing, and the number that leaves it, unless that stands elsewhere."""
    board.box(x, y - 0.26, 1.15, 0.52, facecolor=PAPER, edgecolor=INK)
    board.text(x + 0.575, y, words)
    board.arrow((x + 1.17, y), (x + 1.7, y))
    if value is not None:
        board.text(x + 1.45, y - 0.2, minus(number(value)), fontweight="bold", color=BLUE)


@figure
def channels(patch: object, kernel: object, bias: float = 0, title: str | None = None) -> Picture:
    """Return how a filter (h, w, c) reads a patch (h, w, c): channel by channel, all in one sum."""
    seen = array_of(patch, (3,), "a patch of shape (height, width, channels)")
    weights = array_of(kernel, (3,), "a filter of shape (height, width, channels)")
    if seen.shape != weights.shape or max(seen.shape) > 4:
        raise Undrawable("expected a patch and a filter of one shape, at most 4 along each side")
    board, cell = Board(), max(cell_of(part.reshape(len(part), -1)) for part in (seen, weights))
    high, wide = seen.shape[0] * cell, seen.shape[1] * cell
    sums = (seen * weights).sum(axis=(0, 1))
    for channel, total in enumerate(sums):
        y = channel * (high + 0.45)
        board.text(-0.15, y + high / 2, _channel_name(channel, len(sums)), ha="right")
        board.grid(0, y, seen[..., channel], cell, Scale(0, max(float(seen.max()), 1e-9)))
        board.text(wide + 0.3, y + high / 2, "×", fontsize=16)
        board.grid(wide + 0.6, y, weights[..., channel], cell, Scale.of(weights))
        board.text(2 * wide + 1.25, y + high / 2, f"= {minus(number(total))}", fontsize=14)
    _one_number(board, 2 * wide + 1.7, len(sums) * (high + 0.45) - 0.45, sums, bias)
    board.text(0, -0.18, f"patch {_by(seen)}", ha="left")
    board.text(wide + 0.6, -0.18, f"one filter {_by(weights)}", ha="left")
    parts = "; ".join(
        f"{_channel_name(c, len(sums))}: patch {in_words(seen[..., c])}, filter "
        f"{in_words(weights[..., c])}, sum {number(total)}"
        for c, total in enumerate(sums)
    )
    alt = f"{parts}. All in all {number(sums.sum())}, with the bias {number(sums.sum() + bias)}."
    return board.picture(title or "A filter is as deep as its input; the sum runs over all", alt)


def _by(array: np.ndarray) -> str:
    return " × ".join(map(str, array.shape))


def _channel_name(channel: int, count: int) -> str:
    return CHANNEL_NAMES[channel] if count == len(CHANNEL_NAMES) else f"channel {channel}"


def _one_number(board: Board, x: float, tall: float, sums: np.ndarray, bias: float) -> None:
    """A brace over the sums of all channels, and the one number they become."""
    board.line([x, x + 0.12, x + 0.12, x], [0, 0, tall, tall])
    board.arrow((x + 0.14, tall / 2), (x + 0.55, tall / 2))
    total = number(sums.sum() + bias)
    words = "one sum" + (f",\nbias {minus(number(bias))}" if bias else "")
    board.text(x + 0.65, tall / 2 - 0.5, words, ha="left", linespacing=1.4)
    board.box(x + 0.6, tall / 2 - 0.2, 0.8, 0.4, facecolor=PALE_ORANGE, edgecolor=INK)
    board.text(x + 1.0, tall / 2, minus(total), fontweight="bold")


@figure
def receptive_field(kernels: Sequence[int], title: str | None = None) -> Picture:
    """Return what one value sees through several convolutions of stride 1, grid by grid."""
    sizes = [int(size) for size in kernels]
    fields = [1 + sum(size - 1 for size in sizes[place:]) for place in range(len(sizes) + 1)]
    if not sizes or min(sizes) < 1 or max(fields) > MOST_FIELD:
        raise Undrawable(f"expected kernel sizes that see at most {MOST_FIELD} cells")
    board, side, x = Board(), CELL * 0.75, 0.0
    shown = fields[0] + 2
    names = ["picture", *(f"map {place}" for place in range(1, len(fields)))]
    for place, (name, field) in enumerate(zip(names, fields, strict=True)):
        cells = shown - (fields[0] - fields[place] if place else 0)
        top = (shown - cells) * side / 2
        _field(board, x, top, cells, field, side)
        board.text(x, top - 0.16, f"{name}: {field} × {field} seen", ha="left")
        x += cells * side
        if place < len(sizes):
            board.arrow((x + 0.12, shown * side / 2), (x + 1.0, shown * side / 2))
            board.text(x + 0.56, shown * side / 2 - 0.2, f"{sizes[place]} × {sizes[place]}")
            x += 1.12
    told = "; ".join(
        f"{field} × {field} of the {n}" for n, field in zip(names, fields, strict=True)
    )
    return board.picture(
        title or f"One value of the last map sees {fields[0]} × {fields[0]} pixels",
        f"Marked cells that one value depends on: {told}.",
    )


def _field(board: Board, x: float, y: float, cells: int, field: int, side: float) -> None:
    """A grid of square cells, those in its middle that matter marked and framed."""
    first = (cells - field) // 2
    for row, column in np.ndindex(cells, cells):
        inside = first <= row < first + field and first <= column < first + field
        look = {"facecolor": PALE_ORANGE, "hatch": ".."} if inside else {"facecolor": "white"}
        board.box(x + column * side, y + row * side, side, side, **look)
    frame = {"edgecolor": VERMILLION, "linewidth": 2.5, "zorder": 3}
    board.box(x + first * side, y + first * side, field * side, field * side, **frame)
