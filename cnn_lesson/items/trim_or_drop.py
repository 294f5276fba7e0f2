"""``trim-or-drop`` and its essay: four networks that differ in one thing, and a table."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from cnn_lesson.checking.evidence import Evidence, as_builtin, plain
from cnn_lesson.checking.item import Item, Part, Unseen, essay
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks import leak
from cnn_lesson.checking.networks.accuracy import facts
from cnn_lesson.checking.networks.architecture import (
    QUESTION_1,
    LayerSpec,
    difference,
    setting,
    specs,
    with_settings,
    without,
)
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.table import (
    OTHER_COUNT,
    PERCENT,
    TABLES,
)
from cnn_lesson.checking.networks.table_rows import UNFITTED, row_checks
from cnn_lesson.checking.networks.training import read_training
from cnn_lesson.checking.reading import by_name, entry, in_its_place, yours
from cnn_lesson.verdict import Finding, Verdict, given_first

DROPOUT_RATE = 0.25
WIDTHS = (128, 64, 32)
FINDINGS_SHOWN = 4
DROPPED = "128 + dropout"
NETWORKS = (*map(str, WIDTHS), DROPPED)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    networks = by_name(answers.get("networks"), NETWORKS)
    table = as_builtin(answers.get("table"))
    rows = by_name(table, NETWORKS)
    return {
        "strange": in_its_place(table, rows),
        "begun": bool(networks),
        "networks": {name: portable(network) for name, network in networks.items()},
        "table": {name: plain(row) for name, row in rows.items()},
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("four networks and a table with a row for each")
    networks = {name: entry(entry(evidence, "networks"), name) for name in NETWORKS}
    known = {name: facts(one) for name, one in networks.items()}
    rows = {name: specs(whole.network) for name, whole in known.items()}
    penalised = {name: _kept_small(one) for name, one in networks.items()}
    first = rows["128"]
    base = Base(first if first and _base_finding(first) is None else QUESTION_1, penalised["128"])
    earned, findings = [], []
    for name in NETWORKS:
        one = Entry(name, known[name].problem, rows[name], penalised[name])
        built = _structure_finding(one, base)
        checks = [("built", built)]
        if built is None or (name == "128" and rows[name] == base.layers):
            given = entry(entry(evidence, "table"), name)
            checks += row_checks(name, given, known[name].parameters, networks[name])
        earned += [f"{name}: {what}" for what, found in checks if found is None]
        findings += [found for _, found in checks if found is not None]
    strange = entry(evidence, "strange")
    if strange is not None:
        findings = [one for one in findings if not one.tried.startswith("table[")]
        wanted = f"a dict with a row for each of {', '.join(NETWORKS)}"
        findings.append(Finding(tried="table", yours=yours(strange), wanted=wanted))
    return ITEM.verdict(earned, given_first(dict.fromkeys(findings))[:FINDINGS_SHOWN])


class Base(NamedTuple):
    """What the others are compared with: layers, and which of them are kept small in training."""

    layers: tuple[LayerSpec, ...]
    penalised: int


class Entry(NamedTuple):
    """One of the four networks: its name, what keeps it from being read, its layers."""

    name: str
    problem: str
    layers: tuple[LayerSpec, ...] | None
    penalised: int


def _kept_small(evidence: object) -> int:
    """How many layers of a network have a regulariser or a constraint."""
    return len(read_training(evidence).penalties)


def _hidden(given: tuple[LayerSpec, ...]) -> list[LayerSpec]:
    return [one for one in given[:-1] if one[0] == "Dense"]


def _base_finding(given: tuple[LayerSpec, ...] | None) -> str | None:
    """What keeps a network from being the one that the others are compared with."""
    if not given:
        return "a network with branches, or none"
    if not any(one[0] == "Conv2D" for one in given):
        return "no Conv2D layer"
    if given[-1][0] != "Dense" or setting(given[-1], "units") != 10:
        return "its last layer is no Dense layer of 10"
    if any(one[0] == "Dropout" for one in given):
        return "there is a Dropout layer in it"
    widths = [setting(one, "units") for one in _hidden(given)]
    return None if widths == [128] else f"hidden Dense layers of {widths or 'no'} units"


_OTHER_START = Misconception(
    lambda given, penalised: given != QUESTION_1,
    "not the network of Question 1",
    "compare it row by row with the summary in notebook 2; nothing else was to change",
)
_PENALISED = Misconception(
    lambda given, penalised: penalised > 0,
    "the network of Question 1 with a regulariser, or a constraint, that it does not have",
    "one thing at a time: which layers have more than their size and activation?",
)


def _structure_finding(one: Entry, base: Base) -> Finding | None:
    tried, given = f'networks["{one.name}"]', one.layers
    if one.problem or not given:
        return Finding(tried=tried, yours=one.problem or "a network with branches")
    if one.name == "128":
        thought = "start from the network of Question 1"
        if trouble := _base_finding(given):
            return Finding(tried=tried, yours=trouble, thought=thought)
        named = explain((_OTHER_START, _PENALISED), given, one.penalised)
        return named and finding(named, tried=tried, yours=difference(given, QUESTION_1))
    if one.name == DROPPED:
        found = _dropout_finding(tried, given, base.layers)
    else:
        found = _width_finding(tried, int(one.name), given, base.layers)
    alike = one.penalised == base.penalised
    return found or (None if alike else finding(_REGULARISER, tried=tried))


_REGULARISER = Misconception(
    lambda one, base: one.penalised != base.penalised,
    "a regulariser, or a constraint, in some of the networks only: two things were changed",
    'which layers of "128" have one?',
)


def _width_finding(
    tried: str, width: int, given: tuple[LayerSpec, ...], base: tuple[LayerSpec, ...]
) -> Finding | None:
    wanted = tuple(with_settings(one, units=width) if one in _hidden(base) else one for one in base)
    if given == wanted:
        return None
    widths = [setting(one, "units") for one in _hidden(given)]
    if widths != [width]:
        thought = "which layer is to be trimmed, and to how many units?"
        return Finding(tried=tried, yours=f"hidden Dense layers of {widths}", thought=thought)
    return finding(_MORE_CHANGED, tried=tried)


_NO_DROPOUT = Misconception(
    lambda given, base: not any(one[0] == "Dropout" for one in given),
    "",
    "which layer masks units in training?",
)
_MORE_CHANGED = Misconception(
    lambda given, base: without(given, "Dropout") != base,
    "more than one thing was changed",
    'compare its summary with that of the network "128"',
)
_ANSWERS_MASKED = Misconception(
    lambda given, base: given[-1][0] == "Dropout",
    "the answers themselves are masked",
    "ten answers are needed, always; where are there units to spare?",
)
_SHARE_KEPT = Misconception(
    lambda given, base: _rates(given) == [1 - DROPOUT_RATE],
    "the share that is kept instead of the share that is masked",
    "one layer, and the share of units that it masks",
)
_OTHER_RATE = Misconception(
    lambda given, base: _rates(given) != [DROPOUT_RATE],
    "",
    "one layer, and the share of units that it masks",
)
_OTHER_PLACE = Misconception(
    lambda given, base: _masked(given) != _hidden(given),
    "dropout in another place: it masks what comes in at its own place",
    "which units are to be masked, and what does a layer get that stands behind them?",
)
_DROPOUTS = (_NO_DROPOUT, _MORE_CHANGED, _ANSWERS_MASKED, _SHARE_KEPT, _OTHER_RATE, _OTHER_PLACE)


def _masked(given: tuple[LayerSpec, ...]) -> list[LayerSpec]:
    """The layers that a Dropout follows."""
    return [a for a, b in pairwise(given) if b[0] == "Dropout"]


def _rates(given: tuple[LayerSpec, ...]) -> list[object]:
    return [setting(one, "rate") for one in given if one[0] == "Dropout"]


def _dropout_finding(
    tried: str, given: tuple[LayerSpec, ...], base: tuple[LayerSpec, ...]
) -> Finding | None:
    named = explain(_DROPOUTS, given, base)
    if named is None:
        return None
    yours = {
        _NO_DROPOUT: "no Dropout layer",
        _MORE_CHANGED: "",
        _ANSWERS_MASKED: "Dropout comes last",
        _OTHER_PLACE: " → ".join(one[0] for one in given)[:200],
    }.get(named, f"Dropout of {', '.join(map(str, _rates(given)))}")
    return finding(named, tried=tried, yours=yours)


ITEM = Item(
    id="trim-or-drop",
    objective=9,
    notebook="03-exercises",
    section="S8",
    minutes=14,
    names=("networks", "table"),
    parts=tuple(
        Part(f"{name}: {what}", 0.5)
        for name in NETWORKS
        for what in ("built", "count", "accuracies")
    ),
    named=(
        *(_OTHER_START, _PENALISED, *_DROPOUTS, _REGULARISER),
        *(OTHER_COUNT, PERCENT, UNFITTED, *TABLES, leak.LEARNED),
    ),
    gathers=_gather,
    judges=_judge,
    why=(
        "the four differ in one thing each, and every number in the table is what its network gives"
    ),
    hints=(
        "write one function that builds the network, with the number of units as its argument",
        "the dropout layer takes the share that is masked, and comes after the layer it masks",
        "for the table, go through the networks in a loop: count_params() for the size, and "
        "evaluate on both parts for the accuracies",
    ),
)
ESSAY = essay("trim-or-drop-why", 9, "03-exercises", "S8", 4)
