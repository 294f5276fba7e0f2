"""Why a network predicts too little: each reason is tried with a training that has it."""

import keras
import numpy as np
import pytest
from keras.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, Rescaling

from cnn_lesson.checking.networks.shortfall import percent
from cnn_lesson.datasets import fashion_mnist, mnist
from tests.support.bank_models import verdict

pytestmark = pytest.mark.slow
SETS = {"mnist": mnist, "fashion_mnist": fashion_mnist}


def unseen(name):
    """The test part stands for pictures that nobody has seen."""
    return SETS[name].load_data()[1]


def pictures(name="mnist", count=4_000):
    """Training pictures (n, 28, 28, 1) from 0 to 255, and labels."""
    images, labels = SETS[name].load_data()[0]
    return images[:count, ..., None].astype("float32"), labels[:count]


def network(*before, last="softmax", beside=()):
    """A small network with one convolution."""
    return keras.Sequential(
        [
            Input((28, 28, 1)),
            *before,
            Conv2D(8, 5, strides=3, activation=None if beside else "relu"),
            *beside,
            Flatten(),
            Dense(10, activation=last),
        ]
    )


def train(model, x, y, rate=0.005, epochs=4, loss="sparse_categorical_crossentropy", **more):
    """The verdict on a network that was fitted like this, and the network."""
    model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    more = {"validation_split": 0.1, **more}
    history = model.fit(x, y, batch_size=128, epochs=epochs, verbose=0, **more)
    return verdict("train", {"model": model, "history": history}, unseen)


@pytest.fixture(autouse=True)
def _seed():
    keras.utils.set_random_seed(1)


def standardised(x):
    return (x - x.mean()) / x.std()


def by_pixel(x):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-7)


def one_by_one(x):
    return (x - x.mean(axis=(1, 2), keepdims=True)) / x.std(axis=(1, 2), keepdims=True)


FAIR = {
    "0 to 1": lambda x: x / 255,
    "from −1 to 1": lambda x: x / 127.5 - 1,
    "standardised": standardised,
    "standardised pixel by pixel": by_pixel,
    "less the mean picture": lambda x: (x - x.mean(axis=0)) / 255,
    "standardised one by one": one_by_one,
}


@pytest.mark.parametrize("way", FAIR)
def test_a_network_is_judged_by_pictures_like_those_it_learned(way):
    """Does a way to prepare pictures that works get all points, and is it told?"""
    x, y = pictures()
    found = train(network(), FAIR[way](x), y, epochs=8)
    assert found.points == 5, str(found)


def test_an_own_rescaling_is_measured_rightly():
    """Is a network that scales its pictures itself judged on pictures of 0 to 255?"""
    x, y = pictures()
    found = train(network(Rescaling(1 / 255)), x, y, epochs=8)
    assert found.points == 5, str(found)


def clothes():
    x, y = pictures("fashion_mnist")
    return train(network(), x / 255, y)


def shuffled():
    x, y = pictures()
    return train(network(), x / 255, np.random.RandomState(0).permutation(y))


def one_of(part, value, **more):
    """A training that has one thing wrong."""

    def make():
        x, y = pictures()
        return train(network(**{part: value}), x / 255, y, **more)

    return make


def raw():
    x, y = pictures()
    return train(network(), x, y, rate=0.002, epochs=8)


def few():
    x, y = pictures(count=100)
    return train(network(), x / 255, y, epochs=3)


def everything_validated():
    x, y = pictures()
    return train(network(), x / 255, y, epochs=1, validation_split=10)


REASONS = {
    "clothes": (clothes, "trained on clothes"),
    "labels in another order": (shuffled, "no better than guessing on its own training"),
    "a rate of 10": (one_of("last", "softmax", rate=10.0), "jumps past what it aims at"),
    "a rate of 1": (one_of("last", "softmax", rate=1.0), "jumps past what it aims at"),
    "a tiny rate": (one_of("last", "softmax", rate=1e-7), "so small that hardly anything moves"),
    "relu on the output": (one_of("last", "relu"), "relu on the output"),
    "scores taken for probabilities": (one_of("last", None), "takes them for probabilities"),
    "pictures of 0 to 255": (raw, "pictures of 0…255"),
    "few pictures": (few, "few steps of training"),
    "validation_split=10": (everything_validated, "validation_split took all pictures"),
    "unsettled": (
        one_of("beside", (BatchNormalization(momentum=0.9995), keras.layers.ReLU())),
        "BatchNormalization that has not settled",
    ),
}


def test_pictures_of_another_scale_cost_the_accuracy_only():
    """Is a network that learned from 0…255 told both numbers, and that it is trained?"""
    found = raw()
    assert "on pictures of 0…1, 0." in str(found) and "on the same from 0 to 255" in str(found)
    assert found.points == 3 and "(from 0 to 255)" in str(found)


UNTRUE = ("another network", "never fitted", "made anew")


@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_the_true_one(name):
    """Does a training that went wrong hear why, and nothing that is not so?"""
    make, text = REASONS[name]
    found = make()
    assert found.points < 5 and text in str(found), str(found)
    assert not [each for each in UNTRUE if each in str(found)], str(found)


def test_what_was_never_fitted_is_said_to_be_that():
    """Is a network that was only compiled told so?"""
    model = network()
    model.compile("adam", "sparse_categorical_crossentropy")
    curves = {"loss": [2.3123456, 2.1123456], "val_loss": [2.3123456, 2.2123456]}
    found = verdict("train", {"model": model, "history": curves}, unseen)
    assert "never fitted" in str(found)


def test_a_network_made_anew_after_fit_is_said_to_be_that():
    """Is the history of the network before it no proof for this one?"""
    x, y = pictures()
    before = network()
    train(before, x / 255, y)
    found = verdict("train", {"model": network(), "history": before.history}, unseen)
    assert "made anew after fit" in str(found) and found.points == 0


def test_an_accuracy_that_just_misses_is_shown_as_missing():
    """Is 0.898 not shown as 0.90?"""
    assert percent(0.898, 0.9) == "0.898" and percent(0.8999, 0.9) == "0.899"
    assert (
        percent(0.898) == "0.90" and percent(0.85, 0.9) == "0.85" and percent(0.95, 0.9) == "0.95"
    )
