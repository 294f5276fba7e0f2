"""Downloads as learning platforms make them, filled with the lesson's own stubs."""

import io
import json
import shutil
import stat
import zipfile
from pathlib import Path

from cnn_course.collect.people import Enrolled, enrol
from cnn_course.project import Project
from tests.support.graded_class import make_project, opened

ROOT = Path(__file__).resolve().parents[2]
STUBS = ROOT / "notebooks" / "cnn"
FIRST, SECOND, THIRD = "01-convolution", "02-mnist-cnn", "03-exercises"
MONDAY, TUESDAY = (2026, 11, 16, 9, 30, 0), (2026, 11, 17, 18, 0, 0)


def course(folder: Path) -> Project:
    """A project with the lesson's stubs and without anybody's work."""
    folder.mkdir(parents=True, exist_ok=True)
    project = make_project(folder)
    shutil.copytree(STUBS, folder / "notebooks" / "cnn")
    return project


def enrolled(project: Project, text: str) -> Enrolled:
    """What became of a list of participants that was read."""
    path = project.root.parent / "roster.csv"
    path.write_text(text, encoding="utf-8")
    with opened(project):  # made here, so that nbgrader need not start alembic
        pass
    return enrol(project, path)


def stub(name: str) -> bytes:
    """A notebook that nobody touched."""
    return (STUBS / f"{name}.ipynb").read_bytes()


def filled(name: str, cells: int = 3, by: str = "x", **changes: object) -> bytes:
    """A notebook with that many answer cells filled in."""
    notebook = json.loads(stub(name))
    answers = [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    for number, cell in enumerate(answers[:cells]):
        cell["source"] = f"answer = {number}  # {by}"
    return json.dumps(notebook | changes, ensure_ascii=False).encode()


def without_ids(name: str) -> bytes:
    """A filled notebook that a converter has stripped of nbgrader's metadata."""
    notebook = json.loads(filled(name))
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return json.dumps(notebook).encode()


def format_3(name: str) -> bytes:
    """A filled notebook in the format of 2014."""
    notebook = json.loads(filled(name))
    for cell in notebook["cells"]:
        cell["input"] = cell.pop("source")
    whole = {"nbformat": 3, "worksheets": [{"cells": notebook["cells"]}], "metadata": {}}
    return json.dumps(whole).encode()


def packed(files: dict[str, bytes], date: tuple = MONDAY) -> bytes:
    """A zip of files, in order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, date), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def zip_at(path: Path, files: dict[str, bytes], date: tuple = MONDAY) -> Path:
    """A zip of files on the disk."""
    path.write_bytes(packed(files, date))
    return path


def from_windows(name: str, content: bytes, page: str = "cp850") -> bytes:
    """A zip whose one name is in a code page of Windows, without the flag for UTF-8."""
    raw = name.encode(page)
    placeholder = "Q" * len(raw)
    return packed({placeholder: content}).replace(placeholder.encode(), raw)


def link(name: str, target: str) -> bytes:
    """A zip that holds a link."""
    entry = zipfile.ZipInfo(name, MONDAY)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, target)
    return stream.getvalue()


def handed_in(project: Project, learner: str) -> dict[str, bytes]:
    """What lies in a learner's folder."""
    folder = project.root / "submitted" / learner / "cnn"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def moodle(name: str, number: int, *files: str) -> list[str]:
    """The paths of a learner's files in Moodle's download of all submissions."""
    return [f"{name}_{number}_assignsubmission_file_/{file}" for file in files]
