"""What grading found out about a learner: plain data, one JSON file each, written in one step."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict
from nbsandbox.atomic import write_text

DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, AttributeError),
    *(RecursionError, OverflowError),  # nested too deeply; a number of too many digits
)


@dataclass
class Run:
    """How the execution of one notebook ended; ``note`` is empty where all went well."""

    state: str = "done"
    note: str = ""
    seconds: float = 0.0
    memory_mb: float = 0.0
    cpu_s: float = 0.0


@dataclass
class Result:
    """One learner's outcome; ``key`` tells what it was made from, so that it can be reused.

    ``items`` has the marks of the items' own files, ``late_s`` how late it was when it was scored,
    ``own`` by notebook the mark of the learner's own lines.
    """

    learner: str
    key: str
    runs: dict[str, Run] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    late_s: float = 0.0
    own: dict[str, str] = field(default_factory=dict)

    def points(self, notebook: str | None = None) -> float:
        """Automatic points, of one notebook or of all."""
        chosen = (v for v in self.verdicts.values() if notebook in (None, ITEMS[v.item].notebook))
        return sum(verdict.points for verdict in chosen)

    def notes(self) -> list[str]:
        """What went wrong, a line for each notebook that has something to tell."""
        return [f"{name}: {run.note}" for name, run in self.runs.items() if run.note]


def save(result: Result, folder: Path) -> None:
    """Write a result to ``<folder>/<learner>.json``; an interrupted write leaves the old one."""
    text = json.dumps(asdict(result), indent=1, ensure_ascii=False)
    write_text(folder / f"{result.learner}.json", text)


def load(learner: str, folder: Path) -> Result | None:
    """The stored result of a learner; None where there is none, or none that can be used."""
    try:
        stored = json.loads((folder / f"{learner}.json").read_text(encoding="utf-8"))
        stored["runs"] = {name: Run(**run) for name, run in stored["runs"].items()}
        stored["verdicts"] = {i: _verdict(entry) for i, entry in stored["verdicts"].items()}
        result = Result(**stored)
        return result if result.learner == learner and _is_sound(result) else None
    except DAMAGED:
        return None


def load_all(folder: Path) -> tuple[dict[str, Result], set[str]]:
    """The stored results by learner, and the learners whose file cannot be used."""
    names = [p.stem for p in sorted(folder.glob("*.json")) if not p.name.startswith(".")]
    found = {name: load(name, folder) for name in names}
    stored = {name: result for name, result in found.items() if result is not None}
    return stored, set(names) - set(stored)


def _is_sound(result: Result) -> bool:
    """True where all that is added up are numbers, and all that is shown is text."""
    runs, verdicts = result.runs.values(), result.verdicts.values()
    numbers = [verdict.points for verdict in verdicts]
    numbers += [value for run in runs for value in (run.seconds, run.memory_mb)]
    texts = [text for run in runs for text in (run.state, run.note)]
    texts += [text for v in verdicts for f in v.findings for text in (f.misconception, f.thought)]
    texts += [verdict.why for verdict in verdicts]
    return all(map(_is_number, numbers)) and all(isinstance(text, str) for text in texts)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _verdict(entry: dict) -> Verdict:
    entry["findings"] = tuple(Finding(**finding) for finding in entry["findings"])
    entry["earned"] = tuple(entry["earned"])
    return Verdict(**entry)
