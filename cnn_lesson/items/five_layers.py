"""``five-layers``: a small network of the learner's own design, of both layer types."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks import leak, shortfall
from cnn_lesson.checking.networks.accuracy import Facts, facts, score
from cnn_lesson.checking.networks.chance import near_bar
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.operations import is_operation
from cnn_lesson.checking.networks.preparation import measured
from cnn_lesson.checking.networks.shortfall import low, percent
from cnn_lesson.checking.question_1 import OUTPUTS
from cnn_lesson.checking.reading import entry
from cnn_lesson.verdict import Finding, Verdict

SMALL = 0.90
"""Three networks of some 15,000 parameters: the worst of twenty seeds each gives 0.934."""
SMALL_PARAMETERS = 20_000
SMALL_LAYERS = 5
PROBABILITIES = "ten probabilities"

_UNFLATTENED = Misconception(
    lambda shape: len(shape) > 1,
    "no Flatten: still a feature map",
    "ten classes: one number for each",
)
_INPUT_COUNTED = Misconception(
    lambda kinds: len(kinds) == SMALL_LAYERS - 1,
    "the input counted as a layer",
    "which kinds of layers cost no parameters at all?",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    given = answers.get("my_model")
    return {"begun": given is not None, "model": portable(given)}


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A part for each demand on the structure, and one for accuracy once all are met."""
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("a fitted network `my_model`")
    model = entry(evidence, "model")
    whole = facts(model)
    if whole.problem:
        return ITEM.unusable(tried="my_model", yours=whole.problem, wanted="a fitted network")
    missing = _structure(whole)
    earned = {name: name for name, finding in missing.items() if finding is None}
    findings = [finding for finding in missing.values() if finding is not None]
    others = [] if missing[PROBABILITIES] else _no_probabilities(model, whole, unseen)
    if others:
        del earned[PROBABILITIES]
    if findings:
        later = Finding(tried="accuracy", thought="it is looked at once the rest stands")
        return ITEM.verdict(earned, [*findings, *others, later])
    findings += others
    found = measured(model, *unseen("mnist"), SMALL)
    if learned := leak.learned("my_model", model, "mnist", found.way):
        findings.append(learned)
    elif found.value >= SMALL:
        how = f" ({found.way})" if found.way else ""
        earned["accuracy"] = f"accuracy {percent(found.value)}{how}"
        findings += near_bar("my_model", found.value, SMALL, unseen)
    else:
        clothes = unseen("fashion_mnist")
        findings.append(low("my_model", model, unseen("mnist"), found, SMALL, clothes=clothes))
    return ITEM.verdict(earned, findings)


def _no_probabilities(model: object, whole: Facts, unseen: Unseen) -> list[Finding]:
    """What to say of ten outputs that are below 0, or do not add up to 1."""
    found = score(model, *unseen("mnist"))
    if found.reason or not math.isnan(found.loss):
        return []
    last = whole.network.steps()[-1:] if whole.network else ()
    activation = next((str(call.settings.get("activation", "")) for call in last), "")
    named = explain(OUTPUTS, "dense2", activation or "linear")
    return [finding(named, tried="output", yours="ten numbers that do not add up to 1")]


def _structure(whole: Facts) -> dict[str, Finding | None]:
    """The four demands on a small network, each with what to say where it is not met."""
    calls = whole.network.calls if whole.network else ()
    kinds = [c.kind for c in calls if c.kind != "InputLayer" and not is_operation(c.kind)]
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
        PROBABILITIES: (
            whole.output_shape == (10,),
            Finding(
                tried="output",
                yours=f"{last} for a picture",
                misconception=_UNFLATTENED.says * _UNFLATTENED.applies(whole.output_shape),
                thought=_UNFLATTENED.ask,
            ),
        ),
        "few parameters": (
            0 < whole.parameters <= SMALL_PARAMETERS,
            Finding(
                tried="size",
                yours=count,
                wanted=f"at most {SMALL_PARAMETERS:,}",
                thought=long_row,
            ),
        ),
        "enough layers": (
            len(kinds) >= SMALL_LAYERS,
            Finding(
                tried="layers after the input",
                yours=f"{len(kinds)}",
                wanted=f"at least {SMALL_LAYERS}",
                misconception=_INPUT_COUNTED.says * _INPUT_COUNTED.applies(kinds),
                thought=_INPUT_COUNTED.ask,
            ),
        ),
    }
    return {name: None if met else finding for name, (met, finding) in demands.items()}


def _count(kinds: list[str], *wanted: str) -> int:
    return sum(kind in wanted for kind in kinds)


ITEM = Item(
    id="five-layers",
    objective=11,
    notebook="03-exercises",
    section="S9",
    minutes=7,
    hour=7,
    names=("my_model",),
    parts=(
        Part("both layer types", 1),
        Part(PROBABILITIES, 1),
        Part("few parameters", 1),
        Part("enough layers", 1),
        Part("accuracy", 3),
    ),
    named=(_UNFLATTENED, _INPUT_COUNTED, *OUTPUTS, leak.LEARNED, *shortfall.MISCONCEPTIONS),
    gathers=_gather,
    judges=_judge,
    why="both kinds of layer do their part in it, and pictures that it never saw agree",
    hints=(
        "count first: which two neighbours have most of the weights between them?",
        "each pooling quarters what Flatten hands on; fewer feature maps shorten it, too",
        "convolution and pooling, once more, then Flatten and one or two small Dense layers; ask "
        "my_model.count_params() before you train",
    ),
)
