"""Each layer that a browser computes, as numbers and words that it understands, and its weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

ACTIVATIONS = {"linear", "relu", "sigmoid", "tanh", "elu", "silu", "leaky_relu", "softmax"}

Told = tuple[dict[str, Any], list[np.ndarray]]


class Unknown(ValueError):
    """This is nothing that a browser computes."""


def about(layer: Any, kind: str, **more: Any) -> dict[str, Any]:
    """What every layer tells."""
    return {"kind": kind, "name": layer.name, "parameters": int(layer.count_params()), **more}


def translate(layer: Any) -> Told:
    """A layer as the browser computes it, and its weights. Raises Unknown for one it does not know.

    Asked by exact class: a subclass may compute something else.
    """
    import keras

    kind = layer.__class__.__name__
    if layer.__class__ is not getattr(keras.layers, kind, None):
        raise Unknown(kind)
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        raise Unknown("channels first")
    if kind in TRANSLATORS:
        return TRANSLATORS[kind](layer, kind)
    raise Unknown(kind)


def _activation(layer: Any) -> str:
    name = getattr(layer.activation, "__name__", "")
    if name not in ACTIVATIONS:
        raise Unknown(name)
    return name


def _conv(layer: Any, kind: str) -> Told:
    if layer.groups != 1:
        raise Unknown("groups")
    told = _window(layer, layer.kernel_size, layer.dilation_rate)
    told |= {"filters": layer.filters, "activation": _activation(layer)}
    return about(layer, kind, **told), layer.get_weights()


def _window(layer: Any, size: Sequence[int], dilation: Sequence[int]) -> dict[str, Any]:
    told = {"window": size, "strides": layer.strides, "dilation": dilation}
    return {name: [int(one) for one in pair] for name, pair in told.items()} | {
        "padding": layer.padding
    }


def _pool(layer: Any, kind: str) -> Told:
    return about(layer, kind, **_window(layer, layer.pool_size, (1, 1))), []


def _dense(layer: Any, kind: str) -> Told:
    told = {"units": layer.units, "activation": _activation(layer)}
    return about(layer, kind, **told), layer.get_weights()


def _plain(layer: Any, kind: str) -> Told:
    return about(layer, kind), []


def _overall(layer: Any, kind: str) -> Told:
    if layer.keepdims:
        raise Unknown("keepdims")
    return about(layer, kind), []


def _dropped(layer: Any, kind: str) -> Told:
    return about(layer, "Dropout"), []


def _reshape(layer: Any, kind: str) -> Told:
    return about(layer, kind, shape=list(layer.output.shape[1:])), []


def _active(layer: Any, kind: str) -> Told:
    return about(layer, kind, activation=_activation(layer)), []


def _relu(layer: Any, kind: str) -> Told:
    if layer.max_value is not None or layer.negative_slope or layer.threshold:
        raise Unknown("a ReLU of its own kind")
    return about(layer, "Activation", activation="relu"), []


def _softmax(layer: Any, kind: str) -> Told:
    if layer.axis != -1:
        raise Unknown("softmax along another axis")
    return about(layer, "Activation", activation="softmax"), []


def _normalize(layer: Any, kind: str) -> Told:
    """As a factor and an offset for each channel, from what was seen in training."""
    if layer.axis not in (-1, len(layer.output.shape) - 1):
        raise Unknown("normalization along another axis")
    mean, variance = layer.moving_mean.numpy(), layer.moving_variance.numpy()
    scale = layer.gamma.numpy() if layer.scale else np.ones_like(mean)
    shift = layer.beta.numpy() if layer.center else np.zeros_like(mean)
    factor = scale / np.sqrt(variance + layer.epsilon)
    return about(layer, kind), [factor, shift - mean * factor]


TRANSLATORS = {
    "Conv2D": _conv,
    "Dense": _dense,
    "MaxPooling2D": _pool,
    "AveragePooling2D": _pool,
    "GlobalMaxPooling2D": _overall,
    "GlobalAveragePooling2D": _overall,
    "BatchNormalization": _normalize,
    "Flatten": _plain,
    "Reshape": _reshape,
    "Dropout": _dropped,
    "SpatialDropout2D": _dropped,
    "GaussianNoise": _dropped,
    "Activation": _active,
    "ReLU": _relu,
    "Softmax": _softmax,
}
