"""``trim-or-drop`` and its essay: four networks that differ in one thing, and a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import Item, Part, Unseen, essay
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks.accuracy import facts, score
from cnn_lesson.checking.networks.architecture import (
    QUESTION_1,
    LayerSpec,
    setting,
    specs,
    with_settings,
    without,
)
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.reading import as_dict, as_number, by_name, entry, yours
from cnn_lesson.datasets import mnist
from cnn_lesson.verdict import Finding, Verdict

TRIMMED = 0.85
"""On the validation part: the worst of twenty seeds of the four networks gives 0.940."""
MARGINS = {"train": 0.03, "validation": 0.02}
"""How far the table may be from what is measured: rounded to two digits is fine."""
DROPOUT_RATE = 0.25
WIDTHS = (128, 64, 32)
TRAINED_PART = 3_600
"""The first 3,600 of the 4,000 training images are trained on, the other 400 validate."""
FINDINGS_SHOWN = 4
DROPPED = "128 + dropout"
NETWORKS = (*map(str, WIDTHS), DROPPED)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    networks = by_name(answers.get("networks"), NETWORKS)
    rows = by_name(answers.get("table"), NETWORKS)
    return {
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
    first = rows["128"]
    base = first if first and _base_finding(first) is None else QUESTION_1
    earned, findings = [], []
    for name in NETWORKS:
        found = _structure_finding(name, known[name].problem, rows[name], base)
        row = as_dict(entry(entry(evidence, "table"), name))
        checks = [("built", found)]
        if found is None:
            checks.append(("count", _parameters_finding(name, row, known[name].parameters)))
            checks.append(("accuracies", _accuracy_finding(name, row, networks[name])))
        earned += [f"{name}: {what}" for what, finding in checks if finding is None]
        findings += [finding for _, finding in checks if finding is not None]
    return ITEM.verdict(earned, findings[:FINDINGS_SHOWN])


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


def _structure_finding(
    name: str, problem: str, given: tuple[LayerSpec, ...] | None, base: tuple[LayerSpec, ...]
) -> Finding | None:
    tried = f'networks["{name}"]'
    if problem or not given:
        return Finding(tried=tried, yours=problem or "a network with branches")
    if name == "128":
        trouble = _base_finding(given)
        thought = "start from the network of Question 1"
        return Finding(tried=tried, yours=trouble, thought=thought) if trouble else None
    if name == DROPPED:
        return _dropout_finding(tried, given, base)
    return _width_finding(tried, int(name), given, base)


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
    return _more_changed(tried)


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
_DROPOUTS = (_NO_DROPOUT, _MORE_CHANGED, _ANSWERS_MASKED, _SHARE_KEPT, _OTHER_RATE)


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
    }.get(named, f"Dropout of {', '.join(map(str, _rates(given)))}")
    return finding(named, tried=tried, yours=yours)


def _more_changed(tried: str) -> Finding:
    return finding(_MORE_CHANGED, tried=tried)


_OTHER_COUNT = Misconception(
    lambda number, parameters: number != parameters,
    "not the count of this network",
    "ask this network itself: count_params()",
)


def _parameters_finding(name: str, row: dict | None, parameters: int) -> Finding | None:
    tried = f'table["{name}"]["parameters"]'
    value = (row or {}).get("parameters")
    number = as_number(value)
    if number is not None and not _OTHER_COUNT.applies(number, parameters):
        return None
    if number is None:
        return Finding(tried=tried, yours=yours(value), wanted="a whole number")
    return finding(_OTHER_COUNT, tried=tried, yours=f"{number:,}")


_PERCENT = Misconception(lambda claim: claim > 1, "a percentage, or a loss")
_UNFITTED = Misconception(
    lambda found: found["validation"] < TRIMMED,
    "",
    "is it fitted?",
)
_SWAPPED = Misconception(
    lambda claims, found: (
        abs(found["train"] - found["validation"]) > 0.01
        and abs(claims["train"] - found["validation"]) + abs(claims["validation"] - found["train"])
        < 0.01
    ),
    "train and validation swapped",
)


def _accuracy_finding(name: str, row: dict | None, evidence: object) -> Finding | None:
    """None where both accuracies of a row are those of the trained network."""
    claims: dict[str, float] = {}
    for which in MARGINS:
        tried, given = f'table["{name}"]["{which}"]', (row or {}).get(which)
        claim = as_number(given)
        if claim is None or _PERCENT.applies(claim):
            return _unreadable(tried, given, claim)
        claims[which] = claim
    found = _both_parts(evidence)
    if _UNFITTED.applies(found):
        given, wanted = f"{found['validation']:.2f} on the validation part", f"at least {TRIMMED:g}"
        return finding(_UNFITTED, tried=f'networks["{name}"]', yours=given, wanted=wanted)
    off = [which for which in claims if abs(claims[which] - found[which]) > MARGINS[which]]
    if not off:
        return None
    return Finding(
        tried=f'table["{name}"]["{off[0]}"]',
        yours=f"{claims[off[0]]:.3f} in the table, {found[off[0]]:.3f} measured",
        misconception=_SWAPPED.says * _SWAPPED.applies(claims, found),
        thought="evaluate this very network, on the first 3,600 pictures and on the last 400",
    )


def _unreadable(tried: str, value: object, claim: float | None) -> Finding:
    wanted = "a number from 0 to 1"
    if claim is None:
        return Finding(tried=tried, yours=yours(value), wanted=wanted)
    return finding(_PERCENT, tried=tried, yours=f"{claim:g}", wanted=wanted)


def _both_parts(evidence: object) -> dict[str, float]:
    """The accuracy of a network on the part it was trained on and on the validation part."""
    images, labels = mnist.load_data()[0]
    cuts = {"train": np.s_[:TRAINED_PART], "validation": np.s_[TRAINED_PART:]}
    return {which: score(evidence, images[cut], labels[cut]).value for which, cut in cuts.items()}


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
    named=(*_DROPOUTS, _OTHER_COUNT, _PERCENT, _UNFITTED, _SWAPPED),
    gathers=_gather,
    judges=_judge,
    hints=(
        "write one function that builds the network, with the number of units as its argument",
        "the dropout layer takes the share that is masked, and comes after the layer it masks",
        "for the table, go through the networks in a loop: count_params() for the size, and "
        "evaluate on both parts for the accuracies",
    ),
)
ESSAY = essay("trim-or-drop-why", 9, "03-exercises", "S8", 4)
