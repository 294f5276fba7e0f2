"""The checks of trained networks: on digits, on clothes, and of the learner's own design."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from cnn_lesson.checking.architectures import QUESTION_1, Part, parts, same_up_to_hidden
from cnn_lesson.checking.comparison import CHECKS as COMPARISON
from cnn_lesson.checking.contract import Check, Images, Unseen
from cnn_lesson.checking.curves import (
    Curves,
    believable,
    claimed,
    fell,
    gather_curves,
    read_curves,
    validated,
)
from cnn_lesson.checking.evidence import Evidence, entry
from cnn_lesson.checking.measure import Facts, Score, facts, score
from cnn_lesson.checking.models import portable
from cnn_lesson.checking.thresholds import (
    CLOTHES,
    CLOTHES_TUNED,
    DIGITS,
    DIGITS_BEGUN,
    GUESSING,
    SMALL,
    SMALL_LAYERS,
    SMALL_PARAMETERS,
)
from cnn_lesson.checking.trimming import CHECKS as TRIMMING
from cnn_lesson.checking.wiring import CHECKS as WIRING
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open


def percent(value: float) -> str:
    """An accuracy with as many digits as 500 pictures can tell."""
    return f"{value:.2f}"


def low(tried: str, evidence: object, images: Images, found: Score, wanted: float) -> Finding:
    """What to say about a network that predicts too little: the reason as far as it shows."""
    if found.reason:
        return Finding(tried=tried, yours=found.reason, wanted="ten finite numbers for a picture")
    says, thought = "", "longer training, or another learning rate? look at both curves"
    raw = score(evidence, np.asarray(images[0], "float32") * 255, images[1]).value
    if raw >= max(0.5, found.value + 0.2):
        says = "trained on pictures of 0…255"
        thought = "which numbers does a pixel have after scaling?"
    elif found.value < 0.2:
        says = "no better than guessing: never fitted, or made anew after fit"
        thought = "run the cells once more, in order: build, compile, fit"
    return Finding(
        tried=tried,
        yours=f"{percent(found.value)} on pictures it has not seen",
        wanted=f"at least {wanted:g}",
        misconception=says,
        thought=thought,
    )


def _train_gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {
        "begun": answers.get("history") is not None,
        "model": portable(answers.get("model")),
        "history": gather_curves(answers.get("history")),
    }


def _train_judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    if entry(evidence, "begun") is not True:
        return still_open(
            "train", ITEMS["train"].points, "a fitted `model` and the `history` that fit gave back"
        )
    images = unseen("mnist")
    model = entry(evidence, "model")
    found = score(model, *images)
    if problem := facts(model).problem:
        finding = Finding(tried="model", yours=problem, wanted="a fitted network")
        return Verdict("train", 0, ITEMS["train"].points, (finding,))
    points, earned, findings = _history_points(read_curves(entry(evidence, "history")), found)
    if found.value <= GUESSING:  # nothing bears the history out
        points, earned = 0, []
    if found.value >= DIGITS_BEGUN:
        points += 3 if found.value >= DIGITS else 1
        earned.append(f"accuracy {percent(found.value)}")
    if found.value < DIGITS:
        findings.append(low("model", model, images, found, DIGITS))
    return Verdict("train", points, ITEMS["train"].points, tuple(findings), tuple(earned))


def _history_points(curves: Curves | None, found: Score) -> tuple[int, list[str], list[Finding]]:
    """Points for a validation part and for a loss that fell, if the network bears them out."""
    if curves is None:
        finding = Finding(
            tried="history", wanted="what fit gives back", thought="is its result kept in a name?"
        )
        return 0, [], [finding]
    if not believable(curves, found.value):
        return 0, [], [_contradiction(curves, found)]
    earned, findings = [], []
    if validated(curves):
        earned.append("a validation part")
    else:
        thought = "which argument of fit keeps a share of the data aside?"
        findings.append(Finding("history", "no validation part", "", "", thought))
    if fell(curves):
        earned.append("the loss fell")
    else:
        ends = " → ".join(f"{curves['loss'][n]:.3g}" for n in (0, -1)) if "loss" in curves else ""
        says = "a loss that does not fall: nothing was learned"
        thought = "is the learning rate too high, or do pictures and labels not belong together?"
        findings.append(Finding("history", f"loss {ends}", "", says, thought))
    return len(earned), earned, findings


def _contradiction(curves: Curves, found: Score) -> Finding:
    claims = claimed(curves)
    told = f"validation accuracy {percent(claims[-1])}" if claims else "a training"
    return Finding(
        tried="history",
        yours=f"{told} in the history, {percent(found.value)} measured",
        misconception="a history of another network than `model`",
        thought="was the model made anew after fit? run the cells once more, in order",
    )


def _fashion_gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    names = ("fashion_model", "tuned_model")
    return {
        "begun": any(answers.get(name) is not None for name in names),
        "history": gather_curves(answers.get("fashion_history")),
        **{name: portable(answers.get(name)) for name in names},
    }


def _fashion_judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    if entry(evidence, "begun") is not True:
        return still_open(
            "fashion",
            ITEMS["fashion"].points,
            "two fitted networks, `fashion_model` and `tuned_model`",
        )
    points, earned, findings = 0, [], []
    first = facts(entry(evidence, "fashion_model"))
    given = parts(first.network)
    if same_up_to_hidden(given, QUESTION_1):
        points, earned = 1, ["the architecture"]
    elif not first.problem:
        findings.append(_other_architecture(given))
    for name, wanted in (("fashion_model", CLOTHES), ("tuned_model", CLOTHES_TUNED)):
        one = entry(evidence, name)
        found = score(one, *unseen("fashion_mnist"))
        if found.value >= wanted:
            points += 2
            earned.append(f"{name} {percent(found.value)}")
        else:
            findings.append(_low_on_clothes(name, one, found, wanted, unseen))
    return Verdict("fashion", points, ITEMS["fashion"].points, tuple(findings), tuple(earned))


def _low_on_clothes(name: str, one: object, found: Score, wanted: float, unseen: Unseen) -> Finding:
    if problem := facts(one).problem:
        return Finding(tried=name, yours=problem, wanted="a fitted network")
    if not found.reason and score(one, *unseen("mnist")).value >= max(0.6, found.value + 0.2):
        return Finding(
            tried=name,
            yours=f"{percent(found.value)} on clothes",
            misconception="trained on digits: it knows them, not clothes",
            thought="which images and labels did fit get?",
        )
    return low(name, one, unseen("fashion_mnist"), found, wanted)


def _other_architecture(given: tuple[Part, ...] | None) -> Finding:
    """How a network differs from that of Question 1, without saying what belongs there."""
    kinds = [one[0] for one in given or ()]
    wanted = [one[0] for one in QUESTION_1]
    yours = " → ".join(kinds)[:200] or "a network with branches"
    thought = "compare it row by row with the summary of the first network"
    if given and kinds == wanted:
        pairs = zip(given, QUESTION_1, strict=True)
        rows = [str(n) for n, pair in enumerate(pairs, 1) if not same_up_to_hidden(*_rows(*pair))]
        yours = f"the same layers, other settings in layer {', '.join(rows)}"
    return Finding(
        tried="fashion_model",
        yours=yours,
        misconception="another architecture than that of Question 1",
        thought=thought,
    )


def _rows(given: Part, wanted: Part) -> tuple[list[Part], list[Part]]:
    return [given], [wanted]


def _small_gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    given = answers.get("my_model")
    return {"begun": given is not None, "model": portable(given)}


def _small_judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    if entry(evidence, "begun") is not True:
        return still_open("five-layers", ITEMS["five-layers"].points, "a fitted network `my_model`")
    model = entry(evidence, "model")
    whole = facts(model)
    most = ITEMS["five-layers"].points
    if whole.problem:
        finding = Finding(tried="my_model", yours=whole.problem, wanted="a fitted network")
        return Verdict("five-layers", 0, most, (finding,))
    missing = _structure(whole)
    earned = [name for name, finding in missing.items() if finding is None]
    findings = [finding for finding in missing.values() if finding is not None]
    points = len(earned)
    if findings:
        findings.append(Finding(tried="accuracy", thought="it is looked at once the rest stands"))
        return Verdict("five-layers", points, most, tuple(findings), tuple(earned))
    found = score(model, *unseen("mnist"))
    if found.value >= SMALL:
        points += 3
        earned.append(f"accuracy {percent(found.value)}")
    else:
        findings.append(low("my_model", model, unseen("mnist"), found, SMALL))
    return Verdict("five-layers", points, most, tuple(findings), tuple(earned))


def _structure(whole: Facts) -> dict[str, Finding | None]:
    """The four demands on a small network, each with what to say where it is not met."""
    nothing = ("InputLayer", "Identity")
    kinds = [call.kind for call in whole.network.calls if call.kind not in nothing]
    conv, dense = _count(kinds, "Conv2D", "SeparableConv2D"), _count(kinds, "Dense")
    last = " × ".join(map(str, whole.output_shape))
    count = f"{whole.parameters:,} parameters"
    long_row = "between which two layers do most weights sit, and what makes their input shorter?"
    demands = {
        "both layer types": (
            bool(conv and dense),
            Finding(
                tried="layer types",
                yours=f"{conv} Conv2D, {dense} Dense",
                wanted="at least one of each",
                thought="one kind looks at neighbours, the other weighs what was found",
            ),
        ),
        "ten outputs": (
            whole.output_shape == (10,),
            Finding(
                tried="output",
                yours=f"{last} for a picture",
                misconception="no Flatten: still a feature map" if len(last) > 3 else "",
                thought="ten classes: one number for each",
            ),
        ),
        "few parameters": (
            0 < whole.parameters <= SMALL_PARAMETERS,
            Finding("size", count, f"at most {SMALL_PARAMETERS:,}", "", long_row),
        ),
        "enough layers": (
            len(kinds) >= SMALL_LAYERS,
            Finding(
                tried="layers after the input",
                yours=f"{len(kinds)}",
                wanted=f"at least {SMALL_LAYERS}",
                misconception="the input counted as a layer" if len(kinds) == 4 else "",
                thought="which kinds of layers cost no parameters at all?",
            ),
        ),
    }
    return {name: None if met else finding for name, (met, finding) in demands.items()}


def _count(kinds: list[str], *wanted: str) -> int:
    return sum(kind in wanted for kind in kinds)


_TRAIN_HINTS = (
    "the labels are whole numbers, so the name of the loss begins with sparse",
    "fit wants pictures, labels, and a share for validation between 0 and 1; keep what it returns",
    "run the cells in order: build, compile, fit; a model built anew has forgotten everything",
)
_FASHION_HINTS = (
    "the architecture is that of Question 1, row by row; only the pictures are others",
    "for the second network change one thing at a time and watch val_accuracy",
    "when the training accuracy runs away from val_accuracy, mask some units, or pool once more; "
    "when both are low, train longer",
)
_SMALL_HINTS = (
    "count first: which two neighbours have most of the weights between them?",
    "each pooling quarters what Flatten hands on; fewer feature maps shorten it, too",
    "convolution and pooling, once more, then Flatten and one or two small Dense layers; ask "
    "my_model.count_params() before you train",
)

CHECKS = {
    **WIRING,
    "train": Check("train", _train_gather, _train_judge, hints=_TRAIN_HINTS),
    "fashion": Check("fashion", _fashion_gather, _fashion_judge, hints=_FASHION_HINTS),
    "five-layers": Check("five-layers", _small_gather, _small_judge, hints=_SMALL_HINTS),
    **COMPARISON,
    **TRIMMING,
}
