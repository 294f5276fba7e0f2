"""``choose-layer``: which kind of layer suits which data."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from cnn_lesson.checking.choice_item import Choice, ChoiceItem, Values
from cnn_lesson.checking.evidence import Evidence, as_builtin, plain
from cnn_lesson.checking.misconceptions import Misconception, chosen
from cnn_lesson.checking.reading import alone, entry, one_of, read_by_name

CARDS = {
    "calorimeter": ("conv2d",),
    "waveform": ("conv1d",),
    "table row": ("dense",),
    "shuffled pixels": ("dense",),
    "spectrogram": ("conv2d", "conv1d"),
    "seismometer": ("conv1d",),
    "micrograph": ("conv2d",),
    "run conditions": ("dense",),
}
LAYER_KIND = 'one of "dense", "conv1d" and "conv2d"'
_NO_NEIGHBOURS = Misconception(
    chosen("conv1d", "conv2d"),
    "a kernel looks for neighbours, and here are none",
    "if all values changed places in the same way each time, would anything be lost?",
)
_NEIGHBOURS = Misconception(
    chosen("dense"),
    "a dense layer does not know which values lie side by side",
    "which values belong together here: neighbours, or any two?",
)
_ONE_AXIS = Misconception(
    chosen("conv1d"),
    "a kernel that slides along one axis sees one kind of neighbour",
    "in how many directions does a value have neighbours?",
)
_TWO_AXES = Misconception(
    chosen("conv2d"),
    "a kernel for pictures, but these data have no second axis to slide along",
    "in how many directions does a value have neighbours?",
)
MISCONCEPTIONS = {
    "dense": (_NO_NEIGHBOURS,),
    "conv1d": (_NEIGHBOURS, _TWO_AXES),
    "conv2d": (_NEIGHBOURS, _ONE_AXIS),
}


_SPELT = {
    "dense": r"fully[\s_-]*connected|\bmlp\b",
    "conv1d": r"conv(olution(al)?)?[\s_-]*(layer)?[\s_-]*1[\s_-]*d\b|\b1[\s_-]*d([\s_-]*conv\w*)?",
    "conv2d": r"conv(olution(al)?)?[\s_-]*(layer)?[\s_-]*2[\s_-]*d\b|\b2[\s_-]*d([\s_-]*conv\w*)?",
}


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    choices = as_builtin(answers.get("choices"))
    if not isinstance(choices, Mapping):
        return {"choices": plain(choices)}
    return {"choices": plain({card: _layer_name(layer) for card, layer in choices.items()})}


def _layer_name(layer: object) -> object:
    """The name of a layer class or of a layer's class; texts and None as they are."""
    if layer is None or isinstance(layer, (str, list, tuple, set, dict, int, float, np.ndarray)):
        return layer
    return (layer if isinstance(layer, type) else type(layer)).__name__


def _layer_kind(value: object) -> str | None:
    """``dense``, ``conv1d`` or ``conv2d``, however it is written; None for anything else.

    Nor is it one of them where two are named, or where it is said what it is not.
    """
    value = alone(value)
    text = value.lower() if isinstance(value, str) else ""
    for kind, spelt in _SPELT.items():
        text = re.sub(spelt, kind, text)
    return one_of(tuple(MISCONCEPTIONS), text)


def _values(item: ChoiceItem, evidence: Evidence) -> Values | None:
    """The layer of each card, however the card is spelt; None for what is no dict."""
    value = entry(evidence, "choices")
    table = {} if value is None else read_by_name(value, tuple(CARDS))
    return None if table is None else {card: table.get(card) for card in CARDS}


def _card(name: str, layers: tuple[str, ...]) -> Choice:
    """One card, worth half a point."""
    misconceptions = MISCONCEPTIONS[layers[0]]
    return Choice(name, 0.5, frozenset(layers), _layer_kind, LAYER_KIND, misconceptions)


ITEM = ChoiceItem(
    id="choose-layer",
    objective=10,
    notebook="02-mnist-cnn",
    section="S6",
    minutes=3,
    names=("choices",),
    kind='a dict: for each card "dense", "conv1d" or "conv2d"',
    parts=tuple(_card(name, layers) for name, layers in CARDS.items()),
    gathers=_gather,
    values=_values,
    why=(
        "a kernel slides where a pattern may turn up anywhere; a spectrogram has two "
        "such axes, or one: time"
    ),
    hints=(
        "ask of each: does it matter which values lie side by side?",
        "if it does: along how many axes do neighbours lie, one or two?",
        "time series have one such axis, pictures two; columns of a table have none",
    ),
)
