"""``fashion``, ``fashion-why``: the same network on clothes, then a better one, and why."""

from __future__ import annotations

from collections.abc import Mapping

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.item import Item, Part, Unseen, essay
from cnn_lesson.checking.misconceptions import Misconception, finding
from cnn_lesson.checking.networks import shortfall
from cnn_lesson.checking.networks.accuracy import Score, facts, score
from cnn_lesson.checking.networks.architecture import (
    QUESTION_1,
    LayerSpec,
    same_up_to_hidden,
    specs,
)
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.history import gather_curves
from cnn_lesson.checking.networks.preparation import measured
from cnn_lesson.checking.networks.shortfall import low, percent
from cnn_lesson.checking.reading import entry
from cnn_lesson.verdict import Finding, Verdict

CLOTHES = 0.78
"""The network of Question 1 on clothes, six epochs: the worst of twenty seeds gives 0.812."""
CLOTHES_TUNED = 0.82
"""With dropout and twelve epochs the worst seed gives 0.836."""
WANTED = {"fashion_model": CLOTHES, "tuned_model": CLOTHES_TUNED}

_DIGITS = Misconception(
    lambda found, on_digits: on_digits.value >= max(0.6, found.value + 0.2),
    "trained on digits: it knows them, not clothes",
    "which images and labels did fit get?",
)
_ARCHITECTURE = Misconception(
    lambda given: not same_up_to_hidden(given, QUESTION_1),
    "another architecture than that of Question 1",
    "compare it row by row with the summary of the first network",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {
        "begun": any(answers.get(name) is not None for name in WANTED),
        "history": gather_curves(answers.get("fashion_history")),
        **{name: portable(answers.get(name)) for name in WANTED},
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Parts for the architecture and for the accuracy of each network."""
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("two fitted networks, `fashion_model` and `tuned_model`")
    earned, findings = {}, []
    first = facts(entry(evidence, "fashion_model"))
    given = specs(first.network)
    if not _ARCHITECTURE.applies(given):
        earned["the architecture"] = "the architecture"
    elif not first.problem:
        findings.append(_other_architecture(given))
    for name, wanted in WANTED.items():
        one = entry(evidence, name)
        found = measured(one, *unseen("fashion_mnist"), wanted)
        if found.value >= wanted:
            how = f" ({found.way})" if found.way else ""
            earned[name] = f"{name} {percent(found.value)}{how}"
        else:
            findings.append(_low_on_clothes(name, one, found, wanted, unseen))
    return ITEM.verdict(earned, findings)


def _low_on_clothes(name: str, one: object, found: Score, wanted: float, unseen: Unseen) -> Finding:
    if problem := facts(one).problem:
        return Finding(tried=name, yours=problem, wanted="a fitted network")
    if not found.reason and _DIGITS.applies(found, score(one, *unseen("mnist"))):
        return finding(_DIGITS, tried=name, yours=f"{percent(found.value)} on clothes")
    return low(name, one, unseen("fashion_mnist"), found, wanted)


def _other_architecture(given: tuple[LayerSpec, ...] | None) -> Finding:
    """How a network differs from that of Question 1, without saying what belongs there."""
    kinds = [one[0] for one in given or ()]
    wanted = [one[0] for one in QUESTION_1]
    yours = " → ".join(kinds)[:200] or "a network with branches"
    if given and kinds == wanted:
        pairs = zip(given, QUESTION_1, strict=True)
        rows = [
            str(n)
            for n, pair in enumerate(pairs, 1)
            if not same_up_to_hidden(*([one] for one in pair))
        ]
        yours = f"the same layers, other settings in layer {', '.join(rows)}"
    return finding(_ARCHITECTURE, tried="fashion_model", yours=yours)


ITEM = Item(
    id="fashion",
    objective=7,
    notebook="03-exercises",
    section="S7",
    minutes=14,
    names=("fashion_model", "fashion_history", "tuned_model"),
    parts=(Part("the architecture", 1), Part("fashion_model", 2), Part("tuned_model", 2)),
    named=(_ARCHITECTURE, _DIGITS, *shortfall.MISCONCEPTIONS),
    gathers=_gather,
    judges=_judge,
    hints=(
        "the architecture is that of Question 1, row by row; only the pictures are others",
        "for the second network change one thing at a time and watch val_accuracy",
        "when the training accuracy runs away from val_accuracy, mask some units, or pool once "
        "more; when both are low, train longer",
    ),
)
ESSAY = essay("fashion-why", 7, "03-exercises", "S7", 4)
