"""The report's numbers for a spreadsheet: a row for each item, a row for each learner."""

from __future__ import annotations

from pathlib import Path

from cnn_course.report.graded_class import STATES, ClassBook
from cnn_course.report.item_analysis import misconceptions, needs
from cnn_course.report.item_statistics import measures
from cnn_course.safe_csv import write_csv
from cnn_lesson.items import NOTEBOOKS

_COUNTS = [state.replace(" ", "_") for state in STATES]
ITEM_COLUMNS = (
    *("item", "notebook", "section", "objective", "points", "manual"),
    *("learners", "difficulty", "discrimination"),
    *_COUNTS,
    *("misconception", "learners_with_it"),
)
LEARNER_COLUMNS = (
    *("learner", "points", "out_of", "share", "waiting_points", "off_for_late"),
    *NOTEBOOKS,
    *_COUNTS,
    *("seconds", "needs_a_hand"),
)


def write_items(book: ClassBook, path: Path) -> Path:
    """Write a row for each item, with its most frequent misconception; the path."""
    most = {}
    for habit in misconceptions(book):
        most.setdefault(habit.item, habit)
    rows = []
    for each in measures(book):
        item, habit = each.item, most.get(each.item.id)
        about = [item.id, item.notebook, item.section, item.objective, item.points]
        about += ["yes" if item.manual else "no"]
        numbers = [each.marked, each.difficulty, each.discrimination, *each.counts.values()]
        rows.append([*about, *numbers, *((habit.says, habit.learners) if habit else ("", 0))])
    return write_csv(path, ITEM_COLUMNS, rows, bom=True)


def write_learners(book: ClassBook, path: Path) -> Path:
    """Write a row for each learner; the path."""
    rows = []
    for learner in book.learners:
        states = [mark.state for mark in learner.marks.values()]
        parts = [learner.points(items_of(book, name)) for name in NOTEBOOKS]
        rows.append(
            [
                learner.name,
                learner.points(book.counted),
                book.out_of,
                book.share(learner),
                learner.waiting(learner.marks),
                learner.penalty,
                *parts,
                *(states.count(state) for state in STATES),
                sum(run.seconds for run in learner.runs.values()) if learner.runs else None,
                "; ".join(needs(book, learner)),
            ]
        )
    return write_csv(path, LEARNER_COLUMNS, rows, bom=True)


def items_of(book: ClassBook, notebook: str) -> list[str]:
    """The counted items of a notebook."""
    return [item for item in book.counted if book.asked[item].notebook == notebook]
