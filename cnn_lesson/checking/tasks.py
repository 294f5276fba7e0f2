"""Checking a function that a learner writes: called on many cases, compared with the right one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnn_lesson.arithmetic import closed_book
from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import Evidence, as_array, call, entry, line, plain, yours
from cnn_lesson.checking.misconceptions import Rule, same
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open, wrong_kind

Case = list
"""The arguments of one call, in order."""


class Outcome(NamedTuple):
    """What one call of a learner's function gave, beside what it should have given."""

    case: Case
    wanted: object
    value: object
    raised: str
    changed: bool

    @property
    def right(self) -> bool:
        """Whether the value is right, and the arguments were left alone."""
        return not (self.raised or self.changed) and same(self.value, self.wanted)

    @property
    def has_right_shape(self) -> bool:
        """Whether the value is an array, or pair, of the right shape but with wrong numbers."""
        value = as_array(self.value)
        known = value is not None and value.shape == np.shape(self.wanted)
        return known and not same(value, self.wanted)


@dataclass(frozen=True)
class Part:
    """A share of the points: earned when every case it holds for is right."""

    label: str
    points: int
    holds: Callable[..., bool]
    thought: str

    def of(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Those of the outcomes that belong to this part."""
        return [each for each in outcomes if self.holds(*each.case)]


@dataclass(frozen=True)
class Task:
    """A function that a learner writes: its rule, its parts, and the cases it is called on."""

    item: str
    signature: str
    rule: Rule
    parts: tuple[Part, ...]
    draw: Callable[[int], list[Case]]
    tried: Callable[..., str]
    kind: Callable[[object], str]

    def inputs(self, seed: int) -> Evidence:
        """The cases to call the function on, from the smallest; the visible seed has few."""
        return {"cases": self.draw(seed)}

    def gather(self, answers: Mapping[str, object], inputs: Evidence) -> Evidence:
        """One call for each case, or the plain value of what is no function."""
        function = answers.get(ITEMS[self.item].names[0])
        if function is None:
            return {"calls": []}
        if not callable(function):
            return {"value": plain(function)}
        return {"calls": [_call_on_copies(function, case) for case in inputs["cases"]]}

    def judge(self, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        """The points of all parts whose cases are right, and what the smallest failing one says."""
        cases, calls = inputs["cases"], entry(evidence, "calls")
        known = isinstance(calls, list)
        if known and all(entry(each, "untouched") is True for each in calls):
            return still_open(self.item, ITEMS[self.item].points, f"a function {self.signature}")
        if not known or len(calls) != len(cases):
            given = yours(entry(evidence, "value"))
            return wrong_kind(
                self.item, ITEMS[self.item].points, given, f"a function {self.signature}"
            )
        outcomes = [self._outcome(*pair) for pair in zip(cases, calls, strict=True)]
        earned = [part for part in self.parts if all(each.right for each in part.of(outcomes))]
        missed = [part for part in self.parts if part not in earned]
        return Verdict(
            self.item,
            sum(part.points for part in earned),
            ITEMS[self.item].points,
            (self._finding(missed[0], outcomes),) if missed else (),
            tuple(part.label for part in earned),
        )

    def _outcome(self, case: Case, one: object) -> Outcome:
        raised = "" if entry(one, "raised") is None else line(entry(one, "raised"), 200) or "raised"
        changed = entry(one, "changed") is not False
        return Outcome(case, self.rule.right(*case), entry(one, "value"), raised, changed)

    def _finding(self, part: Part, outcomes: list[Outcome]) -> Finding:
        """What the smallest failing case of a part shows."""
        first = next(each for each in part.of(outcomes) if not each.right)
        says, thought = self._named(first, part, outcomes)
        given = f"it raised {first.raised}" if first.raised else yours(first.value)
        wanted = self.kind(first.wanted) + ", with other values" * first.has_right_shape
        return Finding(self.tried(*first.case), given, wanted, says, thought)

    def _named(self, first: Outcome, part: Part, outcomes: list[Outcome]) -> tuple[str, str]:
        """What the answer looks like, and a thought: over all cases, or else over the part."""
        if first.raised:
            return "", _thought_on_error(first.raised) or part.thought
        if all(each.value is None for each in outcomes):
            return "nothing is returned", "how does a function hand out its result?"
        if first.changed and same(first.value, first.wanted):
            return "the picture itself was changed", "write into a new array, or work on a copy"
        for some in (outcomes, part.of(outcomes)):
            values, cases = [each.value for each in some], [each.case for each in some]
            if named := self.rule.explain(values, cases):
                return named.says, named.thought
        return "", part.thought

    def check(self, *hints: str) -> Check:
        """The three steps of this task's check, and its hints."""
        return Check(self.item, self.gather, self.judge, self.inputs, hints)


def _call_on_copies(function: Callable[..., object], case: Case) -> Evidence:
    arguments = deepcopy(case)
    with closed_book():
        outcome = call(function, *arguments)
    pairs = zip(arguments, case, strict=True)
    return outcome | {"changed": any(not np.array_equal(mine, theirs) for mine, theirs in pairs)}


_ON_ERROR = (
    (
        r"positional argument|required|unexpected keyword",
        "which arguments does the first line name?",
    ),
    (r"not defined|before assignment|not associated", "is each name given a value before its use?"),
    (r"broadcast", "a window has the shape of its kernel: look at where the slice ends"),
    (
        r"out of bounds|out of range",
        "the walk leaves the picture: where does the last window start?",
    ),
    (r"not written yet", "this branch still raises NotImplementedError"),
)


def _thought_on_error(raised: str) -> str:
    return next((thought for pattern, thought in _ON_ERROR if re.search(pattern, raised)), "")
