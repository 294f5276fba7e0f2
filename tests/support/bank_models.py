"""Networks that are right without training, and pictures that they are right on.

Ten random patterns stand for the ten classes. Any network tells them apart as soon as its last
Dense layer is fitted by least squares, which takes no time.
"""

import sys
from functools import cache

import keras
import numpy as np
from keras.layers import (
    Activation,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Input,
    MaxPooling2D,
    ReLU,
    Reshape,
)

from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checks import gather, judge
from cnn_lesson.items import ITEMS

IDS = "q1 train error-clinic dense-vs-conv fashion trim-or-drop five-layers".split()
CHECKS = {name: ITEMS[name] for name in IDS}
SEEDS = {"mnist": 3, "fashion_mnist": 4}


@cache
def pictures(name, count=100, noise=5):
    """Images (count, 28, 28) uint8 and labels (count,) of ten patterns, others for each name."""
    patterns = np.random.RandomState(SEEDS[name]).randint(0, 250, (10, 28, 28))
    random = np.random.RandomState(noise)
    labels = np.arange(count) % 10
    images = patterns[labels] * 0.9 + random.randint(0, 20, (count, 28, 28))
    return images.astype("uint8"), labels


def unseen(name):
    """Pictures of the same patterns, other noise."""
    return pictures(name, 100, 6)


def taught(network, name="mnist", change=None, scale=255):
    """The network, its last Dense layer fitted to the patterns; a functional one or Sequential."""
    images, labels = pictures(name)
    images = images if change is None else change(images)
    batch = images.reshape(-1, *[size or 28 for size in network.input_shape[1:]]) / scale
    last = [layer for layer in network.layers if isinstance(layer, Dense)][-1]
    features = np.asarray(keras.Model(network.inputs[0], last.input)(batch))
    wanted = np.eye(10)[labels] * 10
    design = np.hstack([features, np.ones((len(features), 1))]).astype("float64")
    ridge = design.T @ design + 1e-6 * np.trace(design.T @ design) * np.eye(design.shape[1])
    solved = np.linalg.solve(ridge, design.T @ wanted)
    last.set_weights([solved[:-1], solved[-1]])
    return network


def sequential(*layers, shape=(28, 28, 1)):
    """An untrained Sequential network."""
    return keras.Sequential([Input(shape), *layers])


def question_1(width=128, dropout=None, more=(), last=(), filters=32):
    """The network of Question 1, untrained, as a Sequential."""
    masked = [Dropout(dropout)] if dropout is not None else []
    return sequential(
        Conv2D(16, 3, activation="relu"),
        Conv2D(filters, 3, activation="relu"),
        MaxPooling2D(2),
        *more,
        Flatten(),
        Dense(width, activation="relu"),
        *masked,
        Dense(10, activation="softmax"),
        *last,
    )


def functional():
    """The network of Question 1 with ReLU as layers, functional."""
    start = Input((28, 28, 1))
    x = ReLU()(Conv2D(16, 3)(start))
    x = Activation("relu")(Conv2D(32, (3, 3))(x))
    x = Reshape((-1,))(MaxPooling2D()(x))
    x = Dense(128, activation=keras.activations.relu)(x)
    return keras.Model(start, keras.layers.Softmax()(Dense(10)(x)))


def with_tensorflow():
    """The network of Question 1 by way of ``tf.keras`` and functions of TensorFlow."""
    import tensorflow as tf

    layers = tf.keras.layers
    return tf.keras.models.Sequential(
        [
            layers.Input((28, 28)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(16, 3, activation=tf.nn.relu),
            layers.Conv2D(32, 3, activation=tf.nn.relu),
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dense(128, activation=lambda x: tf.maximum(x, 0.0)),
            layers.Dense(10, activation=tf.nn.softmax),
        ]
    )


class Subclassed(keras.Model):
    """A network that calls the layers of another one."""

    def __init__(self, network):
        super().__init__()
        self.parts = [layer for layer in network.layers if not hasattr(layer, "batch_shape")]

    def call(self, x, training=None):
        for part in self.parts:
            x = part(x)
        return x


def subclassed(network):
    """The same network as a subclass of ``keras.Model``, called once."""
    model = Subclassed(network)
    model(np.zeros((1, 28, 28, 1), "float32"))
    return model


class Block(keras.layers.Layer):
    """Two layers in one."""

    def __init__(self, filters):
        super().__init__()
        self.inner = keras.Sequential([Conv2D(filters, 3), ReLU()])

    def call(self, x):
        return self.inner(x)


def nested():
    """The network of Question 1, its convolutions inside of layers of one's own."""
    decide = keras.Sequential([Flatten(), Dense(128, activation="relu")])
    return sequential(
        Block(16), Block(32), MaxPooling2D(2), decide, Dense(10, activation="softmax")
    )


ODD_MODELS = {
    "none": None,
    "text": "model",
    "number": 3.5,
    "list": [1, 2],
    "class": keras.Sequential,
    "layer": Dense(10),
    "empty": keras.Sequential(),
    "never called": Subclassed(keras.Sequential()),
    "array": np.full((3, 3), np.nan),
    "function": print,
}


def with_nan(network):
    """The network with one weight that is no number."""
    weights = network.get_weights()
    weights[-1] = np.full_like(weights[-1], np.nan)
    network.set_weights(weights)
    return network


def verdict(item, answers, images=unseen):
    """The verdict on answers, the evidence packed and unpacked on its way."""
    check = CHECKS[item]
    known = {name: answers[name] for name in ITEMS[item].names if name in answers}
    return judge(check, unpack(pack(gather(check, known, {}))), {}, images)


WIRING = """
conv1 = Conv2D(16, kernel_size=(3, 3), activation="relu", input_shape=(28, 28, 1))
conv2 = Conv2D(32, kernel_size=(3, 3), activation="relu")
mpool = MaxPooling2D(pool_size=(2, 2))
flat = Flatten()
dense1 = Dense(128, activation="relu")
dense2 = Dense(10, activation="softmax")
x_inputs = Input(shape=(28, 28, 1))
x = conv1(x_inputs)
x = conv2(x)
x = mpool(x)
x = flat(x)
x = dense1(x)
output_yhat = dense2(x)
model = keras.Model(inputs=x_inputs, outputs=output_yhat, name="hello-world-cnn")
"""


def wired(*changes):
    """The names after the cells of Question 1 were run with changes, up to where they fail."""
    import tensorflow as tf

    code = WIRING
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    names = {**vars(keras.layers), "keras": keras, "tf": tf}
    try:
        exec(code, names)
        sys.last_value = None
    except Exception as error:
        sys.last_value = error
    return names
