"""Talks: the words of the video, written by hand in ``source/<notebook>.talk.md``.

A line ``# Title`` begins a clip, ``## s0-03`` puts that cell of the notebook on screen, paragraphs
are the words to say, and ``> pause 5`` after them is a silence of five seconds, for the guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.project import SOURCE, Project

SUFFIX = ".talk.md"
LONGEST_PAUSE_S = 30

_HEADING = re.compile(r"^(#+)\s*(.*?)\s*$")
_PAUSE = re.compile(r"^>\s*pause\s+(\d+(?:\.\d+)?)\s*$")
_MARKUP = re.compile(r"[`*<>]|\]\(|^\s*[-+]\s")


@dataclass(frozen=True)
class Step:
    """A cell on screen, the words to say to it, and the silence that leaves time for a guess."""

    cell: str
    words: str
    pause_s: float = 0.0


@dataclass(frozen=True)
class Clip:
    """One recording: the cells it shows, in order, with their words."""

    notebook: str
    number: int
    title: str
    steps: tuple[Step, ...]

    @property
    def name(self) -> str:
        """What its files are called: ``01-convolution-2``."""
        return f"{self.notebook}-{self.number}"


@dataclass(frozen=True)
class Talk:
    """All the clips of a notebook, in order."""

    notebook: str
    clips: tuple[Clip, ...]


def talks(project: Project) -> list[Talk]:
    """The talks there are, in the masters' order; a notebook may do without one.

    Raises CourseError for a malformed one, or where there is none at all.
    """
    masters = {path.stem: path for path in project.masters()}
    for path in sorted((project.root / SOURCE).glob(f"*{SUFFIX}")):
        if path.name.removesuffix(SUFFIX) not in masters:
            raise CourseError(f"{SOURCE}/{path.name} has no master: rename it like its notebook")
    told = [name for name in masters if talk_path(project, name).exists()]
    return [read_talk(talk_path(project, name)) for name in told or masters]


def has_talks(project: Project) -> bool:
    """Whether there is a video to speak of; a course may do without."""
    return any((project.root / SOURCE).glob(f"*{SUFFIX}"))


def talk_path(project: Project, notebook: str) -> Path:
    """Where the talk of a notebook is, or would be."""
    return project.root / SOURCE / f"{notebook}{SUFFIX}"


def read_talk(path: Path) -> Talk:
    """The talk in a file. Raises CourseError with file and line for whatever is malformed."""
    shown = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CourseError(f"there is no {shown}: it holds the words of the video") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{shown} cannot be read: {error}") from error
    return parse_talk(text, path.name.removesuffix(SUFFIX), shown)


def parse_talk(text: str, notebook: str, shown: str) -> Talk:
    """The talk in a text; ``shown`` is what errors call the file."""
    try:
        clips = tuple(_clips(list(enumerate(text.splitlines(), 1)), notebook))
    except _Fault as fault:
        raise CourseError(f"{shown}:{fault.line}: {fault.reason}") from None
    if not clips:
        raise CourseError(f"{shown}:1: there is no clip: a clip begins with a line '# Title'")
    return Talk(notebook, clips)


def misplaced(talk: Talk, cell_ids: Iterable[str]) -> Iterator[str]:
    """One sentence for each cell that the notebook lacks, or that is shown out of its order."""
    place = {cell_id: number for number, cell_id in enumerate(cell_ids)}
    last = None
    for clip in talk.clips:
        for step in clip.steps:
            if step.cell not in place:
                yield f"{clip.name}: there is no cell {step.cell} in {talk.notebook}"
            elif step.cell == last:
                yield f"{clip.name}: cell {step.cell} is shown twice"
            elif last is not None and place[step.cell] < place[last]:
                yield f"{clip.name}: cell {step.cell} stands before {last} in the notebook"
            else:
                last = step.cell


class _Fault(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


_Lines = list[tuple[int, str]]


def _clips(lines: _Lines, notebook: str) -> Iterator[Clip]:
    parts = _split(lines, level=1, before="a clip ('# Title')")
    for number, (line, title, inner) in enumerate(parts, 1):
        if not title:
            raise _Fault(line, "this clip has no title")
        steps = tuple(_step(*part) for part in _split(inner, 2, before="a cell ('## s0-03')"))
        if not steps:
            raise _Fault(line, f"the clip {title!r} shows no cell: add '## <cell id>' and words")
        yield Clip(notebook, number, title, steps)


def _split(lines: _Lines, level: int, before: str) -> list[tuple[int, str, _Lines]]:
    """Line, heading and content of each part that begins with a heading of a level."""
    parts: list[tuple[int, str, _Lines]] = []
    for line, text in lines:
        heading = _HEADING.match(text)
        if heading and len(heading[1]) > 2:
            raise _Fault(line, "headings are '# Clip title' and '## cell id', nothing deeper")
        if heading and len(heading[1]) == level:
            parts.append((line, heading[2], []))
        elif parts:
            parts[-1][2].append((line, text))
        elif text.strip():
            raise _Fault(line, f"this stands before the first line of {before}")
    return parts


def _step(line: int, cell: str, inner: _Lines) -> Step:
    if not cell or " " in cell:
        raise _Fault(line, "after '##' comes the id of one cell, such as s0-03")
    pause_s = 0.0
    spoken = []
    for number, text in inner:
        if pause_s and text.strip():
            raise _Fault(number, "a pause is the last thing in a step")
        if text.startswith(">"):
            pause_s = _pause(number, text)
        else:
            spoken.append(_plain(number, text))
    paragraphs = [" ".join(part.split()) for part in "\n".join(spoken).split("\n\n")]
    words = "\n\n".join(filter(None, paragraphs))
    if not words:
        raise _Fault(line, f"there are no words to say to cell {cell}")
    return Step(cell, words, pause_s)


def _pause(line: int, text: str) -> float:
    found = _PAUSE.match(text)
    seconds = float(found[1]) if found else 0
    if not 0 < seconds <= LONGEST_PAUSE_S:
        raise _Fault(line, f"write '> pause 5', with 1 to {LONGEST_PAUSE_S} seconds")
    return seconds


def _plain(line: int, text: str) -> str:
    """A line of words. Raises a fault for markup, which nobody can say and a caption would show."""
    found = _MARKUP.search(text)
    if found:
        raise _Fault(line, f"{found[0].strip()!r} cannot be spoken: write words, without markup")
    return text.rstrip()
