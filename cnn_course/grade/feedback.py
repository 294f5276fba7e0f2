"""Feedback pages: one for each notebook of each learner, and an index of the class.

A page is made from what is stored: verdicts, the gradebook's marks and comments, and the learner's
own answers. No hidden test, no output and no script of a learner's gets into it.
"""

from __future__ import annotations

import itertools
import re
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook
from cnn_course.cell_kind import ESSAY, grade_id, is_answer, role
from cnn_course.clean_html import shown_markdown
from cnn_course.errors import CourseError
from cnn_course.grade import results
from cnn_course.grade.gradebook import Course, Row
from cnn_course.grade.own_cells import OwnCell, is_own_test, own_cells
from cnn_course.grade.recognise import item_of
from cnn_course.grade.results import Result
from cnn_course.pages import NONE, number, render
from cnn_course.project import ASSIGNMENT, FEEDBACK, WORK, Project
from cnn_course.safe_notebook import pasted_pictures
from cnn_course.sanitise import LONG
from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES, Item
from cnn_lesson.verdict import STATES, Verdict
from nbsandbox.atomic import write_text

ANSWER_LIMIT = 20_000
"""Letters of a learner's answer that a page shows."""

Asked = Item | OwnCell

_TEMPLATES = Path(__file__).parent / "templates"
_HEADING = re.compile(r"^#{2,3} (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Marks:
    """What the gradebook has of a learner: rows by item, points off for being late by notebook."""

    rows: Mapping[str, Row] = field(default_factory=dict)
    penalties: Mapping[str, float] = field(default_factory=dict)


def renew(project: Project, wanted: Iterable[Result] | None = None) -> Path:
    """Write all pages and the index from what is stored, running nothing; the index' path.

    Who was taken out of the gradebook is left out.
    Raises CourseError where nothing is graded.
    """
    work, folder = project.root / WORK, project.root / FEEDBACK
    every = results.load_all(work / "results")[0].values() if wanted is None else wanted
    course = Course(project, work)
    marks = marks_of(course)
    found = [each for each in every if not marks or each.learner in marks]
    if not found:
        raise CourseError("nothing is graded yet, so there are no pages: run `cnn-lesson grade`")
    for result in found:
        executed = _executed(course.executed(result.learner))
        write_pages(result, executed, folder, marks.get(result.learner, Marks()))
    return write_index(found, folder, marks)


def marks_of(course: Course) -> dict[str, Marks]:
    """What the gradebook has, by learner."""
    rows: dict[str, dict[str, Row]] = {}
    for row in course.rows():
        rows.setdefault(row.learner, {})[row.item] = row
    late: dict[str, dict[str, float]] = {}
    for (learner, notebook), points in course.penalties().items():
        late.setdefault(learner, {})[notebook] = points
    return {learner: Marks(mine, late.get(learner, {})) for learner, mine in rows.items()}


def _executed(folder: Path) -> dict[str, NotebookNode]:
    """The executed notebooks of a learner; what is missing or damaged is left out."""
    found = {}
    for name in NOTEBOOKS:
        try:
            found[name] = read_notebook(folder / f"{name}.ipynb")
        except CourseError:
            continue
    return found


def write_pages(
    result: Result, notebooks: Mapping[str, NotebookNode], folder: Path, marks: Marks
) -> None:
    """Write ``<folder>/<learner>/cnn/<notebook>.html`` for each notebook."""
    for name in NOTEBOOKS:
        page = page_of(result, name, notebooks.get(name), marks)
        write_text(folder / result.learner / ASSIGNMENT / f"{name}.html", page)


def page_of(result: Result, name: str, notebook: NotebookNode | None, marks: Marks) -> str:
    """The page of one notebook."""
    answers, headings = ({}, {}) if notebook is None else (_answers(notebook), _headings(notebook))
    entries: list[dict[str, Any]] = []
    asked = _items_of(name, marks)
    for item in asked:
        entry = _entry(item, result.verdicts.get(item.id), marks.rows.get(item.id))
        answer, heading = answers.get(item.id, ""), headings.get(item.id, "")
        entries.append(entry | {"answer": answer, "heading": heading})
    return render(
        _TEMPLATES,
        "notebook.html",
        learner=result.learner,
        notebook=name,
        others=[other for other in NOTEBOOKS if other != name],
        note=result.runs[name].note if name in result.runs else "",
        entries=entries,
        late=number(marks.penalties.get(name, 0.0)),
        earned=number(_earned(result, name, marks)),
        out_of=number(sum(_out_of(item, marks.rows.get(item.id)) for item in asked)),
        waiting=number(sum(entry["waiting"] for entry in entries)),
    )


def _items_of(notebook: str, marks: Marks) -> list[Asked]:
    """The lesson's items of a notebook, then the course's own cells there."""
    every = [*ITEMS.values(), *own_cells(marks.rows.values())]
    return [each for each in every if each.notebook == notebook]


def _out_of(item: Asked, row: Row | None) -> float:
    return row.out_of if row else item.points


def _earned(result: Result, name: str, marks: Marks) -> float:
    """The points of a notebook so far: with marks and extra points, less what being late cost."""
    points = (
        _points(result.verdicts.get(item.id), marks.rows.get(item.id))
        for item in _items_of(name, marks)
    )
    return max(0.0, sum(each or 0.0 for each in points) - marks.penalties.get(name, 0.0))


def _points(verdict: Verdict | None, row: Row | None) -> float | None:
    """An item's points by the gradebook, else by the verdict; None where a person is to mark."""
    if row is not None:
        return row.points
    return verdict.points if verdict else None


def _entry(item: Asked, verdict: Verdict | None, row: Row | None) -> dict[str, Any]:
    """What the page shows of an item."""
    points, out_of = _points(verdict, row), _out_of(item, row)
    css, state = _state(item, verdict, row)
    by_hand = row is not None and row.by_hand and row.again is None
    entry: dict[str, Any] = {
        "item": item.id,
        "objective": OBJECTIVES.get(item.objective, item.objective),
        "css": css,
        "state": state,
        "points": NONE if css == "waiting" else number(points or 0.0),
        "out_of": number(out_of),
        "waiting": out_of if css == "waiting" else 0.0,
        "extra": number(row.extra) if row and row.extra else "",
        "comment": Markup(shown_markdown(row.comment)) if row and row.comment else "",
        "findings": (),
        "earned": (),
        "why": verdict.why if verdict is not None and css == "right" else "",
    }
    if verdict is not None and not (by_hand and (points or 0.0) >= out_of):
        entry["findings"] = [finding.lines() for finding in verdict.findings]
        entry["earned"] = verdict.earned if verdict.state == "partly" else ()
    return entry


def _state(item: Asked, verdict: Verdict | None, row: Row | None) -> tuple[str, str]:
    """The style of an entry and its state in words."""
    if row is not None and row.again is not None:
        given = f"{number(row.again)} points were given for an earlier answer"
        return "waiting", f"to be looked at again by a person: {given}"
    if row is not None and row.by_hand:
        share = (row.points or 0.0) / row.out_of if row.out_of else 1.0
        css = "right" if share >= 1 else "partly" if share else "notyet"
        return css, "marked by a person" if item.manual else "corrected by a person"
    if item.manual:
        answered = row is None or row.points is None
        return ("waiting", "to be marked by a person") if answered else ("open", STATES["open"])
    state = _by_share(row) if verdict is None else verdict.state
    return state.replace(" ", ""), STATES[state]


def _by_share(row: Row | None) -> str:
    """The state of what only the gradebook knows."""
    points, out_of = (row.points or 0.0, row.out_of) if row else (0.0, 1.0)
    return "right" if points >= out_of else "partly" if points > 0 else "not yet"


def _answers(notebook: NotebookNode) -> dict[str, str]:
    """What the learner wrote for each item: code as text, essays with their pictures.

    A test of the course's own is about the answers between it and the test before.
    """
    found: dict[str, list[str]] = {}
    own: list[str] = []
    for cell, following in itertools.pairwise([*notebook.cells, NotebookNode(cell_type="raw")]):
        key = grade_id(cell)
        if is_answer(cell):
            found.setdefault(item_of(key) or key, []).append(_shown(cell))
            own += [] if item_of(key) else [_shown(cell)]
        elif is_own_test(cell):
            found[key] = list(own)
            own = own if is_own_test(following) else []
    return {item: Markup("\n\n").join(parts) for item, parts in found.items()}


def _shown(cell: NotebookNode) -> str:
    source = cell.source[:ANSWER_LIMIT]
    if role(cell) == ESSAY and len(source) <= LONG:  # what is longer may take long to render
        return Markup(shown_markdown(source, pasted_pictures(cell.get("attachments") or {})))
    return Markup('<pre tabindex="0">{}</pre>').format(source)


def _headings(notebook: NotebookNode) -> dict[str, str]:
    """The heading that stands above each item's first cell."""
    found: dict[str, str] = {}
    heading = ""
    for cell in notebook.cells:
        lines = _HEADING.findall(cell.source) if cell.cell_type == "markdown" else []
        if item := item_of(grade_id(cell)) or grade_id(cell):
            found.setdefault(item, heading)
        elif lines:
            heading = lines[-1].strip()
    return found


def write_index(results_: Iterable[Result], folder: Path, marks: Mapping[str, Marks]) -> Path:
    """Write ``<folder>/index.html`` with a row for each learner; its path."""
    every = [row for mine in marks.values() for row in mine.rows.values()]
    asked: list[Asked] = [*ITEMS.values(), *own_cells(every)]
    page = render(
        _TEMPLATES,
        "index.html",
        learners=[_row(result, marks.get(result.learner, Marks())) for result in results_],
        notebooks=NOTEBOOKS,
        out_of=number(sum(item.points for item in asked)),
        manual=number(sum(item.points for item in asked if item.manual)),
    )
    write_text(folder / "index.html", page)
    return folder / "index.html"


def _row(result: Result, marks: Marks) -> dict[str, object]:
    place = f"{urllib.parse.quote(result.learner)}/{ASSIGNMENT}"
    parts = {name: _earned(result, name, marks) for name in NOTEBOOKS}
    return {
        "learner": result.learner,
        "notebooks": [(name, number(n), f"{place}/{name}.html") for name, n in parts.items()],
        "total": number(sum(parts.values())),
        "waiting": number(sum(row.out_of for row in marks.rows.values() if row.points is None)),
        "late": number(sum(marks.penalties.values())),
        "notes": result.notes(),
    }
