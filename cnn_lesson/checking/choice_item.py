"""Items in which the learner chooses, counts or sorts: values that are read, and compared."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.reading import WHOLE, entry, whole_wanted, yours
from cnn_lesson.verdict import Finding, Verdict, shortened

LABELS_SHOWN = 8
"""Of more parts than that it is only said how many were earned."""

Values = dict[str, object]
"""For each choice, by its label, the plain value that was given; None where there is none."""


@dataclass(frozen=True)
class Choice(Part):
    """A part that is earned by one value.

    ``read`` makes the value comparable, or gives None for what is no answer of this ``kind``;
    ``misconceptions`` and ``ask``, for when none applies, are about a value that was read. The same
    slip in several choices of one ``column`` is charged once.
    """

    right: object
    read: Callable[[object], object]
    kind: str
    misconceptions: tuple[Misconception, ...] = ()
    ask: str = ""
    shown: Callable[[object], str] = yours
    column: str = ""

    def earned_by(self, value: object) -> bool:
        """Whether the value is the right one, or one of the right ones."""
        read = self.read(value)
        return read in self.right if isinstance(self.right, frozenset) else read == self.right

    def finding(self, value: object, about: str = "") -> Finding:
        """What a value that is not right looks like."""
        read = self.read(value)
        if read is None:
            wanted = whole_wanted(value) if self.kind == WHOLE else self.kind
            return Finding(about=about, yours=yours(value), wanted=wanted)
        named = explain(self.misconceptions, read)
        return finding(named, self.ask, about=about, yours=self.shown(value))


def as_they_are(item: ChoiceItem, evidence: Evidence) -> Values | None:
    """The values of an item whose choices stand in one name each, or all of them in one."""
    names = item.names * len(item.parts) if item.one_answer else item.names
    pairs = zip(item.parts, names, strict=True)
    return {choice.label: entry(evidence, name) for choice, name in pairs}


def the_same(item: ChoiceItem, values: Values) -> tuple[Choice, ...]:
    """The item's own choices, whatever was given."""
    return item.parts


@dataclass(frozen=True, kw_only=True)
class ChoiceItem(Item):
    """An item of choices.

    ``kind`` is what is wanted where nothing, or nothing usable, was given: the kinds of all its
    choices unless told. ``values`` finds the value of each choice in the evidence; None for what
    is no answer at all. ``asks`` gives the choices as they stand after the values that were given,
    for what follows rightly from a slip is right.
    """

    parts: tuple[Choice, ...]
    kind: str = ""
    values: Callable[[ChoiceItem, Evidence], Values | None] = as_they_are
    asks: Callable[[ChoiceItem, Values], tuple[Choice, ...]] = the_same

    @property
    def one_answer(self) -> bool:
        """Whether one value earns all parts."""
        return len(self.names) == 1 and self.values is as_they_are

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """Those of all choices."""
        return tuple(each for choice in self.parts for each in choice.misconceptions)

    @property
    def wanted(self) -> str:
        """What is wanted, in words."""
        return self.kind or "; ".join(dict.fromkeys(choice.kind for choice in self.parts))

    def gather(self, answers: Mapping[str, object], inputs: Evidence) -> Evidence:
        """The answers as they are, or as ``gathers`` makes them plain."""
        if self.gathers is not None:
            return self.gathers(answers, inputs)
        return {name: plain(answers.get(name)) for name in self.names}

    def judge(self, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        """A part for each right value; the first wrong ones and the missing ones are named."""
        values = self.values(self, evidence)
        if values is None:
            given = next((entry(evidence, name) for name in self.names), None)
            return self.unusable(yours=yours(given), wanted=self.wanted)
        if all(value is None for value in values.values()):
            return self.still_open(self.wanted)
        parts = self.asks(self, values)
        earned = [each for each in parts if each.earned_by(values[each.label])]
        filled = [each for each in parts if values[each.label] is not None]
        wrong = {
            each: each.finding(values[each.label], "" if self.one_answer else each.label)
            for each in filled
            if each not in earned
        }
        again = _charged_already(wrong)
        findings = [told for each, told in wrong.items() if each not in again]
        missing = [each.label for each in parts if each not in filled]
        labels = {each.label: each.label for each in earned} | {each.label: "" for each in again}
        if len(self.parts) > LABELS_SHOWN and labels:
            labels = dict.fromkeys(labels, "") | {next(iter(labels)): self._count(earned, again)}
        return self.verdict(labels, shortened(list(dict.fromkeys(findings)), missing))

    def _count(self, earned: Collection[Choice], again: Collection[Choice]) -> str:
        """How many cells are right, and which are wrong by a slip that is charged elsewhere."""
        more = f"; not charged again: {', '.join(each.label for each in again)}" if again else ""
        return f"{len(earned)} of {len(self.parts)} cells" + more


def _charged_already(wrong: Mapping[Choice, Finding]) -> list[Choice]:
    """The choices that are wrong by the same slip as one before them in their column."""
    slips, again = set(), []
    for choice, told in wrong.items():
        slip = choice.column and told.misconception and (choice.column, told.misconception)
        if slip and slip in slips:
            again.append(choice)
        slips.add(slip)
    return again
