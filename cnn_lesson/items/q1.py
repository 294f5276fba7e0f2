"""``q1``: Question 1: six layers, the way through them, and the model around it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from cnn_lesson.checking import outstanding
from cnn_lesson.checking.evidence import Evidence, line
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.missing_layers import OPEN, is_open, open_findings
from cnn_lesson.checking.networks.accuracy import Facts, facts
from cnn_lesson.checking.networks.allowlist import LAYERS
from cnn_lesson.checking.networks.architecture import FLATTEN, LayerSpec, as_part
from cnn_lesson.checking.networks.export import (
    describe,
    describe_calls,
    latest_output,
    origin,
    portable,
)
from cnn_lesson.checking.networks.roles import is_older, renamed, roles, with_entrance
from cnn_lesson.checking.networks.wiring import (
    Way,
    described_uses,
    known_layers,
    last_named,
    uses,
    ways_of,
)
from cnn_lesson.checking.question_1 import (
    ACTIVATIONS,
    GRADED,
    NAMES,
    PICTURE,
    RAISED,
    TAILS,
    WANTED,
    WAYS,
    WIRES,
    Tail,
    layer_finding,
    tail_finding,
    wire_finding,
)
from cnn_lesson.checking.reading import entry, text_of
from cnn_lesson.verdict import Finding, Verdict

WIRE_LABELS = tuple(f"{a} → {b}" for a, b in WIRES)
ENDS = ("inputs", "outputs")
WAY = ("output_yhat", "x_inputs", "model")
"""The names that the cell of the way makes."""
FINDINGS_SHOWN = 3
WELCOME = {"BatchNormalization", *(name for name, stock in LAYERS.items() if stock.silent)}
"""Layers that Question 1 does not have, and that change nothing of what it asks for."""


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
        "entrance": _shape(answers.get("x_inputs")),
        "calls": describe_calls(ends, labels),
        "model": portable(answers.get("model"), labels),
        "raised": {} if settled else _raised(answers),
        "begun": any(value is not None for value in answers.values()),
    }


def _raised(answers: Mapping[str, object]) -> dict[str, str]:
    """What was raised by the cell that makes a name, by name.

    Where cells are not watched, what any cell raised last stands for the names that are missing:
    for the layers, or else for what comes after them.
    """
    if outstanding.is_watching():
        every = {name: outstanding.outstanding((name,)) for name in ITEM.names}
        return {name: errors[0].text for name, errors in every.items() if errors}
    if not (last := line(getattr(sys, "last_value", None) or "", 300)):
        return {}
    layers = [name for name in GRADED if answers.get(name) is None]
    return dict.fromkeys(layers or WAY, last)


def _shape(tensor: object) -> list | None:
    """The sizes of a symbolic tensor without the batch axis, None for anything else."""
    return None if origin(tensor) is None else [*getattr(tensor, "shape", ())][1:]


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A point for each layer, for each way between two, and for each end of the model."""
    raised = {n: text_of(entry(entry(evidence, "raised"), n)) for n in ITEM.names}
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("six layers, the way through them, and a model")
    whole, older = _whole(evidence)
    ends = _ends(whole)
    story = uses(whole) if all(ends.values()) or older else described_uses(entry(evidence, "calls"))
    acting = Facts() if older else whole
    known = known_layers(entry(evidence, "layers"), acting, (*GRADED, "flat"))
    missing = {name: raised[name] for name in GRADED if is_open(known.get(name))}
    given = {name: layer_finding(name, known[name]) for name in GRADED if name not in missing}
    earned = [name for name, found in given.items() if found is None]
    findings = [*given.values(), *open_findings(missing)]
    way = Way(ways_of(story), next((raised[name] for name in WAY if raised[name]), ""))
    wires = [label for label, (a, b) in zip(WIRE_LABELS, WIRES, strict=True) if way.of(b) == [(a,)]]
    if len(wires) < len(WIRES):
        findings.append(wire_finding(way))
    tail = _tail(way, known.get("flat"), whole, len(wires) == len(WIRES))
    right = {"inputs": ends["inputs"] and not older}
    right["outputs"] = ends["outputs"] and tail.right and not older
    earned += wires + [f"the model's {end}" for end in ENDS if right[end]]
    if older:
        findings.insert(0, finding(_OLDER, tried="model"))
    elif len(wires) == len(WIRES) or not whole.problem:
        findings.append(_model_finding(whole, ends, tail, way.raised))
    shown = _entrance_first(evidence, [finding for finding in findings if finding is not None])
    return ITEM.verdict(earned, shown[:FINDINGS_SHOWN])


def _whole(evidence: Evidence) -> tuple[Facts, bool]:
    """The facts about the model, its layers by the names they stand for; whether it is older.

    A model without any of the layers that go by these names now was written in another way, or is
    a clone, or was loaded; it is older where its layers were made before these.
    """
    whole = with_entrance(facts(entry(evidence, "model")), "x_inputs")
    found = roles(whole, WANTED)
    layers = entry(evidence, "layers")
    named = {name: text_of(entry(entry(layers, name), "name")) for name in NAMES}
    current = {name: own for name, own in named.items() if own}
    calls = whole.network.calls if whole.network else ()
    alone = not any(call.layer in NAMES for call in calls)
    return renamed(whole, found), alone and is_older(found, current)


def _tail(way: Way, flat: LayerSpec | str | None, whole: Facts, begins_right: bool) -> Tail:
    """What comes after the pooling, and layers that nobody asked for where it begins right."""
    kind = flat if isinstance(flat, str) else flat[0] if flat else "Flatten"
    if kind == "Reshape" and whole.network:
        kind = "Flatten" if FLATTEN in map(as_part, whole.network.calls) else kind
    steps = whole.network.steps() if whole.network and begins_right else ()
    extra = [c.kind for c in steps if c.layer not in NAMES and c.kind not in WELCOME]
    return Tail(way, kind, tuple(extra), begins_right)


def _ends(whole: Facts) -> dict[str, bool]:
    """Whether the model begins at ``x_inputs`` and ends where ``dense2`` gives ten numbers."""
    if whole.network is None:
        return dict.fromkeys(ENDS, False)
    return {
        "inputs": whole.input_shape == PICTURE,
        "outputs": whole.output_shape == (10,) and last_named(uses(whole)) == "dense2",
    }


_OLDER = Misconception(
    lambda older: older,
    "a model of another run: it is older than its layers",
    "run the last of the three cells once more",
)
_MODELS = (
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


def _model_finding(whole: Facts, ends: dict[str, bool], tail: Tail, raised: str) -> Finding | None:
    if whole.problem:
        ask = "where does the way begin, where does it end? run the cell to its last line"
        return finding(explain(RAISED, raised), ask, tried="model", yours=whole.problem)
    if ends["inputs"] and not tail.right:
        return tail_finding(tail)
    if all(ends.values()):
        return None
    where, shape = "begins", whole.input_shape
    if ends["inputs"]:
        where, shape = "ends", whole.output_shape
    given = f"it {where} with {' × '.join(map(str, shape))}"
    return finding(explain(_MODELS, whole, ends), tried="model", yours=given)


_ENTRANCES = (
    Misconception(
        lambda shape: len(shape) > len(PICTURE),
        "the cell that adds the channels axis was run twice",
        "run the cells once more, from the one that loads the pictures",
    ),
    Misconception(
        lambda shape: len(shape) < len(PICTURE),
        "a picture without its channels axis",
        "which cell adds that axis, and was it run?",
    ),
    Misconception(lambda shape: True, "pictures of another shape", "what is X_train.shape?"),
)


def _entrance_first(evidence: Evidence, findings: list[Finding]) -> list[Finding]:
    """The findings, before them what is odd about the shape that comes in."""
    sizes = entry(evidence, "entrance")
    shape = tuple(sizes) if isinstance(sizes, list) else PICTURE
    if shape in (PICTURE, (None, None, 1)) or not findings:
        return findings
    given = " × ".join("any" if size is None else str(size)[:9] for size in shape[:6])
    return [finding(explain(_ENTRANCES, shape), tried="x_inputs", yours=given), *findings]


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
    named=(*_ENTRANCES, _OLDER, *ACTIVATIONS, *OPEN, *RAISED, *WAYS, *TAILS, *_MODELS),
    gathers=_gather,
    judges=_judge,
    why=(
        "the six layers stand in the order asked for, each with its size, and nothing "
        "stands beside them"
    ),
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
