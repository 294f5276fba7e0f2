"""Feedback pages in the zips that Moodle, Canvas and ILIAS take back.

- Moodle ("Upload multiple feedback files in a zip"): the folder or the front of the file's name
  as it came in; Moodle finds the participant by its number
  (mod/assign/feedback/file/importziplib.php).
- Canvas ("Upload submissions"): a file is matched by the numbers in its name and shown to the
  learner under the name of the file handed in, whatever it is called here. So each learner gets
  back a notebook under the very name that came in, and the feedback is in it.
- ILIAS ("Multi-feedback"): a folder that begins with ``multi_feedback``, in it one folder for each
  learner that ends in the user's number, in it files and no folders (class.ilExAssignment.php).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from cnn_course.collect.ledger import Collected, Ledger, load_ledger
from cnn_course.collect.platforms import CANVAS, EXCHANGE, FOLDER, ILIAS, MOODLE
from cnn_course.errors import CourseError
from cnn_course.project import ASSIGNMENT, FEEDBACK, WORK, Project
from cnn_lesson.items import NOTEBOOKS
from nbsandbox.atomic import write_bytes

HAND_BACK = "hand-back"
TAKERS = (MOODLE, CANVAS, ILIAS)
_BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL | re.IGNORECASE)
_WHEN = (1980, 1, 1, 0, 0, 0)
"""One date for all files, so that the same feedback makes the same zip."""


@dataclass
class HandedBack:
    """Where the zips are, and who is in none of them, with the reason."""

    zips: dict[str, Path] = field(default_factory=dict)
    learners: dict[str, int] = field(default_factory=dict)
    """By platform: how many learners' feedback is in its zip."""
    without: dict[str, str] = field(default_factory=dict)


def hand_back(project: Project, platform: str | None = None) -> HandedBack:
    """Write ``hand-back/<platform>.zip`` for one platform, or for each that work came from.

    Raises CourseError where nothing was collected, or there is no feedback.
    """
    ledger = load_ledger(project.root / WORK)
    if not ledger.learners:
        raise CourseError(
            "nothing was collected with `cnn-lesson collect`, so that the names that came in are "
            "not known; collect the platform's download first (it changes nothing that is there)"
        )
    pages = _all_pages(project)
    if not pages:
        raise CourseError(f"there are no pages in {FEEDBACK}/ yet: run `cnn-lesson grade`")
    result = HandedBack()
    wanted = [platform] if platform else sorted({c.platform for c in ledger.learners.values()})
    for each in wanted:
        if each in TAKERS:
            _write_zip(project, each, ledger, pages, result)
    _who_is_missing(ledger, pages, wanted, result)
    if not result.zips and not result.without:
        raise CourseError(f"nobody's work came from {platform or 'a learning platform'}")
    return result


def _all_pages(project: Project) -> dict[str, dict[str, bytes]]:
    """By learner and notebook, the feedback pages; the index of the class is none of them."""
    found: dict[str, dict[str, bytes]] = {}
    root = project.root / FEEDBACK
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        pages = {name: folder / ASSIGNMENT / f"{name}.html" for name in NOTEBOOKS}
        there = {n: p.read_bytes() for n, p in pages.items() if p.is_file() and not p.is_symlink()}
        if there:
            found[folder.name] = there
    return found


def _write_zip(
    project: Project,
    platform: str,
    ledger: Ledger,
    pages: dict[str, dict[str, bytes]],
    result: HandedBack,
) -> None:
    """Write a platform's zip, if there is anything to put in it."""
    stream, count = io.BytesIO(), 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for learner, collected in sorted(ledger.learners.items()):
            if collected.platform != platform or learner not in pages:
                continue
            files = dict(_WAYS[platform](collected, pages[learner]))
            for name, content in files.items():
                archive.writestr(_entry(name), content)
            if files:
                count += 1
            else:
                result.without[learner] = "the name of the file that came in is not known"
    if count:
        target = project.root / HAND_BACK / f"{platform}.zip"
        write_bytes(target, stream.getvalue())
        result.zips[platform], result.learners[platform] = target, count


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _for_moodle(collected: Collected, pages: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Below the folder that came in; flat names are given back flat."""
    between = "" if collected.is_flat else "/"
    for name, page in pages.items():
        yield f"{collected.folder}{between}feedback-{name}.html", page


def _for_canvas(collected: Collected, pages: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Under each name that came in; several notebooks in one zip share one file."""
    by_file: dict[str, list[bytes]] = {}
    for name, page in pages.items():
        if came_in := collected.given_back_as.get(name):
            by_file.setdefault(came_in, []).append(page)
    for came_in, several in by_file.items():
        if came_in.lower().endswith(".zip"):
            yield came_in, _zip_of(collected, pages, came_in)
        else:
            yield came_in, as_notebook(several)


def _zip_of(collected: Collected, pages: dict[str, bytes], came_in: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, page in pages.items():
            if collected.given_back_as.get(name) == came_in:
                archive.writestr(_entry(f"feedback-{name}.html"), page)
    return stream.getvalue()


def _for_ilias(collected: Collected, pages: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, page in pages.items():
        yield f"multi_feedback_{ASSIGNMENT}/{collected.folder}/feedback-{name}.html", page


_WAYS = {MOODLE: _for_moodle, CANVAS: _for_canvas, ILIAS: _for_ilias}


def as_notebook(pages: list[bytes]) -> bytes:
    """Feedback pages as a notebook that shows them as text."""
    cells = [nbformat.v4.new_markdown_cell(_as_markdown(page)) for page in pages]
    for number, cell in enumerate(cells):
        cell["id"] = f"feedback-{number}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode("utf-8")


def _as_markdown(page: bytes) -> str:
    """A page's body; an empty line would end HTML in Markdown, so it gets a blank that stays."""
    text = page.decode("utf-8", "replace")
    body = found[1] if (found := _BODY.search(text)) else text
    lines = [line if line.strip() else "&nbsp;" for line in body.strip().splitlines()]
    return "<div>\n" + "\n".join(lines) + "\n</div>"


def _who_is_missing(
    ledger: Ledger, pages: dict[str, dict[str, bytes]], wanted: list[str], result: HandedBack
) -> None:
    for learner, collected in ledger.learners.items():
        if learner not in pages:
            result.without[learner] = "there is no feedback page; run `cnn-lesson grade`"
        elif collected.platform in (EXCHANGE, FOLDER) and wanted != [collected.platform]:
            result.without[learner] = (
                "the work came from nbgrader's exchange: `nbgrader release_feedback cnn`"
                if collected.platform == EXCHANGE
                else f"the work came in a folder; the pages are in {FEEDBACK}/{learner}/"
            )
    for learner in sorted(set(pages) - set(ledger.learners)):
        result.without[learner] = "the work was not collected from a platform"
