"""Captions (WebVTT) of each clip, and a transcript of each notebook, by the clips' own clock."""

from __future__ import annotations

from pathlib import Path

from cnn_course.errors import CourseError, refusal
from cnn_course.project import Project
from cnn_course.teach.caption_layout import cues
from cnn_course.teach.cell_view import Screen, screens
from cnn_course.teach.talk import Clip, Talk, talks
from cnn_course.teach.timeline import (
    RunTimes,
    clip_seconds,
    moments,
    read_run_times,
    shown,
)
from nbsandbox.atomic import write_text

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def captions(clip: Clip, run_times: RunTimes) -> str:
    """The WebVTT file of a clip. Raises CourseError for a word that no line can hold."""
    found = [cue for moment in moments(clip, run_times) for cue in cues(moment)]
    blocks = [
        f"{number}\n{stamp(cue.start_s)} --> {stamp(cue.end_s)}\n{cue.text.translate(_ESCAPES)}\n"
        for number, cue in enumerate(found, 1)
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def write_captions(project: Project, folder: Path) -> list[Path]:
    """Write the captions of every clip and a transcript for each notebook; where they are."""
    times = read_run_times(project)
    made: dict[Path, str] = {}
    for talk in talks(project):
        of_cells = times.get(talk.notebook, {})
        for clip in talk.clips:
            made[folder / f"{clip.name}.vtt"] = captions(clip, of_cells)
        cells = screens(project, talk.notebook)
        made[folder / f"{talk.notebook}-transcript.md"] = transcript(talk, cells, of_cells)
    try:
        for path, text in made.items():
            write_text(path, text)
    except OSError as error:
        raise CourseError(f"the captions cannot be written: {refusal(error)}") from error
    return [*made]


def transcript(talk: Talk, cells: dict[str, Screen], run_times: RunTimes) -> str:
    """All that is said in a notebook's clips, with the title of each figure that is shown."""
    lines = [f"# Transcript: {talk.notebook}"]
    for clip in talk.clips:
        seconds = shown(clip_seconds(clip, run_times))
        lines.append(f"## {clip.number} · {clip.title} ({seconds} minutes)")
        for step in clip.steps:
            if step.cell not in cells:
                raise CourseError(f"{clip.name}: there is no cell {step.cell} in {talk.notebook}")
            if cells[step.cell].kind == "figure":
                lines.append(f"*[Figure: {cells[step.cell].title}]*")
            lines.append(step.words)
            if step.pause_s:
                lines.append(f"*[Pause of {step.pause_s:g} seconds, for your guess]*")
    return "\n\n".join(lines) + "\n"


def stamp(seconds: float) -> str:
    """A time as WebVTT writes it: 00:01:02.345."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
