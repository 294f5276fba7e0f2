"""Two trainings beside each other: was one thing changed, and was the result read rightly?"""

from __future__ import annotations

from typing import NamedTuple

from cnn_lesson.checking.misconceptions import Misconception
from cnn_lesson.checking.networks.accuracy import Score, same_network
from cnn_lesson.checking.networks.architecture import LayerSpec
from cnn_lesson.checking.networks.changes import things_changed
from cnn_lesson.checking.networks.history import Curves, believable, claimed, learnt

VALIDATION_CHANCE = 0.02
"""Two trainings of one network differ by less than this on 400 clothes, nine times in ten."""
ONE_PICTURE = 1 / 400
CHANCE, BETTER, WORSE = "within chance", "better", "worse"


class Run(NamedTuple):
    """A network in the evidence, its layers in a row, its history, and how well it predicts."""

    network: object
    layers: tuple[LayerSpec, ...] | None
    curves: Curves | None
    found: Score
    own: bool = False

    @property
    def epochs(self) -> int:
        """How long it was trained, as far as the history tells."""
        return len((self.curves or {}).get("loss", ()))

    @property
    def recorded(self) -> bool:
        """Whether its history tells validation accuracies, and such as it can have had."""
        curves = self.curves or {}
        return bool(claimed(curves)) and (self.own or believable(curves, self.found.value))


class Experiment(NamedTuple):
    """Two runs, and what the learner says of the second one: one of the three words, or else."""

    plain: Run
    tuned: Run
    said: str

    @property
    def things(self) -> int:
        """How many things were changed, as far as it shows: a learning rate does not."""
        before, after = self.plain.layers, self.tuned.layers
        layers = things_changed(before, after) if before and after else 1
        return layers + (self.plain.epochs != self.tuned.epochs)

    def validated(self) -> list[float]:
        """The gain in validation accuracy, as ``gains`` tells it."""
        return gains(claimed(self.plain.curves or {}), claimed(self.tuned.curves or {}))

    def trained(self) -> list[float]:
        """The gain in accuracy on the training part."""
        return gains(learnt(self.plain.curves or {}), learnt(self.tuned.curves or {}))


def gains(plain: list[float], tuned: list[float]) -> list[float]:
    """By how much the last epoch ended higher, and by how much the best one was higher."""
    if not plain or not tuned:
        return []
    return [tuned[-1] - plain[-1], max(tuned) - max(plain)]


def readings(gained: list[float]) -> set[str]:
    """What may be said of gains; at the edge of chance, to a picture, either word is right."""
    said = set()
    for gain in gained:
        if abs(gain) < VALIDATION_CHANCE + ONE_PICTURE:
            said.add(CHANCE)
        if abs(gain) > VALIDATION_CHANCE - ONE_PICTURE:
            said.add(BETTER if gain > 0 else WORSE)
    return said


SAME_NETWORK = Misconception(
    lambda tried: same_network(tried.plain.network, tried.tuned.network),
    "the same network under another name",
    "train a second one, and change one thing in it or in its training",
)
UNRECORDED = Misconception(
    lambda tried: not (tried.plain.recorded and tried.tuned.recorded and tried.said),
    "",
    "keep fashion_history and tuned_history, and say in tuned_is what became of val_accuracy",
)
MORE_CHANGED = Misconception(
    lambda tried: tried.things > 1,
    "more than one thing was changed",
    "which of them did it? go back to the first network and change one",
)
LUCK = Misconception(
    lambda tried: readings(tried.validated()) == {CHANCE} and tried.said in (BETTER, WORSE),
    "a difference within chance, taken for one between the networks",
    "by how much do two trainings of the same network differ on 400 pictures?",
)
TRAINING_PART = Misconception(
    lambda tried: (
        tried.said not in readings(tried.validated()) and tried.said in readings(tried.trained())
    ),
    "the accuracy on the training part was compared",
    "which of the two curves is about pictures that fit did not learn from?",
)
MISREAD = Misconception(
    lambda tried: tried.said not in readings(tried.validated()),
    "",
    "take the last val_accuracy of each run: which is higher, and by how much?",
)
EXPERIMENT = (UNRECORDED, MORE_CHANGED, LUCK, TRAINING_PART, MISREAD)
