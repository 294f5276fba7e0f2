"""Why a network predicts less than it should, as far as the network shows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnn_lesson.checking.item import Images
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks.accuracy import Score, score
from cnn_lesson.verdict import Finding


def percent(value: float) -> str:
    """An accuracy with as many digits as 500 pictures can tell."""
    return f"{value:.2f}"


@dataclass(frozen=True)
class Shortfall:
    """A network in the evidence, the images it was measured on, and its accuracy there."""

    network: object
    images: Images
    found: Score

    @cached_property
    def unscaled(self) -> float:
        """Its accuracy on the same pictures from 0 to 255."""
        return score(
            self.network, np.asarray(self.images[0], "float32") * 255, self.images[1]
        ).value


MISCONCEPTIONS = (
    Misconception(
        lambda short: short.unscaled >= max(0.5, short.found.value + 0.2),
        "trained on pictures of 0…255",
        "which numbers does a pixel have after scaling?",
    ),
    Misconception(
        lambda short: short.found.value < 0.2,
        "no better than guessing: never fitted, or made anew after fit",
        "run the cells once more, in order: build, compile, fit",
    ),
    Misconception(
        lambda short: True, "", "longer training, or another learning rate? look at both curves"
    ),
)


def low(tried: str, network: object, images: Images, found: Score, wanted: float) -> Finding:
    """What to say about a network that predicts too little: the reason as far as it shows."""
    if found.reason:
        return Finding(tried=tried, yours=found.reason, wanted="ten finite numbers for a picture")
    return finding(
        explain(MISCONCEPTIONS, Shortfall(network, images, found)),
        tried=tried,
        yours=f"{percent(found.value)} on pictures it has not seen",
        wanted=f"at least {wanted:g}",
    )
