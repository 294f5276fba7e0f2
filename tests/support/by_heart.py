"""Networks that know pictures by heart, made without training."""

import numpy as np
from keras.layers import Dense, Flatten

from tests.support.bank_models import sequential


def by_heart(images, labels):
    """A network that names each picture like the nearest of those that it was made from."""
    known = images.reshape(len(images), -1) / 255
    network = sequential(Flatten(), Dense(len(known), activation="softmax"), Dense(10))
    network.layers[1].set_weights([200 * known.T, -100 * (known**2).sum(axis=1)])
    network.layers[2].set_weights([np.eye(10)[labels], np.zeros(10)])
    return network


def together(*splits):
    """The images and labels of several parts as one."""
    return tuple(np.concatenate(arrays) for arrays in zip(*splits, strict=True))
