"""``train``: the network of Question 1, fitted to digits, and the history of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks import leak, shortfall
from cnn_lesson.checking.networks.accuracy import Score, facts
from cnn_lesson.checking.networks.chance import near_bar
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.history import (
    GUESSING,
    Curves,
    believable,
    claimed,
    fell,
    gather_history,
    read_curves,
    validated,
)
from cnn_lesson.checking.networks.preparation import RAW, measured, prepared
from cnn_lesson.checking.networks.shortfall import low, percent
from cnn_lesson.checking.networks.training import gather_training
from cnn_lesson.checking.reading import entry
from cnn_lesson.verdict import Finding, Verdict

DIGITS = 0.90
"""The network of Question 1, six epochs: the worst of twenty seeds gives 0.950."""
CLOTHES = "fashion_mnist"
DIGITS_BEGUN = 0.60
"""Too little for ``DIGITS``, yet clearly trained: part of the points."""


NOT_ASKED = Score(math.nan)


class Lived(NamedTuple):
    """What a network is said to have lived through, and how well it predicts."""

    curves: Curves | None
    found: Score
    raw: Score = NOT_ASKED
    own: bool = False
    rounded: bool = False
    watched: Finding | None = None

    @property
    def borne_out(self) -> bool:
        """Whether the network can have this history: it is its own, or claims what it reaches."""
        curves = self.curves or {}
        return self.own or any(
            believable(curves, one.value, one.loss) for one in (self.found, self.raw)
        )

    @property
    def told(self) -> str:
        """What the history claims, beside what was measured."""
        claims = claimed(self.curves or {})
        told = f"validation accuracy {percent(claims[-1])}" if claims else "a training"
        return f"{told} in the history, {percent(self.found.value)} measured"

    @property
    def went_on(self) -> bool:
        """Whether the training began where another had ended: far below guessing, and it shows."""
        losses = (self.curves or {}).get("loss") or [math.inf]
        return losses[-1] < math.log(10) / 2 and self.found.value >= DIGITS

    @property
    def losses(self) -> str:
        """The first and the last loss."""
        losses = (self.curves or {}).get("loss")
        return "loss " + " → ".join(f"{losses[n]:.3g}" for n in (0, -1)) if losses else "no loss"


_LOST = Misconception(
    lambda lived: lived.curves is None, "", "is its result kept under the name `history`?"
)
_TYPED = Misconception(
    lambda lived: lived.rounded and not lived.own,
    "numbers that were typed in: a training leaves more digits",
    "what does fit give back?",
)
_OTHER = Misconception(
    lambda lived: not lived.borne_out,
    "a history of another network than `model`",
    "was the model made anew after fit? run the cells once more, in order",
)
_UNVALIDATED = Misconception(
    lambda lived: not validated(lived.curves),
    "",
    "which argument of fit keeps a share of the data aside?",
)
_NO_CONV = Misconception(
    lambda whole: not any("Conv" in call.kind for call in whole.network.calls),
    "a network without any convolution",
    "run the cells of Question 1 once more: which layers look at neighbours?",
)
_NO_LOSS = Misconception(
    lambda lived: "loss" not in (lived.curves or {}),
    "",
    "a training tells its loss in each epoch; had it any pictures to learn from?",
)
_RISING = Misconception(
    lambda lived: not (fell(lived.curves) or lived.went_on),
    "a loss that does not fall: nothing was learned",
    "is the learning rate too high, or do pictures and labels not belong together?",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    history, model = answers.get("history"), answers.get("model")
    return {
        "begun": history is not None or bool(gather_training(model).get("steps")),
        "model": portable(model),
        "history": gather_history(history, model),
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Parts for a validation part, for a loss that fell, and for two steps of accuracy."""
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("a fitted `model` and the `history` that fit gave back")
    images, model, history = unseen("mnist"), entry(evidence, "model"), entry(evidence, "history")
    found = measured(model, *images, DIGITS)
    whole = facts(model)
    if whole.problem:
        return ITEM.unusable(tried="model", yours=whole.problem, wanted="a fitted network")
    own, rounded = (entry(history, name) is True for name in ("own", "rounded"))
    raw = NOT_ASKED if found.value >= DIGITS else prepared(model, *images, RAW)
    curves = read_curves(history)
    watched = leak.watched("history", curves, "mnist", model)
    lived = Lived(curves, found, raw, own, rounded, watched)
    earned, findings = _history(lived)
    if not (own or found.value > GUESSING or raw.value > GUESSING):  # nothing bears the history out
        earned = []
    told = {label: label for label in earned}
    if reached := next((one for one in (found, raw) if one.value >= DIGITS_BEGUN), None):
        way = f" ({reached.way})" if reached.way else ""
        told["trained"] = f"accuracy {percent(reached.value)}{way}"
    if learned := leak.learned("model", model, "mnist", found.way):
        findings.insert(0, learned)
    elif found.value < DIGITS:
        findings.append(low("model", model, images, found, DIGITS, lived.curves, unseen(CLOTHES)))
    elif _NO_CONV.applies(whole):
        findings.append(finding(_NO_CONV, tried="model", wanted="the network of Question 1"))
    else:
        told["accuracy"] = ""
        findings += near_bar("model", found.value, DIGITS, unseen)
    return ITEM.verdict(told, findings)


def _history(lived: Lived) -> tuple[list[str], list[Finding]]:
    """The parts that the history earns, if the network bears it out, and what is not right."""
    if _LOST.applies(lived):
        return [], [finding(_LOST, tried="history", wanted="what fit gives back")]
    if _TYPED.applies(lived):
        return [], [finding(_TYPED, tried="history", yours="a history of round numbers")]
    if _OTHER.applies(lived) and lived.found.reason:
        return [], []  # no numbers come out, so nothing can be compared
    if _OTHER.applies(lived):
        return [], [finding(_OTHER, tried="history", yours=lived.told)]
    missed = {}
    if lived.watched:
        missed["a validation part"] = lived.watched
    if _UNVALIDATED.applies(lived):
        missed["a validation part"] = finding(
            _UNVALIDATED, tried="history", yours="no validation part"
        )
    if named := explain((_NO_LOSS, _RISING), lived):
        missed["the loss fell"] = finding(named, tried="history", yours=lived.losses)
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
    named=(
        *(_NO_LOSS, _NO_CONV, _LOST, _TYPED, _UNVALIDATED, _RISING, _OTHER),
        *(leak.LEARNED, leak.WATCHED, *shortfall.MISCONCEPTIONS),
    ),
    gathers=_gather,
    judges=_judge,
    why="the loss fell, and of digits that it never saw it names nearly as many rightly",
    hints=(
        "the labels are whole numbers, so the name of the loss begins with sparse",
        "fit wants pictures, labels, and a share for validation between 0 and 1; keep what it "
        "returns",
        "run the cells in order: build, compile, fit; a model built anew has forgotten everything",
    ),
)
