"""``train``: the network of Question 1, fitted to digits, and the history of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, finding
from cnn_lesson.checking.networks import shortfall
from cnn_lesson.checking.networks.accuracy import Score, facts, score
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.history import (
    GUESSING,
    Curves,
    believable,
    claimed,
    fell,
    gather_curves,
    read_curves,
    validated,
)
from cnn_lesson.checking.networks.shortfall import low, percent
from cnn_lesson.checking.reading import entry
from cnn_lesson.verdict import Finding, Verdict

DIGITS = 0.90
"""The network of Question 1, six epochs: the worst of twenty seeds gives 0.944."""
DIGITS_BEGUN = 0.60
"""Too little for ``DIGITS``, yet clearly trained: part of the points."""


class Lived(NamedTuple):
    """What a network is said to have lived through, and how well it predicts."""

    curves: Curves | None
    found: Score

    @property
    def told(self) -> str:
        """What the history claims, beside what was measured."""
        claims = claimed(self.curves or {})
        told = f"validation accuracy {percent(claims[-1])}" if claims else "a training"
        return f"{told} in the history, {percent(self.found.value)} measured"

    @property
    def losses(self) -> str:
        """The first and the last loss."""
        losses = (self.curves or {}).get("loss")
        return "loss " + (" → ".join(f"{losses[n]:.3g}" for n in (0, -1)) if losses else "")


_LOST = Misconception(lambda lived: lived.curves is None, "", "is its result kept in a name?")
_OTHER = Misconception(
    lambda lived: not believable(lived.curves, lived.found.value),
    "a history of another network than `model`",
    "was the model made anew after fit? run the cells once more, in order",
)
_UNVALIDATED = Misconception(
    lambda lived: not validated(lived.curves),
    "",
    "which argument of fit keeps a share of the data aside?",
)
_RISING = Misconception(
    lambda lived: not fell(lived.curves),
    "a loss that does not fall: nothing was learned",
    "is the learning rate too high, or do pictures and labels not belong together?",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {
        "begun": answers.get("history") is not None,
        "model": portable(answers.get("model")),
        "history": gather_curves(answers.get("history")),
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Parts for a validation part, for a loss that fell, and for two steps of accuracy."""
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("a fitted `model` and the `history` that fit gave back")
    images, model = unseen("mnist"), entry(evidence, "model")
    found = score(model, *images)
    if problem := facts(model).problem:
        return ITEM.unusable(tried="model", yours=problem, wanted="a fitted network")
    earned, findings = _history(Lived(read_curves(entry(evidence, "history")), found))
    if found.value <= GUESSING:  # nothing bears the history out
        earned = []
    told = {label: label for label in earned}
    if found.value >= DIGITS_BEGUN:
        told["trained"] = f"accuracy {percent(found.value)}"
    if found.value >= DIGITS:
        told["accuracy"] = ""
    else:
        findings.append(low("model", model, images, found, DIGITS))
    return ITEM.verdict(told, findings)


def _history(lived: Lived) -> tuple[list[str], list[Finding]]:
    """The parts that the history earns, if the network bears it out, and what is not right."""
    if _LOST.applies(lived):
        return [], [finding(_LOST, tried="history", wanted="what fit gives back")]
    if _OTHER.applies(lived):
        return [], [finding(_OTHER, tried="history", yours=lived.told)]
    missed = {}
    if _UNVALIDATED.applies(lived):
        missed["a validation part"] = finding(
            _UNVALIDATED, tried="history", yours="no validation part"
        )
    if _RISING.applies(lived):
        missed["the loss fell"] = finding(_RISING, tried="history", yours=lived.losses)
    earned = [label for label in ("a validation part", "the loss fell") if label not in missed]
    return earned, list(missed.values())


ITEM = Item(
    id="train",
    objective=7,
    notebook="02-mnist-cnn",
    section="S4",
    minutes=3,
    hour=3,
    names=("model", "history"),
    parts=(
        Part("a validation part", 1),
        Part("the loss fell", 1),
        Part("trained", 1),
        Part("accuracy", 2),
    ),
    named=(_LOST, _UNVALIDATED, _RISING, _OTHER, *shortfall.MISCONCEPTIONS),
    gathers=_gather,
    judges=_judge,
    hints=(
        "the labels are whole numbers, so the name of the loss begins with sparse",
        "fit wants pictures, labels, and a share for validation between 0 and 1; keep what it "
        "returns",
        "run the cells in order: build, compile, fit; a model built anew has forgotten everything",
    ),
)
