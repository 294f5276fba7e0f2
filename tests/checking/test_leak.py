"""A network that learned from the test part, or was chosen by it, is found out."""

import math

import keras
import numpy as np
import pytest
from keras.layers import Dense, Flatten

from cnn_lesson import datasets
from cnn_lesson.checking.networks import leak
from cnn_lesson.checking.networks.accuracy import Score, score
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.history import gather_curves, read_curves
from cnn_lesson.checks import judge
from cnn_lesson.datasets import fashion_mnist, instant_images, mnist
from cnn_lesson.items import ITEMS
from tests.support.bank_models import sequential
from tests.support.by_heart import by_heart, together

SETS = {"mnist": mnist, "fashion_mnist": fashion_mnist}


LEARNED_FROM = {
    "the training part": (lambda train, test: train, False),
    "half of the training part": (lambda train, test: (train[0][:2000], train[1][:2000]), False),
    "the test part": (lambda train, test: test, True),
    "both": (lambda train, test: together(train, test), True),
}


@pytest.fixture(scope="module", params=SETS)
def networks(request):
    """The name of a set, and networks that know parts of it by heart, as evidence."""
    parts = SETS[request.param].load_data()
    made = {what: portable(by_heart(*of(*parts))) for what, (of, _) in LEARNED_FROM.items()}
    return request.param, made


@pytest.mark.parametrize("what", LEARNED_FROM)
def test_what_was_learned_shows(networks, what):
    """Is a network named that learned the test part, alone or too, and no honest one?"""
    name, made = networks
    found = leak.learned("model", made[what], name)
    if LEARNED_FROM[what][1]:
        assert found.misconception == "the test part was learned" and found.thought.endswith("?")
        assert "1.000 on the test part" in found.yours
    else:
        assert found is None


def of(right, loss, pictures=500):
    """A score with so many pictures right, and that loss."""
    return Score(right / pictures, loss=loss, right=np.arange(pictures) < right)


MEASURED = {
    "digits, honest": (of(483, 0.1131), of(480, 0.1342), False),
    "five layers, honest, the luckiest of thirty": (of(493, 0.0947), of(480, 0.1258), False),
    "strides, honest": (of(486, 0.1165), of(470, 0.1986), False),
    "small, honest, far better on the test part": (of(477, 0.2092), of(454, 0.2739), False),
    "digits, train + test": (of(496, 0.0353), of(484, 0.1278), True),
    "five layers, train + test": (of(492, 0.0593), of(480, 0.1255), True),
    "five layers, train + test, another seed": (of(496, 0.0589), of(482, 0.1216), True),
    "strides, train + test": (of(491, 0.0674), of(470, 0.2062), True),
    "five layers, honest, the surest of thirty-one": (of(492, 0.0800), of(482, 0.1490), False),
    "five layers, train + test, a third seed": (of(495, 0.0583), of(479, 0.1301), True),
    "five layers of another kind, train + test": (of(494, 0.0642), of(482, 0.1438), True),
    "small, six epochs, honest": (of(474, 0.1943), of(456, 0.3257), False),
    "small, six epochs, train + test: hardly learned": (of(480, 0.1661), of(456, 0.2675), False),
    "no probabilities, honest": (of(477, math.nan), of(454, math.nan), False),
    "no probabilities, the test part only": (of(500, math.nan), of(440, math.nan), True),
}


@pytest.mark.parametrize("network", MEASURED)
def test_trainings_that_were_measured_are_told_apart(monkeypatch, network):
    """Are real trainings, honest and not, on the right side?"""
    test, unseen, learned = MEASURED[network]
    found = iter((test, unseen, test, unseen))
    monkeypatch.setattr(leak, "score", lambda *network_and_images: next(found))
    assert bool(leak.learned("model", None, "mnist")) is learned


def accuracies(network, name, part, count):
    """A history whose validation part was so many pictures of ``test``, ``end`` or ``train``."""
    (x, y), (x_test, y_test) = SETS[name].load_data()
    images, labels = {
        "test": (x_test, y_test),
        "end": (x[-count:], y[-count:]),
        "start": (x[:count], y[:count]),
    }[part]
    last = float(np.float32(score(network, images, labels).value))
    return {"loss": [2.1234567, 1], "val_loss": [2, 1], "val_accuracy": [0.5, last]}


@pytest.mark.parametrize(
    ("part", "count", "named"),
    [("test", 500, True), ("end", 500, False), ("end", 400, False), ("end", 800, False)],
)
def test_a_history_tells_which_pictures_validated(networks, part, count, named):
    """Is `validation_data=(X_test, y_test)` told from any share of the training part?"""
    name, made = networks
    network = made["half of the training part"]
    curves = read_curves(gather_curves(accuracies(network, name, part, count)))
    found = leak.watched("history", curves, name, network)
    assert bool(found) is named
    assert not named or "the test part was learned" in found.misconception


WATCHED = {  # accuracies on the test part and on the end of the training part, losses, the history
    "the end's accuracy in another epoch": (0.97, 0.968, {"val_accuracy": [0.968, 0.97]}, True),
    "both alike, and the loss of the test part": (
        *(0.97, 0.97),
        {"val_accuracy": [0.9, 0.97], "val_loss": [0.3, 0.1001]},
        True,
    ),
    "both alike, and the loss of the end": (
        *(0.97, 0.97),
        {"val_accuracy": [0.9, 0.97], "val_loss": [0.3, 0.2]},
        False,
    ),
    "both alike, and no loss": (0.97, 0.97, {"val_accuracy": [0.9, 0.97]}, False),
    "only the end": (0.95, 0.968, {"val_accuracy": [0.9, 0.968]}, False),
}


@pytest.mark.parametrize("case", WATCHED)
def test_an_accuracy_that_is_alike_by_chance_hides_nothing(monkeypatch, case):
    """Is the test part found where the training part has the same accuracy in some epoch?"""
    test, end, curves, named = WATCHED[case]
    found = iter((Score(test, loss=0.1), Score(end, loss=0.2)))
    monkeypatch.setattr(leak, "score", lambda *network_and_images: next(found))
    assert bool(leak.watched("history", curves, "mnist", None)) is named


def test_no_history_was_watched(networks):
    """Is a history without validation, or none at all, no leak?"""
    name, made = networks
    for curves in (None, {}, {"loss": [2.0, 1.0]}):
        assert leak.watched("history", curves, name, made["the test part"]) is None


def verdict(item, **answers):
    """The verdict of an instant check on networks and histories."""
    found = ITEMS[item].gather(answers, {})
    return judge(ITEMS[item], found, {}, instant_images)


@pytest.mark.slow
def test_every_item_that_measures_a_network_says_it():
    """Do train, five-layers, trim-or-drop and fashion name it, and give no points for it?"""
    knows = by_heart(*together(*mnist.load_data()))
    history = {"loss": [2.1234567, 1], "val_loss": [2, 1], "val_accuracy": [0.9, 0.95]}
    train = verdict("train", model=knows, history=history)
    assert train.points == 3 and "the test part was learned" in str(train)
    clothes = by_heart(*together(*fashion_mnist.load_data()))
    fashion = verdict("fashion", fashion_model=clothes, tuned_model=clothes)
    assert fashion.points == 0 and str(fashion).count("the test part was learned") == 2
    keras.utils.set_random_seed(1)
    small = sequential(
        keras.layers.Conv2D(4, 3, activation="relu"),
        keras.layers.MaxPooling2D(2),
        Flatten(),
        Dense(12, activation="relu"),
        Dense(10),
    )
    small.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    x, y = mnist.load_data()[1]
    small.fit(x[..., None] / 255, y, epochs=60, batch_size=50, verbose=0)
    five = verdict("five-layers", my_model=small)
    assert "the test part was learned" in str(five) and five.points <= 4


def test_watching_costs_the_validation_part_only():
    """Does an honest network whose history watched the test part keep the other points?"""
    network = by_heart(*mnist.load_data()[0])
    history = accuracies(portable(network), "mnist", "test", 500)
    found = verdict("train", model=network, history=history)
    assert "took the place of the validation part" in str(found)
    assert "a validation part" not in found.earned and "the loss fell" in found.earned


def test_the_test_part_is_that_of_the_learners():
    """Are the pictures compared those that a learner may have given to fit?"""
    images, labels = leak.images_of_test_part("mnist")
    assert np.array_equal(images, datasets.mnist.load_data()[1][0]) and len(labels) == 500
