"""How long a clip is: what its cells take to run, the words at a calm pace, the silences."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError, refusal
from cnn_course.project import Project
from cnn_course.teach.talk import Clip, Step, Talk, talk_path
from nbsandbox.atomic import write_text

WORDS_PER_MINUTE = 130
CLIP_LIMIT_S = 240
SHORTEST_RUN_S = 0.1
NOISE = 2
TEACHING, RUN_TIMES = "teaching", "run-times.json"

RunTimes = Mapping[str, float]
"""Seconds by cell id, for one notebook; a cell that is not in it takes no time to speak of."""


@dataclass(frozen=True)
class Moment:
    """When a step begins, when its cell has run, when its words are said, and when it ends."""

    step: Step
    start_s: float
    words_s: float
    silence_s: float
    end_s: float


def count_words(text: str) -> int:
    """How many words are said; a dash between two spaces is none."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def words_seconds(text: str) -> float:
    """How long it takes to say a text."""
    return count_words(text) * 60 / WORDS_PER_MINUTE


def step_seconds(step: Step, run_times: RunTimes) -> float:
    """How long a step takes: its cell runs, the words are said, the pause is kept."""
    return run_times.get(step.cell, 0.0) + words_seconds(step.words) + step.pause_s


def clip_seconds(clip: Clip, run_times: RunTimes) -> float:
    """How long a clip takes."""
    return sum(step_seconds(step, run_times) for step in clip.steps)


def moments(clip: Clip, run_times: RunTimes) -> Iterator[Moment]:
    """The steps of a clip on its clock: script, captions, slides and video all go by this one."""
    start_s = 0.0
    for step in clip.steps:
        words_s = start_s + run_times.get(step.cell, 0.0)
        silence_s = words_s + words_seconds(step.words)
        yield Moment(step, start_s, words_s, silence_s, silence_s + step.pause_s)
        start_s = silence_s + step.pause_s


def overlong(talk: Talk, run_times: RunTimes) -> Iterator[str]:
    """One sentence for each clip that is longer than a clip may be."""
    for clip in talk.clips:
        seconds = clip_seconds(clip, run_times)
        if seconds > CLIP_LIMIT_S:
            yield (
                f"{clip.name}: it takes {shown(seconds)}, more than {shown(CLIP_LIMIT_S)}: "
                "cut words or make two clips of it"
            )


def shown(seconds: float) -> str:
    """A time as people read it: minutes and whole seconds, ``3:07``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def run_times_path(project: Project) -> Path:
    """Where the measured run times are, or would be."""
    return project.root / TEACHING / RUN_TIMES


def read_run_times(project: Project) -> dict[str, dict[str, float]]:
    """The run times of each notebook's cells. Raises CourseError where they cannot be had."""
    path = run_times_path(project)
    place = f"{TEACHING}/{RUN_TIMES}"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: dict(_checked(cells)) for name, cells in found.items()}
    except FileNotFoundError:
        raise CourseError(f"there is no {place}: `cnn-lesson build` measures it") from None
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise CourseError(
            f"{place} cannot be read ({error}): `cnn-lesson build` measures it anew"
        ) from error


def _checked(cells: dict[str, float]) -> Iterator[tuple[str, float]]:
    for cell, seconds in cells.items():
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError(f"{seconds} seconds for cell {cell}")
        yield cell, float(seconds)


def write_run_times(project: Project, measured: Mapping[str, RunTimes]) -> list[Path]:
    """Enter what was measured while solutions ran; the file, or none where no notebook has a talk.

    Seconds are rounded up to tenths, and cells under a tenth are left out. A time that is known
    stays unless the new one is more than ``NOISE`` times as long or as short: no two runs take
    equally long, and scripts shall only change when something has.
    """
    path = run_times_path(project)
    talking = {name for name in measured if talk_path(project, name).exists()}
    if not talking:
        return []
    known = read_run_times(project) if path.exists() else {}
    known |= {name: _settled(measured[name], known.get(name)) for name in talking}
    names = [master.stem for master in project.masters()]
    kept = {name: known[name] for name in names if name in known}
    try:
        write_text(path, json.dumps(kept, indent=1) + "\n")
    except OSError as error:
        raise CourseError(f"the run times cannot be written: {refusal(error)}") from error
    return [path]


def _settled(measured: RunTimes, known: RunTimes | None) -> dict[str, float]:
    """The new times, rounded; the known ones where the difference may be chance."""
    settled = {}
    for cell, seconds in measured.items():
        before = (known or {}).get(cell, 0.0)
        near = max(before, SHORTEST_RUN_S)
        if known is None or not near / NOISE <= seconds <= near * NOISE:
            before = math.ceil(round(seconds * 10, 6)) / 10 if seconds >= SHORTEST_RUN_S else 0.0
        if before:
            settled[cell] = before
    return settled
