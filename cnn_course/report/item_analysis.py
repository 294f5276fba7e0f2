"""What a class stumbled over, and who needs a hand: the reading of the numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.report.graded_class import OPEN, ClassBook, Learner, Mark
from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES

HALF = 0.5
"""A learner with a smaller share of the points needs a hand."""

SECTIONS = tuple(sorted({item.section for item in ITEMS.values()}, key=lambda s: int(s[1:])))
"""S0, S1, …, S9, S10."""
NOT_HANDED_IN = "not handed in"
RUN_WORDS = {
    "done": "ran to the end",
    "out_of_time": "ran out of time",
    "out_of_memory": "ran out of memory",
    "too_many_processes": "started too many processes",
    "too_much_output": "printed too much",
    "died": "stopped in the middle",
    "not_started": "did not start",
    "unreadable": "could not be read",
}
"""How a notebook ended, in words."""

_HEADING = re.compile(r"^# ## (S\d+) · (.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class MisconceptionCount:
    """A misconception: in which item, how many learners, and a question that leads out of it."""

    item: str
    says: str
    learners: int
    thought: str


@dataclass(frozen=True)
class Section:
    """A section of the lesson and the points that a class lost there.

    ``lost`` are points of answers that were begun, by ``stuck`` learners; ``unreached`` are points
    of answers that were never begun, by ``late`` learners.
    """

    id: str
    name: str
    objectives: tuple[str, ...]
    lost: float
    stuck: int
    unreached: float
    late: int
    misconceptions: tuple[MisconceptionCount, ...]
    hardest: str
    """The item in which most of ``lost`` was lost."""
    all_in_hardest: bool

    @property
    def title(self) -> str:
        """Number and name."""
        return f"{self.id} · {self.name}" if self.name else self.id


def misconceptions(book: ClassBook) -> list[MisconceptionCount]:
    """Every misconception, the most frequent first; a learner counts once for each."""
    seen: Counter[tuple[str, str]] = Counter()
    thoughts: dict[tuple[str, str], Counter[str]] = {}
    for learner in book.learners:
        for item, mark in learner.marks.items():
            named = {(item, finding.misconception): finding.thought for finding in mark.findings}
            seen.update(named.keys())
            for key, thought in named.items():
                thoughts.setdefault(key, Counter())[thought] += 1
    order = {item: place for place, item in enumerate(ITEMS)}
    ranked = sorted(seen.items(), key=lambda entry: (-entry[1], order[entry[0][0]], entry[0][1]))
    return [MisconceptionCount(*key, count, _most(thoughts[key])) for key, count in ranked]


def _most(thoughts: Counter[str]) -> str:
    return min(thoughts.items(), key=lambda entry: (-entry[1], entry[0]))[0]


def sections(book: ClassBook, names: dict[str, str]) -> list[Section]:
    """The sections, the one to teach again first in front.

    They are ranked by what the class lost in answers that were begun (points lost per learner who
    is stuck, times their number); then by what was never reached.
    """
    found = misconceptions(book)
    every = [_section(book, section, names.get(section, ""), found) for section in SECTIONS]
    return sorted(every, key=lambda each: (-each.lost, -each.unreached, SECTIONS.index(each.id)))


def _section(book: ClassBook, section: str, name: str, found: list[MisconceptionCount]) -> Section:
    items = [item for item in ITEMS.values() if item.section == section]
    goals = tuple(OBJECTIVES[number] for number in sorted({item.objective for item in items}))
    marks = [[x.marks[item.id] for item in items if item.id in book.counted] for x in book.learners]
    lost = [_lost(each, lambda mark: mark.state != OPEN) for each in marks]
    late = [_lost(each, lambda mark: mark.state == OPEN) for each in marks]
    hardest, most = _hardest([mark for each in marks for mark in each if mark.state != OPEN])
    return Section(
        section,
        name,
        goals,
        lost=sum(lost),
        stuck=sum(map(bool, lost)),
        unreached=sum(late),
        late=sum(map(bool, late)),
        misconceptions=tuple(habit for habit in found if ITEMS[habit.item].section == section),
        hardest=hardest,
        all_in_hardest=most == sum(lost),
    )


def _hardest(marks: list[Mark]) -> tuple[str, float]:
    """The item in which most points were lost, and how many."""
    losses: dict[str, float] = {}
    for mark in marks:
        losses[mark.item] = losses.get(mark.item, 0.0) + mark.lost
    return max(losses.items(), key=lambda entry: entry[1], default=("", 0.0))


def _lost(marks: list[Mark], wanted: Callable[[Mark], bool]) -> float:
    return sum(mark.lost for mark in marks if wanted(mark))


def section_names(project: Project) -> dict[str, str]:
    """The names of the sections, from the headings of the masters; {} without masters."""
    try:
        masters = project.masters()
    except CourseError:
        return {}
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in masters)
    return {section: name for text in texts for section, name in _HEADING.findall(text)}


def failures(learner: Learner) -> list[str]:
    """A line for each notebook that did not run to its end, or was not handed in."""
    lines = []
    for name in NOTEBOOKS:
        run = learner.runs.get(name)
        if run and (run.state != "done" or run.note == NOT_HANDED_IN):
            words = run.note or RUN_WORDS.get(run.state, run.state)
            lines.append(f"{name}: {words}")
    return lines


def needs(book: ClassBook, learner: Learner) -> list[str]:
    """Why a learner needs a hand; empty where they do not."""
    share = book.share(learner)
    few = [f"{share:.0%} of the points"] if share < HALF else []
    return few + failures(learner)


def start(book: ClassBook, learner: Learner) -> str:
    """The first section with less than half of its points: the later ones build on it."""
    for section in SECTIONS:
        marks = [learner.marks[i] for i in book.counted if book.asked[i].section == section]
        marks = [mark for mark in marks if mark.points is not None]
        if sum(mark.points for mark in marks) < HALF * sum(mark.out_of for mark in marks):
            return section
    return ""
