"""Figures of images: pictures, kernels, feature maps, digits."""

from collections.abc import Sequence

import numpy as np
from matplotlib import cbook
from matplotlib.image import imread

from cnn_lesson.drawing.board import (
    CELL,
    CHARACTER,
    MOST_CELLS,
    MOST_PANELS,
    Board,
    balanced,
    figure,
    minus,
)
from cnn_lesson.drawing.drawable import (
    IMAGE,
    Undrawable,
    array_of,
    in_words,
    number,
    rows_of,
    shape_of,
    try_array,
    words_of,
)
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import VERMILLION, Scale

IMAGES = "images of shape (n, height, width)"
KERNEL = "a kernel of shape (height, width)"
PHOTO_SHRINK = 3  # pixels of the original averaged into one, along each side
SHEET_WIDTH = 8.2  # inches
GAP = 0.25
KEY_WIDTH = 0.9
MOST_KERNEL_CELLS = 5  # along each side; larger kernels are drawn without numbers
LARGE_KERNEL = 1.6  # inches


def photo() -> np.ndarray:
    """Return a photograph as grey values 0..1 of shape (200, 170): Grace Hopper, in 1984.

    The picture (James S. Davis, U.S. Navy, public domain) is a file that comes with Matplotlib.
    """
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        grey = imread(file, format="jpg") @ np.array([0.299, 0.587, 0.114]) / 255
    height, width = (length // PHOTO_SHRINK for length in grey.shape)
    grey = grey[: height * PHOTO_SHRINK, : width * PHOTO_SHRINK]
    blocks = grey.reshape(height, PHOTO_SHRINK, width, PHOTO_SHRINK)
    return blocks.mean(axis=(1, 3)).clip(0, 1)


@figure
def picture(
    image: object, title: str | None = None, marked: tuple[int, int, int, int] | None = None
) -> Picture:
    """Return one picture (h, w) with the key of its colours; `marked` frames a part of it.

    The part is its first row, its first column, its rows and its columns.
    """
    array = array_of(image, (2,), IMAGE)
    board, scale, wide = Board(), Scale.of(array), width_of(array, 3.6)
    tall = board.image(0, 0, wide, array, scale)
    board.key(wide + 0.2, 0, max(tall, 0.6), scale)
    rows, columns = array.shape
    alt = f"Picture: {in_words(array)}."
    if marked:
        alt += _mark(board, wide / columns, *marked)
    return board.picture(title or f"{rows} rows × {columns} columns", alt)


def _mark(board: Board, pixel: float, top: int, left: int, rows: int, columns: int) -> str:
    """Frame a part of a picture whose pixels have that side in inches; what the frame holds."""
    place, size = (left * pixel, top * pixel), (columns * pixel, rows * pixel)
    board.box(*place, *size, edgecolor="white", linewidth=4.5, zorder=3)
    board.box(*place, *size, edgecolor=VERMILLION, linewidth=2.2, zorder=4)
    return (
        f" Framed: rows {top} to {top + rows - 1}, columns {left} to {left + columns - 1}, "
        "counted from 0."
    )


def width_of(array: np.ndarray, side: float) -> float:
    """Return the width in inches of a picture fitted into a square."""
    return side * min(1, array.shape[1] / array.shape[0])


@figure
def pictures(
    images: Sequence[object],
    titles: Sequence[str] | None = None,
    title: str | None = None,
    cols: int | None = None,
) -> Picture:
    """Return pictures side by side; those with negative values share one scale, the others another.

    What cannot be drawn leaves an empty frame in its place.
    """
    arrays = [try_array(item, (2,), IMAGE) for item in list(images)[:MOST_PANELS]]
    if not arrays:
        raise Undrawable("expected pictures of shape (height, width)")
    names, scales = words_of(titles, len(arrays)), _shared_scales(arrays)
    across = min(int(cols or 4), len(arrays))
    wide, tall = panel_of(arrays, (SHEET_WIDTH - KEY_WIDTH * len(scales)) / across - GAP)
    captions = [balanced(name, max(int(wide / CHARACTER), 4))[:3] for name in names]
    above, board = 0.2 * max(map(len, captions)), Board()
    for index, (array, lines) in enumerate(zip(arrays, captions, strict=True)):
        x, y = index % across * (wide + GAP), index // across * (tall + above + 0.2)
        board.text(x, y - 0.07, "\n".join(lines), ha="left", va="bottom")
        if array is None:
            board.missing(x, y, wide, tall)
        else:
            board.image(x, y, fit_into(array, wide, tall), array, scales[Scale.of(array).signed])
    for place, scale in enumerate(scales.values()):
        board.key(across * (wide + GAP) + place * KEY_WIDTH, 0, tall, scale)
    return board.picture(title or "Side by side", _told(names, arrays))


def panel_of(arrays: Sequence[np.ndarray | None], room: float) -> tuple[float, float]:
    """Return the width and height in inches of the panel that holds each of the pictures."""
    slopes = [array.shape[0] / array.shape[1] for array in arrays if array is not None] or [1.0]
    wide = min(room, 2.8 / min(min(slopes), 1), 2.8 / min(slopes))
    return wide, min(max(wide * slope for slope in slopes), 2.8)


def fit_into(array: np.ndarray, wide: float, tall: float) -> float:
    """Return the width in inches of a picture fitted into a panel."""
    return min(wide, tall * array.shape[1] / array.shape[0])


def _told(names: Sequence[str], arrays: Sequence[np.ndarray | None]) -> str:
    words = [
        f"{place} {name or 'picture'}: {_made(array)}"
        for place, (name, array) in enumerate(zip(names, arrays, strict=True), 1)
    ]
    return "; ".join(words) + "."


def _made(array: np.ndarray | None) -> str:
    return "nothing to draw yet" if array is None else in_words(array)


def _shared_scales(arrays: Sequence[np.ndarray | None]) -> dict[bool, Scale]:
    """Return a scale for pictures without and one for those with negative values, by `signed`."""
    groups = {False: [], True: []}
    for array in arrays:
        if array is not None:
            groups[Scale.of(array).signed].append(array)
    return {sign: Scale.of(*group) for sign, group in groups.items() if group}


@figure
def before_after(
    image: object, result: object, kernel: object, title: str | None = None
) -> Picture:
    """Return a picture, the kernel with its numbers, and the feature map that the kernel makes.

    Without a result the feature map's place is an empty frame.
    """
    array, weights = array_of(image, (2,), IMAGE), array_of(kernel, (2,), KERNEL)
    if max(weights.shape) > MOST_CELLS:
        raise Undrawable(f"expected a kernel of at most {MOST_CELLS} cells along each side")
    made, board = try_array(result, (2,), IMAGE), Board()
    wide = width_of(array, 2.7)
    tall = board.image(0, 0, wide, array, Scale.of(array))
    heading(board, 0, "picture", array)
    left = wide + 0.45
    right = left + _kernel(board, left, tall, weights) + 0.45
    for x in (left, right):
        board.arrow((x - 0.36, tall / 2), (x - 0.08, tall / 2))
    _feature_map(board, right, wide, tall, made)
    alt = f"Picture: {in_words(array)}. Kernel: {in_words(weights)}. Feature map: {_made(made)}."
    return board.picture(title or "A kernel turns a picture into a feature map", alt)


def _kernel(board: Board, x: float, tall: float, weights: np.ndarray) -> float:
    """Draw a kernel at mid-height, a small one with its numbers; return its width in inches."""
    scale, (rows, columns) = Scale.of(weights), weights.shape
    small = max(rows, columns) <= MOST_KERNEL_CELLS
    cell = cell_of(weights) if small else LARGE_KERNEL / max(rows, columns)
    top = max(tall - cell * rows, 0) / 2
    board.grid(x, top, weights, cell, scale, told=small)
    heading(board, x, "kernel", weights, top)
    if not small:
        low, most = minus(number(weights.min())), minus(number(weights.max()))
        words = f"each {low}" if low == most else f"{low} to {most}"
        board.text(x, top + cell * rows + 0.16, words, ha="left")
    return max(columns * cell, 1.0)


def cell_of(array: np.ndarray) -> float:
    """Return the side in inches of a cell that holds each number of a small array."""
    if max(array.shape) > MOST_CELLS // 2:
        raise Undrawable(f"expected at most {MOST_CELLS // 2} numbers along each side")
    return max(CELL, 0.1 + CHARACTER * max(len(number(value)) for value in array.flat))


def heading(board: Board, x: float, words: str, array: np.ndarray, y: float = 0) -> None:
    """Write what an array is, and its shape, above its upper left corner."""
    board.text(x, y - 0.16, f"{words} {shape_of(array)}", ha="left")


def _feature_map(board: Board, x: float, wide: float, tall: float, made: np.ndarray | None) -> None:
    if made is None:
        board.missing(x, 0, wide, tall)
        return
    scale, inches = Scale.of(made), fit_into(made, wide, tall)
    high = board.image(x, 0, inches, made, scale)
    heading(board, x, "feature map", made)
    board.key(x + inches + 0.2, 0, high, scale)


@figure
def numbers(
    array: object, title: str | None = None, span: tuple[float, float] | None = None
) -> Picture:
    """Return a small array, a row or a table, as its numbers on their colours.

    `span` is what black and white stand for: that of the picture from which the numbers come.
    """
    table = np.atleast_2d(array_of(array, (1, 2), "a small array"))
    board, scale = Board(), Scale(*map(float, span)) if span else Scale.of(table)
    board.grid(0, 0, table, cell_of(table), scale)
    size = shape_of(table)
    return board.picture(title or f"{size} numbers", f"{size}, rows: {rows_of(table)}.")


@figure
def flip_demo(image: object, kernel: object, title: str | None = None) -> Picture:
    """Return what a Conv layer and what SciPy make of one small picture with the same kernel.

    The layer lays the kernel on as it is and stays inside the picture. SciPy's
    `ndimage.convolve(image, kernel, mode="constant")` turns it by half a turn and keeps the size.
    """
    array, weights = array_of(image, (2,), IMAGE), array_of(kernel, (2,), KERNEL)
    turned, margins = weights[::-1, ::-1], [((k - 1) // 2, k // 2) for k in weights.shape]
    layer, scipy = _correlate(array, weights), _correlate(np.pad(array, margins), turned)
    scale, grey, board = Scale.of(layer, scipy, weights), Scale.of(array), Board()
    cell = max(map(cell_of, (array, weights, layer, scipy)))
    columns = _columns((array, weights, scipy), cell)
    rows = (("as it is", weights, "Conv layer", layer), ("half a turn", turned, "SciPy", scipy))
    for row, (how, laid, who, made) in enumerate(rows):
        middle = (0.5 + row) * array.shape[0] * cell + row * 0.55
        who = f"{who} {shape_of(made)}"
        blocks = ((array, grey, "picture"), (laid, scale, f"kernel, {how}"), (made, scale, who))
        _flip_row(board, middle, columns, cell, blocks)
    alt = (
        f"Picture: {in_words(array)}. Kernel: {in_words(weights)}. "
        f"The Conv layer lays it on as it is: {in_words(layer)}. "
        f"SciPy turns it by half a turn and keeps the size: {in_words(scipy)}."
    )
    return board.picture(title or "SciPy turns the kernel round, a Conv layer does not", alt)


def _flip_row(
    board: Board, middle: float, columns: Sequence[float], cell: float, blocks: Sequence[tuple]
) -> None:
    """Draw blocks of numbers side by side around a height, each with its name, arrows between."""
    for x, (block, scale, words) in zip(columns, blocks, strict=True):
        top = middle - cell * block.shape[0] / 2
        board.grid(x, top, block, cell, scale)
        board.text(x, top - 0.16, words, ha="left")
        if x:
            board.arrow((x - 0.42, middle), (x - 0.12, middle))


def _columns(blocks: Sequence[np.ndarray], cell: float) -> list[float]:
    """Return where blocks of cells begin that stand side by side."""
    widths = [max(block.shape[1] * cell, 1.6) + 0.55 for block in blocks]
    return [0.0, *np.cumsum(widths)[:-1]]


def _correlate(array: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    windows = np.lib.stride_tricks.sliding_window_view(array, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows.astype(float), kernel.astype(float))
