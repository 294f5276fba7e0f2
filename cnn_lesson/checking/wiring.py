"""The check of Question 1: six layers, the way through them, and the model around it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.architectures import HIDDEN, QUESTION_1, Part, part, setting
from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import Evidence, entry, line, name_of, text_of
from cnn_lesson.checking.layers import LAYERS, settings_of
from cnn_lesson.checking.measure import Facts, facts
from cnn_lesson.checking.models import describe, describe_calls, latest_output, origin, portable
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open

NAMES = ("conv1", "conv2", "mpool", "flat", "dense1", "dense2")
WANTED = dict(zip(NAMES, QUESTION_1, strict=True))
GRADED = ("conv1", "conv2", "mpool", "dense1", "dense2")
WIRES = (("x_inputs", "conv1"), ("conv1", "conv2"), ("conv2", "mpool"))
FINDINGS_SHOWN = 3
BLANK = re.compile(r"_{4,}")
_SEE_THROUGH = {name for name, stock in LAYERS.items() if stock.silent} | {
    *("Activation", "ReLU", "LeakyReLU", "ELU", "PReLU", "Softmax", "BatchNormalization"),
}


class Use(NamedTuple):
    """One call of a layer, by name, and the names of the layers whose outputs it got."""

    layer: str
    kind: str
    sources: tuple[str, ...]


def gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
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


def judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A point for each layer, for each way between two, and for each end of the model."""
    raised = text_of(entry(evidence, "raised"))
    if entry(evidence, "begun") is not True:
        return still_open("q1", ITEMS["q1"].points, "six layers, the way through them, and a model")
    whole = facts(entry(evidence, "model"))
    story = _story(evidence, whole)
    known = _known_layers(evidence, whole)
    findings = [_layer_finding(name, known.get(name), raised) for name in GRADED]
    earned = [name for name, found in zip(GRADED, findings, strict=True) if found is None]
    ways = _ways(story)
    wires = [f"{a} → {b}" for a, b in WIRES if ways.get(b) == [(a,)]]
    if len(wires) < len(WIRES):
        findings.append(_wire_finding(ways, raised))
    ends = _ends(whole)
    earned += wires + [f"the model's {end}" for end, right in ends.items() if right]
    if len(wires) == len(WIRES) or not whole.problem:
        findings.append(_model_finding(whole, ends, raised))
    shown = [finding for finding in findings if finding is not None]
    points = min(len(earned), ITEMS["q1"].points)
    return Verdict("q1", points, ITEMS["q1"].points, tuple(shown[:FINDINGS_SHOWN]), tuple(earned))


def _ends(whole: Facts) -> dict[str, bool]:
    """Whether the model begins at ``x_inputs`` and ends where ``dense2`` gives ten numbers."""
    if whole.network is None:
        return {"inputs": False, "outputs": False}
    calls = whole.network.calls
    return {
        "inputs": whole.input_shape == (28, 28, 1)
        and [call.layer for call in calls if call.kind == "InputLayer"] == ["x_inputs"],
        "outputs": whole.output_shape == (10,) and _last_named(_uses(whole)) == "dense2",
    }


def _last_named(story: list[Use]) -> str:
    names = [use.layer for use in story if use.kind not in _SEE_THROUGH]
    return names[-1] if names else ""


def _uses(whole: Facts) -> list[Use]:
    calls = whole.network.calls if whole.network else ()
    return [Use(c.layer, c.kind, tuple(calls[n].layer for n in c.inbound)) for c in calls]


def _story(evidence: Evidence, whole: Facts) -> list[Use]:
    """All calls: those of the model where it is complete, else those found on the way."""
    if all(_ends(whole).values()):
        return _uses(whole)
    calls = entry(entry(evidence, "calls"), "calls")
    story = []
    for call in calls if isinstance(calls, list) else ():
        sources = entry(call, "from")
        names = tuple(map(str, sources)) if isinstance(sources, list) else ()
        story.append(Use(str(entry(call, "layer")), str(entry(call, "kind")), names))
    return story


def _ways(story: list[Use]) -> dict[str, list[tuple[str, ...]]]:
    """For each layer what it was called on, activations and the like looked through."""
    through = {use.layer: use.sources[:1] for use in story if use.kind in _SEE_THROUGH}
    ways: dict[str, list[tuple[str, ...]]] = {}
    for use in story:
        sources = []
        for source in use.sources:
            for _ in story:
                source = next(iter(through.get(source, ())), source)
            sources.append(source)
        ways.setdefault(use.layer, []).append(tuple(sources))
    return ways


def _known_layers(evidence: Evidence, whole: Facts) -> dict[str, Part | str]:
    """The named layers: those in the model as they act there, the others as described."""
    known: dict[str, Part | str] = {}
    for name in GRADED:
        one = entry(entry(evidence, "layers"), name)
        if one is not None:
            known[name] = _described(one)
    for call in whole.network.steps() if whole.network else ():
        if call.layer in GRADED:
            known[call.layer] = part(call.kind, **call.settings)
    return known


def _described(one: object) -> Part | str:
    kind, settings = entry(one, "kind"), entry(one, "settings")
    try:
        return part(kind, **settings_of(kind, settings))
    except (ValueError, TypeError, AttributeError):
        return line(text_of(entry(one, "odd")) or "something else")


def _layer_finding(name: str, given: Part | str | None, raised: str) -> Finding | None:
    """What is not right about one layer, None where it is right."""
    wanted = WANTED[name]
    if given is None or given == name_of(None):
        return _open_finding(name, raised)
    if isinstance(given, str) or given[0] != wanted[0]:
        what = given if isinstance(given, str) else given[0]
        return Finding(tried=name, yours=what, **_KINDS[wanted[0]])
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
    "Conv2D": {
        "wanted": "another kind of layer",
        "thought": "which class slides kernels over the rows and columns of a picture?",
    },
    "MaxPooling2D": {
        "wanted": "another kind of layer",
        "thought": "which class keeps the largest value of each window of a feature map?",
    },
    "Dense": {"wanted": "another kind of layer", "thought": "that line begins with Dense"},
}

_ON_OUTPUT = {
    "sigmoid": (
        "sigmoid on the output: ten separate yes-or-no answers",
        "exactly one of ten classes is right; which numbers add up to 1?",
    ),
    "relu": (
        "relu on the output: numbers without an upper end, many of them 0",
        "probabilities are wanted here; which numbers add up to 1?",
    ),
    "linear": (
        "no activation on the output: scores, not probabilities",
        "what turns ten scores into ten probabilities?",
    ),
}


def _activation_finding(name: str, activation: str) -> Finding | None:
    if name == "dense2":
        if activation == setting(WANTED[name], "activation"):
            return None
        usual = ("this does not give probabilities", "ten classes: which numbers add up to 1?")
        says, thought = _ON_OUTPUT.get(activation, usual)
    elif activation in HIDDEN:
        return None
    elif activation in ("softmax", "log_softmax"):
        says = "softmax in a hidden layer: its outputs compete and shrink to probabilities"
        thought = "where in the network are probabilities wanted?"
    else:
        says = "no activation in a hidden layer: it adds nothing that one sum could not do"
        thought = "what do hidden layers do with negative sums?"
    given = f"activation {activation!r}"
    return Finding(tried=name, yours=given, misconception=says, thought=thought)


def _wire_finding(ways: dict[str, list[tuple[str, ...]]], raised: str) -> Finding:
    """The one most telling line about a way that is not right."""
    conv2, mpool = ways.get("conv2", []), ways.get("mpool", [])
    twice = [name for name in NAMES if len(ways.get(name, ())) > 1]
    if not conv2 and "expected axis" in raised and "received input with shape" in raised:
        twice = ["conv1"]
    said = () if conv2 and mpool else _said(raised)
    if said:
        says, thought = said
    elif twice:
        says = f"{twice[0]} used twice: a layer is an object with its own weights"
        thought = "which layer object has not been called yet?"
    elif mpool and not conv2:
        says, thought = "conv2 is not on the way", "which layer object has not been called yet?"
    elif ("conv1",) in mpool or ("mpool",) in conv2:
        says, thought = "pool before conv2", "in which order are the layers written above?"
    elif ("x_inputs",) in conv2 or ("x_inputs",) in mpool:
        says = "a layer starts at the picture again, past the ones before it"
        thought = "each layer gets what the layer before it gave"
    elif not ways:
        says, thought = "no layer was called on anything yet", "run the last of the three cells"
    else:
        says = "the way through the layers has a gap or another order"
        thought = "say it aloud: the picture goes into …, what comes out goes into …"
    return Finding(tried="the way from x_inputs to mpool", misconception=says, thought=thought)


def _said(raised: str) -> tuple[str, ...]:
    """What an error that ended the last cell looks like, and a thought; empty for others."""
    if BLANK.search(raised):
        return "a blank left open", "fill in all lines of the last cell, then run it"
    if "Only input tensors may be passed" in raised:
        thought = "what does a layer give back when it is called, and where do you keep it?"
        return "a layer was passed instead of its output", thought
    return ()


def _model_finding(whole: Facts, ends: dict[str, bool], raised: str) -> Finding | None:
    if all(ends.values()):
        return None
    if whole.problem:
        usual = "", "where does the way begin, where does it end? run the cell to its last line"
        says, thought = _said(raised) or usual
        return Finding("model", whole.problem, "", says, thought)
    if not ends["inputs"]:
        shape = " × ".join(map(str, whole.input_shape))
        says = "inputs=x: the last tensor is not the entrance, and Keras stays silent"
        thought = "which variable holds what comes in from outside?"
        if whole.input_shape == (28, 28, 1):
            says, thought = "a model of another run", "run the three cells once more, in order"
        return Finding("model", f"it begins with {shape}", "", says, thought)
    shape = " × ".join(map(str, whole.output_shape))
    says = "the model ends before the last layer, or in another one"
    return Finding("model", f"it ends with {shape}", "", says, "what did the last call give?")


CHECKS = {
    "q1": Check(
        "q1",
        gather,
        judge,
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
}
