"""What was collected, from which names: ``.grading/collected.json``, for the way back."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cnn_course.collect.platforms import Origin
from cnn_course.errors import CourseError
from nbsandbox.atomic import write_text

LEDGER = "collected.json"


@dataclass
class Collected:
    """How one learner's work came in."""

    platform: str
    key: str
    name: str
    folder: str
    login: str = ""
    files: dict[str, str] = field(default_factory=dict)
    """By notebook: the file's names in the download, as one path."""
    given_back_as: dict[str, str] = field(default_factory=dict)
    """By notebook: the name under which the platform takes it back, where that is fixed."""
    time: str = ""
    late: bool = False
    download: str = ""

    @property
    def is_flat(self) -> bool:
        """Whether ``folder`` is the front of the files' names and no folder."""
        parts = [part for name in self.files.values() for part in name.split("/")]
        return any(part.startswith(self.folder) and part != self.folder for part in parts)

    def origin(self) -> Origin:
        """Whose it is, as the platform's names say."""
        return Origin(self.platform, self.key, self.name, self.folder, (), self.login)


@dataclass
class Ledger:
    """All that was collected, by learner id."""

    learners: dict[str, Collected] = field(default_factory=dict)

    def id_of(self, origin: Origin) -> str | None:
        """The learner as whom this person was collected before."""
        for who, each in self.learners.items():
            if (each.platform, each.key) == (origin.platform, origin.key):
                return who
        return None


def load_ledger(work: Path) -> Ledger:
    """The ledger as it was stored; empty where there is none."""
    path = work / LEDGER
    if not path.is_file():
        return Ledger()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Ledger({who: Collected(**each) for who, each in stored["learners"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise CourseError(
            f"{path} is damaged: put a good copy in its place, or move it away; without it "
            "`cnn-lesson hand-back` does not know the names that came in"
        ) from error


def save_ledger(ledger: Ledger, work: Path) -> None:
    """Store the ledger, for nobody else to read."""
    whole = {"learners": {who: asdict(each) for who, each in sorted(ledger.learners.items())}}
    write_text(work / LEDGER, json.dumps(whole, ensure_ascii=False, indent=1))
    os.chmod(work / LEDGER, 0o600)
