"""All that Keras ships and trains is carried over, or is named before it is graded."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from keras.layers import Conv2D, Dense, Flatten, Input

from cnn_lesson.checking.networks.accuracy import facts, predict
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.rebuild import rebuild
from tests.support.bank_models import pictures, sequential

MAPS = {
    "relu on a tensor": keras.activations.relu,
    "leaky relu on a tensor": lambda x: keras.activations.relu(x, negative_slope=0.1),
    "scaled by hand": lambda x: x * 2 - 1,
    "from the other side": lambda x: 1 - x / 3,
    "slices": lambda x: x[:, 2:-2, 2:-2],
    "every second": lambda x: x[:, ::2, ::2, :1],
    "mean": lambda x: x - ops.mean(x, axis=(1, 2), keepdims=True),
    "spread": lambda x: x / (ops.std(x, axis=[1, 2, 3], keepdims=True) + 1e-3),
    "clip": lambda x: ops.clip(x, 0, 0.5),
    "concatenate": lambda x: ops.concatenate([x, -x], axis=-1),
    "max_pool": lambda x: ops.max_pool(x, 2, 2),
    "average_pool": lambda x: ops.average_pool(x, (2, 2), padding="same"),
    "pad": lambda x: ops.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))),
    "where": lambda x: ops.where(x > 0.5, x, 0.0),
    "cast": lambda x: ops.cast(x > 0.5, "float32"),
    "power": lambda x: x**2,
    "less a picture": lambda x: x - np.full((28, 28, 1), 0.1, "float32"),
    "matmul": lambda x: ops.matmul(x, np.ones((1, 4), "float32")),
    "conv": lambda x: ops.conv(x, np.ones((3, 3, 1, 2), "float32")),
    "split": lambda x: ops.split(x, 2, axis=1)[1],
    "stack": lambda x: ops.max(ops.stack([x, 1 - x], axis=1), axis=1),
    "transpose": lambda x: ops.transpose(x, (0, 2, 1, 3)),
    "flip": lambda x: ops.flip(x, axis=2),
    "resize": lambda x: ops.image.resize(x, (14, 14)),
    "Normalization": lambda x: layers.Normalization(axis=None, mean=0.1, variance=0.2)(x),
    "GroupNormalization": lambda x: layers.GroupNormalization(groups=1)(x),
    "RMSNormalization": lambda x: layers.RMSNormalization()(Conv2D(4, 3)(x)),
    "UnitNormalization": lambda x: layers.UnitNormalization()(Conv2D(4, 3)(x)),
    "SpectralNormalization": lambda x: layers.SpectralNormalization(Conv2D(4, 3))(x),
    "Resizing": lambda x: layers.Resizing(20, 20)(x),
    "CenterCrop": lambda x: layers.CenterCrop(20, 20)(x),
    "GRU": lambda x: layers.GRU(5)(layers.Reshape((28, 28))(x)),
    "GRU of rows": lambda x: layers.GRU(5, return_sequences=True)(layers.Reshape((28, 28))(x)),
    "LSTM": lambda x: layers.LSTM(5, activation="relu")(layers.Reshape((28, 28))(x)),
    "SimpleRNN": lambda x: layers.SimpleRNN(5)(layers.Reshape((28, 28))(x)),
    "TimeDistributed": lambda x: layers.TimeDistributed(Dense(4, activation="relu"))(
        layers.Reshape((28, 28))(x)
    ),
    "TimeDistributed, pictures": lambda x: layers.TimeDistributed(Conv2D(2, 3))(
        layers.Reshape((4, 14, 14, 1))(x)
    ),
    "MultiHeadAttention": lambda x: (lambda r: layers.MultiHeadAttention(2, 4)(r, r))(
        layers.Reshape((28, 28))(x)
    ),
    "Attention": lambda x: (lambda r: layers.Attention()([r, r]))(layers.Reshape((28, 28))(x)),
    "Dot": lambda x: (lambda r: layers.Dot(axes=2)([r, r]))(layers.Reshape((28, 28))(x)),
    "EinsumDense": lambda x: layers.EinsumDense("abc,cd->abd", output_shape=(28, 4))(
        layers.Reshape((28, 28))(x)
    ),
    "Minimum": lambda x: layers.Minimum()([x, 1 - x]),
    "adaptive pooling": lambda x: layers.AdaptiveAveragePooling2D(4)(x),
    "three dimensions": lambda x: layers.MaxPooling3D(2)(
        layers.Conv3D(2, 3)(layers.Reshape((7, 4, 28, 1))(x))
    ),
    "one dimension": lambda x: layers.SeparableConv1D(3, 3)(
        layers.ZeroPadding1D(1)(layers.Reshape((28, 28))(x))
    ),
    "Lambda of operations": layers.Lambda(lambda x: x * 2),
    "own activation": lambda x: Conv2D(3, 3, activation=lambda v: v * ops.tanh(v))(x),
    "PReLU as activation": lambda x: Conv2D(3, 3, activation=layers.PReLU())(x),
}


class Scale(layers.Layer):
    """A layer of one's own with a weight for each channel."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), initializer="random_normal", name="scale")

    def call(self, x):
        return x * self.scale


class Own(layers.Layer):
    """A Dense layer as books on Keras write it."""

    def __init__(self, units):
        super().__init__()
        self.units = units

    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), initializer="random_normal")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")

    def call(self, x):
        return ops.relu(ops.matmul(x, self.w) + self.b)


MAPS["own layer with a weight"] = lambda x: Scale()(Conv2D(4, 3)(x))
MAPS["own Dense layer"] = lambda x: Own(7)(Flatten()(x))


def with_map(change):
    start = Input((28, 28, 1))
    return keras.Model(start, Dense(10)(Flatten()(change(start))))


@pytest.mark.parametrize("name", MAPS)
def test_it_is_carried_over(name):
    """Does the network give the same numbers when it is rebuilt, with all its parameters?"""
    network = with_map(MAPS[name])
    images, _ = pictures("mnist", 20)
    wanted = np.asarray(network(images[..., None].astype("float32") / 255))
    evidence = portable(network)
    assert "problem" not in evidence, evidence
    assert np.allclose(predict(rebuild(evidence), images), wanted, atol=1e-4)
    whole = facts(evidence)
    own = sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)
    assert not whole.problem and whole.parameters >= own


def test_an_adapted_normalization_is_carried_over():
    """Is what it learned from the pictures carried, pixel by pixel?"""
    images, _ = pictures("mnist", 20)
    x = images[..., None].astype("float32") / 255
    for axis in (-1, (1, 2, 3)):
        layer = layers.Normalization(axis=axis)
        layer.adapt(x)
        network = sequential(layer, Flatten(), Dense(10))
        found = predict(rebuild(portable(network)), images)
        assert np.allclose(found, np.asarray(network(x)), atol=1e-3)


def _with_tensorflow(x):
    import tensorflow as tf

    return tf.math.square(x)


class Foreign(layers.Layer):
    def call(self, x):
        return _with_tensorflow(x)

    def compute_output_shape(self, shape):
        return shape


class Whole(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = Dense(10)

    def call(self, x):
        return self.last(_with_tensorflow(ops.reshape(x, (-1, 784))))


def whole():
    network = Whole()
    network(np.zeros((1, 28, 28, 1), "float32"))
    return network


NAMED = {
    "own layer of TensorFlow": lambda: sequential(Flatten(), Foreign(), Dense(10)),
    "Lambda of TensorFlow": lambda: sequential(
        Flatten(), layers.Lambda(_with_tensorflow), Dense(10)
    ),
    "own activation of TensorFlow": lambda: sequential(
        Flatten(), Dense(10, activation=_with_tensorflow)
    ),
    "own call of TensorFlow": whole,
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_not_carried_over_is_named_beforehand(name):
    """Does the instant verdict say what must be written otherwise, in one line?"""
    said = portable(NAMED[name]())["problem"]
    assert said.startswith("graded only if written as layers or keras.ops:") and "\n" not in said


def test_operations_are_no_layers():
    """Do five layers have to be layers, and does arithmetic that does nothing not count?"""
    start = Input((28, 28, 1))
    network = keras.Model(start, Dense(10)(Flatten()(Conv2D(2, 3)(start * 1 + 0))))
    kinds = [call.kind for call in facts(portable(network)).network.calls]
    assert kinds == ["InputLayer", "Conv2D", "Flatten", "Dense"]
