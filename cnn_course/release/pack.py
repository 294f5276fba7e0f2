"""The zip that learners get: the wheel, the notebooks to look at, how to start."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.project import STUBS, Project
from cnn_course.release.wheel import LICENCE, build_wheel, requirements
from cnn_lesson.command.pythons import which

FOLDER = "cnn-lesson"
NAME = f"{FOLDER}.zip"
OUTPUT = f"build/{NAME}"
CHECK = "check_env.py"
LOCK = "requirements.lock"
START = Path(__file__).parent / "START.md"
_STAMP = (2024, 1, 1, 0, 0, 0)  # equal content, equal file
_READABLE = 0o644 << 16
_NAME = re.compile(r"[a-z0-9-]+", re.IGNORECASE)


def write_pack(project: Project, path: Path) -> Path:
    """Write the zip; its path. Raises CourseError where there are no stubs to put into it."""
    if not project.notebooks(STUBS):
        raise CourseError(f"there are no notebooks in {project.folder(STUBS)}: `cnn-lesson build`")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cnn-lesson-pack-") as work:
        wheel = build_wheel(project, Path(work))
        content = {wheel.name: wheel.read_bytes(), **_beside(project, wheel.name)}
    half = path.with_name(f".{path.name}.part")
    with zipfile.ZipFile(half, "w") as pack:
        for name, data in sorted(content.items()):
            info = zipfile.ZipInfo(f"{FOLDER}/{name}", _STAMP)
            info.external_attr, info.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            pack.writestr(info, data)
    half.replace(path)
    return path


def _beside(project: Project, wheel: str) -> dict[str, bytes]:
    """What lies in the zip beside the wheel."""
    files = {path.name: path.read_bytes() for path in project.notebooks(STUBS)}
    for name in (LICENCE, CHECK):
        if (project.root / name).is_file():
            files[name] = (project.root / name).read_bytes()
    start = START.read_text(encoding="utf-8").replace("{wheel}", wheel)
    files["START.md"] = start.replace("{pythons}", which()).encode()
    lock = project.root / LOCK
    pins = pinned(requirements(), lock.read_text("utf-8") if lock.is_file() else "")
    files["requirements.txt"] = "\n".join([f"./{wheel}", *pins, ""]).encode()
    return files


def pinned(asked: Iterable[str], lock: str) -> list[str]:
    """The lines of the lock, hashes left out, for what is asked: the versions that were tried."""
    names = {_NAME.match(line)[0].lower() for line in asked}
    lines = (line.removesuffix("\\").strip() for line in lock.splitlines() if "==" in line)
    return [line for line in lines if _NAME.match(line)[0].lower() in names]
