"""Items in which the learner writes a function: it is called on many cases, and compared."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from cnn_lesson.arithmetic import closed_book
from cnn_lesson.checking.evidence import TOO_LONG, Evidence, line, plain, said
from cnn_lesson.checking.item import VISIBLE_SEED, Item, Part, Unseen
from cnn_lesson.checking.limit import OutOfTime, limit_s, within_limit
from cnn_lesson.checking.misconceptions import RAISED, Misconception, Rule, explain, finding, same
from cnn_lesson.checking.raised import ERRORS, NOT_WRITTEN, Failure, is_bare, where
from cnn_lesson.checking.reading import as_array, entry, text_of, yours
from cnn_lesson.checking.written import numbers_in
from cnn_lesson.verdict import Finding, Verdict

LAZY = ("a generator", "a map", "a zip", "a filter", "an iterator", "a list_iterator")
SLOW_TO_IMPORT = ("keras", "pandas", "scipy", "tensorflow", "torch")
Case = list
"""The arguments of one call, in order."""


class Outcome(NamedTuple):
    """What one call of a learner's function gave, beside what it should have given."""

    case: Case
    wanted: Any
    value: object
    failure: Failure | None
    changed: str

    @property
    def right(self) -> bool:
        """Whether the value is right, and the arguments were left alone."""
        return not (self.failure or self.changed) and same(self.value, self.wanted)

    @property
    def has_right_shape(self) -> bool:
        """Whether the value is an array, or pair, of the right shape but with wrong numbers."""
        value = as_array(self.value)
        known = value is not None and value.shape == np.shape(self.wanted)
        return known and not same(value, self.wanted)

    @property
    def has_idle_axes(self) -> bool:
        """Whether the value would be right without its axes of length 1."""
        value = as_array(self.value)
        return value is not None and value.ndim > 2 and same(np.squeeze(value), self.wanted)

    @property
    def has_right_numbers(self) -> bool:
        """Whether a tuple is wanted, and its numbers stand in another form or beside others."""
        numbers, wanted = numbers_in(self.value), np.ravel(self.wanted).tolist()
        return np.ndim(self.wanted) == 1 and wanted in (
            numbers[: len(wanted)],
            numbers[-len(wanted) :],
        )

    @property
    def keeps_the_shape(self) -> bool:
        """Whether the value has the shape of the first argument, and is not what is wanted."""
        value, first = as_array(self.value), np.shape(self.case[0])
        return value is not None and value.shape == first != np.shape(self.wanted)


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
    shown: Callable[[object], str] = yours

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
        return {"calls": [call(function, case, self.arguments) for case in inputs["cases"]]}

    @property
    def arguments(self) -> list[str]:
        """The names of the function's arguments, in order."""
        return re.findall(r"[(,] *(\w+)", self.signature)

    def judge(self, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        """The points of all parts whose cases are right, and what the smallest failing one says."""
        cases, calls = inputs["cases"], entry(evidence, "calls")
        wanted = f"a function {self.signature}"
        if isinstance(calls, list) and all(entry(each, "untouched") is True for each in calls):
            return self.still_open(wanted)
        if not isinstance(calls, list) or len(calls) != len(cases):
            return self.unusable(yours=yours(entry(evidence, "value")), wanted=wanted)
        always = len({text_of(entry(each, "raised")) for each in calls}) == 1
        pairs = zip(cases, calls, strict=True)
        outcomes = [self._outcome(case, one, always) for case, one in pairs]
        earned = [part for part in self.parts if all(each.right for each in part.of(outcomes))]
        missed = [part for part in self.parts if part not in earned][:1]
        findings = [self._finding(part, outcomes) for part in missed]
        return self.verdict([part.label for part in earned], findings)

    def _outcome(self, case: Case, one: object, always: bool) -> Outcome:
        wanted, changed = self.rule.right(*case), entry(one, "changed")
        which = "" if changed is False else text_of(changed) or "an argument"
        failure = self._failure(one, case, wanted, always)
        return Outcome(case, wanted, entry(one, "value"), failure, which)

    def _failure(self, one: object, case: Case, wanted: Any, always: bool) -> Failure | None:
        if entry(one, "raised") is None:
            return None
        shapes = {name: np.shape(each) for name, each in zip(self.arguments, case, strict=False)}
        raised = line(entry(one, "raised"), 200) or "raised"
        texts = (line(text_of(entry(one, name))) for name in ("line", "piece"))
        return Failure(raised, *texts, shapes | {"result": np.shape(wanted)}, always)

    def _finding(self, part: CasePart, outcomes: list[Outcome]) -> Finding:
        """What the smallest failing case of a part shows."""
        first = next(each for each in part.of(outcomes) if not each.right)
        return finding(
            self._named(first, part, outcomes),
            part.ask,
            tried=self.tried(*first.case),
            yours=first.failure.told if first.failure else self.shown(first.value),
            wanted=self.kind(first.wanted) + ", with other values" * first.has_right_shape,
        )

    def _named(
        self, first: Outcome, part: CasePart, outcomes: list[Outcome]
    ) -> Misconception | None:
        """What the answer looks like: over all cases, or else over the cases of the part."""
        if not first.failure and (named := explain(_RETURNS, first, outcomes)):
            return named
        for some in (outcomes, part.of(outcomes)):
            values = [RAISED if each.failure else each.value for each in some]
            if named := self.rule.explain(values, [each.case for each in some]):
                return named
        return explain(ERRORS, first.failure) if first.failure else None


def call(function: Callable[..., object], case: Case, names: Sequence[str]) -> Evidence:
    """What a learner's function gave for a case: ``value``, or ``raised`` with the ``line``.

    It gets copies, under their names where it takes them by name only; ``changed`` names the first
    argument that is another one afterwards. ``untouched`` is a function that is not written yet.
    """
    arguments = deepcopy(case)
    by_name = _by_name_only(function)
    named = {name: given for name, given in zip(names, arguments, strict=False) if name in by_name}
    in_order = [given for name, given in zip(names, arguments, strict=False) if name not in by_name]
    _import_first(function)
    with closed_book():
        try:
            value = within_limit(lambda: plain(function(*in_order, **named)))
            outcome: Evidence = {"value": value}
        except OutOfTime:
            outcome = {"raised": f"{TOO_LONG} {limit_s():g} s"}
        except NotImplementedError as error:
            bare = is_bare(function)
            outcome = {"raised": NOT_WRITTEN, **where(error), "untouched": bare}
        except (Exception, SystemExit) as error:  # a learner's function may raise anything
            outcome = {"raised": said(error), **where(error)}
    pairs = zip(names, arguments, case, strict=False)
    changed = [name for name, mine, theirs in pairs if not np.array_equal(mine, theirs)]
    return outcome | {"changed": changed[0] if changed else False}


def _import_first(function: Callable[..., object]) -> None:
    """Import the large libraries that a function names, so that its time is its own."""
    names = getattr(getattr(function, "__code__", None), "co_names", ())
    for name in {*SLOW_TO_IMPORT} & {name.partition(".")[0] for name in names}:
        with suppress(Exception):  # the function's own import says what is wrong
            importlib.import_module(name)


def _by_name_only(function: Callable[..., object]) -> list[str]:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # built in, or odd
        return []
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


_RETURNS = (
    Misconception(
        lambda first, outcomes: all(each.value is None for each in outcomes),
        "nothing is returned",
        "how does a function hand out its result?",
    ),
    Misconception(
        lambda first, outcomes: first.value is None,
        "nothing is returned in this case, though it is in others",
        "which way through the function ends without a return?",
    ),
    Misconception(
        lambda first, outcomes: bool(first.changed) and first.keeps_the_shape,
        "the picture is written over while the window still reads it",
        "write into a new array: how many rows and columns does the result have?",
    ),
    Misconception(
        lambda first, outcomes: first.changed == "kernel" and same(first.value, first.wanted),
        "the kernel itself was changed",
        "leave the arguments as they are, or work on copies",
    ),
    Misconception(
        lambda first, outcomes: bool(first.changed) and same(first.value, first.wanted),
        "the picture itself was changed",
        "write into a new array, or work on a copy",
    ),
    Misconception(
        lambda first, outcomes: all(each.has_idle_axes or each.right for each in outcomes),
        "axes of batch or channel are left on",
        "rows and columns only: which axes of the result have length 1?",
    ),
    Misconception(
        lambda first, outcomes: text_of(entry(first.value, "odd")) in LAZY,
        "nothing is worked out yet: it waits until somebody asks for the numbers",
        "what makes a list of it?",
    ),
    Misconception(
        lambda first, outcomes: all(each.has_right_numbers for each in outcomes),
        "the right numbers, in another form",
        "which form is wanted, and what stands beside or around your numbers?",
    ),
    Misconception(
        lambda first, outcomes: entry(first.value, "odd") == "an array of Python objects",
        "an array of Python objects, not of numbers",
        "are all rows of one length, and each element one number?",
    ),
    Misconception(
        lambda first, outcomes: "complex" in text_of(entry(first.value, "odd")),
        "complex numbers came out",
        "which part of them is the result, and what does np.real do?",
    ),
)
