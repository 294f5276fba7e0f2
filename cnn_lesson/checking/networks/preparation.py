"""How the pictures may have been prepared that a network learned from: each way is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np

from cnn_lesson.checking.networks.accuracy import Facts, Score, facts, score
from cnn_lesson.checking.networks.history import claimed
from cnn_lesson.checking.networks.operations import PREFIX
from cnn_lesson.checking.networks.training import read_training

GAIN = 0.05
"""By how much another way must be better than 0…1 to be taken for the learner's own."""
KNOWING = 0.50
"""Below this accuracy the best of several ways may be best by chance."""
_SCALING = ("Rescaling", "BatchNormalization", "LayerNormalization", PREFIX)
_LOOKING = ("Conv", "Dense", "Separable", "Depthwise")
RAW = "from 0 to 255"


class Statistics(NamedTuple):
    """Mean and spread of the training pictures, over all values and pixel by pixel."""

    mean: float
    spread: float
    means: np.ndarray
    spreads: np.ndarray


Prepare = Callable[[np.ndarray, Statistics], np.ndarray]

FAIR: dict[str, Prepare] = {
    "from −1 to 1": lambda x, s: x / 127.5 - 1,
    "standardised": lambda x, s: (x - s.mean) / s.spread,
    "less their mean": lambda x, s: (x - s.mean) / 255,
    "standardised pixel by pixel": lambda x, s: (x - s.means) / np.where(s.spreads, s.spreads, 1),
    "standardised pixel by pixel, a little added to each spread": lambda x, s: (
        (x - s.means) / (s.spreads + 1e-7 * 255)
    ),
    "less the mean picture": lambda x, s: (x - s.means) / 255,
    "standardised one by one": lambda x, s: (x - _of_each(x, np.mean)) / _of_each(x, np.std),
    "dark on bright": lambda x, s: 1 - x / 255,
}
"""Ways that a network may well be trained in: it is judged by the one that suits it best."""
UNFAIR: dict[str, Prepare] = {RAW: lambda x, s: x}


def _of_each(pictures: np.ndarray, of: Callable[..., np.ndarray]) -> np.ndarray:
    return np.asarray(of(pictures, axis=(1, 2), keepdims=True)) + 1e-7


def measured(evidence: object, images: np.ndarray, labels: np.ndarray, enough: float) -> Score:
    """The accuracy of a network on pictures (n, 28, 28) from 0 to 255, ``enough`` asked for.

    Where that is missed on pictures of 0…1, other ways to prepare them are tried; ``way`` is the
    one by which the network does clearly better, and nearer to what it did on its own validation
    part where Keras kept that.
    """
    plain = score(evidence, images, labels)
    if plain.reason or plain.value >= enough:
        return plain
    fair = {*FAIR} | ({RAW} if brings_its_own_scaling(facts(evidence)) else set())
    found = [prepared(evidence, images, labels, way) for way in (*FAIR, *UNFAIR)]
    best = max(found, key=lambda each: each.value)
    clear = best.value >= max(KNOWING, plain.value + GAIN)
    claims = claimed(read_training(evidence).curves or {})[-1:]
    nearer = all(abs(claim - best.value) < abs(claim - plain.value) for claim in claims)
    return best if best.way in fair and clear and nearer else plain


def prepared(evidence: object, images: np.ndarray, labels: np.ndarray, way: str) -> Score:
    """The accuracy on pictures that are prepared in one of the ways."""
    values = images.astype("float64")
    pictures = {**FAIR, **UNFAIR}[way](values, _statistics_for(values)) * 255
    return replace(score(evidence, pictures.astype("float32"), labels), way=way)


def brings_its_own_scaling(whole: Facts) -> bool:
    """Whether a network scales the pictures itself before it looks at them."""
    kinds = [call.kind for call in whole.network.calls] if whole.network else []
    looks = [n for n, kind in enumerate(kinds) if kind.startswith(_LOOKING)]
    return any(kind.startswith(_SCALING) for kind in kinds[: looks[0] if looks else 0])


def _statistics_for(images: np.ndarray) -> Statistics:
    """Those of the data set whose mean picture is nearest to that of the images."""
    mean = images.mean(axis=0)
    known = map(statistics, ("mnist", "fashion_mnist"))
    return min(known, key=lambda each: float(np.abs(each.means - mean).mean()))


@cache
def statistics(name: str) -> Statistics:
    """Those of the training pictures of ``mnist`` or ``fashion_mnist``, values from 0 to 255."""
    from cnn_lesson import datasets

    images = getattr(datasets, name).load_data()[0][0].astype("float64")
    return Statistics(images.mean(), images.std(), images.mean(axis=0), images.std(axis=0))
