"""The network of Question 1: its six layers by name, its way, and what goes wrong in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.missing_layers import BLANK
from cnn_lesson.checking.networks.architecture import HIDDEN, QUESTION_1, LayerSpec, setting
from cnn_lesson.checking.networks.wiring import Way
from cnn_lesson.verdict import Finding

NAMES = ("conv1", "conv2", "mpool", "flat", "dense1", "dense2")
WANTED = dict(zip(NAMES, QUESTION_1, strict=True))
GRADED = ("conv1", "conv2", "mpool", "dense1", "dense2")
WIRES = (("x_inputs", "conv1"), ("conv1", "conv2"), ("conv2", "mpool"))
TAIL = (("mpool", "flat"), ("flat", "dense1"), ("dense1", "dense2"))
PICTURE = (28, 28, 1)


def layer_finding(name: str, given: LayerSpec | str) -> Finding | None:
    """What is not right about one layer that is there, None where it is right."""
    wanted = WANTED[name]
    if isinstance(given, str) or given[0] != wanted[0]:
        what = given if isinstance(given, str) else given[0]
        return Finding(
            tried=name, yours=what, wanted="another kind of layer", thought=_KINDS[wanted[0]]
        )
    for which, value in wanted[1]:
        if which != "activation" and setting(given, which) != value:
            return Finding(
                tried=name,
                yours=f"{which} = {setting(given, which)}",
                thought=f"nothing to change there: the question sets {which}",
            )
    return None if name == "mpool" else _activation_finding(name, str(setting(given, "activation")))


_KINDS = {
    "Conv2D": "which class slides kernels over the rows and columns of a picture?",
    "MaxPooling2D": "which class keeps the largest value of each window of a feature map?",
    "Dense": "that line begins with Dense",
}


def _on_output(activation: str) -> Callable[[str, str], bool]:
    return lambda name, given: name == "dense2" and given == activation


OUTPUTS = (
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
)
"""What an output layer may do that gives no probabilities."""
ACTIVATIONS = (
    *OUTPUTS,
    Misconception(
        lambda name, given: given in ("softmax", "log_softmax"),
        "softmax in a hidden layer: its outputs compete and shrink to probabilities",
        "where in the network are probabilities wanted?",
    ),
    Misconception(
        lambda name, given: given in ("sigmoid", "hard_sigmoid"),
        "sigmoid in a hidden layer: flat on both sides of 0, so layers before it learn slowly",
        "which activation keeps a large sum as large as it is?",
    ),
    Misconception(
        lambda name, given: given != "linear",
        "an activation that hidden layers are seldom given",
        "what do hidden layers do with negative sums?",
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
    return finding(explain(ACTIVATIONS, name, given), tried=name, yours=f"activation {given!r}")


RAISED = (
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


WAYS = (
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
        lambda way: bool(way.raised),
        "the cell of the way ended in an error",
        "what does its message say, and about which line?",
    ),
    Misconception(
        lambda way: not way.ways,
        "no layer was called on anything yet",
        "run the last of the three cells",
    ),
    Misconception(
        lambda way: any(way.of(b) and not _known(way.of(b)) for _, b in WIRES),
        "a layer stands on the way that the question does not have",
        "which six layers are written above?",
    ),
    Misconception(
        lambda way: True,
        "the way through the layers has a gap or another order",
        "say it aloud: the picture goes into …, what comes out goes into …",
    ),
)


def _known(calls: list[tuple[str, ...]]) -> bool:
    return all(source in (*NAMES, "x_inputs") for sources in calls for source in sources)


def wire_finding(way: Way) -> Finding:
    """The one most telling line about a way that is not right."""
    ended = None if way.of("conv2") and way.of("mpool") else explain(RAISED, way.raised)
    return finding(ended or explain(WAYS, way), tried="the way from x_inputs to mpool")


class Tail(NamedTuple):
    """The second half of a network: its way, the class of ``flat``, and layers beside the six.

    Where the first half is not right, ``flat`` may follow on any layer of it.
    """

    way: Way
    flat: str
    extra: tuple[str, ...]
    first_half_right: bool

    @property
    def right(self) -> bool:
        """Whether it is as the question has it."""
        before = NAMES[2:3] if self.first_half_right else NAMES[:3]
        goes = self.way.of("flat") in [[(name,)] for name in before]
        goes = goes and all(self.way.of(b) == [(a,)] for a, b in TAIL[1:])
        return goes and self.flat == "Flatten" and not self.extra


TAILS = (
    Misconception(
        lambda tail: not tail.way.of("flat") and ("mpool",) in tail.way.of("dense1"),
        "flat is not on the way: Dense gets feature maps, and looks at each place alone",
        "how many axes leave the pooling layer, and how many does an answer have?",
    ),
    Misconception(
        lambda tail: tail.way.of("flat") in ([("dense1",)], [("dense2",)]),
        "Dense before flat: it looks at each place of the feature maps alone",
        "in which order are the layers written above?",
    ),
    Misconception(
        lambda tail: not tail.way.of("dense1"),
        "dense1 is not on the way",
        "which layer object has not been called yet?",
    ),
    Misconception(
        lambda tail: tail.flat.startswith("Global"),
        "flat keeps one number of each feature map, and loses where it was",
        "which class puts all numbers in one row?",
    ),
    Misconception(
        lambda tail: tail.flat != "Flatten",
        "flat is no Flatten",
        "which class puts all numbers in one row?",
    ),
    Misconception(
        lambda tail: tail.extra[-1:] in (("Softmax",), ("Activation",)),
        "an activation on top of the one that dense2 has",
        "probabilities add up to 1 already; what is left to do for the last line?",
    ),
    Misconception(
        lambda tail: bool(tail.extra),
        "a layer that the question does not have",
        "which six layers are written above?",
    ),
    Misconception(
        lambda tail: True,
        "the way from mpool to dense2 has a gap or another order",
        "in which order are the layers written above?",
    ),
)


def tail_finding(tail: Tail) -> Finding | None:
    """What is not right behind the pooling, None where all is."""
    if tail.right:
        return None
    beside = f"also {', '.join(tail.extra)}"[:100] if tail.extra else ""
    return finding(explain(TAILS, tail), tried="the way from mpool to the output", yours=beside)
