"""What a learner downloads: the notebooks, and beside them the package that they import."""

from __future__ import annotations

import zipfile
from importlib import metadata
from pathlib import Path

import cnn_lesson
from cnn_course.project import STUBS, Project

FOLDER = "cnn-lesson"
NAME = f"{FOLDER}.zip"
_STAMP = (2024, 1, 1, 0, 0, 0)  # equal content, equal file
_KINDS = {".py", ".npz", ".json", ".md", ".js", ".css", ".png"}

START = """\
# How to start

Needed: Python 3.10 to 3.13. In a terminal, in this folder:

    python3 -m venv .venv
    . .venv/bin/activate
    python -m pip install -r requirements.txt
    jupyter lab 01-convolution.ipynb

On Windows the second line is `.venv\\Scripts\\activate`, and `py` stands for `python3`.
Installing needs a network and about 2.5 GB, once; the lesson itself needs none.

Fill in a blank, run the check below it, read what it says, improve.
"""


def write_pack(project: Project, path: Path) -> None:
    """Write the zip: notebooks, the learner's side of the package, requirements, how to start."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in sorted(_contents(project).items()):
            pack.writestr(zipfile.ZipInfo(f"{FOLDER}/{name}", _STAMP), content)


def _contents(project: Project) -> dict[str, bytes]:
    files = {path.name: path.read_bytes() for path in project.notebooks(STUBS)}
    package = Path(cnn_lesson.__file__).parent
    for path in package.rglob("*"):
        inside = path.relative_to(package)
        if path.suffix in _KINDS and inside.parts[0] != "course":
            files[f"{package.name}/{inside.as_posix()}"] = path.read_bytes()
    if (project.root / "LICENSE").is_file():
        files["LICENSE"] = (project.root / "LICENSE").read_bytes()
    files["START.md"] = START.encode()
    files["requirements.txt"] = "\n".join([*requirements(), ""]).encode()
    return files


def requirements() -> list[str]:
    """What the package needs, the instructor's side left out."""
    asked = metadata.requires(FOLDER) or []
    return sorted(line for line in asked if "extra ==" not in line)
