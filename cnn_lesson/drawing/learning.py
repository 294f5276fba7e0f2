"""Figures of what training does to kernels, and of what a trained kernel sees."""

from collections.abc import Sequence

import numpy as np

from cnn_lesson.arithmetic import convolve
from cnn_lesson.drawing.board import Board, figure
from cnn_lesson.drawing.drawable import (
    IMAGE,
    Undrawable,
    array_of,
    class_name,
    number,
    rows_of,
)
from cnn_lesson.drawing.images import cell_of
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import Scale

STAGES = ("before", "during", "after")
SHARE_DURING = 0.03  # of all steps: the picture in between is taken early, where most happens
WIDE, GAP = 1.95, 0.3  # inches of a map, and between two
MOST_KERNELS = 16
WEIGHTS = "weights of shape (height, width, in, out)"
SIDES = {
    (1, 1): "right",
    (1, -1): "left",
    (0, 1): "below",
    (0, -1): "above",
}


@figure
def kernel_learned(
    image: object, kernels: Sequence[object], wanted: object, title: str | None = None
) -> Picture:
    """Return a kernel at the first step, early on and at the last, with the map it makes then.

    `kernels` has one kernel for each step; `wanted` is the map that it was to make.
    """
    array, goal = array_of(image, (2,), IMAGE), array_of(wanted, (2,), IMAGE)
    path = array_of(kernels, (3,), "a kernel for each step")
    places = [0, max(round(len(path) * SHARE_DURING), 1), len(path) - 1]
    if len(path) < 3 or goal.shape != convolve(array, path[0]).shape:
        raise Undrawable("expected at least three kernels, and the map they were to make")
    board, told, shown = Board(), [], [path[place].round(2) for place in places]
    maps = [convolve(array, path[place]) for place in places]
    errors = [float(np.mean((made - goal) ** 2)) for made in maps]
    scale = Scale.of(goal)
    cell = max(map(cell_of, shown))
    column = max(WIDE, cell * path.shape[2]) + GAP
    for stage, place, kernel, made, error in zip(STAGES, places, shown, maps, errors, strict=True):
        x = STAGES.index(stage) * column
        board.text(x, -0.4, f"{stage}: step {place}", ha="left", fontweight="bold")
        board.text(x, -0.16, f"mean error² {number(error)}", ha="left")
        board.grid(x, 0, kernel, cell, Scale.of(*shown))
        board.image(x, kernel.shape[0] * cell + 0.25, WIDE, made, scale)
        told.append(f"{stage}, step {place}: {rows_of(kernel)}, error {number(error)}")
    x = len(STAGES) * column
    board.text(x, -0.4, "picture, and map wanted", ha="left", fontweight="bold")
    board.image(x, 0, cell * path.shape[1], array, Scale.of(array))
    board.image(x, path.shape[1] * cell + 0.25, WIDE, goal, scale)
    fallback = (
        f"Mean squared error {number(errors[0])} at first, {number(errors[-1])} "
        f"after {places[-1]} steps"
    )
    return board.picture(
        title or fallback,
        f"The kernel {'; '.join(told)}. Below each, its map; beside them the "
        "picture, and the map that was wanted.",
    )


@figure
def kernels_compared(before: object, after: object, title: str | None = None) -> Picture:
    """Return up to 16 kernels as they began above what they became; the title reads one aloud."""
    pairs = [array_of(weights, (4,), WEIGHTS)[:, :, 0, :] for weights in (before, after)]
    if pairs[0].shape != pairs[1].shape or pairs[0].shape[2] > MOST_KERNELS:
        raise Undrawable(f"expected the weights of one layer, at most {MOST_KERNELS} kernels")
    first, last = (np.moveaxis(weights, -1, 0) for weights in pairs)
    chosen, words = spoken(last)
    board, scale, side, across = Board(), Scale.of(first, last), 0.72, 8
    for index, (old, new) in enumerate(zip(first, last, strict=True)):
        x, y = index % across * (side + 0.2), index // across * (2 * side + 0.75)
        bold = {"fontweight": "bold"} if index == chosen else {}
        board.text(x, y - 0.14, f"{index + 1}{' ◀' if index == chosen else ''}", ha="left", **bold)
        board.image(x, y, side, old, scale)
        board.image(x, y + side + 0.12, side, new, scale)
    for row in range(-(-len(first) // across)):
        for place, name in enumerate(("random", "trained")):
            y = row * (2 * side + 0.75) + place * (side + 0.12) + side / 2
            board.text(-0.15, y, name, ha="right")
    board.key(min(len(first), across) * (side + 0.2) + 0.1, 0, 2 * side, scale)
    moved = float(np.mean(np.abs(last - first)))
    alt = f"{len(first)} kernels; a weight moved by {number(moved)} on average. {words}."
    return board.picture(title or words, alt)


def spoken(kernels: np.ndarray) -> tuple[int, str]:
    """The kernel (n, h, w) with the clearest difference between two sides, and what it looks for.

    A kernel that is brighter on one side gives large numbers where the picture is.
    """
    rows, columns = kernels.shape[1:]
    ramps = np.meshgrid(np.arange(rows) - (rows - 1) / 2, np.arange(columns) - (columns - 1) / 2)
    down, across = (ramp.T for ramp in ramps)
    size = np.sqrt((kernels**2).sum(axis=(1, 2))) + 1e-12
    slopes = np.stack([(kernels * ramp).sum(axis=(1, 2)) / size for ramp in (down, across)], 1)
    index, axis = np.unravel_index(np.abs(slopes).argmax(), slopes.shape)
    side = SIDES[int(axis), int(np.sign(slopes[index, axis])) or 1]
    where = f"on the {side}" if axis else side
    return int(index), f"Kernel {index + 1} looks for edges that are brighter {where}"


@figure
def seen(
    image: object,
    label: object,
    maps: object,
    names: Sequence[str] | None = None,
    title: str | None = None,
) -> Picture:
    """Return a picture with its label, and beside it the feature maps (h, w, n) made of it."""
    array = array_of(image, (2,), IMAGE)
    planes = np.moveaxis(array_of(maps, (3,), "feature maps of shape (height, width, n)"), -1, 0)
    planes = planes[:MOST_KERNELS]
    word = class_name(int(np.asarray(label)), names)
    board, scale, side, across = Board(), Scale.of(planes), 0.72, 8
    board.image(0, 0, 1.3, array, Scale.of(array))
    board.text(0, -0.16, f"label: {word}", ha="left", fontweight="bold")
    for index, plane in enumerate(planes):
        x, y = 1.55 + index % across * (side + 0.08), index // across * (side + 0.34)
        board.image(x, y, side, plane, scale)
        board.text(x, y - 0.14, str(index), ha="left")
    rows = -(-len(planes) // across)
    board.key(1.55 + min(len(planes), across) * (side + 0.08) + 0.1, 0, rows * (side + 0.34), scale)
    means = ", ".join(number(plane.mean()) for plane in planes)
    alt = f"A picture labelled {word}, and {len(planes)} feature maps of it; their means: {means}."
    return board.picture(title or f"What each kernel sees in this {word}", alt)
