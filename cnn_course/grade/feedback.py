"""Feedback pages: one for each notebook of each learner, and an index of the class.

A page is made from verdicts and the learner's own answers, as text. No hidden test, no output and
no script of a learner's gets into it.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.cell_kind import grade_id, is_answer
from cnn_course.grade.recognise import item_of
from cnn_course.grade.results import Result
from cnn_course.pages import number, render
from cnn_course.project import ASSIGNMENT
from cnn_lesson.items import ITEMS, NOTEBOOKS, Item, automatic_points
from cnn_lesson.verdict import STATES, Verdict
from nbsandbox.atomic import write_text

ANSWER_LIMIT = 20_000
"""Letters of a learner's answer that a page shows."""

_TEMPLATES = Path(__file__).parent / "templates"


def write_pages(
    result: Result, notebooks: Mapping[str, NotebookNode], folder: Path, marks: Mapping[str, object]
) -> None:
    """Write ``<folder>/<learner>/cnn/<notebook>.html``; ``marks`` has rows that a person marked."""
    for name in NOTEBOOKS:
        page = page_of(result, name, notebooks.get(name), marks)
        write_text(folder / result.learner / ASSIGNMENT / f"{name}.html", page)


def page_of(
    result: Result, name: str, notebook: NotebookNode | None, marks: Mapping[str, object]
) -> str:
    """The page of one notebook."""
    items = [item for item in ITEMS.values() if item.notebook == name]
    answers = {} if notebook is None else _answers(notebook)
    entries = [_entry(item, result.verdicts.get(item.id), marks, answers) for item in items]
    waiting = sum(item.points for item in items if item.manual and item.id not in marks)
    return render(
        _TEMPLATES,
        "notebook.html",
        learner=result.learner,
        notebook=name,
        note=result.runs[name].note if name in result.runs else "",
        entries=entries,
        earned=number(sum(entry["raw"] for entry in entries)),
        out_of=sum(item.points for item in items),
        waiting=waiting,
    )


def _entry(
    item: Item, verdict: Verdict | None, marks: Mapping[str, object], answers: Mapping[str, str]
) -> dict[str, object]:
    entry = {"item": item.id, "out_of": item.points, "findings": (), "raw": 0.0, "earned": ()}
    entry["answer"] = answers.get(item.id, "")[:ANSWER_LIMIT]
    if item.manual:
        mark = marks.get(item.id)
        points = None if mark is None else mark.points
        state = "to be marked by a person" if points is None else "marked by a person"
        entry |= {"css": "waiting", "state": state, "raw": points or 0.0}
        entry["comment"] = "" if mark is None else mark.comment
    elif verdict is None:
        entry |= {"css": "notyet", "state": STATES["not yet"]}
    else:
        entry |= {"css": verdict.state.replace(" ", ""), "state": STATES[verdict.state]}
        entry |= {"raw": verdict.points, "findings": [f.lines() for f in verdict.findings]}
        entry["earned"] = verdict.earned if verdict.state == "partly" else ()
    return entry | {
        "points": "–" if entry["css"] == "waiting" and not entry["raw"] else number(entry["raw"])
    }


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """What the learner wrote for each item: all of its answer cells, one below the other."""
    found: dict[str, list[str]] = {}
    for cell in notebook.cells:
        if is_answer(cell):
            found.setdefault(item_of(grade_id(cell)), []).append(cell.source)
    return {item: "\n\n".join(parts) for item, parts in found.items()}


def write_index(results: Iterable[Result], folder: Path) -> Path:
    """Write ``<folder>/index.html`` with a row for each learner; its path."""
    rows = [_row(result) for result in results]
    page = render(
        _TEMPLATES,
        "index.html",
        learners=rows,
        notebooks=NOTEBOOKS,
        out_of=automatic_points(),
        manual=sum(item.points for item in ITEMS.values() if item.manual),
    )
    write_text(folder / "index.html", page)
    return folder / "index.html"


def _row(result: Result) -> dict[str, object]:
    place = f"{urllib.parse.quote(result.learner)}/{ASSIGNMENT}"
    cells = [(name, number(result.points(name)), f"{place}/{name}.html") for name in NOTEBOOKS]
    total = number(result.points())
    return {"learner": result.learner, "notebooks": cells, "total": total, "notes": result.notes()}
