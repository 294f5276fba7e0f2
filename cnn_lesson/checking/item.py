"""What an item is: a row of the table, parts that carry its points, and the steps of its check.

A check has three steps. ``inputs`` draws what the learner's code is called on, ``gather`` calls it
and hands out plain data, ``judge`` turns the data into a verdict. The first two may run in a
learner's kernel, the last runs wherever the judge is trusted.

There are four kinds: ``Item`` brings functions of its own for the steps, ``FunctionItem`` calls a
function that the learner wrote, ``ChoiceItem`` compares values, a person marks a ``ManualItem``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.misconceptions import Misconception
from cnn_lesson.verdict import Finding, Verdict

VISIBLE_SEED = 7
"""The seed of the inputs in a learner's own notebook; the grader draws with another."""

Images = tuple[np.ndarray, np.ndarray]
"""Pictures uint8 (n, 28, 28) and labels (n,)."""

Unseen = Callable[[str], Images]
"""From ``"mnist"`` or ``"fashion_mnist"`` to images that a network has not learned from."""

Gather = Callable[[Mapping[str, object], Evidence], Evidence]
Judge = Callable[[Evidence, Evidence, Unseen], Verdict]


@dataclass(frozen=True)
class Part:
    """A share of an item's points, earned or not; ``label`` is what the verdict calls it."""

    label: str
    points: float


@dataclass(frozen=True, kw_only=True)
class Item:
    """One graded item; ``names`` are those that its answer must have in the notebook.

    ``minutes`` are what a beginner takes for it, ``hour`` those of them that belong to the hour of
    the core path, and ``hour_part`` what is done in them where it is not all. ``why`` says in one
    sentence why a right answer is right, without a hint to another item. ``named`` are the
    misconceptions that the item's own functions name.
    """

    id: str
    objective: int
    notebook: str
    section: str
    parts: tuple[Part, ...]
    minutes: float
    hour: float = 0
    hour_part: str = ""
    names: tuple[str, ...] = ()
    why: str = ""
    hints: tuple[str, ...] = ()
    named: tuple[Misconception, ...] = field(default=(), repr=False)
    draws: Callable[[int], Evidence] | None = field(default=None, repr=False)
    gathers: Gather | None = field(default=None, repr=False)
    judges: Judge | None = field(default=None, repr=False)
    manual: ClassVar[bool] = False

    @property
    def points(self) -> int:
        """What the parts are worth together, a whole number."""
        return round(sum(part.points for part in self.parts))

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """All that this item's check can name."""
        return self.named

    @property
    def in_hour(self) -> bool:
        """Whether all of it belongs to the hour."""
        return self.hour == self.minutes

    @property
    def place(self) -> str:
        """Where it is done: ``in the hour``, ``at home``, or which part of it in the hour."""
        if self.hour_part:
            return f"{self.hour_part} in the hour, the rest at home"
        return "in the hour" if self.in_hour else "at home"

    def inputs(self, seed: int) -> Evidence:
        """What the learner's code is called on; nothing for most items."""
        return {} if self.draws is None else self.draws(seed)

    def gather(self, answers: Mapping[str, object], inputs: Evidence) -> Evidence:
        """Plain data from the learner's answers, by name."""
        assert self.gathers is not None
        return self.gathers(answers, inputs)

    def judge(self, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        """The verdict on the evidence."""
        assert self.judges is not None
        return self.judges(evidence, inputs, unseen)

    def verdict(
        self,
        earned: Iterable[str] | Mapping[str, str],
        findings: Iterable[Finding] = (),
    ) -> Verdict:
        """The points of the parts that were earned, by label, and what is not right yet.

        A mapping says what the verdict calls a part instead; an empty text is not shown.
        """
        told = dict(earned) if isinstance(earned, Mapping) else {label: label for label in earned}
        points = round(sum(part.points for part in self.parts if part.label in told), 1)
        shown = tuple(text for text in told.values() if text)
        why = self.why if points >= self.points else ""
        return Verdict(self.id, points, self.points, tuple(findings), shown, why=why)

    def still_open(self, kind: str) -> Verdict:
        """The verdict on an answer that was not begun: no points, and the kind of thing wanted."""
        return Verdict(self.id, 0, self.points, (Finding(wanted=kind),), untouched=True)

    def unusable(self, **finding: str) -> Verdict:
        """The verdict on an answer that earns nothing for one reason, as ``Finding`` takes it."""
        return self.verdict((), [Finding(**finding)])


@dataclass(frozen=True, kw_only=True)
class ManualItem(Item):
    """An essay, which a person marks."""

    manual: ClassVar[bool] = True


def essay(
    id: str, objective: int, notebook: str, section: str, points: int, minutes: float = 6
) -> ManualItem:
    """An essay of so many points."""
    return ManualItem(
        id=id,
        objective=objective,
        notebook=notebook,
        section=section,
        minutes=minutes,
        parts=(Part("essay", points),),
    )
