"""A throw-away course with something to spoil, and a look at what became of it."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.notebooks import write_notebook
from cnn_course.grade.sample import Draft
from cnn_course.project import ASSIGNMENT, CONFIG, Project

from .attack import MARKER, Attack, path_in

PACKAGE_FILES = ("checks.py", "items/__init__.py", "verdict.py")
CANARY = "CANARY-SECRET-4711"
LEFT = (Path("/tmp") / MARKER, Path("/dev/shm") / MARKER, Path.home() / MARKER)


def furnish(root: Path, original: Project) -> Project:
    """A course in an empty folder: masters, stubs, a gradebook to read, one honest learner."""
    for folder in ("source", "notebooks"):
        shutil.copytree(original.root / folder, root / folder)
    shutil.copy(original.root / CONFIG, root)
    (root / "gradebook.db").write_text(CANARY)
    (root / ".grading").mkdir()
    (root / ".grading" / "seed.json").write_text("4711")
    course = Project(root)
    hand_in(Attack("honest", "honest work", lambda folder: None, earned=1), course, original)
    return course


def hand_in(attack: Attack, course: Project, original: Project) -> Path:
    """Put a submission with the attack in it into the course; its folder."""
    folder = course.root / "submitted" / attack.name / ASSIGNMENT
    draft = Draft(original)
    whole = (draft.solve() if attack.earned else draft).notebooks[attack.notebook]
    write_notebook(without_figures(whole), path_in(folder, attack.notebook))
    attack.put(folder)
    return folder


def without_figures(notebook: NotebookNode) -> NotebookNode:
    """The notebook without its pictures, which take most of its time."""
    notebook.cells = [c for c in notebook.cells if "figure" not in c.metadata.get("tags", ())]
    return notebook


def fingerprints(root: Path, below: Iterable[str] = ("",)) -> dict[str, str]:
    """What each file of a folder holds, in short; links are not followed."""
    return {
        str(path): _fingerprint(path)
        for start in below
        for path in sorted((root / start).rglob("*"))
        if "__pycache__" not in path.parts
    }


def _fingerprint(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return "link" if path.is_symlink() else "other"
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def left_behind() -> list[str]:
    """Files and processes that attacks left on this machine."""
    found = [str(path) for path in LEFT if path.exists()]
    return found + [f"process {pid}" for pid in processes("cmdline", MARKER)]


def processes(kind: str, text: str) -> list[int]:
    """Processes that have a text in their ``cmdline`` or their ``environ``."""
    found = []
    for entry in filter(lambda entry: entry.name.isdigit(), Path("/proc").iterdir()):
        with contextlib.suppress(OSError):
            if text.encode() in (entry / kind).read_bytes():
                found.append(int(entry.name))
    return found


@contextlib.contextmanager
def listening(root: Path) -> Iterator[list[str]]:
    """Calls that came in on this machine's own network, whose port stands in ``<root>/port``."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        (root / "port").write_text(str(server.getsockname()[1]))

        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = server.accept()
                    line.close()
                    calls.append("a call over the network")

        threading.Thread(target=answer, daemon=True).start()
        yield calls
