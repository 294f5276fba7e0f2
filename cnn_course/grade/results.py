"""What grading found out about a learner: plain data, one JSON file each, written in one step."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict
from nbsandbox.atomic import write_text


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
    """One learner's outcome; ``key`` tells what it was made from, so that it can be reused."""

    learner: str
    key: str
    runs: dict[str, Run] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)

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
    """The stored result of a learner; None where there is none, or none that can be read."""
    try:
        stored = json.loads((folder / f"{learner}.json").read_text(encoding="utf-8"))
        runs = {name: Run(**run) for name, run in stored["runs"].items()}
        verdicts = {item: _verdict(entry) for item, entry in stored["verdicts"].items()}
        return Result(stored["learner"], stored["key"], runs, verdicts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _verdict(entry: dict) -> Verdict:
    findings = tuple(Finding(**finding) for finding in entry.pop("findings"))
    return Verdict(**{**entry, "findings": findings, "earned": tuple(entry["earned"])})
