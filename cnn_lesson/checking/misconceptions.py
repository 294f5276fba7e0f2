"""What a wrong answer looks like: the one form in which every item names a misconception.

Most are wrong rules: a formula beside the right one. Both take the same arguments, so an answer is
recognised for other numbers too: what a wrong rule gives for all that was asked is named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cnn_lesson.checking.reading import as_array
from cnn_lesson.verdict import Finding

Formula = Callable[..., object]
Case = Sequence[object]
RAISED = object()
"""Stands for a value where a function raised: so does a wrong rule that has no result there."""
ANY = math.nan
"""A value in a wrong rule's array that may be anything: then only the shape tells."""


class Misconception(NamedTuple):
    """One misconception: when it applies, a line that names it, and one next question.

    What ``applies`` takes is the item's choice: the answer as it was read, or facts about it.
    """

    applies: Callable[..., bool]
    says: str
    ask: str = ""


def explain(misconceptions: Iterable[Misconception], *subject: object) -> Misconception | None:
    """The first misconception that applies; their order is from the special to the general."""
    return next((each for each in misconceptions if each.applies(*subject)), None)


def finding(named: Misconception | None, ask: str = "", **lines: str) -> Finding:
    """A finding with a misconception's words; ``ask`` is the question where there is none."""
    says, thought = (named.says, named.ask) if named else ("", ask)
    return Finding(misconception=says, thought=thought, **lines)


def chosen(*values: object) -> Callable[..., bool]:
    """Applies to an answer that is one of these values."""
    return lambda given, *_: given in values


class Answered(NamedTuple):
    """The values that were given for some cases, and the rule that gives the right ones."""

    values: Sequence[object]
    cases: Sequence[Case]
    right: Formula


@dataclass(frozen=True)
class Gives:
    """Applies where a wrong rule gives just the values, and the right one does not."""

    formula: Formula

    def __call__(self, answered: Answered) -> bool:
        """Whether all values agree with the formula, and some disagree with the right one."""
        differs = False
        for value, case in zip(answered.values, answered.cases, strict=True):
            result = self.result(case)
            if (value is RAISED) != (result is None):
                return False
            if value is RAISED:
                continue
            if not same(value, result):
                return False
            differs = differs or not same(answered.right(*case), result)
        return differs

    def result(self, case: Case) -> object:
        """What the formula gives; None where a wrong rule has no result."""
        try:
            with np.errstate(all="ignore"):
                return self.formula(*case)
        except (ValueError, IndexError):
            return None


def wrong(formula: Formula, says: str, ask: str) -> Misconception:
    """The misconception of those who follow a wrong rule."""
    return Misconception(Gives(formula), says, ask)


@dataclass(frozen=True)
class Rule:
    """The right formula and the wrong ones, all with the same arguments."""

    right: Callable[..., Any]
    wrong: tuple[Misconception, ...]

    def explain(self, values: Sequence[object], cases: Sequence[Case]) -> Misconception | None:
        """The first wrong rule that gives all of these values for these cases, if there is one.

        One that cannot be told from the right formula on these cases explains nothing.
        """
        return explain(self.wrong, Answered(values, cases, self.right)) if cases else None

    def about(self, *case: object) -> tuple[Misconception, ...]:
        """The wrong rules as misconceptions about one value, for one case."""

        def applies(each: Misconception) -> Callable[..., bool]:
            return lambda value: each.applies(Answered([value], [case], self.right))

        return tuple(each._replace(applies=applies(each)) for each in self.wrong)


def same(value: object, wanted: object) -> bool:
    """Whether numbers or arrays agree: whole numbers exactly, others within rounding errors.

    What was rounded to five digits on the way out agrees, what was rounded to four does not.
    NaN in ``wanted`` agrees with everything; truth values and things that are no numbers do not.
    """
    given = as_array(list(value) if isinstance(value, tuple) else value)
    wanted = np.asarray(wanted)
    if given is None or given.dtype.kind == "b" or given.shape != wanted.shape:
        return False
    known = ~np.isnan(wanted)
    given, wanted = np.asarray(given[known], float), np.asarray(wanted[known])
    size = float(np.abs(wanted).max(initial=0)) if wanted.dtype.kind == "f" else 0
    with np.errstate(all="ignore"):
        return bool(np.allclose(given, wanted.astype(float), rtol=0, atol=6e-6 + 1e-6 * size))
