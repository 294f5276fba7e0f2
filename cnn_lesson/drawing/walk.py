"""The figure of a kernel's walk: where a window stops, and what stays at the border."""

import math

import numpy as np

from cnn_lesson.drawing.board import CHARACTER, MOST_CELLS, Board, figure
from cnn_lesson.drawing.drawable import (
    Undrawable,
)
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import (
    BLUE,
    INK,
    PAPER,
    VERMILLION,
)


@figure
def kernel_walk(
    height: int,
    width: int,
    kernel: object,
    stride: object = 1,
    padding: object = 0,
    title: str | None = None,
) -> Picture:
    """Return a grid of pixels with the stops of a window, numbered at the window's middle.

    `kernel` and `stride` are numbers or (down, across) pairs; `padding` is a number of cells,
    "valid" or "same". Padding is hatched; cells that no window reaches carry a cross.
    """
    kernels, strides = _pair(kernel), _pair(stride)
    down = _axis(height, kernels[0], strides[0], padding)
    across = _axis(width, kernels[1], strides[1], padding)
    shape = f"{len(down.stops)} × {len(across.stops)}"
    count = len(down.stops) * len(across.stops)
    board, cell = Board(), min(0.5, 8 / across.drawn, 6 / down.drawn)
    _pixels(board, down, across, cell)
    _measures(board, down, across, cell)
    _windows(board, down, across, cell)
    place = {"ha": "left", "va": "top", "linespacing": 1.5}
    board.text(0, down.drawn * cell + 0.12, _captions(down, across), **place)
    fallback = f"The window stops {shape} times" if count else "The window does not fit"
    alt = f"Downwards: {down}. Across: {across}. {shape} = {count} stops."
    return board.picture(title or fallback, alt)


class _Axis:
    """One axis of a walk: where the window begins, what is picture, what is reached."""

    def __init__(self, length: int, kernel: int, stride: int, pads: tuple[int, int]) -> None:
        self.length, self.kernel, self.stride, self.pads = length, kernel, stride, pads
        self.full = length + sum(pads)
        self.drawn = max(self.full, kernel)
        self.inside = range(pads[0], pads[0] + length)
        self.stops = range(0, self.full - kernel + 1, stride)
        self.reached = {stop + step for stop in self.stops for step in range(kernel)}

    def __str__(self) -> str:
        padding = "no padding"
        if any(self.pads):
            padding = f"padding {self.pads[0]} before and {self.pads[1]} after"
        begins = ", ".join(map(str, self.stops))
        return f"length {self.length}, {padding}, kernel {self.kernel}, stride {self.stride}, " + (
            f"windows begin at {begins}" if begins else "no window fits"
        )


def _axis(length: object, kernel: int, stride: int, padding: object) -> _Axis:
    length = int(length)
    if min(length, kernel, stride) < 1:
        raise Undrawable("expected whole numbers of one or more")
    pads = _pads(length, kernel, stride, padding)
    if min(pads) < 0 or max(length + sum(pads), kernel) > MOST_CELLS:
        raise Undrawable(f"expected at most {MOST_CELLS} cells along each side")
    return _Axis(length, kernel, stride, pads)


def _pair(value: object) -> tuple[int, int]:
    down, across = value if isinstance(value, tuple | list | np.ndarray) else (value, value)
    return int(down), int(across)


def _pads(length: int, kernel: int, stride: int, padding: object) -> tuple[int, int]:
    """Return the padding before and after; "same" as Keras does it, the odd cell at the end."""
    if isinstance(padding, str) and padding.lower() in ("same", "valid"):
        lost = (math.ceil(length / stride) - 1) * stride + kernel - length
        total = max(lost, 0) if padding.lower() == "same" else 0
        return total // 2, total - total // 2
    return int(padding), int(padding)


def _pixels(board: Board, down: _Axis, across: _Axis, cell: float) -> None:
    """Draw the cells of the picture, hatched ones around it, a cross in those never reached."""
    padding, fits = {"facecolor": PAPER, "hatch": "////"}, len(down.stops) * len(across.stops) > 0
    near, far = cell * 0.3, cell * 0.7
    for row, column in np.ndindex(down.full, across.full):
        x, y = column * cell, row * cell
        inside = row in down.inside and column in across.inside
        board.box(x, y, cell, cell, **({"facecolor": "white"} if inside else padding))
        if fits and not (row in down.reached and column in across.reached):
            board.line([x + near, x + far], [y + near, y + far])
            board.line([x + near, x + far], [y + far, y + near])


def _measures(board: Board, down: _Axis, across: _Axis, cell: float) -> None:
    """Draw the length of the kernel and of one step above the grid."""
    solid, dashed = {"color": BLUE}, {"color": VERMILLION, "linestyle": "--"}
    steps = [("stride", down.stride, across.stride, dashed)] if len(across.stops) > 1 else []
    rows = [*steps, ("kernel", down.kernel, across.kernel, solid)]
    for place, (name, high, wide, look) in enumerate(rows):
        y, end = -0.16 - 0.24 * place, wide * cell
        board.line([0, end], [y, y], linewidth=2.5, **look)
        for x in (0, end):
            board.line([x, x], [y - 0.06, y + 0.06], linewidth=2, color=look["color"])
        words = f"{name} {wide}" if high == wide else f"{name} {high} × {wide}"
        board.text(end + 0.1, y, words, ha="left")


def _windows(board: Board, down: _Axis, across: _Axis, cell: float) -> None:
    """Outline the first two stops, and number the middle of every stop."""
    spots = [(row, column) for row in down.stops for column in across.stops]
    size = (across.kernel * cell, down.kernel * cell)
    looks = (
        {"facecolor": "#0072b22e", "edgecolor": BLUE},
        {"edgecolor": VERMILLION, "linestyle": "--"},
    )
    for (row, column), look in reversed(list(zip(spots or [(0, 0)], looks, strict=False))):
        board.box(column * cell, row * cell, *size, linewidth=3, zorder=3, **look)
    roomy = cell * min(down.stride, across.stride) > 0.08 + CHARACTER * len(str(len(spots)))
    named = range(1, len(spots) + 1) if roomy else (1, len(across.stops), len(spots))
    for count, (row, column) in enumerate(spots, 1):
        x, y = column * cell + size[0] / 2, row * cell + size[1] / 2
        if count in named:
            patch = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
            board.text(x, y, str(count), fontweight="bold", zorder=5, bbox=patch)
        else:
            board.line([x], [y], marker="o", markersize=3.5, color=INK, zorder=4)


def _captions(down: _Axis, across: _Axis) -> str:
    """Return what the marks of a walk mean."""
    count = len(down.stops) * len(across.stops)
    if not count:
        return "the window (blue frame) is larger than the picture: no stop"
    lines = ["numbers: the middle of the window at each stop"]
    lines += ["solid frame: first stop" + ", dashed frame: second stop" * (count > 1)]
    lines += ["hatched: padding, all zeros"] if any(down.pads + across.pads) else []
    left_over = len(down.reached) < down.full or len(across.reached) < across.full
    return "\n".join(lines + ["cross: no window reaches this cell"] * left_over)
