"""A folder of the learner's own: a copy of each notebook, never over work, opened in JupyterLab.

A note in the folder says which version of a notebook was handed out, so that only another version
of the lesson, and never the learner's own work in it, counts as different.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from cnn_lesson.command import lab

FOLDER = "cnn-lesson-work"
NOTE = ".cnn-lesson.json"
PACKAGE = Path(__file__).resolve().parents[1]
SETTINGS = Path(__file__).resolve().parent / "jupyter"
"""JupyterLab for learners: Validate is there, the menus of an instructor and the news are not."""

NO_FORMGRADER = "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False"


class CannotLearn(Exception):
    """Its text is one sentence for the learner: what is wrong and what to do."""


def lesson_folder() -> Path:
    """Where the stubs are: in the package, or beside it in the project that it is a part of."""
    for folder in (PACKAGE / "notebooks", PACKAGE.parent / "notebooks" / "cnn"):
        if any(folder.glob("*.ipynb")):
            return folder
    raise CannotLearn("the notebooks did not come with this installation: take the lesson's zip")


def hand_out(lesson: Path, folder: Path) -> list[str]:
    """Copy the stubs into a folder; a line for each that stands beside work it differs from.

    Nothing that is there is written over. Done again, it changes nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if folder.samefile(lesson):
        raise CannotLearn(f"{folder} is the lesson itself: name a folder of your own")
    noted, lines = read_note(folder), []
    handed = dict(noted)
    for stub in sorted(lesson.glob("*.ipynb")):
        content = stub.read_bytes()
        handed[stub.name] = hashlib.sha256(content).hexdigest()
        lines += put(content, folder / stub.name, handed[stub.name] == noted.get(stub.name))
    if handed != noted:
        write_new(folder / NOTE, json.dumps(handed, indent=1).encode() + b"\n")
    return lines


def put(content: bytes, path: Path, known: bool) -> list[str]:
    """Write a stub where there is none; beside it, and said, where there is a different one.

    `known` says that the work in that place began as this very stub.
    """
    if not os.path.lexists(path):
        write_new(path, content)
        return []
    if known or holds(path, content):
        return []
    for beside in places_beside(path):
        if holds(beside, content):
            return []
        if not os.path.lexists(beside):
            write_new(beside, content)
            return [f"{path.name} stays as you left it; this lesson's version is {beside.name}"]


def places_beside(path: Path) -> Iterator[Path]:
    """``01-convolution-new.ipynb``, ``01-convolution-new-2.ipynb``, and so on."""
    yield path.with_name(f"{path.stem}-new{path.suffix}")
    for number in itertools.count(2):
        yield path.with_name(f"{path.stem}-new-{number}{path.suffix}")


def holds(path: Path, content: bytes) -> bool:
    """Whether that is what is in a file."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def write_new(path: Path, content: bytes) -> None:
    """Write a file in one step, so that a full disk leaves no half of one."""
    half = path.with_name(f".{path.name}.part")
    try:
        half.write_bytes(content)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def read_note(folder: Path) -> dict[str, str]:
    """The versions that were handed out; none where the note is missing or damaged."""
    try:
        note = json.loads((folder / NOTE).read_bytes())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def standing_in(folder: Path) -> str:
    """One line: the points that the checks gave in the notebooks as they were saved."""
    from cnn_lesson.items import ITEMS
    from cnn_lesson.progress import saved_points, standing

    return standing(saved_points(folder), [*ITEMS.values()], "by your notebooks as saved")


def open_lab(folder: Path, options: Sequence[str]) -> int:
    """Show a folder in JupyterLab until it is closed; its exit code."""
    if not lab.is_there():
        raise CannotLearn(f"JupyterLab is not installed here, so open {folder} with another one")
    return lab.run(lab_command(folder, options), lab.environment(os.environ, SETTINGS))


def lab_command(folder: Path, options: Sequence[str]) -> list[str]:
    """What starts JupyterLab in a folder, at the first notebook."""
    first = min(folder.glob("*.ipynb"))
    start = [*lab.START, *options, NO_FORMGRADER]
    return [*start, f"--notebook-dir={folder.resolve()}", str(first.resolve())]
