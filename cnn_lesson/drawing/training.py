"""Figures of training: labels, learning curves, predictions, comparisons."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from cnn_lesson.drawing.board import CHARACTER, MOST_PANELS, Board, figure, minus
from cnn_lesson.drawing.drawable import (
    IMAGE,
    Undrawable,
    array_of,
    class_name,
    classes_of,
    number,
    words_of,
)
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import BLUE, INK, ORANGE, PALE_BLUE, QUIET, SKY, VERMILLION, Scale

CELL = 0.5  # inches
FEW_MISTAKES = 5  # fewer of one kind are drawn in a paler colour
LABEL_GAP = 0.17  # smallest distance of two labels, as a share of the axis
NOT_METRICS = ("lr", "learning_rate")
CURVES = "the history that fit returns"
OFFSET = {"textcoords": "offset points", "va": "center"}


@figure
def label_counts(
    labels: object, names: Sequence[str] | None = None, title: str | None = None
) -> Picture:
    """Return how many images carry each label, as bars with their numbers."""
    counts = np.bincount(classes_of(labels), minlength=10 if names is None else len(names))
    if len(counts) > MOST_PANELS:
        raise Undrawable(f"expected at most {MOST_PANELS} classes")
    words, places = [class_name(label, names) for label in range(len(counts))], range(len(counts))
    board, upright = Board(), max(map(len, words)) <= 3
    if upright:
        axes = board.axes(0, 0, max(0.68 * len(words), 4), 2.6)
        axes.bar(places, counts, width=0.7, color=BLUE)
        axes.set_xticks(places, words)
    else:
        axes = board.axes(0, 0, 5, 0.36 * len(words))
        axes.barh(places, counts, height=0.7, color=BLUE)
        axes.set_yticks(places, words)
        axes.invert_yaxis()
    _bare(axes, upright)
    for place, count in enumerate(counts):
        spot, away, held = (
            ((place, count), (0, 10), "center") if upright else ((count, place), (5, 0), "left")
        )
        axes.annotate(number(count), spot, away, ha=held, **OFFSET)
    told = "; ".join(f"{word} {count}" for word, count in zip(words, counts, strict=True))
    return board.picture(title or f"{counts.sum():,} labels", f"Images per label: {told}.")


def _bare(axes: Axes, upright: bool) -> None:
    """Leave out the value axis of a bar chart: its numbers stand on the bars."""
    axes.spines["left" if upright else "bottom"].set_visible(False)
    axes.tick_params(length=0, **{"labelleft" if upright else "labelbottom": False})


@figure
def probabilities(
    image: object, probs: object, names: Sequence[str] | None = None, title: str | None = None
) -> Picture:
    """Return one picture and the bars of its softmax, the largest one pointed out."""
    array = array_of(image, (2,), IMAGE)
    shares = array_of(probs, (1,), "one probability per class")
    if len(shares) > MOST_PANELS or not np.isfinite(shares).all():
        raise Undrawable("expected one probability per class")
    words, best = [class_name(label, names) for label in range(len(shares))], int(shares.argmax())
    board, tall, side = Board(), max(0.34 * len(shares), 1.2), 2.6
    wide = side * min(1, array.shape[1] / array.shape[0])
    board.image(0, max(tall - side, 0) / 2, wide, array, Scale.of(array))
    left = wide + 0.5 + CHARACTER * max(map(len, words))
    _probability_bars(board.axes(left, 0, 3.4, tall), shares, words, best)
    told = "; ".join(f"{word} {share:.2f}" for word, share in zip(words, shares, strict=True))
    return board.picture(title or f"The network says {words[best]}", f"Probabilities: {told}.")


def _probability_bars(axes: Axes, shares: np.ndarray, words: Sequence[str], best: int) -> None:
    places = range(len(shares))
    bars = axes.barh(places, shares, height=0.68, color=SKY)
    bars[best].set_color(BLUE)
    axes.set(xlim=(min(shares.min(), 0), max(shares.max(), 1)))
    axes.set_yticks(places, words)
    axes.invert_yaxis()
    _bare(axes, upright=False)
    for place, share in enumerate(shares):
        label, weight = f"{share:.2f}", "normal"
        if place == best:
            label, weight = f"{label}  ◀ says {words[best]}", "bold"
        axes.annotate(label, (max(share, 0), place), (5, 0), fontweight=weight, **OFFSET)


@figure
def confusion(
    true: object, predicted: object, names: Sequence[str] | None = None, title: str | None = None
) -> Picture:
    """Return the table of true against predicted labels, with its counts."""
    actual, said = classes_of(true), classes_of(predicted, "one prediction per image")
    if len(actual) != len(said):
        raise Undrawable("expected as many predictions as labels")
    size = max(0 if names is None else len(names), actual.max() + 1, said.max() + 1)
    if size > MOST_PANELS:
        raise Undrawable(f"expected at most {MOST_PANELS} classes")
    table = np.zeros((size, size), int)
    np.add.at(table, (actual, said), 1)
    words, board = [class_name(label, names) for label in range(size)], Board()
    slips = np.where(np.eye(size, dtype=bool), 0, table)
    for row, column in np.ndindex(*table.shape):
        _count(board, row, column, table[row, column], slips.max())
    _confusion_labels(board, words)
    right = int(np.trace(table))
    good = "; ".join(f"{word} {count}" for word, count in zip(words, np.diag(table), strict=True))
    bad = (
        "; ".join(f"{words[a]} as {words[b]} {table[a, b]}" for a, b in np.argwhere(slips))
        or "none"
    )
    alt = f"{right} of {len(actual)} right. Right: {good}. Mistakes: {bad}."
    return board.picture(
        title or f"{right} of {len(actual)} right; mistakes lie off the diagonal", alt
    )


def shade(count: int, most: int) -> list[float]:
    """The colour of a mistake made `count` times of at most `most`: three parts from 0 to 1."""
    depth = min(1.0, 0.2 + 0.8 * count / max(most, FEW_MISTAKES))
    return [1 - depth * (1 - part) for part in to_rgb(ORANGE)]


def _count(board: Board, row: int, column: int, count: int, most: int) -> None:
    """Draw one cell: right ones framed, a mistake the darker the more often, zero as a dot."""
    look = {"facecolor": shade(count, most) if count else "white", "edgecolor": "#d8d8d8"}
    if row == column:
        look = {"facecolor": PALE_BLUE, "edgecolor": BLUE, "linewidth": 2, "zorder": 2}
    board.box(column * CELL, row * CELL, CELL, CELL, **look)
    weight = "bold" if count and row != column else "normal"
    words = str(count) if count else "·"
    board.text((column + 0.5) * CELL, (row + 0.5) * CELL, words, fontweight=weight, zorder=3)


def _confusion_labels(board: Board, words: Sequence[str]) -> None:
    side, longest = len(words) * CELL, CHARACTER * max(map(len, words))
    turned = {"rotation": 40, "ha": "left"} if longest > 0.3 else {}
    for place, word in enumerate(words):
        board.text(-0.12, (place + 0.5) * CELL, word, ha="right")
        board.text((place + (0.35 if turned else 0.5)) * CELL, -0.08, word, va="bottom", **turned)
    board.text(-0.35 - longest, side / 2, "true label", rotation=90, color=QUIET)
    above = -0.35 - (longest * 0.7 if turned else 0)
    board.text(side / 2, above, "the network said", va="bottom", color=QUIET)


@figure
def learning_curves(history: object, title: str | None = None) -> Picture:
    """Return loss and accuracy per epoch, training against validation.

    Takes what `fit` returns, or its `history` dictionary; a part without validation is drawn alone.
    """
    logged = getattr(history, "history", history)
    if not isinstance(logged, Mapping) or not logged:
        raise Undrawable(f"expected {CURVES}")
    curves = {str(name): array_of(values, (1,), CURVES) for name, values in logged.items()}
    panels = [name for name in curves if not name.startswith("val_") and name not in NOT_METRICS]
    panels.sort(key=lambda name: (name != "loss", "acc" not in name))
    board, told, epochs = Board(), [], max(map(len, curves.values()))
    for place, name in enumerate(panels[:2]):
        parts = [("training", curves[name]), ("validation", curves.get(f"val_{name}"))]
        parts = [(part, values) for part, values in parts if values is not None]
        _curves(board.axes(place * 4.7, 0, 2.9, 2.7), name, parts)
        told += [_curve_words(f"{part} {name}", values) for part, values in parts]
    if not told:
        raise Undrawable(f"expected {CURVES}")
    return board.picture(title or _curves_title(epochs, curves), f"{'; '.join(told)}.")


def _curves_title(epochs: int, curves: Mapping[str, np.ndarray]) -> str:
    """Say where accuracy ended in both parts, whichever is ahead."""
    title = f"{epochs} epochs of training" if epochs > 1 else "One epoch of training"
    if {"accuracy", "val_accuracy"} <= set(curves):
        train, validation = (curves[name][-1] for name in ("accuracy", "val_accuracy"))
        title += f": accuracy {train:.3f}, in validation {validation:.3f}"
    return title


def _curves(axes: Axes, name: str, parts: Sequence[tuple[str, np.ndarray]]) -> None:
    looks = {"training": (BLUE, "o", "-"), "validation": (VERMILLION, "s", "--")}
    for part, values in parts:
        colour, marker, line = looks[part]
        style = {"color": colour, "marker": marker, "linestyle": line, "linewidth": 2.2}
        every = max(len(values) // 12, 1)
        axes.plot(range(1, len(values) + 1), values, markersize=6.5, markevery=every, **style)
    axes.set_xlabel("epoch")
    axes.set_title(name, fontsize=13, loc="left")
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=6)
    axes.grid(axis="y")
    low, high = axes.get_ylim()
    levels = _apart([(values[-1] - low) / (high - low) for _, values in parts], LABEL_GAP)
    for (part, values), level in zip(parts, levels, strict=True):
        tie = {"arrowstyle": "-", "color": looks[part][0], "shrinkA": 2, "shrinkB": 4}
        style = {
            "textcoords": "axes fraction",
            "va": "center",
            "arrowprops": tie,
            "linespacing": 1.05,
        }
        axes.annotate(
            f"{part}\n{values[-1]:.3f}", (len(values), values[-1]), (1.07, level), **style
        )


def _apart(levels: Sequence[float], gap: float) -> list[float]:
    """Return one or two heights, moved apart to a smallest distance."""
    if len(levels) < 2 or abs(levels[0] - levels[1]) >= gap:
        return list(levels)
    middle, half = sum(levels) / 2, gap / 2 if levels[0] >= levels[1] else -gap / 2
    return [middle + half, middle - half]


def _curve_words(words: str, values: np.ndarray) -> str:
    best = int(np.nanargmax(values) if "acc" in words else np.nanargmin(values))
    extreme = "highest" if "acc" in words else "lowest"
    return (
        f"{words} from {values[0]:.3f} to {values[-1]:.3f} in {len(values)} epochs, "
        f"{extreme} {values[best]:.3f} in epoch {best + 1}"
    )


@figure
def accuracy_table_plot(rows: Sequence[Mapping[str, object]], title: str | None = None) -> Picture:
    """Return training and validation accuracy of several networks as dots, the gap as a line.

    Each row is a mapping with name, parameters (or None), train and validation (accuracies 0..1).
    """
    table = [_accuracy_row(row) for row in rows]
    if not 0 < len(table) <= MOST_PANELS:
        raise Undrawable("expected rows with name, parameters, train and validation")
    board, spread = Board(), [value for _, *values in table for value in values]
    axes = board.axes(0, 0, 4.6, 0.72 * len(table))
    margin = max(max(spread) - min(spread), 0.02) * 0.28
    axes.set(xlim=(min(spread) - margin, max(spread) + margin), ylim=(len(table) - 0.5, -0.7))
    axes.set_xlabel("accuracy")
    axes.set_yticks(range(len(table)), [words for words, *_ in table])
    axes.tick_params(length=0)
    axes.xaxis.get_major_locator().set_params(nbins=5)
    axes.grid(axis="x")
    for place, (_, train, validation) in enumerate(table):
        _accuracies(axes, place, train, validation)
    told = "; ".join(
        f"{words.replace(chr(10), ', ')}: training {train:.3f}, validation {validation:.3f}, "
        f"gap {train - validation:+.3f}"
        for words, train, validation in table
    )
    return board.picture(title or "Training against validation accuracy", f"{told}.")


def _accuracy_row(row: Mapping[str, object]) -> tuple[str, float, float]:
    words, size = words_of([row["name"]])[0], row.get("parameters")
    if size is not None:
        words += f"\n{number(float(size))} parameters"
    accuracies = float(row["train"]), float(row["validation"])
    if not np.isfinite(accuracies).all():
        raise Undrawable("expected accuracies between 0 and 1")
    return words, *accuracies


def _accuracies(axes: Axes, place: int, train: float, validation: float) -> None:
    """Draw one row: a disc in a square's frame where both accuracies are the same."""
    axes.plot([validation, train], [place, place], color=QUIET, linewidth=2.5, zorder=2)
    square = {"marker": "s", "markerfacecolor": "white", "markeredgewidth": 2.5, "markersize": 12}
    axes.plot([validation], [place], color=VERMILLION, zorder=3, **square)
    axes.plot([train], [place], color=BLUE, marker="o", markersize=9, zorder=4)
    ahead = 1 if train >= validation else -1
    for name, value, side in (("training", train, ahead), ("validation", validation, -ahead)):
        words = f"{name}\n{value:.3f}" if place == 0 else f"{value:.3f}"
        held = "left" if side > 0 else "right"
        axes.annotate(words, (value, place), (11 * side, 0), ha=held, **OFFSET)
    gap = minus(f"gap {train - validation:+.3f}")
    axes.text(1.05, place, gap, transform=axes.get_yaxis_transform(), va="center", color=INK)
