"""When work was handed in: nbgrader's ``timestamp.txt``, on its way to nbgrader's late plugin.

The plugin takes points off notebook by notebook, after scoring, by the due date in the gradebook.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbsandbox.atomic import write_bytes

if TYPE_CHECKING:
    from nbgrader.api import SubmittedAssignment

TIMESTAMP = "timestamp.txt"
SIZE_LIMIT = 100


def hand_on(submitted: Path, executed: Path) -> None:
    """Lay a submission's timestamp beside its executed notebooks; none where there is none."""
    stamp = submitted / TIMESTAMP
    content = read(stamp)
    if content:
        write_bytes(executed / TIMESTAMP, content)
    else:
        (executed / TIMESTAMP).unlink(missing_ok=True)


def read(stamp: Path) -> bytes:
    """The bytes of a timestamp that nbgrader can read; none for anything else."""
    from nbgrader.utils import parse_utc

    if stamp.is_symlink() or not stamp.is_file() or stamp.stat().st_size > SIZE_LIMIT:
        return b""
    content = stamp.read_bytes()
    try:
        parse_utc(content.decode("utf-8").strip())
    except (ValueError, OverflowError, AttributeError):
        return b""
    return content


def seconds_late(submission: SubmittedAssignment, content: bytes) -> float:
    """How late work with this timestamp is, by the due date and the learner's extension."""
    from nbgrader.utils import parse_utc

    due = submission.duedate
    if due is None or not content:
        return 0.0
    return max(0.0, (parse_utc(content.decode("utf-8").strip()) - due).total_seconds())
