"""Thresholds: below the worst of many seeds of a right answer, above what a wrong one reaches."""

import itertools
import json

import keras
import numpy as np
import pytest
from keras.layers import Dense, Flatten

from cnn_course import held_out
from cnn_course.seed_study import RECIPES
from cnn_lesson.checking.networks.accuracy import score
from cnn_lesson.checking.networks.experiment import VALIDATION_CHANCE
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.table_rows import TRAINED_PART, TRIMMED
from cnn_lesson.datasets import instant_images, mnist, shuffle_pixels
from cnn_lesson.items.dense_vs_conv import SHUFFLED_CONV, SHUFFLED_DENSE
from cnn_lesson.items.fashion import CLOTHES, CLOTHES_BEGUN
from cnn_lesson.items.five_layers import SMALL, SMALL_PARAMETERS
from cnn_lesson.items.train import DIGITS, DIGITS_BEGUN
from tests.support.bank_models import question_1, sequential

MARGIN = 0.015
"""Twice what an accuracy on the same 500 pictures differs from seed to seed."""

REACHED = [
    ("lesson", DIGITS),
    ("fashion", CLOTHES),
    ("fashion-longer", CLOTHES),
    ("dense-shuffled", SHUFFLED_DENSE),
    ("conv-shuffled", SHUFFLED_CONV),
    ("five-with-flatten", SMALL),
    ("five-and-flatten", SMALL),
    ("five-with-weights", SMALL),
]


@pytest.fixture(scope="module")
def measured(root):
    """A function that gives what was measured of a network."""
    path = root / "cnn_course" / "measured.json"
    found = json.loads(path.read_text(encoding="utf-8"))

    def of(network):
        assert network in found, f"python -m cnn_course.seed_study {network} has not been run"
        assert len({run["seed"] for run in found[network]["runs"]}) >= RECIPES[network].seeds
        return found[network]

    return of


@pytest.mark.parametrize("part", ["instant", "held_out"])
@pytest.mark.parametrize(("network", "threshold"), REACHED)
def test_the_worst_seed_passes(measured, network, threshold, part):
    """Does a right answer pass with any seed, in the instant check and when it is graded?"""
    assert min(run[part] for run in measured(network)["runs"]) >= threshold + MARGIN


@pytest.mark.parametrize("network", ["lesson", "trim-64", "trim-32", "drop-128"])
def test_each_of_the_four_networks_counts_as_trained(measured, network):
    """Is the validation accuracy of every seed above what tells a trained network?"""
    assert min(run["validation"] for run in measured(network)["runs"]) >= TRIMMED + MARGIN


@pytest.mark.parametrize("network", ["five-with-flatten", "five-and-flatten", "five-with-weights"])
def test_small_networks_are_small(measured, network):
    """Do the networks that pass on accuracy keep to the limit on parameters?"""
    assert measured(network)["parameters"] <= SMALL_PARAMETERS


def accuracy(network, name, change=None):
    """The better of the accuracies in the instant check and when graded."""
    evidence, found = portable(network), []
    for images, labels in (instant_images(name), held_out.load(name)):
        found.append(score(evidence, images if change is None else change(images), labels).value)
    return max(found)


@pytest.mark.parametrize("seed", range(3))
def test_an_untrained_network_passes_nowhere(seed):
    """Is a network that was never fitted below every threshold?"""
    keras.utils.set_random_seed(seed)
    network = question_1()
    lowest = min(DIGITS_BEGUN, CLOTHES, SHUFFLED_CONV, SHUFFLED_DENSE, SMALL, TRIMMED)
    assert max(accuracy(network, name) for name in ("mnist", "fashion_mnist")) < lowest - 0.2


@pytest.fixture(scope="module")
def hasty():
    """A Dense network that saw a tenth of the digits, three times."""
    keras.utils.set_random_seed(1)
    (images, labels), _ = mnist.load_data()
    network = sequential(Flatten(), Dense(32, activation="relu"), Dense(10, activation="softmax"))
    network.compile("adam", "sparse_categorical_crossentropy")
    network.fit(images[:400, ..., np.newaxis] / 255, labels[:400], epochs=3, verbose=0)
    return network


@pytest.mark.slow
def test_typical_mistakes_do_not_pass(hasty):
    """Are too little data, the wrong data and pixels in the wrong order below the thresholds?"""
    assert 0.3 < accuracy(hasty, "mnist") < min(DIGITS, SMALL, TRIMMED)
    assert accuracy(hasty, "fashion_mnist") < CLOTHES - 0.2
    assert accuracy(hasty, "mnist", shuffle_pixels) < min(SHUFFLED_CONV, SHUFFLED_DENSE) - 0.2


@pytest.mark.parametrize(
    ("notebook", "threshold"),
    [
        ("02-mnist-cnn", DIGITS),
        ("03-exercises", CLOTHES),
        ("03-exercises", SMALL),
    ],
)
def test_the_notebooks_say_the_number(root, notebook, threshold):
    """Does a learner read the threshold that is applied?"""
    text = (root / "source" / f"{notebook}.py").read_text(encoding="utf-8").replace("\n# ", " ")
    assert f"at least {threshold:.2f}" in text


def test_the_notebook_says_what_is_within_chance(root):
    """Does a learner read how large a difference may be that means nothing?"""
    text = (root / "source/03-exercises.py").read_text(encoding="utf-8").replace("\n# ", " ")
    assert f"below {VALIDATION_CHANCE:.2f} on these 400 pictures" in text


def test_two_trainings_of_one_network_differ_within_chance(measured):
    """Is what counts as chance about what two seeds differ by, nine times in ten?"""
    found = [run["validation"] for run in measured("fashion")["runs"]]
    apart = [abs(one - other) for one, other in itertools.combinations(found, 2)]
    assert 0.85 <= np.mean([gap < VALIDATION_CHANCE for gap in apart]) <= 0.99


def test_thresholds_are_in_order():
    """Is begun below done, plain not above tuned, and the trained part that of fit?"""
    assert DIGITS_BEGUN < DIGITS and CLOTHES_BEGUN < CLOTHES
    assert len(mnist.load_data()[0][0]) * 0.9 == TRAINED_PART
