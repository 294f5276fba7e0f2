"""A learner's files into ``submitted/<learner>/cnn/``: by nbgrader's own zip_collect.

Beside what comes in, what is there already is weighed, too: a later hand-in replaces it, an older
one or an untouched stub does not. What is replaced goes into ``submitted/.backup/`` first.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from cnn_course.collect.plan import TIMESTAMP, Piece, Work
from cnn_course.collect.recognise import Recogniser, is_utf8
from cnn_course.collect.safe_names import safe_path
from cnn_course.errors import CourseError
from cnn_course.grade.gradebook import Course
from cnn_course.project import ASSIGNMENT, SUBMITTED, WORK, Project
from cnn_lesson.items import NOTEBOOKS

BACKUP = ".backup"
"""nbgrader and the grader pass over folders that begin with a full stop."""


@dataclass
class Delivery:
    """What one learner's folder will hold, and what is said about it."""

    learner: str
    files: dict[str, Path] = field(default_factory=dict)
    """By path in the learner's folder: where the bytes are now."""
    time: datetime | None = None
    taken: dict[str, Piece] = field(default_factory=dict)
    """By notebook: the file that came in and is used."""
    kept: dict[str, str] = field(default_factory=dict)
    """By notebook: why what was there already stays."""
    replaced: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, Piece, Piece]] = field(default_factory=list)
    """Notebook, the file that was not taken, and the one that was."""
    changed: bool = False


@dataclass
class Present:
    """What lies in a learner's folder already."""

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    time: datetime | None = None


def present(project: Project, learner: str) -> Present:
    """What was collected of a learner before."""
    folder = project.root / SUBMITTED / learner / ASSIGNMENT
    found = Present(folder)
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                found.files[path.relative_to(folder).as_posix()] = path
    stamp = found.files.pop(TIMESTAMP, None)
    if stamp is not None:
        found.time = read_time(stamp)
    return found


def plan_delivery(work: Work, there: Present, recogniser: Recogniser) -> Delivery:
    """What becomes of a learner's folder; nothing is written yet."""
    plan = Delivery(work.learner, dict(there.files))
    times = [there.time] if there.time else []
    for name in NOTEBOOKS:
        ranked = work.candidates(name)
        plan.passed_over += [(name, o, ranked[0]) for o in ranked[1:] if not _same(o, ranked[0])]
        if ranked and _weigh(plan, name, ranked[0], there, recogniser):
            times.append(ranked[0].time)
    for piece in work.others():
        _add_other(plan, piece, there)
    plan.time = max(times, default=None)
    return plan


def _weigh(plan: Delivery, name: str, piece: Piece, there: Present, recogniser: Recogniser) -> bool:
    """True where the notebook that came in is taken; ``plan`` is told either way."""
    path = f"{name}.ipynb"
    old = there.files.get(path)
    if old is not None:
        before = there.time or _changed(old)
        if old.read_bytes() == _as_utf8(piece.found.path):
            plan.kept[name] = ""
        elif not piece.what.filled and recogniser.look_at(old).filled:
            plan.kept[name] = "what came in is the untouched stub"
        elif _seconds(piece.time) <= _seconds(before):
            plan.kept[name] = "what came in is not newer"
        if name in plan.kept:
            return False
        plan.replaced.append(name)
    plan.files[path] = piece.found.path
    plan.taken[name] = piece
    plan.changed = True
    return True


def _same(piece: Piece, other: Piece) -> bool:
    return piece.found.path.read_bytes() == other.found.path.read_bytes()


def _add_other(plan: Delivery, piece: Piece, there: Present) -> None:
    """A file beside the notebooks; it never takes a notebook's name or the place of a newer one."""
    path = safe_path(piece.origin.rest).as_posix()
    if path in {TIMESTAMP, *(f"{name}.ipynb" for name in NOTEBOOKS)}:
        path = f"other/{path}"
    path = _free(path, plan.files)
    old = there.files.get(path)
    if old is not None:
        older = _seconds(piece.time) <= _seconds(there.time or _changed(old))
        if older or old.read_bytes() == piece.found.path.read_bytes():
            return
    taken = plan.files.get(path)
    if taken is None or taken == old:
        plan.files[path] = piece.found.path
        plan.changed = True


def _free(path: str, taken: Iterable[str]) -> str:
    """The path, or one beside it where a file of that name and a folder of that name would meet."""
    files = set(taken)
    while _meets(path, files):
        path = "_" + path
    return path


def _meets(path: str, files: set[str]) -> bool:
    above = {parent.as_posix() for parent in PurePosixPath(path).parents}
    return bool(above & files) or any(file.startswith(path + "/") for file in files)


def deliver(plans: list[Delivery], project: Project, own: Path) -> dict[str, Path]:
    """Write the folders of all plans; where the replaced ones are, by learner.

    Raises CourseError where nbgrader refuses; what was there before is put back then.
    """
    from cnn_course.collect.plugins import TIME_FORM

    staged = own / ASSIGNMENT / "extracted"
    staged.mkdir(parents=True)
    planned: dict[str, dict] = {}
    for plan in plans:
        time = {} if plan.time is None else {"timestamp": plan.time.strftime(TIME_FORM)}
        for name, source in sorted(plan.files.items()):
            copy = staged / f"{len(planned):07d}{os.path.splitext(name)[1]}"
            copy.write_bytes(_as_utf8(source) if name.endswith(".ipynb") else source.read_bytes())
            planned[str(copy)] = {"student_id": plan.learner, "file_id": name, **time}
    backups = _set_aside(plans, project)
    try:
        _transfer(planned, project, own)
    except BaseException:
        _put_back(plans, backups, project)
        raise
    return backups


def _transfer(planned: dict[str, dict], project: Project, own: Path) -> None:
    """Have nbgrader's ZipCollectApp copy the staged files and write ``timestamp.txt``."""
    from nbgrader.apps.zipcollectapp import ZipCollectApp
    from nbgrader.coursedir import CourseDirectory

    from cnn_course.collect.plugins import planned_collector

    config = Course(project, project.root / WORK).config()
    config.CourseDirectory.root = str(project.root)
    config.CourseDirectory.assignment_id = ASSIGNMENT
    config.ZipCollectApp.collector_plugin = planned_collector(planned)
    structure = str(own).replace("{", "{{").replace("}", "}}")
    config.ZipCollectApp.collect_directory_structure = (
        f"{structure}/{{assignment_id}}/{{collect_step}}"
    )
    words: list[str] = []
    app = ZipCollectApp(config=config, log=_listening(words))
    app.coursedir = CourseDirectory(parent=app)
    try:
        app.init_plugins()
        app.process_extracted_files()
    except SystemExit:
        raise CourseError(f"nbgrader could not take the files over: {words[-1]}") from None


def _listening(words: list[str]) -> logging.Logger:
    """A logger that shows nothing and keeps what goes wrong."""
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: words.append(record.getMessage().splitlines()[0])
    logger = logging.Logger("cnn-lesson collect", logging.INFO)
    logger.addHandler(handler)
    return logger


def _set_aside(plans: list[Delivery], project: Project) -> dict[str, Path]:
    """Move the folders that will be replaced into the backup; where each is now."""
    now = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
    moved: dict[str, Path] = {}
    for plan in plans:
        folder = project.root / SUBMITTED / plan.learner / ASSIGNMENT
        if folder.is_dir():
            target = project.root / SUBMITTED / BACKUP / now / plan.learner / ASSIGNMENT
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, target)
            moved[plan.learner] = target
    return moved


def _put_back(plans: list[Delivery], backups: dict[str, Path], project: Project) -> None:
    """Undo a transfer that was broken off: every folder is again what it was."""
    for plan in plans:
        folder = project.root / SUBMITTED / plan.learner / ASSIGNMENT
        shutil.rmtree(folder, ignore_errors=True)
        if plan.learner in backups:
            shutil.move(backups[plan.learner], folder)


def _as_utf8(path: Path) -> bytes:
    """A notebook's bytes, as UTF-8 where they came in another encoding."""
    content = path.read_bytes()
    if is_utf8(content):
        return content
    try:
        return content.decode("utf-16" if b"\0" in content[:4] else "utf-8-sig").encode("utf-8")
    except UnicodeError:
        return content


def read_time(stamp: Path) -> datetime | None:
    """The time in one of nbgrader's timestamp files, in UTC; None where there is none in it."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(stamp.read_text(encoding="utf-8").strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _seconds(time: datetime) -> datetime:
    return time.replace(microsecond=0)
