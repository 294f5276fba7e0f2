"""The report's page: one file that loads nothing, on a phone, on a desktop, or printed."""

from __future__ import annotations

import statistics
import urllib.parse
from collections import Counter
from pathlib import Path

from cnn_course.grade.alike import sentences
from cnn_course.pages import render
from cnn_course.project import ASSIGNMENT, FEEDBACK
from cnn_course.report import plots
from cnn_course.report.graded_class import OPEN, STATES, ClassBook, Learner
from cnn_course.report.item_analysis import (
    HALF,
    RUN_WORDS,
    Section,
    failures,
    misconceptions,
    needs,
    sections,
    start,
)
from cnn_course.report.item_statistics import (
    FEW,
    LOW_DISCRIMINATION,
    Measure,
    measures,
)
from cnn_course.report.tables import items_of
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.items import NOTEBOOKS
from nbsandbox.atomic import write_text

NOTES = Path("teaching") / "notes.md"
FIRST = 3
"""Sections that the first screen names."""

_TEMPLATES = Path(__file__).parent / "templates"


def write_page(
    book: ClassBook, names: dict[str, str], folder: Path, root: Path, anonymous: bool = False
) -> Path:
    """Write ``index.html``; its path. Links are relative, to files of the project at ``root``."""
    up = "../" * len(folder.relative_to(root).parts)
    notes = up + NOTES.as_posix() if (root / NOTES).is_file() else ""
    feedback = None if anonymous else root / FEEDBACK
    values = page_values(book, names) | {"OPEN": OPEN, "notes": notes, "anonymous": anonymous}
    values["links"] = {x.name: _feedback_links(x, feedback, up) for x in book.learners}
    text = render(_TEMPLATES, "report.html", **values)
    write_text(folder / "index.html", text)
    return folder / "index.html"


def page_values(book: ClassBook, names: dict[str, str]) -> dict[str, object]:
    """Everything the template shows."""
    ranked, found = sections(book, names), measures(book)
    return {
        "book": book,
        **_head(book, ranked),
        "ranked": ranked,
        "items": found,
        "alike": sentences(book.alike),
        "own": [cell.id for cell in book.own if not cell.manual],
        "low": [measure.item.id for measure in found if _is_low(measure)],
        "few": len(book.learners) < FEW,
        "limits": {"low": LOW_DISCRIMINATION, "few": FEW, "half": HALF},
        "misconceptions": misconceptions(book),
        "helped": _helped(book, names),
        "runs": [_run_row(book, name) for name in NOTEBOOKS],
        "learners": [_learner_row(book, learner) for learner in book.learners],
        "notebooks": NOTEBOOKS,
        "places": {item.id: item.place for item in book.asked.values()},
        "states": STATES,
        "figures": _figures(_shares(book), ranked, found),
        "bin_words": plots.bin_words(_shares(book)),
    }


def _head(book: ClassBook, ranked: list[Section]) -> dict[str, object]:
    """How the class did, what to teach again, and which essays wait."""
    partly_marked = any(learner.waiting(book.counted) for learner in book.learners)
    points = sorted(
        book.share(learner) if partly_marked else learner.points(book.counted)
        for learner in book.learners
    )
    unreached = sorted((s for s in ranked if s.unreached), key=lambda s: -s.unreached)
    return {
        "partly_marked": partly_marked,
        "median": statistics.median(points),
        "lowest": points[0],
        "highest": points[-1],
        "first": [section for section in ranked if section.lost][:FIRST],
        "unreached": unreached[:FIRST],
        "waiting": sum(bool(learner.waiting(learner.marks)) for learner in book.learners),
        "manual": [item.id for item in book.asked.values() if item.manual],
    }


def _shares(book: ClassBook) -> list[float]:
    return [book.share(learner) for learner in book.learners]


def _is_low(measure: Measure) -> bool:
    return measure.discrimination is not None and measure.discrimination < LOW_DISCRIMINATION


def _figures(
    shares: list[float], ranked: list[Section], found: list[Measure]
) -> dict[str, Picture]:
    """The figures; their titles say what they show, the page says what to notice."""
    median = statistics.median(shares)
    return {
        "totals": plots.totals(shares, f"Half of the class has {median:.0%} or more"),
        "losses": plots.losses(
            [each for each in ranked if each.lost or each.unreached] or ranked,
            "Points lost, section by section",
        ),
        "states": plots.states(found, "What became of each item"),
    }


def _helped(book: ClassBook, names: dict[str, str]) -> list[dict[str, object]]:
    """The learners who need a hand, fewest points first."""
    rows = []
    for learner in sorted(book.learners, key=book.share):
        if why := needs(book, learner):
            section = start(book, learner)
            where = f"{section} · {names[section]}" if section in names else section
            rows.append({"name": learner.name, "why": why, "start": where})
    return rows


def _learner_row(book: ClassBook, learner: Learner) -> dict[str, object]:
    states = Counter(mark.state for mark in learner.marks.values())
    parts = [(name, learner.points(items_of(book, name))) for name in NOTEBOOKS]
    return {
        "name": learner.name,
        "parts": parts,
        "total": learner.points(book.counted),
        "states": {state: states[state] for state in STATES},
        "waiting": learner.waiting(learner.marks),
    }


def _run_row(book: ClassBook, name: str) -> dict[str, object]:
    """Times and failures of a notebook; times are None where no run is known."""
    runs = [learner.runs[name] for learner in book.learners if name in learner.runs]
    ends = Counter(RUN_WORDS.get(run.state, run.state) for run in runs if run.state != "done")
    lines = (line for learner in book.learners for line in failures(learner))
    failed = sum(line.startswith(f"{name}: ") for line in lines)
    return {
        "name": name,
        "runs": len(runs),
        "median": statistics.median(run.seconds for run in runs) if runs else None,
        "longest": max((run.seconds for run in runs), default=None),
        "memory": max((run.memory_mb for run in runs), default=None),
        "failed": failed,
        "ends": sorted(ends.items()),
        "notes": sorted(Counter(run.note for run in runs if run.note).items()),
    }


def _feedback_links(learner: Learner, feedback: Path | None, up: str) -> dict[str, str]:
    """Where a learner's feedback pages are, for those that exist."""
    if feedback is None:
        return {}
    place = f"{up}{FEEDBACK}/{urllib.parse.quote(learner.name)}/{ASSIGNMENT}"
    folder = feedback / learner.name / ASSIGNMENT
    return {n: f"{place}/{n}.html" for n in NOTEBOOKS if (folder / f"{n}.html").is_file()}
