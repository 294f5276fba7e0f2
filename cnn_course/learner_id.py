"""What a learner is called: one spelling for one person, and no name that something misreads.

An id of a learner is a folder's name, a key of nbgrader's gradebook, a part of its patterns and a
word in a terminal. What any of these would take for something else is refused, with the reason.
"""

from __future__ import annotations

import unicodedata

from cnn_course.errors import CourseError

BYTE_LIMIT = 100
RESERVED = frozenset('*?[]/\\<>:|"`')
"""Letters that nbgrader, a file system or a terminal reads as a command, a pattern or a path."""
DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
"""Names that Windows keeps for devices, with any ending."""
TAKEN = frozenset({"index.html", "timestamp.txt", "gradebook.db", "thumbs.db", "desktop.ini"})
"""Files that stand beside the learners' folders."""


class BadLearnerId(CourseError):
    """Its text says why nobody can be called that."""


def learner_id(name: str) -> str:
    """The id that a name stands for: no blanks around it, composed letters (NFC).

    Raises BadLearnerId where nbgrader, a file system or a terminal would misread it.
    """
    wanted = spelled(name)
    if reason := _reason(wanted):
        raise BadLearnerId(f"“{shown(name)}” cannot be a learner's id: {reason}; rename it")
    return wanted


def spelled(name: str) -> str:
    """The name in the one spelling that is compared: composed, without blanks around it."""
    return unicodedata.normalize("NFC", name).strip()


def is_device(name: str) -> bool:
    """True for a name that Windows keeps for a device: ``con``, ``NUL.txt``."""
    return name.split(".")[0].rstrip(" ").casefold() in DEVICES


def shown(name: str) -> str:
    """The name as a terminal may print it: what does not print is written as an escape."""
    return "".join(letter if letter.isprintable() else _escape(letter) for letter in name)


def _escape(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def _reason(name: str) -> str:
    if not name:
        return "it is empty"
    if not name.isprintable():
        odd = next(letter for letter in name if not letter.isprintable())
        return f"it holds {_escape(odd)}, which does not print or changes what is printed"
    if found := sorted(RESERVED & set(name)):
        return f"it holds {' '.join(found)}, which is read as a command, a pattern or a path"
    if name.startswith((".", "-", "~")):
        return f"it begins with “{name[0]}”, so that it is taken for a hidden file or an option"
    if name.endswith("."):
        return "it ends with a full stop, which Windows drops"
    if is_device(name):
        return "Windows keeps this name for a device"
    if name.casefold() in TAKEN:
        return "a file of that name stands beside the learners' folders"
    if len(name.encode()) > BYTE_LIMIT:
        return f"it is longer than {BYTE_LIMIT} bytes"
    return ""
