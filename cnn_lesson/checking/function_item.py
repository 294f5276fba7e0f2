"""Items in which the learner writes a function: it is called on many cases, and compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cnn_lesson.arithmetic import closed_book
from cnn_lesson.checking.evidence import TOO_LONG, Evidence, call, line, plain
from cnn_lesson.checking.item import VISIBLE_SEED, Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, Rule, explain, finding, same
from cnn_lesson.checking.reading import as_array, entry, yours
from cnn_lesson.verdict import Finding, Verdict

Case = list
"""The arguments of one call, in order."""


class Outcome(NamedTuple):
    """What one call of a learner's function gave, beside what it should have given."""

    case: Case
    wanted: Any
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
class CasePart(Part):
    """A part that is earned when every case it holds for is right."""

    holds: Callable[..., bool]
    ask: str

    def of(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Those of the outcomes that belong to this part."""
        return [each for each in outcomes if self.holds(*each.case)]


def drawn(
    seed: int,
    kinds: Sequence[tuple],
    draw: Callable[..., Case],
    friendly: Sequence[Case],
    size: Callable[[Case], int],
) -> list[Case]:
    """A case of each kind for a seed, smallest first; ``friendly`` ones for the first few kinds
    where a learner sees them.

    So every case that is hidden from learners has a twin that they see, with other numbers:
    ``draw`` gets a random generator and what makes the kind.
    """
    rng = np.random.default_rng(seed)
    given = friendly if seed == VISIBLE_SEED else ()
    return sorted([*given, *(draw(rng, *kind) for kind in kinds[len(given) :])], key=size)


@dataclass(frozen=True, kw_only=True)
class FunctionItem(Item):
    """An item whose answer is a function; ``draw`` gives its cases for a seed, smallest first."""

    parts: tuple[CasePart, ...]
    signature: str
    rule: Rule
    draw: Callable[[int], list[Case]]
    tried: Callable[..., str]
    kind: Callable[[Any], str]

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """Those of the rule."""
        return self.rule.wrong

    def inputs(self, seed: int) -> Evidence:
        """The cases to call the function on; the visible seed has few."""
        return {"cases": self.draw(seed)}

    def gather(self, answers: Mapping[str, object], inputs: Evidence) -> Evidence:
        """One call for each case, or the plain value of what is no function."""
        function = answers.get(self.names[0])
        if function is None:
            return {"calls": []}
        if not callable(function):
            return {"value": plain(function)}
        return {"calls": [_call_on_copies(function, case) for case in inputs["cases"]]}

    def judge(self, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        """The points of all parts whose cases are right, and what the smallest failing one says."""
        cases, calls = inputs["cases"], entry(evidence, "calls")
        wanted = f"a function {self.signature}"
        if isinstance(calls, list) and all(entry(each, "untouched") is True for each in calls):
            return self.still_open(wanted)
        if not isinstance(calls, list) or len(calls) != len(cases):
            return self.unusable(yours=yours(entry(evidence, "value")), wanted=wanted)
        outcomes = [self._outcome(*pair) for pair in zip(cases, calls, strict=True)]
        earned = [part for part in self.parts if all(each.right for each in part.of(outcomes))]
        missed = [part for part in self.parts if part not in earned][:1]
        findings = [self._finding(part, outcomes) for part in missed]
        return self.verdict([part.label for part in earned], findings)

    def _outcome(self, case: Case, one: object) -> Outcome:
        raised = "" if entry(one, "raised") is None else line(entry(one, "raised"), 200) or "raised"
        changed = entry(one, "changed") is not False
        return Outcome(case, self.rule.right(*case), entry(one, "value"), raised, changed)

    def _finding(self, part: CasePart, outcomes: list[Outcome]) -> Finding:
        """What the smallest failing case of a part shows."""
        first = next(each for each in part.of(outcomes) if not each.right)
        return finding(
            self._named(first, part, outcomes),
            part.ask,
            tried=self.tried(*first.case),
            yours=_told(first) if first.raised else yours(first.value),
            wanted=self.kind(first.wanted) + ", with other values" * first.has_right_shape,
        )

    def _named(
        self, first: Outcome, part: CasePart, outcomes: list[Outcome]
    ) -> Misconception | None:
        """What the answer looks like: over all cases, or else over the cases of the part."""
        if first.raised:
            return explain(_ERRORS, first.raised)
        if named := explain(_RETURNS, first, outcomes):
            return named
        for some in (outcomes, part.of(outcomes)):
            values, cases = [each.value for each in some], [each.case for each in some]
            if named := self.rule.explain(values, cases):
                return named
        return None


def _call_on_copies(function: Callable[..., object], case: Case) -> Evidence:
    arguments = deepcopy(case)
    with closed_book():
        outcome = call(function, *arguments)
    pairs = zip(arguments, case, strict=True)
    return outcome | {"changed": any(not np.array_equal(mine, theirs) for mine, theirs in pairs)}


_RETURNS = (
    Misconception(
        lambda first, outcomes: all(each.value is None for each in outcomes),
        "nothing is returned",
        "how does a function hand out its result?",
    ),
    Misconception(
        lambda first, outcomes: first.changed and same(first.value, first.wanted),
        "the picture itself was changed",
        "write into a new array, or work on a copy",
    ),
)


def _told(outcome: Outcome) -> str:
    late = outcome.raised.startswith(TOO_LONG)
    return f"your function {outcome.raised}" if late else f"it raised {outcome.raised}"


def _says(pattern: str) -> Callable[[str], bool]:
    return lambda raised: re.search(pattern, raised) is not None


_ERRORS = (
    Misconception(
        _says(f"^{TOO_LONG}"),
        "a loop without an end",
        "what ends the loop, and which of its lines brings that nearer?",
    ),
    Misconception(
        _says(r"positional argument|required|unexpected keyword"),
        "",
        "which arguments does the first line name?",
    ),
    Misconception(
        _says(r"not defined|before assignment|not associated"),
        "",
        "is each name given a value before its use?",
    ),
    Misconception(
        _says(r"broadcast"),
        "",
        "a window has the shape of its kernel: look at where the slice ends",
    ),
    Misconception(
        _says(r"out of bounds|out of range"),
        "",
        "the walk leaves the picture: where does the last window start?",
    ),
    Misconception(_says(r"not written yet"), "", "this branch still raises NotImplementedError"),
)
