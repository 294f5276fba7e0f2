"""Whether a network learned from the test part, or was chosen by it.

The test part is in every learner's hands, the pictures of instant checks are not. A network that
has learned the former is right there more often, and far surer of it.
"""

from __future__ import annotations

import math

from cnn_lesson import datasets
from cnn_lesson.checking.item import Images
from cnn_lesson.checking.misconceptions import Misconception, finding
from cnn_lesson.checking.networks.accuracy import Score, score
from cnn_lesson.checking.networks.chance import above
from cnn_lesson.checking.networks.history import Curves, claimed
from cnn_lesson.checking.networks.preparation import prepared
from cnn_lesson.verdict import Finding

LEARNED = Misconception(
    lambda network, name, way: _is_learned(network, name, way),
    "the test part was learned",
    "which pictures may fit see, and which stay shut until the end?",
)
WATCHED = Misconception(
    lambda curves, name, network: _is_watched(curves, name, network),
    "the test part was learned: it took the place of the validation part",
    "what you choose by is not unseen; which argument of fit keeps a share of X_train aside?",
)
BETTER_KNOWN = 2.0
"""Standard errors between the accuracies; some honest networks come up to 2.9."""
SURER = 0.51
"""Loss on the test part by loss on unseen pictures: of honest networks 0.54 and more, of those
that learned the test part, too, 0.48 and less. A network that hardly learns its training part, as
a small one in six epochs, lies between 0.60 and 0.73 in both cases: that is not found."""
CLEARLY_BETTER = 3.5
"""Standard errors that tell by themselves, where a network's outputs are no probabilities."""
_ROUNDING = 1e-5
"""Keras tells accuracies in single precision."""
LOSS_ROUNDING = 1e-3
"""And losses as a mean of means."""


def learned(tried: str, network: object, name: str, way: str = "") -> Finding | None:
    """The finding about a network that knows the test part of a set too well; None otherwise.

    ``name`` is ``mnist`` or ``fashion_mnist``, ``way`` how the network wants its pictures, where
    that is not 0…1.
    """
    if not LEARNED.applies(network, name, way):
        return None
    test = _found(network, images_of_test_part(name), way).value
    unseen = _found(network, datasets.instant_images(name), way).value
    yours = f"{test:.3f} on the test part, {unseen:.3f} on pictures that are kept back"
    return finding(LEARNED, tried=tried, yours=yours)


def watched(tried: str, curves: Curves | None, name: str, network: object) -> Finding | None:
    """The finding about a history whose validation part is the test part of a set."""
    if not curves or not WATCHED.applies(curves, name, network):
        return None
    return finding(WATCHED, tried=tried, yours="val_accuracy is the accuracy on the test pictures")


def _is_learned(network: object, name: str, way: str) -> bool:
    test = _found(network, images_of_test_part(name), way)
    unseen = _found(network, datasets.instant_images(name), way)
    if math.isnan(test.loss + unseen.loss):
        return above(test.right, unseen.right, CLEARLY_BETTER)
    surer = test.loss <= SURER * unseen.loss
    return surer and above(test.right, unseen.right, BETTER_KNOWN)


def _found(network: object, images: Images, way: str) -> Score:
    return prepared(network, *images, way) if way else score(network, *images)


def _is_watched(curves: Curves, name: str, network: object) -> bool:
    """Whether all validation accuracies are of as many pictures as the test part has, and one that.

    A share of the training part that happens to have as many pictures, and in the same epoch the
    same accuracy, is told apart by its loss.
    """
    claims, (images, labels) = claimed(curves), images_of_test_part(name)
    count = len(labels)
    if not claims or any(abs(claim * count - round(claim * count)) > 0.01 for claim in claims):
        return False
    x, y = getattr(datasets, name).load_data()[0]
    test, own = score(network, images, labels), score(network, x[-count:], y[-count:])
    losses = dict(enumerate(curves.get("val_loss", ())))
    return any(
        abs(claim - test.value) < _ROUNDING
        and (abs(claim - own.value) >= _ROUNDING or _nearer(losses.get(epoch), test, own))
        for epoch, claim in enumerate(claims)
    )


def _nearer(loss: float | None, test: Score, own: Score) -> bool:
    """Whether a validation loss is that on the test part, and not that on a share of its own."""
    if loss is None or math.isnan(test.loss + own.loss):
        return False
    return abs(loss - test.loss) < min(abs(loss - own.loss), LOSS_ROUNDING * (1 + test.loss))


def images_of_test_part(name: str) -> Images:
    """The test part of ``mnist`` or ``fashion_mnist``, as ``load_data`` gives it to learners."""
    return getattr(datasets, name).load_data()[1]
