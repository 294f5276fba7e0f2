"""The rows of a table of networks, each beside its network: count and accuracies."""

from __future__ import annotations

import numpy as np

from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks import leak
from cnn_lesson.checking.networks.accuracy import Score, score
from cnn_lesson.checking.networks.shortfall import percent
from cnn_lesson.checking.networks.table import (
    LEARNED,
    ONE_PICTURE,
    PERCENT,
    ROW_KIND,
    TABLES,
    VALIDATED,
    Row,
    parameters_finding,
    read_row,
    share,
    tolerance,
    unreadable,
)
from cnn_lesson.checking.networks.training import read_training
from cnn_lesson.checking.reading import yours
from cnn_lesson.datasets import mnist
from cnn_lesson.verdict import Finding

TRIMMED = 0.85
"""On the validation part: the worst of twenty seeds of the four networks gives 0.935."""
TRAINED_PART = 3_600
"""The first 3,600 of the 4,000 training images are trained on, the other 400 validate."""


def row_checks(
    name: str, given: object, parameters: int, network: object
) -> list[tuple[str, Finding | None]]:
    """What is not right about the count and the accuracies of a row; None where they are right."""
    row = read_row(given)
    if given is not None and row is None:
        no_row = Finding(tried=f'table["{name}"]', yours=yours(given), wanted=ROW_KIND)
        return [("count", no_row), ("accuracies", no_row)]
    return [
        ("count", parameters_finding(name, row, parameters)),
        ("accuracies", _accuracy_finding(name, row, network)),
    ]


UNFITTED = Misconception(lambda found: found[VALIDATED].value < TRIMMED, "", "is it fitted?")


def _accuracy_finding(name: str, row: dict | None, evidence: object) -> Finding | None:
    """None where both accuracies of a row are those of the trained network."""
    claims: dict[str, float] = {}
    for which in ONE_PICTURE:
        tried, given = f'table["{name}"]["{which}"]', (row or {}).get(which)
        claim = share(given)
        if claim is None or PERCENT.applies(claim):
            return unreadable(tried, given, claim)
        claims[which] = claim
    if learned := leak.learned(f'networks["{name}"]', evidence, "mnist"):
        return learned
    found = _both_parts(evidence)
    if UNFITTED.applies(found):
        given = f"{percent(found[VALIDATED].value, TRIMMED)} on the validation part"
        wanted = f"at least {TRIMMED:g}"
        return finding(UNFITTED, tried=f'networks["{name}"]', yours=given, wanted=wanted)
    off = [n for n in claims if abs(claims[n] - found[n].value) > tolerance(n, claims[n])]
    if not off:
        return None
    on_test, curves = score(evidence, *mnist.load_data()[1]).value, read_training(evidence).curves
    of_row = Row(claims, found, off[0], on_test, curves or {})
    return finding(
        explain(TABLES, of_row),
        "evaluate this very network, on the first 3,600 pictures and on the last 400",
        tried=f'table["{name}"]["{off[0]}"]',
        yours=f"{claims[off[0]]:.4g} in the table, {found[off[0]].value:.4f} measured",
    )


def _both_parts(evidence: object) -> dict[str, Score]:
    """The accuracy of a network on the part it was trained on and on the validation part."""
    images, labels = mnist.load_data()[0]
    cuts = {LEARNED: np.s_[:TRAINED_PART], VALIDATED: np.s_[TRAINED_PART:]}
    return {which: score(evidence, images[cut], labels[cut]) for which, cut in cuts.items()}
