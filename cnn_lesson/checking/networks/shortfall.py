"""Why a network predicts less than it should: what it lived through tells most."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from cnn_lesson.checking.item import Images
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks.accuracy import Facts, Score, facts, score
from cnn_lesson.checking.networks.history import GUESSING, Curves, claimed, learnt
from cnn_lesson.checking.networks.preparation import KNOWING, RAW, prepared
from cnn_lesson.checking.networks.training import Training, read_training
from cnn_lesson.verdict import Finding

TOO_FAST = {"SGD": 0.5}
TOO_FAST_ELSE = 0.02
TOO_SLOW = 1e-5
"""Learning rates between which the networks of this lesson learn something."""
FEW_STEPS = 60
ALIKE = 0.07
"""How far two measurements of a network may be apart on a few hundred pictures each."""
SETTLED_STEPS, SLOW_MOMENTUM = 400, 0.95
"""An average that keeps 0.99 of itself needs hundreds of steps to forget where it began."""


def percent(value: float, wanted: float = math.nan) -> str:
    """An accuracy with as many digits as 500 pictures can tell, more where it just misses."""
    short = f"{value:.2f}"
    return f"{math.floor(value * 1000) / 1000:.3f}" if value < wanted <= float(short) else short


@dataclass(frozen=True)
class Shortfall:
    """A network in the evidence, the images it was measured on, its accuracy there and the bar.

    ``history`` are the curves that were handed in with it, ``clothes`` pictures of the other data
    set where it should know digits.
    """

    network: object
    images: Images
    found: Score
    wanted: float
    history: Curves | None = None
    clothes: Images | None = None

    @cached_property
    def whole(self) -> Facts:
        """What the network is."""
        return facts(self.network)

    @cached_property
    def training(self) -> Training:
        """What it lived through."""
        return read_training(self.network)

    @property
    def curves(self) -> Curves:
        """Its own curves; those that were handed in where Keras keeps none."""
        return self.training.curves or self.history or {}

    @property
    def training_curves(self) -> Curves:
        """Its own curves; a loss where Keras keeps none, since then none is missing."""
        return self.training.curves or {"loss": []}

    def on(self, way: str) -> float:
        """Its accuracy on the same pictures, prepared in another way."""
        return prepared(self.network, *self.images, way).value

    def gains(self, value: float) -> bool:
        """Whether an accuracy is so much better that it tells what was learned.

        Where the network did as well on its own validation part as here, nothing is to be told.
        """
        alike = abs(self.validated - self.found.value) <= ALIKE
        return not alike and value >= max(KNOWING, self.found.value + 0.1)

    @cached_property
    def on_clothes(self) -> float:
        """Its accuracy on clothes, 0 where they were not asked for."""
        return score(self.network, *self.clothes).value if self.clothes else 0.0

    @property
    def told(self) -> str:
        """What was measured: on these pictures, and on those that it knows better."""
        value = percent(self.found.value)
        if self.gains(raw := self.on(RAW)):
            return f"{value} on pictures of 0…1, {percent(raw)} on the same {RAW}"
        if self.gains(self.on_clothes):
            return f"{value} on digits, {percent(self.on_clothes)} on clothes"
        how = f", {self.found.way}," if self.found.way else ""
        return f"{percent(self.found.value, self.wanted)} on pictures{how} it has not seen"

    @property
    def last(self) -> str:
        """The activation of the last layer, empty where it has none to speak of."""
        steps = self.whole.network.steps() if self.whole.network else ()
        return str(steps[-1].settings.get("activation", "")) if steps else ""

    @property
    def learned(self) -> float:
        """The accuracy on the training part in the last epoch; NaN where none was kept."""
        values = learnt(self.curves)
        return values[-1] if values else math.nan

    @property
    def validated(self) -> float:
        """The accuracy on the validation part in the last epoch; NaN where none was kept."""
        values = claimed(self.curves)
        return values[-1] if values else math.nan

    @property
    def stuck(self) -> bool:
        """Whether the training itself never got beyond guessing."""
        return self.learned <= GUESSING

    @property
    def unsettled(self) -> bool:
        """Whether a BatchNormalization may still average over what it saw before it learned."""
        calls = self.whole.network.calls if self.whole.network else ()
        known = any(call.kind == "BatchNormalization" for call in calls)
        return known and self.learned >= max(0.6, self.found.value + 0.15)


MISCONCEPTIONS = (
    Misconception(
        lambda short: short.gains(short.on(RAW)),
        "trained on pictures of 0…255",
        "which numbers does a pixel have after scaling?",
    ),
    Misconception(
        lambda short: short.gains(short.on_clothes),
        "trained on clothes: it knows them, not digits",
        "which images and labels did fit get?",
    ),
    Misconception(
        lambda short: short.unsettled,
        "BatchNormalization that has not settled: right in training, not yet outside of it",
        "its averages move slowly; how many steps were there, and what does momentum=0.9 change?",
    ),
    Misconception(
        lambda short: (
            short.found.value < KNOWING and short.training.none and short.validated >= KNOWING
        ),
        "little better than guessing, though its history is: the network was made anew after fit",
        "run the cells once more, in order: build, compile, fit",
    ),
    Misconception(
        lambda short: short.found.value < KNOWING and short.training.none,
        "little better than guessing: never fitted",
        "run the cells once more, in order: build, compile, fit",
    ),
    Misconception(
        lambda short: not math.isnan(short.validated) and "loss" not in short.training_curves,
        "validation_split took all pictures: none was left to learn from",
        "it is a share of the pictures; between which two numbers does it lie?",
    ),
    Misconception(
        lambda short: short.last == "relu" and short.found.value < 0.9,
        "relu on the output: a class that gets 0 once gets it for ever",
        "ten probabilities are wanted; which activation makes them?",
    ),
    Misconception(
        lambda short: (
            short.last == "linear"
            and not short.training.from_logits
            and "crossentropy" in short.training.loss.lower()
        ),
        "scores on the output, and a loss that takes them for probabilities",
        "what turns ten scores into probabilities? or does the loss know that they are scores?",
    ),
    Misconception(
        lambda short: (
            short.stuck
            and (short.training.rate or 0) >= TOO_FAST.get(short.training.optimizer, TOO_FAST_ELSE)
        ),
        "a learning rate so large that every step jumps past what it aims at",
        "what happens with a hundredth of it?",
    ),
    Misconception(
        lambda short: (
            short.training.rate is not None
            and short.training.rate <= TOO_SLOW
            and short.learned < 0.9
        ),
        "a learning rate so small that hardly anything moves",
        "how far did the loss fall from one epoch to the next?",
    ),
    Misconception(
        lambda short: short.stuck,
        "trained, but no better than guessing on its own training pictures",
        "does each label still belong to its picture? or is it the learning rate, or the loss?",
    ),
    Misconception(
        lambda short: short.validated >= max(0.5, short.found.value + 0.2),
        "trained on pictures that were prepared in another way than 0…1",
        "what was done to X_train before fit, and would a picture from outside be treated so?",
    ),
    Misconception(
        lambda short: short.learned >= max(0.6, short.found.value + 0.2),
        "learned by heart: right on its training pictures, not on others",
        "how many pictures did fit get, and were labels and pictures in one order?",
    ),
    Misconception(
        lambda short: 0 < (short.training.steps or 0) < FEW_STEPS,
        "few steps of training",
        "a step is one batch: how many pictures did fit get, and how many epochs?",
    ),
    Misconception(
        lambda short: short.found.value < GUESSING,
        "no better than guessing",
        "which of both curves moved while it was fitted?",
    ),
    Misconception(
        lambda short: True, "", "longer training, or another learning rate? look at both curves"
    ),
)


def low(
    tried: str,
    network: object,
    images: Images,
    found: Score,
    wanted: float,
    history: Curves | None = None,
    clothes: Images | None = None,
) -> Finding:
    """What to say about a network that predicts too little: the reason as far as it shows."""
    short = Shortfall(network, images, found, wanted, history, clothes)
    if short.found.reason:
        thought = "is the learning rate too high? does the loss have a value in each epoch?"
        return Finding(
            tried=tried,
            yours=short.found.reason,
            wanted="ten finite numbers for a picture",
            thought=thought * ("NaN" in short.found.reason),
        )
    return finding(
        explain(MISCONCEPTIONS, short),
        tried=tried,
        yours=short.told,
        wanted=f"at least {wanted:g}",
    )
