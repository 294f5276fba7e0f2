"""The same attacks against `nbgrader autograde` as it comes, each in a throw-away course."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cnn_course.project import ASSIGNMENT, Project
from cnn_lesson.items import NOTEBOOKS

from .attack import FULL, MARKER, Attack
from .course import CANARY, LEFT, fingerprints, furnish, hand_in, listening, processes

SETTINGS = """
c = get_config()
c.CourseDirectory.course_id = "stock"
c.Execute.timeout = 20
c.Execute.interrupt_on_timeout = True
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError()"}
c.ClearMarkScheme.enforce_metadata = False
"""
LIMIT_S = 90
WATCHED = ("source", "notebooks", "submitted")


@dataclass
class Harm:
    """What an attack did: its score, and a word for each thing that must not happen."""

    name: str
    points: float | None = None
    done: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        points = "no grade" if self.points is None else f"{self.points:g} points"
        return f"{self.name:<28}{points:<12}{', '.join(self.done) or '-'}"


def prepare(root: Path, original: Project) -> None:
    """A course that nbgrader knows, made in an empty folder."""
    furnish(root, original)
    (root / "gradebook.db").unlink()
    (root / "nbgrader_config.py").write_text(SETTINGS)
    for path in (root / "source").rglob("*"):
        if path.is_file() and path.name not in {f"{name}.ipynb" for name in NOTEBOOKS}:
            path.unlink()
    (root / "home").mkdir()
    made = nbgrader(root, "generate_assignment", ASSIGNMENT)
    if made.returncode:
        raise RuntimeError(made.stdout[-500:])


def nbgrader(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """One command of nbgrader in a course, with a home folder of its own; all it said."""
    tools = os.path.dirname(sys.executable)
    path = os.pathsep.join([tools, os.environ.get("PATH", "")])
    more = {"HOME": str(root / "home"), "PATH": path, "GRADER_TOKEN": CANARY}
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *command],
        cwd=root,
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=LIMIT_S,
    )


def attempt(attack: Attack, template: Path, root: Path, original: Project) -> Harm:
    """What a safe attack does to stock nbgrader, in a copy of a prepared course."""
    if not attack.safe:
        raise ValueError(f"{attack.name} must not run outside a sandbox")
    shutil.copytree(template, root, symlinks=True)
    harm = Harm(attack.name)
    with listening(root) as calls:
        hand_in(attack, Project(root), original)
        before = fingerprints(root, WATCHED)
        try:
            nbgrader(root, "autograde", ASSIGNMENT, "--student", attack.name)
            if any("<script" in text(path) for path in (root / "autograded").rglob("*.ipynb")):
                nbgrader(root, "generate_feedback", ASSIGNMENT, "--student", attack.name)
        except subprocess.TimeoutExpired:
            harm.done.append(f"nbgrader hangs, over {LIMIT_S} s")
        harm.done += calls[:1]
    after = fingerprints(root, WATCHED)
    judge(harm, attack, root, sorted(p for p in {*before, *after} if before.get(p) != after.get(p)))
    shutil.rmtree(root, ignore_errors=True)
    return harm


def judge(harm: Harm, attack: Attack, root: Path, changed: list[str]) -> None:
    """Add to an attack's harm what can be seen once it is over."""
    harm.points = points(attack.name, root)
    if (harm.points or 0) > attack.earned:
        harm.done.append(f"gains {harm.points - attack.earned:g} points")
    if attack.earned == FULL and (harm.points or 0) < FULL:
        harm.done.append("loses what was earned before")
    if changed:
        harm.done.append(f"changes {os.path.relpath(changed[0], root)}")
    book = root / "gradebook.db"
    if book.exists() and MARKER.encode() in book.read_bytes():
        harm.done.append("writes to the gradebook")
    places = (root / "home", root / "nbgrader_config.py", root / MARKER)
    if any(marked(place) for place in places):
        harm.done.append("writes outside its folder")
    texts = [text(path) for path in (root / "autograded").rglob("*.ipynb")]
    if any("FOUND!" in each for each in texts):
        harm.done.append("sees what is not its own")
    pages = [text(path) for path in (root / "feedback").rglob("*.html")]
    if any("<script>hostile" in page or "<img src=x onerror" in page for page in pages):
        harm.done.append("its script is in the feedback")
    clean_up(harm, root)


def clean_up(harm: Harm, root: Path) -> None:
    """Note what an attack left on the machine, and end it."""
    left = processes("environ", f"HOME={root}/home")
    if left:
        harm.done.append(f"leaves {len(left)} processes")
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for path in LEFT:
        path.unlink(missing_ok=True)


def marked(place: Path) -> bool:
    """Whether a file, or one below a folder, is an attack's work."""
    files = [place] if place.is_file() else place.rglob("*") if place.is_dir() else []
    return any(MARKER in text(path) or "hostile_7f3a" in text(path) for path in files)


def text(path: Path) -> str:
    """What a file says; nothing where there is none."""
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def points(learner: str, root: Path) -> float | None:
    """What the gradebook gives a learner; None where there is no grade, or no gradebook left."""
    from nbgrader.api import Gradebook

    try:
        with Gradebook(f"sqlite:///{root}/gradebook.db", "stock") as book:
            return book.find_submission(ASSIGNMENT, learner).score
    except Exception:  # a wrecked database raises anything
        return None
