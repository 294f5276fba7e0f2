r"""Whose a file is, read from the names that a learning platform gives it.

Each form is taken from the platform's own source:

- Moodle (mod/assign/classes/downloader.php, mod/assign/feedback/file/importziplib.php):
  ``<full name>_<participant>_assignsubmission_file[_]/…``, or flat with the file's name behind.
  The number is the participant's in this assignment, not the user's.
- Canvas (lib/content_zipper.rb): ``<sortable name>[_LATE]_<user>_<attachment>_<file>``; anonymous
  ``[LATE_]anon_<id>_<attachment>_<file>``; a text or link ``…_<user>_text.html``.
- ILIAS (Modules/Exercise, class.ilExSubmission.php): ``<last>_<first>_<login>_<user>/<file>``,
  the file with ``Late Submission - `` in front, or with the time of the upload.
- nbgrader's exchange (exchange/default/submit.py): ``<user>+<assignment>+<time>[+<random>]/…``.
- A folder or zip of folders that are named after learners.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cnn_course.learner_id import spelled
from cnn_course.project import ASSIGNMENT

MOODLE, CANVAS, ILIAS, EXCHANGE, FOLDER = "moodle", "canvas", "ilias", "exchange", "folder"
PLATFORMS = (MOODLE, EXCHANGE, ILIAS, CANVAS, FOLDER)

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assign(?:submission|feedback)_[a-z]+(?:_(?P<file>.*))?$"
)
_CANVAS = re.compile(
    r"(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?:text|link)\.html)$"
)
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<number>\w+?)_(?P<attachment>\d+)_(?P<file>.+)$")
_ILIAS = re.compile(r"(?P<name>[^_]*_[^_]*)_(?P<login>.+)_(?P<number>\d+)$")
_ILIAS_LATE = re.compile(r"(?:late submission|versp.{1,3}tete? \w+)\s*-\s*(?P<file>.+)$", re.I)
_ILIAS_TIME = re.compile(r"(?P<time>20\d{12})_(?P<file>.+)$")
_EXCHANGE = re.compile(
    r"(?P<name>.+)\+(?P<assignment>[^+]+)\+"
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)[^+]*(?:\+[^+]*)?$"
)
_WRAPPERS = frozenset({"submitted", "submissions", "inbound", "abgaben", "einreichungen"})


@dataclass(frozen=True)
class Origin:
    """Whose a file is; ``key`` tells two people of a platform apart."""

    platform: str
    key: str
    name: str
    """The person's name as the platform wrote it, or the folder's."""
    folder: str
    """What came in: the folder, or the front of the file's name."""
    rest: tuple[str, ...]
    """The learner's own names of the file."""
    login: str = ""
    came_in: str = ""
    """The file's name as it must be given back, where that is told (Canvas)."""
    time: datetime | None = None
    late: bool = False


def recognise(parts: Sequence[str], platform: str) -> Origin | None:
    """Whose a file is by a platform's names; None where it is not of that form."""
    return _READERS[platform](tuple(parts))


def choose(files: Sequence[Sequence[str]]) -> str:
    """The platform whose form most of the files have; a folder where none is."""
    hits = {p: sum(recognise(parts, p) is not None for parts in files) for p in PLATFORMS[:-1]}
    best = max(hits, key=hits.__getitem__)
    return best if hits[best] * 2 >= max(len(files), 1) else FOLDER


def without_wrapper(
    files: Sequence[Sequence[str]], platform: str, stem: str
) -> list[tuple[str, ...]]:
    """The names of a download without a folder that is around all of them."""
    inner = [tuple(parts[1:]) for parts in files]
    if len({parts[0] for parts in files}) != 1 or not all(len(parts) > 1 for parts in files):
        return [tuple(parts) for parts in files]
    if platform == FOLDER:
        around = files[0][0].casefold()
        wraps = around in _WRAPPERS or around == stem.casefold()
        wraps = wraps and all(len(parts) > 1 for parts in inner)
    else:
        found = [recognise(parts, platform) for parts in inner]
        wraps = len({origin.key for origin in found if origin}) > 1
    return inner if wraps else [tuple(parts) for parts in files]


def _moodle(parts: tuple[str, ...]) -> Origin | None:
    for place, part in enumerate(parts):
        if found := _MOODLE.match(part):
            own, end = found["file"] or "", place == len(parts) - 1
            if end and not own:
                return None
            front = part[: len(part) - len(own)] if own else part
            rest = (own, *parts[place + 1 :]) if own else parts[place + 1 :]
            return Origin(MOODLE, found["number"], found["name"], front, rest)
    return None


def _canvas(parts: tuple[str, ...]) -> Origin | None:
    for place, part in enumerate(parts):
        if found := _ANONYMOUS.match(part) or _CANVAS.match(part):
            groups = found.groupdict()
            own = groups["file"] or part
            rest = (own, *parts[place + 1 :])
            late = bool(groups["late"])
            name = groups.get("name") or f"anon {groups['number']}"
            front = part[: len(part) - len(own)]
            return Origin(CANVAS, groups["number"], name, front, rest, came_in=part, late=late)
    return None


def _ilias(parts: tuple[str, ...]) -> Origin | None:
    for place, part in enumerate(parts[:-1]):
        if found := _ILIAS.match(part):
            own, late, time = _ilias_file(parts[place + 1])
            rest = (own, *parts[place + 2 :])
            name = " ".join(reversed(found["name"].split("_")))
            return Origin(
                ILIAS, found["number"], name, part, rest, found["login"], time=time, late=late
            )
    return None


def _ilias_file(name: str) -> tuple[str, bool, datetime | None]:
    """The learner's own name of a file, whether it is late, and the time in its name."""
    late = _ILIAS_LATE.match(name)
    name = late["file"] if late else name
    timed = _ILIAS_TIME.match(name)
    if not timed:
        return name, bool(late), None
    try:
        time = datetime.strptime(timed["time"], "%Y%m%d%H%M%S").astimezone(UTC)
    except ValueError:
        return name, bool(late), None
    return timed["file"], bool(late), time


def _exchange(parts: tuple[str, ...]) -> Origin | None:
    for place, part in enumerate(parts[:-1]):
        found = _EXCHANGE.match(part)
        if found and found["assignment"] == ASSIGNMENT:
            try:
                time = datetime.fromisoformat(found["time"]).replace(tzinfo=UTC)
            except ValueError:
                return None
            user, rest = found["name"], parts[place + 1 :]
            return Origin(EXCHANGE, user, user, part, rest, login=user, time=time)
    return None


def _folder(parts: tuple[str, ...]) -> Origin | None:
    if len(parts) < 2:
        return None
    name = parts[0].removesuffix(".zip")
    rest = parts[2:] if parts[1] == ASSIGNMENT and len(parts) > 2 else parts[1:]
    return Origin(FOLDER, spelled(name), name, parts[0], rest, login=name)


_READERS: dict[str, Callable[[tuple[str, ...]], Origin | None]] = {
    MOODLE: _moodle,
    CANVAS: _canvas,
    ILIAS: _ilias,
    EXCHANGE: _exchange,
    FOLDER: _folder,
}
