"""The report's figures, each with a text equivalent; every state has a colour and a pattern."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from cnn_course.report.graded_class import NOT_YET, OPEN, PARTLY, RIGHT, STATES, WAITING
from cnn_course.report.item_analysis import Section
from cnn_course.report.item_statistics import Measure
from cnn_lesson.drawing.board import Board, figure
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.drawing.scale import BLUE, INK, PAPER, QUIET, SKY, VERMILLION

BINS = 10
WIDE = 3.4  # inches of the bars: with its labels a figure still reads on a phone
ROW = 0.31
LOOKS = {
    RIGHT: {"facecolor": BLUE, "hatch": ""},
    PARTLY: {"facecolor": SKY, "hatch": "///"},
    NOT_YET: {"facecolor": VERMILLION, "hatch": "xx"},
    OPEN: {"facecolor": "white", "hatch": ""},
    WAITING: {"facecolor": PAPER, "hatch": ".."},
}
EDGE = {"edgecolor": INK, "linewidth": 0.6}


def bins(shares: Sequence[float]) -> list[int]:
    """How many learners are in each tenth of the points; full marks belong to the last."""
    places = (min(max(int(share * BINS + 1e-9), 0), BINS - 1) for share in shares)
    return np.bincount(list(places), minlength=BINS).tolist()


def bin_words(shares: Sequence[float]) -> str:
    """The filled tenths in words."""
    told = [
        f"{place * 10}–{place * 10 + 10}%: {count}"
        for place, count in enumerate(bins(shares))
        if count
    ]
    return "; ".join(told)


@figure
def totals(shares: Sequence[float], title: str | None = None) -> Picture:
    """Return how many learners have which share of the points, as bars with their numbers."""
    counts, board = bins(shares), Board()
    axes = board.axes(0, 0, WIDE + 0.8, 2.0, xlim=(0, 100))
    left = [place * 10 for place in range(BINS)]
    axes.bar(left, counts, width=10, align="edge", color=BLUE, edgecolor="white", linewidth=2)
    for place, count in zip(left, counts, strict=True):
        if count:
            above = {"textcoords": "offset points", "ha": "center", "va": "bottom"}
            axes.annotate(str(count), (place + 5, count), (0, 3), **above)
    axes.set_xticks(range(0, 101, 20), [f"{tick}%" for tick in range(0, 101, 20)])
    axes.set_xlabel("share of the points")
    axes.spines["left"].set_visible(False)
    axes.tick_params(left=False, labelleft=False, bottom=False)
    told = f"Learners by share of the points: {bin_words(shares)}."
    return board.picture(title or "Totals of the class", told)


@figure
def states(rows: Sequence[Measure], title: str | None = None) -> Picture:
    """Return for each item how many answers are right, partly right, not yet right, never begun."""
    shown = [state for state in STATES if any(row.counts[state] for row in rows)]
    table = {state: [row.counts[state] for row in rows] for state in shown}
    board = Board()
    axes = board.axes(0, 0, WIDE, ROW * len(rows))
    _stacked(axes, [row.item.id for row in rows], table)
    _key(axes, shown)
    told = "; ".join(
        f"{row.item.id}: " + ", ".join(f"{row.counts[s]} {s}" for s in shown if row.counts[s])
        for row in rows
    )
    return board.picture(title or "What became of each item", f"Learners for each item. {told}.")


@figure
def losses(rows: Sequence[Section], title: str | None = None) -> Picture:
    """Return the points that a class lost in each section, begun and never begun."""
    table = {NOT_YET: [row.lost for row in rows], OPEN: [row.unreached for row in rows]}
    board = Board()
    axes = board.axes(0, 0, WIDE, ROW * len(rows))
    _stacked(axes, [row.id for row in rows], table)
    words = {NOT_YET: "lost in begun answers", OPEN: "never begun"}
    _key(axes, [NOT_YET, OPEN], words)
    told = "; ".join(f"{row.id}: {row.lost:g} lost, {row.unreached:g} never begun" for row in rows)
    return board.picture(title or "Points lost in each section", f"Points. {told}.")


def _stacked(axes: Axes, names: Sequence[str], table: dict[str, Sequence[float]]) -> None:
    """Draw a bar for each name, its parts in a row, the number on each that has room."""
    start, most = np.zeros(len(names)), max(map(sum, zip(*table.values(), strict=True))) or 1
    for state, values in table.items():
        axes.barh(range(len(names)), values, left=start, height=0.72, **EDGE, **LOOKS[state])
        for place, value in enumerate(values):
            if value >= 0.07 * most:
                box = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
                spot = (start[place] + value / 2, place)
                axes.text(*spot, f"{value:g}", ha="center", va="center", fontsize=10, bbox=box)
        start = start + np.array(values, dtype=float)
    axes.set(xlim=(0, 1.01 * most), ylim=(len(names) - 0.45, -0.55))
    axes.set_yticks(range(len(names)), names)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.tick_params(length=0, labelbottom=False)


def _key(axes: Axes, shown: Sequence[str], words: dict[str, str] | None = None) -> None:
    """Write below the bars what the patterns mean."""
    names = {OPEN: "never begun", WAITING: "to be marked", **(words or {})}
    patches = [Patch(label=names.get(state, state), **EDGE, **LOOKS[state]) for state in shown]
    place = {"loc": "upper right", "bbox_to_anchor": (1.0, -0.01), "frameon": False}
    axes.legend(
        handles=patches,
        ncols=3,
        handlelength=1.6,
        columnspacing=1.2,
        labelcolor=QUIET,
        fontsize=11,
        **place,
    )
