"""Layers that do nothing count nowhere, and those that do something always."""

import keras
import pytest
from keras import layers
from keras.layers import Conv2D, Dense, Flatten, Input

from cnn_lesson.checking.networks.accuracy import facts
from cnn_lesson.checking.networks.export import portable
from tests.support.bank_models import sequential

NOTHING = {
    "dropout of nothing": lambda: layers.Dropout(0.0),
    "dropout of nothing, a whole number": lambda: layers.Dropout(0),
    "spatial dropout of nothing": lambda: layers.SpatialDropout2D(0.0),
    "noise of nothing": lambda: layers.GaussianNoise(0.0),
    "Identity": layers.Identity,
    "a linear activation": lambda: layers.Activation("linear"),
    "a leaky ReLU that leaks all": lambda: layers.LeakyReLU(negative_slope=1.0),
    "a pooling of 1 × 1": lambda: layers.MaxPooling2D(1),
    "an average of one value": lambda: layers.AveragePooling2D(1),
    "a frame of nothing": lambda: layers.ZeroPadding2D(0),
    "nothing cut off": lambda: layers.Cropping2D(0),
    "no scaling": lambda: layers.Rescaling(1.0),
    "the shape that it has": lambda: layers.Reshape((26, 26, 4)),
    "axes where they are": lambda: layers.Permute((1, 2, 3)),
}
SOMETHING = {
    "dropout": lambda: layers.Dropout(0.2),
    "noise": lambda: layers.GaussianNoise(0.1),
    "augmentation": lambda: layers.RandomFlip(),
    "ReLU": layers.ReLU,
    "batch normalization": layers.BatchNormalization,
    "pooling": lambda: layers.MaxPooling2D(2),
    "a frame": lambda: layers.ZeroPadding2D(1),
    "scaling": lambda: layers.Rescaling(2.0),
    "axes exchanged": lambda: layers.Permute((2, 1, 3)),
}


def kinds(network):
    """The classes of the layers that count."""
    return [call.kind for call in facts(portable(network)).network.calls]


def with_layer(make):
    return kinds(sequential(Conv2D(4, 3), make(), Flatten(), Dense(10)))


@pytest.mark.parametrize("name", NOTHING)
def test_a_layer_that_does_nothing_does_not_count(name):
    """Is a network with it the network without it?"""
    assert with_layer(NOTHING[name]) == ["InputLayer", "Conv2D", "Flatten", "Dense"]


@pytest.mark.parametrize("name", SOMETHING)
def test_a_layer_that_does_something_counts(name):
    """Is nothing else left out?"""
    assert len(with_layer(SOMETHING[name])) == 5


def branching(scale):
    """Two branches that are added, one of them multiplied by a number."""
    start = Input((28, 28, 1))
    x = Conv2D(4, 3)(start)
    beside = layers.Rescaling(scale)(Dense(10)(layers.GlobalAveragePooling2D()(x)))
    return keras.Model(start, layers.Add()([Dense(10)(Flatten()(x)), beside]))


def test_an_idle_branch_does_not_count():
    """Is a branch that no answer depends on left out, with the layer where it meets the other?"""
    assert kinds(branching(0.0)) == ["InputLayer", "Conv2D", "Flatten", "Dense"]
    assert len(kinds(branching(0.5))) == 8


def test_parameters_of_idle_layers_count():
    """Are weights still counted where they stand, idle or not?"""
    whole = facts(portable(branching(0.0)))
    assert whole.parameters == branching(0.5).count_params()
