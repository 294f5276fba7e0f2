"""The check of trimming against dropout: four networks that differ in one thing, and a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnn_lesson.checking.architectures import (
    QUESTION_1,
    Part,
    parts,
    setting,
    with_settings,
    without,
)
from cnn_lesson.checking.comparison import by_name
from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import Evidence, as_dict, as_number, entry, plain, yours
from cnn_lesson.checking.measure import facts, score
from cnn_lesson.checking.models import portable
from cnn_lesson.checking.thresholds import (
    DROPOUT_RATE,
    TRAIN_MARGIN,
    TRAINED_PART,
    TRIMMED,
    VALIDATION_MARGIN,
    WIDTHS,
)
from cnn_lesson.datasets import mnist
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open

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
        return still_open(
            "trim-or-drop",
            ITEMS["trim-or-drop"].points,
            "four networks and a table with a row for each",
        )
    networks = {name: entry(entry(evidence, "networks"), name) for name in NETWORKS}
    known = {name: facts(one) for name, one in networks.items()}
    rows = {name: parts(whole.network) for name, whole in known.items()}
    base = rows["128"] if _base_finding(rows["128"]) is None else QUESTION_1
    points, earned, findings = 0.0, [], []
    for name in NETWORKS:
        found = _structure_finding(name, known[name].problem, rows[name], base)
        row = as_dict(entry(entry(evidence, "table"), name))
        checks = [("built", found)]
        if found is None:
            checks.append(("count", _parameters_finding(name, row, known[name].parameters)))
            checks.append(("accuracies", _accuracy_finding(name, row, networks[name])))
        points += sum(0.5 for _, finding in checks if finding is None)
        earned += [f"{name}: {what}" for what, finding in checks if finding is None]
        findings += [finding for _, finding in checks if finding is not None]
    most = ITEMS["trim-or-drop"].points
    return Verdict(
        "trim-or-drop", min(points, most), most, tuple(findings[:FINDINGS_SHOWN]), tuple(earned)
    )


def _hidden(given: tuple[Part, ...]) -> list[Part]:
    return [one for one in given[:-1] if one[0] == "Dense"]


def _base_finding(given: tuple[Part, ...] | None) -> str | None:
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
    name: str, problem: str, given: tuple[Part, ...] | None, base: tuple[Part, ...]
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
    tried: str, width: int, given: tuple[Part, ...], base: tuple[Part, ...]
) -> Finding | None:
    wanted = tuple(with_settings(one, units=width) if one in _hidden(base) else one for one in base)
    if given == wanted:
        return None
    widths = [setting(one, "units") for one in _hidden(given)]
    if widths != [width]:
        thought = "which layer is to be trimmed, and to how many units?"
        return Finding(tried=tried, yours=f"hidden Dense layers of {widths}", thought=thought)
    return _more_changed(tried)


def _dropout_finding(tried: str, given: tuple[Part, ...], base: tuple[Part, ...]) -> Finding | None:
    dropped = [one for one in given if one[0] == "Dropout"]
    if not dropped:
        return Finding(tried, "no Dropout layer", "", "", "which layer masks units in training?")
    if without(given, "Dropout") != base:
        return _more_changed(tried)
    if given[-1][0] == "Dropout":
        thought = "ten answers are needed, always; where are there units to spare?"
        says = "the answers themselves are masked"
        return Finding(tried, "Dropout comes last", "", says, thought)
    rates = [setting(one, "rate") for one in dropped]
    if rates == [DROPOUT_RATE]:
        return None
    says = "the share that is kept instead of the share that is masked" if rates == [0.75] else ""
    thought = "one layer, and the share of units that it masks"
    return Finding(tried, f"Dropout of {', '.join(map(str, rates))}", "", says, thought)


def _more_changed(tried: str) -> Finding:
    thought = 'compare its summary with that of the network "128"'
    return Finding(tried=tried, misconception="more than one thing was changed", thought=thought)


def _parameters_finding(name: str, row: dict | None, parameters: int) -> Finding | None:
    tried = f'table["{name}"]["parameters"]'
    value = (row or {}).get("parameters")
    number = as_number(value)
    if number == parameters:
        return None
    if number is None:
        return Finding(tried=tried, yours=yours(value), wanted="a whole number")
    thought = "ask this network itself: count_params()"
    return Finding(tried, f"{number:,}", "", "not the count of this network", thought)


def _accuracy_finding(name: str, row: dict | None, evidence: object) -> Finding | None:
    """None where both accuracies of a row are those of the trained network."""
    claims = {which: as_number((row or {}).get(which)) for which in ("train", "validation")}
    for which, claim in claims.items():
        tried = f'table["{name}"]["{which}"]'
        if claim is None:
            given = yours((row or {}).get(which))
            return Finding(tried=tried, yours=given, wanted="a number from 0 to 1")
        if claim > 1:
            says = "a percentage, or a loss"
            return Finding(tried, f"{claim:g}", "a number from 0 to 1", says)
    found = _both_parts(evidence)
    if found["validation"] < TRIMMED:
        given = f"{found['validation']:.2f} on the validation part"
        return Finding(f'networks["{name}"]', given, f"at least {TRIMMED:g}", "", "is it fitted?")
    margins = {"train": TRAIN_MARGIN, "validation": VALIDATION_MARGIN}
    off = [which for which in claims if abs(claims[which] - found[which]) > margins[which]]
    if not off:
        return None
    return Finding(
        tried=f'table["{name}"]["{off[0]}"]',
        yours=f"{claims[off[0]]:.3f} in the table, {found[off[0]]:.3f} measured",
        misconception="train and validation swapped" if _swapped(claims, found) else "",
        thought="evaluate this very network, on the first 3,600 pictures and on the last 400",
    )


def _both_parts(evidence: object) -> dict[str, float]:
    """The accuracy of a network on the part it was trained on and on the validation part."""
    images, labels = mnist.load_data()[0]
    cuts = {"train": np.s_[:TRAINED_PART], "validation": np.s_[TRAINED_PART:]}
    return {which: score(evidence, images[cut], labels[cut]).value for which, cut in cuts.items()}


def _swapped(claims: dict[str, float], found: dict[str, float]) -> bool:
    gap = found["train"] - found["validation"]
    return abs(gap) > 0.01 and (
        abs(claims["train"] - found["validation"]) + abs(claims["validation"] - found["train"])
        < 0.01
    )


_HINTS = (
    "write one function that builds the network, with the number of units as its argument",
    "the dropout layer takes the share that is masked, and comes after the layer it masks",
    "for the table, go through the networks in a loop: count_params() for the size, and evaluate "
    "on both parts for the accuracies",
)

CHECKS = {"trim-or-drop": Check("trim-or-drop", _gather, _judge, hints=_HINTS)}
