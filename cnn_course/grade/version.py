"""The mark of all that a stored grade rests on: where it changes, a class is graded again.

A grade rests on the items and their judges, on what reads, cleans and runs a notebook, on the
images, the assignment's cells, the settings, and on Keras, TensorFlow and NumPy. It does not rest
on how a page or a film is made, so that a change there regrades nobody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

import cnn_course
import cnn_lesson
import nbsandbox
from cnn_course.build.notebooks import fingerprint, read_notebook
from cnn_course.project import CONFIG, SOURCE, STUBS, Project
from nbsandbox.limits import Limits

DISTRIBUTIONS = ("keras", "tensorflow", "tensorflow-cpu", "numpy")
RESTS_ON = {
    cnn_lesson: (
        *("items.py", "items/__init__.py", "checking/**/*.py", "data/*.npz"),
        *("checks.py", "verdict.py", "arithmetic.py", "datasets.py", "clinic.py", "runtime.py"),
        *("elsewhere.py", "grading_kernel.py"),
    ),
    nbsandbox: ("**/*.py",),
    cnn_course: (
        *("grade/*.py", "build/notebooks.py", "hidden.py", "held_out.*", "sandbox.py"),
        *("cell_kind.py", "learner_id.py", "limited.py", "project.py"),
    ),
}
"""By package, the files that a grade rests on."""
SHOWS_ONLY = frozenset(
    f"grade/{name}.py"
    for name in (
        "account",
        "feedback",
        "nbgrader_csv",
        "progress",
        "sample",
        "slowness",
        "summary",
    )
)
"""Of the grading part, what makes pages, tables and examples of grades that are settled."""


def version(project: Project, seed: int, limits: Limits) -> str:
    """16 hexadecimal digits that change with whatever a grade rests on, and with nothing else."""
    seen = hashlib.sha256(json.dumps([seed, asdict(limits), libraries()]).encode())
    for stage in (STUBS, SOURCE):
        for path in project.notebooks(stage):
            seen.update(f"{stage}/{path.stem} {fingerprint(read_notebook(path))}\n".encode())
    for path in (project.root / CONFIG, *files()):
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def files() -> Iterator[Path]:
    """The files of the three packages that a grade rests on, in order."""
    for package, patterns in RESTS_ON.items():
        root = Path(package.__file__).parent
        found = {path for pattern in patterns for path in root.glob(pattern)}
        yield from sorted(p for p in found if p.relative_to(root).as_posix() not in SHOWS_ONLY)


def item_marks() -> dict[str, str]:
    """A mark of each file of ``cnn_lesson/items`` that says everything about its items."""
    return {path.stem: _digest(path) for path in item_files()}


def files_about(item: str) -> list[str]:
    """The names of the files among them that an item stands in."""
    return [p.stem for p in item_files() if f'"{item}"' in p.read_text(encoding="utf-8")]


def item_files() -> list[Path]:
    """The files of ``cnn_lesson/items``, one for each item; none where the table is one file."""
    folder = Path(cnn_lesson.__file__).parent / "items"
    return sorted(path for path in folder.glob("*.py") if path.stem != "__init__")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def libraries() -> dict[str, str]:
    """The versions of the libraries that networks are built, trained and judged with."""
    return {name: found for name in DISTRIBUTIONS if (found := _version(name))}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
