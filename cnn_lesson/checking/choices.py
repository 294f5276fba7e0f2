"""The checks of what learners choose, count and sort: roles, shapes, counts, layer types."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import (
    Evidence,
    as_dict,
    as_items,
    as_number,
    as_shape,
    entry,
    plain,
    yours,
)
from cnn_lesson.checking.misconceptions import (
    CONV_PARAMETERS,
    DENSE_PARAMETERS,
    FEATURE_MAP_SHAPE,
    Layer,
    Rule,
)
from cnn_lesson.checking.network_summary import SUMMARY
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, shortened, still_open, wrong_kind

Line = tuple[str, str]
"""What an answer looks like, and one next thought."""


def _value_of(item: str) -> Callable[[Mapping[str, object], Evidence], Evidence]:
    """A gather step that hands out the answers of an item as they are."""
    return lambda answers, inputs: {name: plain(answers.get(name)) for name in ITEMS[item].names}


# ingredients


Roles = dict[str, set[str]]
_BOXES = set("ABCDEFG")
_WITHOUT_PARAMETERS = set("CDF")
_ROLE_POINTS = {"input": (1, set("A")), "hidden": (2, set("BCDEF")), "output": (1, set("G"))}
_ROLES_KIND = 'a dict with "input", "hidden" and "output": for each its letters, A to G'


class Trap(NamedTuple):
    """What gives a misconception about roles away, a line that names it, and a thought."""

    shows: Callable[[Roles], bool]
    says: str
    thought: str


def _places(roles: Roles) -> list[str]:
    return [letter for letters in roles.values() for letter in letters]


_TRAPS = (
    Trap(
        lambda roles: len(_places(roles)) > len(set(_places(roles))),
        "one box stands in two places",
        "each box has one part to play; which one is it?",
    ),
    Trap(
        lambda roles: "A" in roles["hidden"],
        "the input is taken for a hidden layer",
        "which box only states a shape and computes nothing?",
    ),
    Trap(
        lambda roles: bool(_WITHOUT_PARAMETERS - set(_places(roles))),
        "layers without parameters are left out",
        "must a box learn something to stand between input and output?",
    ),
    Trap(
        lambda roles: "E" in roles["output"],
        "each Dense layer is taken for an output",
        "out of which box does the answer come?",
    ),
    Trap(
        lambda roles: "D" in roles["output"],
        "Flatten is taken for the output",
        "does anything happen to the numbers behind Flatten?",
    ),
    Trap(
        lambda roles: bool(roles["output"] - {"G"}),
        "a box on the way is taken for the output",
        "out of which box does the answer come?",
    ),
    Trap(
        lambda roles: bool(roles["input"] - {"A"}),
        "a box that computes is taken for the input",
        "which box only states a shape and computes nothing?",
    ),
    Trap(
        lambda roles: "G" in roles["hidden"],
        "the last layer is taken for a hidden one",
        "out of which box does the answer come?",
    ),
    Trap(
        lambda roles: bool(_BOXES - set(_places(roles))),
        "not every box has a place yet",
        "follow the arrows from the left: what does the next box do?",
    ),
)


def _letters(value: object) -> set[str] | None:
    """Letters from ``"BC"``, ``"b, c"``, a list or a set of texts; None where others turn up."""
    texts = [value or ""] if isinstance(value, (str, type(None))) else as_items(value)
    if texts is None or not all(isinstance(text, str) for text in texts):
        return None
    letters = set(re.sub(r"[\s,;+&·/-]", "", "".join(texts)).upper())
    return letters if letters <= _BOXES else None


def _judge_roles(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Points for each role that has just its own letters, and the first trap that shows."""
    value = entry(evidence, "roles")
    roles = _read_roles(value)
    if roles is None:
        return wrong_kind("ingredients", ITEMS["ingredients"].points, yours(value), _ROLES_KIND)
    if not any(roles.values()):
        return still_open("ingredients", ITEMS["ingredients"].points, _ROLES_KIND)
    return _roles_verdict(roles)


def _read_roles(value: object) -> Roles | None:
    """The letters of each role; None for what is no such dict."""
    table = {} if value is None else as_dict(value)
    if table is None:
        return None
    table = {str(key).strip().lower(): letters for key, letters in table.items()}
    roles = {role: _letters(table.get(role)) for role in _ROLE_POINTS}
    return None if None in roles.values() else roles


def _roles_verdict(roles: Roles) -> Verdict:
    earned = [role for role, (_, right) in _ROLE_POINTS.items() if roles[role] == right]
    trap = next((trap for trap in _TRAPS if trap.shows(roles)), None)
    shown = " · ".join(f"{role} {', '.join(sorted(roles[role])) or '-'}" for role in roles)
    finding = Finding(yours=shown, misconception=trap.says, thought=trap.thought) if trap else None
    return Verdict(
        "ingredients",
        sum(_ROLE_POINTS[role][0] for role in earned),
        ITEMS["ingredients"].points,
        (finding,) if finding else (),
        tuple(earned),
    )


# q3


Q3_OPTIONS = {1: (24, 28), 2: (20, 28), 3: (26, 26), 4: (24, 24)}
_Q3_CASE = (28, 28, 5)
_Q3_KIND = "the number of an option, 1 to 4, or rows and columns such as (3, 7)"
_Q3_THOUGHT = "draw a row of boxes and slide the window: at how many places does it stop?"


def _judge_q3(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """All points for the right option or shape; a wrong one is named."""
    points, value = ITEMS["q3"].points, entry(evidence, "answer_q3")
    if value is None:
        return still_open("q3", ITEMS["q3"].points, _Q3_KIND)
    option, shape = _option(value), as_shape(value) or ()
    shape = Q3_OPTIONS.get(option, shape[:2] if shape[2:] in ((), (1,)) else ())
    if len(shape) != 2:
        return wrong_kind("q3", ITEMS["q3"].points, yours(value), _Q3_KIND)
    if shape == FEATURE_MAP_SHAPE.right(*_Q3_CASE):
        return Verdict("q3", points, points)
    named = FEATURE_MAP_SHAPE.explain([list(shape)], [_Q3_CASE])
    says, thought = (named.says, named.thought) if named else ("", _Q3_THOUGHT)
    given = f"option {option}, " * (option in Q3_OPTIONS) + f"{shape[0]} × {shape[1]}"
    return Verdict("q3", 0, points, (Finding("", given, "", says, thought),))


def _option(value: object) -> int | None:
    """The number of an option, from 1 to 4: also ``"4"``, ``"4."`` or ``"option 4"``."""
    if isinstance(value, str):
        found = re.fullmatch(r"(?:option|answer|number)? *\(?([1-4])[.)]?", value.strip().lower())
        return int(found[1]) if found else None
    number = as_number(value[0] if isinstance(value, list) and len(value) == 1 else value)
    return number if number in (1, 2, 3, 4) else None


# q4-conv, q4-dense


_COUNT_KIND = "a whole number"


def _count_check(item: str, rule: Rule, layer: Layer, fallback: str, *hints: str) -> Check:
    """The check of one number, compared with the rule for a layer and with its misconceptions."""
    (name,) = ITEMS[item].names
    points = ITEMS[item].points

    def judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
        value = entry(evidence, name)
        number = as_number(value)
        if value is None:
            return still_open(item, ITEMS[item].points, _COUNT_KIND)
        if number is None:
            kind = "a number, not a text" if isinstance(value, str) else _COUNT_KIND
            return wrong_kind(item, ITEMS[item].points, yours(value), kind)
        if number == rule.right(layer):
            return Verdict(item, points, points)
        named = rule.explain([number], [(layer,)])
        says, thought = (named.says, named.thought) if named else ("", fallback)
        kind = f"another {_COUNT_KIND[2:]}" if isinstance(number, int) else _COUNT_KIND
        return Verdict(item, 0, points, (Finding("", yours(value), kind, says, thought),))

    return Check(item, _value_of(item), judge, hints=hints)


# q2


_FLATTEN_OPTIONS = {
    1: ("averaging: that is average pooling", "are there means among the flattened numbers above?"),
    2: ("adding loses values", "are there as many numbers after Flatten as before?"),
    3: ("column by column: the order of Fortran and MATLAB", "which number follows the first one?"),
}
_FLATTEN_INDEX = {
    "row": ("the row changes least often", "compare the first two flattened numbers above"),
    "column": (
        "right for one channel, but here are several",
        "compare the first two flattened numbers above",
    ),
}


class Choice(NamedTuple):
    """One choice of several: how it is read, which is right, what the wrong ones look like."""

    name: str
    label: str
    points: int
    right: object
    read: Callable[[object], object]
    wrong: dict[object, Line]
    kind: str

    def finding(self, value: object) -> Finding:
        """What a wrong or unreadable choice looks like."""
        says, thought = self.wrong.get(self.read(value), ("", ""))
        kind = "" if says else self.kind
        return Finding("", yours(value), kind, says, thought, about=self.label)


def _index(value: object) -> str | None:
    words = ("row", "column", "channel")
    named = [word for word in words if isinstance(value, str) and word in value.lower()]
    return named[0] if len(named) == 1 else None


_Q2 = (
    Choice(
        "answer_q2", "the order", 2, 4, _option, _FLATTEN_OPTIONS, "the number of an option, 1 to 4"
    ),
    Choice(
        "fastest_index", "the index", 1, "channel", _index, _FLATTEN_INDEX, "one of the three words"
    ),
)


def _judge_q2(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Two points for the order, one for the index that runs fastest."""
    values = {choice.name: entry(evidence, choice.name) for choice in _Q2}
    if all(value is None for value in values.values()):
        return still_open("q2", ITEMS["q2"].points, "; ".join(choice.kind for choice in _Q2))
    earned = [choice for choice in _Q2 if choice.read(values[choice.name]) == choice.right]
    missed = [choice for choice in _Q2 if choice not in earned]
    return Verdict(
        "q2",
        sum(choice.points for choice in earned),
        ITEMS["q2"].points,
        tuple(choice.finding(values[choice.name]) for choice in missed),
        tuple(choice.label for choice in earned),
    )


# choose-layer


CARDS = {
    "calorimeter": ("conv2d",),
    "waveform": ("conv1d",),
    "table row": ("dense",),
    "shuffled pixels": ("dense",),
    "spectrogram": ("conv2d", "conv1d"),
    "seismometer": ("conv1d",),
    "micrograph": ("conv2d",),
    "run conditions": ("dense",),
}
POINTS_PER_CARD = 0.5
_LAYER_KIND = 'one of "dense", "conv1d" and "conv2d"'
_CARDS_KIND = 'a dict: for each card "dense", "conv1d" or "conv2d"'
_NEIGHBOURS = (
    "a dense layer does not know which values lie side by side",
    "which values belong together here: neighbours, or any two?",
)
_NO_NEIGHBOURS = (
    "a kernel looks for neighbours, and here are none",
    "if all values changed places in the same way each time, would anything be lost?",
)
_CARD_LINES = {
    ("conv2d", "dense"): _NEIGHBOURS,
    ("conv1d", "dense"): _NEIGHBOURS,
    ("conv2d", "conv1d"): (
        "a kernel that slides along one axis sees one kind of neighbour",
        "in how many directions does a value have neighbours?",
    ),
    ("conv1d", "conv2d"): (
        "a kernel for pictures, but these data have no second axis to slide along",
        "in how many directions does a value have neighbours?",
    ),
    ("dense", "conv1d"): _NO_NEIGHBOURS,
    ("dense", "conv2d"): _NO_NEIGHBOURS,
}


def _gather_choices(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    choices = answers.get("choices")
    if not isinstance(choices, Mapping):
        return {"choices": plain(choices)}
    return {"choices": plain({card: _layer_name(layer) for card, layer in choices.items()})}


def _layer_name(layer: object) -> object:
    """The name of a layer class or of a layer's class; texts and None as they are."""
    if layer is None or isinstance(layer, (str, list, tuple, set, dict, int, float)):
        return layer
    return (layer if isinstance(layer, type) else type(layer)).__name__


def _layer_kind(value: object) -> str | None:
    """``dense``, ``conv1d`` or ``conv2d``, however it is written; None for anything else."""
    text = re.sub(r"[^a-z0-9]", "", value.lower()) if isinstance(value, str) else ""
    kinds = {"dense": "dense", "conv1d": "conv1d", "conv2d": "conv2d"}
    kinds |= {"1dconv": "conv1d", "2dconv": "conv2d"}
    return next((kind for written, kind in kinds.items() if written in text), None)


def _judge_choices(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Half a point for each card with a right layer; the first wrong ones are named."""
    value = entry(evidence, "choices")
    table = {} if value is None else as_dict(value)
    if table is None:
        return wrong_kind("choose-layer", ITEMS["choose-layer"].points, yours(value), _CARDS_KIND)
    table = {str(card).strip().lower().replace("_", " "): given for card, given in table.items()}
    given = {card: table.get(card) for card in CARDS}
    if all(layer is None for layer in given.values()):
        return still_open("choose-layer", ITEMS["choose-layer"].points, _CARDS_KIND)
    earned = tuple(card for card in CARDS if _layer_kind(given[card]) in CARDS[card])
    missed = [card for card in CARDS if card not in earned]
    filled = [card for card in missed if given[card] is not None]
    findings = [_card_finding(card, given[card]) for card in filled]
    return Verdict(
        "choose-layer",
        POINTS_PER_CARD * len(earned),
        ITEMS["choose-layer"].points,
        shortened(findings, len(missed) - len(filled)),
        earned,
    )


def _card_finding(card: str, value: object) -> Finding:
    kind = _layer_kind(value)
    says, thought = _CARD_LINES.get((CARDS[card][0], kind), ("", ""))
    return Finding("", yours(value), "" if says else _LAYER_KIND, says, thought, about=card)


CHECKS: dict[str, Check] = {
    "ingredients": Check(
        "ingredients",
        _value_of("ingredients"),
        _judge_roles,
        hints=(
            "the input only states the shape of what comes in",
            "the output is where the answer leaves the network: one number for each digit",
            "everything that stands between those two is hidden, whether it learns or not",
        ),
    ),
    "q3": Check(
        "q3",
        _value_of("q3"),
        _judge_q3,
        hints=(
            "look at one row first: where does the window start first, where last?",
            "the last start is the length of the row minus the length of the window",
            "starts from 0 to 28 - 5: how many are they? and the same again for the columns",
        ),
    ),
    "q4-conv": _count_check(
        "q4-conv",
        CONV_PARAMETERS,
        Layer(28, 28, 1, 3, 16),
        "what does one filter need? then how many filters are there?",
        "does the size of the picture matter to a kernel?",
        "one kernel: a weight for each of its places, and one bias for its feature map",
        "3 * 3 * 1 weights and 1 bias for each of 16 kernels",
    ),
    "q4-dense": _count_check(
        "q4-dense",
        DENSE_PARAMETERS,
        Layer(28, 28, 1, 3, 16),
        "how many numbers does one unit see? then how many units are there?",
        "every unit sees every number that comes in",
        "one unit: a weight for each pixel, and one bias",
        "28 * 28 weights and 1 bias for each of 16 units",
    ),
    "q2": Check(
        "q2",
        _value_of("q2"),
        _judge_q2,
        hints=(
            "nothing is computed, nothing is lost: every number of the input turns up once",
            "look at the flattened numbers of the small example above: which come first?",
            "first everything of the top row, then the next row; and at each pixel all of its "
            "values before the next pixel",
        ),
    ),
    "summary": SUMMARY,
    "choose-layer": Check(
        "choose-layer",
        _gather_choices,
        _judge_choices,
        hints=(
            "ask of each: does it matter which values lie side by side?",
            "if it does: along how many axes do neighbours lie, one or two?",
            "time series have one such axis, pictures two; columns of a table have none",
        ),
    ),
}
