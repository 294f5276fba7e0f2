"""The video script: what is on screen, what to do, what to say, and when; one file a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from cnn_course.errors import CourseError, refusal
from cnn_course.project import Project
from cnn_course.teach.cell_view import Screen, screens
from cnn_course.teach.talk import Clip, Talk, misplaced, talks
from cnn_course.teach.timeline import (
    CLIP_LIMIT_S,
    TEACHING,
    WORDS_PER_MINUTE,
    Moment,
    RunTimes,
    clip_seconds,
    moments,
    overlong,
    read_run_times,
    shown,
)
from nbsandbox.atomic import write_text

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")

TO_DO = {
    "prose": "Show it.",
    "question": "Show it.",
    "essay": "Show it empty.",
    "figure": "Run it; show the picture.",
    "code": "Run it; show what it prints.",
    "guess": "Type nothing yet: the guess is the learner's.",
    "reveal": "Run it.",
    "check": "Run it while the answer above is still open.",
    "answer": "Show it as learners get it, and type nothing into its blanks.",
}
"""What the speaker does with a cell, by its kind."""

_BEFORE = f"""\
Words are counted at {WORDS_PER_MINUTE} a minute; run times were measured. No clip is longer than
{CLIP_LIMIT_S // 60} minutes. The number before each step is its time in the clip.

Before you record:

1. Open `notebooks/cnn/{{notebook}}.ipynb`, the one that learners get. Answers stay open on
   screen, so that nobody sees a solution before trying.
2. Run `solutions/cnn/{{notebook}}.ipynb` beforehand. What needs an answer, as a picture or a
   summary does, is shown from there; scroll so that no answer is in sight.
3. At each pause, say nothing and move nothing.
"""


def script_path(project: Project, notebook: str) -> Path:
    """Where the script of a notebook is, or would be."""
    return project.root / TEACHING / "script" / f"{notebook}.md"


def faults(project: Project) -> Iterator[str]:
    """One sentence for each cell a talk shows that is not there, and for each clip too long."""
    for material in _materials(project):
        yield from _faults(*material)


def scripts(project: Project) -> dict[Path, str]:
    """The script of each notebook by its path, as the talks say now.

    Raises CourseError with the first fault of a talk.
    """
    made = {}
    for talk, cells, times in _materials(project):
        for fault in _faults(talk, cells, times):
            raise CourseError(fault)
        made[script_path(project, talk.notebook)] = "".join(_script(talk, cells, times))
    return made


def _materials(project: Project) -> Iterator[tuple[Talk, dict[str, Screen], RunTimes]]:
    """Each talk with what its cells show and how long they run."""
    times = read_run_times(project)
    for talk in talks(project):
        yield talk, screens(project, talk.notebook), times.get(talk.notebook, {})


def _faults(talk: Talk, cells: dict[str, Screen], times: RunTimes) -> Iterator[str]:
    yield from misplaced(talk, cells)
    yield from overlong(talk, times)


def write_scripts(project: Project) -> list[Path]:
    """Write ``teaching/script/<notebook>.md`` for every talk; where they are."""
    made = scripts(project)
    try:
        for path, text in made.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_text(path, text)
    except OSError as error:
        raise CourseError(f"the scripts cannot be written: {refusal(error)}") from error
    return [*made]


def stale_scripts(project: Project) -> Iterator[str]:
    """One sentence for each script that is not what would be made now."""
    made = scripts(project)
    for path, text in made.items():
        place = path.relative_to(project.root).as_posix()
        if not path.exists():
            yield f"{place} is missing: `cnn-lesson script` makes it"
        elif path.read_text(encoding="utf-8") != text:
            yield f"{place} is not what the talk says: `cnn-lesson script` makes it anew"
    for path in sorted(script_path(project, "").parent.glob("*.md")):
        if path not in made:
            yield f"{path.relative_to(project.root).as_posix()} belongs to no master: delete it"


def _script(talk: Talk, cells: dict[str, Screen], times: RunTimes) -> Iterator[str]:
    yield f"# Video script: {talk.notebook}\n\n"
    yield f"Made from `source/{talk.notebook}.talk.md` and the notebook: change those.\n\n"
    total = sum(clip_seconds(clip, times) for clip in talk.clips)
    yield f"{len(talk.clips)} clips, {shown(total)} minutes in all.\n\n"
    yield "| clip | title | length | cells |\n| --- | --- | --- | --- |\n"
    for clip in talk.clips:
        names = " ".join(f"`{step.cell}`" for step in clip.steps)
        yield f"| {clip.name} | {clip.title} | {shown(clip_seconds(clip, times))} | {names} |\n"
    yield "\n" + _BEFORE.format(notebook=talk.notebook)
    for clip in talk.clips:
        yield from _clip(clip, cells, times)


def _clip(clip: Clip, cells: dict[str, Screen], times: RunTimes) -> Iterator[str]:
    yield f"\n## {clip.number} · {clip.title}\n\n"
    yield f"Clip `{clip.name}`, {shown(clip_seconds(clip, times))} minutes.\n"
    for moment in moments(clip, times):
        yield from _step(moment, cells[moment.step.cell])


def _step(moment: Moment, screen: Screen) -> Iterator[str]:
    yield f"\n### {shown(moment.start_s)} · `{screen.cell}`\n\n"
    words = moment.step.words
    under = f", under “{screen.heading}”" if screen.heading != screen.title else ""
    yield f"**On screen:** {screen.kind}{under}: {screen.title}\n\n"
    yield f"**Do:** {TO_DO[screen.kind]}"
    run_s = moment.words_s - moment.start_s
    yield f" It runs for {run_s:.1f} s.\n\n" if run_s else "\n\n"
    if screen.kind == "answer":
        yield f"```python\n{screen.source}\n```\n\n"
    yield "**Say:**\n\n" + "".join(f"> {line}".rstrip() + "\n" for line in words.split("\n"))
    if moment.step.pause_s:
        yield f"\n**Pause for the guess:** {moment.step.pause_s:g} seconds. *{_asked(words)}*\n"


def _asked(words: str) -> str:
    """The sentence to guess at: the last question, or else the last sentence."""
    sentences = _SENTENCE_END.split(words)
    return next((each for each in reversed(sentences) if each.endswith("?")), sentences[-1])
