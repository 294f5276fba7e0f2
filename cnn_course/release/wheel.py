"""The learners' wheel: what notebooks import, and the stubs; nothing that an instructor runs.

Equal content gives an equal file. The version ends in a mark of the content, because pip takes a
wheel of a version that it has already for the same one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import cnn_lesson
from cnn_course.errors import CourseError
from cnn_course.project import STUBS, Project

DISTRIBUTION = "cnn-lesson"
KINDS = {".py", ".npz", ".json", ".md", ".js", ".css", ".png"}
LICENCE = "LICENSE"
MADE_AT = "1704067200"  # the first of January 2024: equal content, equal file
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"

PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
[project]
name = {name}
version = {version}
description = "A one-hour lesson on convolutional neural networks: notebooks and their checks"
license = "MIT AND CC-BY-4.0"
license-files = {licences}
requires-python = {python}
dependencies = {needs}
[project.scripts]
cnn-lesson = "cnn_lesson.command.cli:main"
[tool.setuptools.packages.find]
include = ["cnn_lesson*"]
[tool.setuptools.package-data]
"*" = ["**/*.npz", "**/*.json", "**/*.md", "**/*.ipynb", "**/*.js", "**/*.css", "**/*.png"]
"""


def build_wheel(project: Project, folder: Path) -> Path:
    """Build the wheel of a project's stubs into a folder; its path. Needs no network.

    Raises CourseError where setuptools is missing, or in its words where it fails.
    """
    if not importlib.util.find_spec("setuptools"):
        raise CourseError("the learners' wheel needs setuptools: `pip install setuptools`")
    with tempfile.TemporaryDirectory(prefix="cnn-lesson-wheel-") as work:
        lay_out(files(project), Path(work))
        done = subprocess.run(
            [sys.executable, "-c", BUILD, str(folder.resolve())],
            cwd=work,
            env={**os.environ, "SOURCE_DATE_EPOCH": MADE_AT},
            umask=0o022,
            capture_output=True,
            text=True,
        )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["setuptools gave no reason"])[-1]
        raise CourseError(f"the learners' wheel was not made: {said}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def files(project: Project) -> dict[str, bytes]:
    """What goes into the wheel, by its path there."""
    package = Path(cnn_lesson.__file__).parent
    content = {
        f"{package.name}/{path.relative_to(package).as_posix()}": path.read_bytes()
        for path in sorted(package.rglob("*"))
        if path.suffix in KINDS and path.relative_to(package).parts[0] != STUBS
    }
    for stub in project.notebooks(STUBS):
        content[f"{package.name}/{STUBS}/{stub.name}"] = stub.read_bytes()
    if (project.root / LICENCE).is_file():
        content[LICENCE] = (project.root / LICENCE).read_bytes()
    return content


def lay_out(content: dict[str, bytes], folder: Path) -> None:
    """Write what the wheel is built from, readable by everyone whatever the umask."""
    for name, data in {**content, "pyproject.toml": pyproject(content).encode()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)


def pyproject(content: dict[str, bytes]) -> str:
    """The wheel's description, made from the project's own. A JSON string is a TOML string."""
    about = metadata.metadata(DISTRIBUTION)
    fields = {
        "name": DISTRIBUTION,
        "version": f"{about['Version']}+{mark(content)}",
        "licences": [LICENCE] if LICENCE in content else [],
        "python": about["Requires-Python"],
        "needs": requirements(),
    }
    return PYPROJECT.format(**{name: json.dumps(value) for name, value in fields.items()})


def mark(content: dict[str, bytes]) -> str:
    """A short mark of the content, which begins with a letter, as 01 would be read as 1."""
    seen = hashlib.sha256()
    for name, data in sorted(content.items()):
        seen.update(f"{name} {len(data)} ".encode() + data)
    return "h" + seen.hexdigest()[:7]


def requirements() -> list[str]:
    """What learners need, the instructor's side left out."""
    asked = metadata.requires(DISTRIBUTION) or []
    return sorted(line for line in asked if "extra ==" not in line)
