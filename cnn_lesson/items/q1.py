"""``q1``: Question 1: six layers, the way through them, and the model around it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping

from cnn_lesson.checking.evidence import Evidence, line, name_of
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks.accuracy import Facts, facts
from cnn_lesson.checking.networks.architecture import HIDDEN, QUESTION_1, LayerSpec, setting
from cnn_lesson.checking.networks.export import (
    describe,
    describe_calls,
    latest_output,
    origin,
    portable,
)
from cnn_lesson.checking.networks.wiring import (
    Way,
    described_uses,
    known_layers,
    last_named,
    uses,
    ways_of,
)
from cnn_lesson.checking.reading import entry, text_of
from cnn_lesson.verdict import Finding, Verdict

NAMES = ("conv1", "conv2", "mpool", "flat", "dense1", "dense2")
WANTED = dict(zip(NAMES, QUESTION_1, strict=True))
GRADED = ("conv1", "conv2", "mpool", "dense1", "dense2")
WIRES = (("x_inputs", "conv1"), ("conv1", "conv2"), ("conv2", "mpool"))
WIRE_LABELS = tuple(f"{a} → {b}" for a, b in WIRES)
ENDS = ("inputs", "outputs")
FINDINGS_SHOWN = 3
BLANK = re.compile(r"_{4,}")


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    """The layers, who was called on whom, the model, and what was raised last."""
    layers = {name: answers[name] for name in NAMES if name in answers}
    labels = {**layers, "x_inputs": origin(answers.get("x_inputs"))}
    ends = [answers.get("output_yhat")]
    complete = origin(ends[0]) is not None
    if not complete:
        ends = [end for end in map(latest_output, layers.values()) if end is not None]
    settled = complete and answers.get("model") is not None  # what was raised before is history
    return {
        "layers": {name: describe(layer) for name, layer in layers.items()},
        "calls": describe_calls(ends, labels),
        "model": portable(answers.get("model"), labels),
        "raised": "" if settled else line(getattr(sys, "last_value", ""), 300),
        "begun": any(value is not None for value in answers.values()),
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A point for each layer, for each way between two, and for each end of the model."""
    raised = text_of(entry(evidence, "raised"))
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("six layers, the way through them, and a model")
    whole = facts(entry(evidence, "model"))
    complete = all(_ends(whole).values())
    story = uses(whole) if complete else described_uses(entry(evidence, "calls"))
    known = known_layers(entry(evidence, "layers"), whole, GRADED)
    findings = [_layer_finding(name, known.get(name), raised) for name in GRADED]
    earned = [name for name, found in zip(GRADED, findings, strict=True) if found is None]
    ways = ways_of(story)
    wires = [
        label for label, (a, b) in zip(WIRE_LABELS, WIRES, strict=True) if ways.get(b) == [(a,)]
    ]
    if len(wires) < len(WIRES):
        findings.append(_wire_finding(Way(ways, raised)))
    ends = _ends(whole)
    earned += wires + [f"the model's {end}" for end, right in ends.items() if right]
    if len(wires) == len(WIRES) or not whole.problem:
        findings.append(_model_finding(whole, ends, raised))
    shown = [finding for finding in findings if finding is not None]
    return ITEM.verdict(earned, shown[:FINDINGS_SHOWN])


def _ends(whole: Facts) -> dict[str, bool]:
    """Whether the model begins at ``x_inputs`` and ends where ``dense2`` gives ten numbers."""
    if whole.network is None:
        return dict.fromkeys(ENDS, False)
    calls = whole.network.calls
    return {
        "inputs": whole.input_shape == (28, 28, 1)
        and [call.layer for call in calls if call.kind == "InputLayer"] == ["x_inputs"],
        "outputs": whole.output_shape == (10,) and last_named(uses(whole)) == "dense2",
    }


def _layer_finding(name: str, given: LayerSpec | str | None, raised: str) -> Finding | None:
    """What is not right about one layer, None where it is right."""
    wanted = WANTED[name]
    if given is None or given == name_of(None):
        return _open_finding(name, raised)
    if isinstance(given, str) or given[0] != wanted[0]:
        what = given if isinstance(given, str) else given[0]
        return Finding(
            tried=name, yours=what, wanted="another kind of layer", thought=_KINDS[wanted[0]]
        )
    kept = ("filters", "kernel_size", "units", "pool_size", "strides", "padding")
    for which in kept:
        if setting(wanted, which) is not None and setting(given, which) != setting(wanted, which):
            return Finding(
                tried=name,
                yours=f"{which} = {setting(given, which)}",
                thought=f"nothing to change there: the {which} is given by the question",
            )
    return None if name == "mpool" else _activation_finding(name, str(setting(given, "activation")))


def _open_finding(name: str, raised: str) -> Finding:
    blank = "a blank left open" if BLANK.search(raised) else ""
    thought = "fill in its line, then run the cell"
    return Finding(tried=name, yours="nothing yet", misconception=blank, thought=thought)


_KINDS = {
    "Conv2D": "which class slides kernels over the rows and columns of a picture?",
    "MaxPooling2D": "which class keeps the largest value of each window of a feature map?",
    "Dense": "that line begins with Dense",
}


def _on_output(activation: str) -> Callable[[str, str], bool]:
    return lambda name, given: name == "dense2" and given == activation


_ACTIVATIONS = (
    Misconception(
        _on_output("sigmoid"),
        "sigmoid on the output: ten separate yes-or-no answers",
        "exactly one of ten classes is right; which numbers add up to 1?",
    ),
    Misconception(
        _on_output("relu"),
        "relu on the output: numbers without an upper end, many of them 0",
        "probabilities are wanted here; which numbers add up to 1?",
    ),
    Misconception(
        _on_output("linear"),
        "no activation on the output: scores, not probabilities",
        "what turns ten scores into ten probabilities?",
    ),
    Misconception(
        lambda name, given: name == "dense2",
        "this does not give probabilities",
        "ten classes: which numbers add up to 1?",
    ),
    Misconception(
        lambda name, given: given in ("softmax", "log_softmax"),
        "softmax in a hidden layer: its outputs compete and shrink to probabilities",
        "where in the network are probabilities wanted?",
    ),
    Misconception(
        lambda name, given: True,
        "no activation in a hidden layer: it adds nothing that one sum could not do",
        "what do hidden layers do with negative sums?",
    ),
)


def _activation_finding(name: str, given: str) -> Finding | None:
    wanted = setting(WANTED[name], "activation")
    if given == wanted or (name != "dense2" and given in HIDDEN):
        return None
    return finding(explain(_ACTIVATIONS, name, given), tried=name, yours=f"activation {given!r}")


_RAISED = (
    Misconception(
        lambda raised: bool(BLANK.search(raised)),
        "a blank left open",
        "fill in all lines of the last cell, then run it",
    ),
    Misconception(
        lambda raised: "Only input tensors may be passed" in raised,
        "a layer was passed instead of its output",
        "what does a layer give back when it is called, and where do you keep it?",
    ),
)


def _twice(way: Way) -> str:
    """The first layer that was called twice, or tried to be."""
    clash = re.search("expected axis.*received input with shape", way.raised)
    if clash and not way.of("conv2"):
        return "conv1"
    return next((name for name in NAMES if len(way.of(name)) > 1), "")


_WAYS = (
    *(
        Misconception(
            lambda way, name=name: _twice(way) == name,
            f"{name} used twice: a layer is an object with its own weights",
            "which layer object has not been called yet?",
        )
        for name in NAMES
    ),
    Misconception(
        lambda way: way.of("mpool") and not way.of("conv2"),
        "conv2 is not on the way",
        "which layer object has not been called yet?",
    ),
    Misconception(
        lambda way: ("conv1",) in way.of("mpool") or ("mpool",) in way.of("conv2"),
        "pool before conv2",
        "in which order are the layers written above?",
    ),
    Misconception(
        lambda way: ("x_inputs",) in way.of("conv2") + way.of("mpool"),
        "a layer starts at the picture again, past the ones before it",
        "each layer gets what the layer before it gave",
    ),
    Misconception(
        lambda way: not way.ways,
        "no layer was called on anything yet",
        "run the last of the three cells",
    ),
    Misconception(
        lambda way: True,
        "the way through the layers has a gap or another order",
        "say it aloud: the picture goes into …, what comes out goes into …",
    ),
)


def _wire_finding(way: Way) -> Finding:
    """The one most telling line about a way that is not right."""
    ended = None if way.of("conv2") and way.of("mpool") else explain(_RAISED, way.raised)
    return finding(ended or explain(_WAYS, way), tried="the way from x_inputs to mpool")


_MODELS = (
    Misconception(
        lambda whole, ends: not ends["inputs"] and whole.input_shape == (28, 28, 1),
        "a model of another run",
        "run the three cells once more, in order",
    ),
    Misconception(
        lambda whole, ends: not ends["inputs"],
        "inputs=x: the last tensor is not the entrance, and Keras stays silent",
        "which variable holds what comes in from outside?",
    ),
    Misconception(
        lambda whole, ends: not ends["outputs"],
        "the model ends before the last layer, or in another one",
        "what did the last call give?",
    ),
)


def _model_finding(whole: Facts, ends: dict[str, bool], raised: str) -> Finding | None:
    if all(ends.values()):
        return None
    if whole.problem:
        ask = "where does the way begin, where does it end? run the cell to its last line"
        return finding(explain(_RAISED, raised), ask, tried="model", yours=whole.problem)
    where, shape = "begins", whole.input_shape
    if ends["inputs"]:
        where, shape = "ends", whole.output_shape
    given = f"it {where} with {' × '.join(map(str, shape))}"
    return finding(explain(_MODELS, whole, ends), tried="model", yours=given)


ITEM = Item(
    id="q1",
    objective=11,
    notebook="02-mnist-cnn",
    section="S4",
    minutes=7,
    hour=7,
    names=(*NAMES, "x_inputs", "output_yhat", "model"),
    parts=tuple(
        Part(label, 1)
        for label in (
            *GRADED,
            *(f"{a} → {b}" for a, b in WIRES),
            *map("the model's {}".format, ENDS),
        )
    ),
    named=(*_ACTIVATIONS, *_RAISED, *_WAYS, *_MODELS),
    gathers=_gather,
    judges=_judge,
    hints=(
        "read the three cells as one sentence: which layers there are, who is called on whom, "
        "where the model begins and ends",
        "hidden layers cut negative sums off, the output layer makes numbers that add up to "
        "1; and after each call `x` is the newest tensor",
        "imports give the class names; each layer object is called once, in the order of the "
        "second cell, the first of them on `x_inputs`; the model goes from the first tensor "
        "to the last",
    ),
)
