"""``ingredients``: which boxes of a network are input, hidden layers and output."""

from __future__ import annotations

import re

from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.reading import as_dict, as_items, entry, one_of, yours
from cnn_lesson.verdict import Verdict

Roles = dict[str, set[str]]
BOXES = set("ABCDEFG")
WITHOUT_PARAMETERS = set("CDF")
RIGHT: Roles = {"input": set("A"), "hidden": set("BCDEF"), "output": set("G")}
STRANGE = 2
"""Letters that no box has: a few are a slip, more are words."""
_FILLERS = re.compile(r"\b(and|und|box(es)?|layers?|only)\b", re.IGNORECASE)
_RANGE = re.compile(r"\b([A-G])\s*(?:-|–|—|\.{2,3}|…|\bTO\b|\bBIS\b)\s*([A-G])\b")
KIND = 'a dict with "input", "hidden" and "output": for each its letters, A to G'


def _places(roles: Roles) -> list[str]:
    return [letter for letters in roles.values() for letter in letters]


def _is_empty(role: str, roles: Roles) -> bool:
    """Whether a role has no box, and its boxes stand nowhere else."""
    return not roles[role] and not RIGHT[role] & set(_places(roles))


_TRAPS = (
    Misconception(
        lambda roles: bool(set(_places(roles)) - BOXES),
        "a letter that no box has",
        "which letters stand on the boxes above?",
    ),
    Misconception(
        lambda roles: len(_places(roles)) > len(set(_places(roles))),
        "one box stands in two places",
        "each box has one part to play; which one is it?",
    ),
    Misconception(
        lambda roles: "A" in roles["hidden"],
        "the input is taken for a hidden layer",
        "which box only states a shape and computes nothing?",
    ),
    Misconception(
        lambda roles: "A" in roles["output"],
        "the first box is taken for the output",
        "which box only states a shape, and out of which one does the answer come?",
    ),
    Misconception(
        lambda roles: any(_is_empty(role, roles) for role in RIGHT),
        "a role without any box yet",
        "which boxes have no place so far, and what do they do?",
    ),
    Misconception(
        lambda roles: bool(WITHOUT_PARAMETERS - set(_places(roles))),
        "layers without parameters are left out",
        "must a box learn something to stand between input and output?",
    ),
    Misconception(
        lambda roles: "E" in roles["output"],
        "each Dense layer is taken for an output",
        "out of which box does the answer come?",
    ),
    Misconception(
        lambda roles: "D" in roles["output"],
        "Flatten is taken for the output",
        "does anything happen to the numbers behind Flatten?",
    ),
    Misconception(
        lambda roles: bool(roles["output"] - {"G"}),
        "a box on the way is taken for the output",
        "out of which box does the answer come?",
    ),
    Misconception(
        lambda roles: bool(roles["input"] - {"A"}),
        "a box that computes is taken for the input",
        "which box only states a shape and computes nothing?",
    ),
    Misconception(
        lambda roles: "G" in roles["hidden"],
        "the last layer is taken for a hidden one",
        "out of which box does the answer come?",
    ),
    Misconception(
        lambda roles: bool(BOXES - set(_places(roles))),
        "not every box has a place yet",
        "follow the arrows from the left: what does the next box do?",
    ),
)


def _letters(value: object) -> set[str] | None:
    """Letters from ``"BC"``, ``"b, c"``, ``"B-F"``, a list or a set; None for anything else."""
    texts = [value or ""] if isinstance(value, (str, type(None))) else as_items(value)
    if texts is None or not all(isinstance(text, str) for text in texts):
        return None
    text = _FILLERS.sub(" ", " ".join(texts)).upper()
    letters = re.sub(r"[\s,;+&·./()–-]", "", _RANGE.sub(_between, text))
    return set(letters) if letters.isalpha() or not letters else None


def _between(found: re.Match) -> str:
    """All letters of a range such as ``B-F``, the ends included."""
    first, last = sorted(map(ord, found.groups()))
    return "".join(map(chr, range(first, last + 1)))


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A part for each role that has just its own letters, and the first trap that shows."""
    value = entry(evidence, "roles")
    roles = _read(value)
    if roles is None:
        return ITEM.unusable(yours=yours(value), wanted=KIND)
    if not any(roles.values()):
        return ITEM.still_open(KIND)
    trap = explain(_TRAPS, roles)
    shown = " · ".join(f"{role} {', '.join(sorted(roles[role])) or '-'}" for role in roles)
    findings = [finding(trap, yours=shown)] if trap else []
    return ITEM.verdict([role for role in RIGHT if roles[role] == RIGHT[role]], findings)


def _read(value: object) -> Roles | None:
    """The letters of each role; None for what is no such dict, or has more words than letters."""
    table = {} if value is None else as_dict(value)
    if table is None:
        return None
    spelt = {one_of(tuple(RIGHT), key): letters for key, letters in table.items()}
    if table and not spelt.keys() & RIGHT.keys():
        return None
    roles = {role: _letters(spelt.get(role)) for role in RIGHT}
    known = {role: letters for role, letters in roles.items() if letters is not None}
    no_words = sum(len(letters - BOXES) for letters in known.values()) <= STRANGE
    return known if len(known) == len(roles) and no_words else None


ITEM = Item(
    id="ingredients",
    objective=1,
    notebook="01-convolution",
    section="S0",
    minutes=1.5,
    hour=1.5,
    names=("roles",),
    parts=(Part("input", 1), Part("hidden", 2), Part("output", 1)),
    named=_TRAPS,
    gathers=lambda answers, inputs: {"roles": plain(answers.get("roles"))},
    judges=_judge,
    why=(
        "the input only states a shape, the answer leaves at the output, and all between "
        "them is hidden"
    ),
    hints=(
        "the input only states the shape of what comes in",
        "the output is where the answer leaves the network: one number for each digit",
        "everything that stands between those two is hidden, whether it learns or not",
    ),
)
