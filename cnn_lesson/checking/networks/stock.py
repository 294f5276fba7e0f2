"""Which stock layer a learner's layer, activation or operation behaves like, and its settings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import Evidence, line
from cnn_lesson.checking.limit import within_limit
from cnn_lesson.checking.networks.allowlist import ACTIVATIONS, LAYERS, settings_of

ONLY = "graded only if written as layers or keras.ops:"
_RESHAPES = {"Reshape", "ExpandDims", "Squeeze"}
MERGES = {"Add", "Subtract", "Multiply", "Maximum", "Minimum"}
_ACTIVATIONS = {name.title(): name for name in "relu relu6 sigmoid tanh silu selu softplus".split()}


class Unportable(ValueError):
    """Says in one line why a network cannot be carried over."""


def is_layer(value: object) -> bool:
    """Whether a value is a Keras layer, or a network."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.layers.Layer)


def stock_kind(layer: Any) -> str | None:
    """The name of the stock layer that this one behaves like, None if there is none."""
    layers = sys.modules["keras"].layers
    for base in type(layer).__mro__:
        if base.__name__ in LAYERS and base is getattr(layers, base.__name__, None):
            same = type(layer).call is base.call and type(layer).__call__ is base.__call__
            return base.__name__ if same else None
    return None


def settings_and_activation(layer: Any, kind: str) -> tuple[Evidence, Any]:
    """A layer's settings, and what serves as its activation: a layer, or an own function."""
    extra = None
    for flag in ("stateful", "return_state", "use_scale", "invert"):
        if getattr(layer, flag, False) is True:
            raise Unportable(f"{layer.name} with {flag}=True cannot be carried over")
    settings = {name: getattr(layer, name, None) for name in LAYERS[kind].settings}
    if "recurrent_activation" in settings:
        settings["recurrent_activation"] = _activation_name(layer.recurrent_activation)
    if "activation" in settings:
        named = None if is_layer(layer.activation) else _activation_name(layer.activation)
        extra = None if named else layer.activation
        if extra is not None and "recurrent_activation" in settings:
            raise Unportable(f"the activation of {layer.name} is none that Keras knows by name")
        settings["activation"] = named or "linear"
    try:
        return settings_of(kind, {name: _number(value) for name, value in settings.items()}), extra
    except ValueError as error:
        raise Unportable(str(error)) from error


def _number(value: Any) -> object:
    """NumPy's numbers as Python's, also inside of lists."""
    if isinstance(value, (list, tuple)):
        return [_number(item) for item in value]
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


def _activation_name(function: Callable) -> str | None:
    """Keras' name of the activation that behaves like this function: ``tf.nn.relu`` is ``relu``."""
    keras = sys.modules["keras"]
    known = {name: getattr(keras.activations, name) for name in ACTIVATIONS}
    for name, stock in known.items():
        if function is stock:
            return name
    probe = keras.ops.convert_to_tensor(np.linspace(-4, 7.5, 24, dtype="float32").reshape(2, 12))
    try:
        answer = within_limit(lambda: np.asarray(function(probe)))
    except Exception:  # a learner's function may raise anything
        return None
    for name, stock in known.items():
        wanted = np.asarray(stock(probe))
        if answer.shape == wanted.shape and np.allclose(answer, wanted, atol=1e-5):
            return name
    return None


def from_operation(operation: Any, node: Any) -> tuple[str, Evidence] | None:
    """The stock layer that does what an operation of ``keras.ops`` did in this call, if any."""
    kind = type(operation).__name__
    if not type(operation).__module__.startswith(("keras.src.ops", "keras.src.activations")):
        raise Unportable(f"{ONLY} the operation {line(kind, 40)} is none of keras.ops")
    if kind == "ReLU":
        return "ReLU", {name: getattr(operation, name) for name in LAYERS["ReLU"].settings}
    if kind in _ACTIVATIONS:
        return "Activation", {"activation": _ACTIVATIONS[kind]}
    if kind == "Softmax":
        return "Softmax", {"axis": operation.axis}
    if kind in _RESHAPES or (kind == "GetItem" and _only_adds_axes(node)):
        return "Reshape", {"target_shape": list(node.outputs[0].shape[1:])}
    both = len(node.input_tensors) == len(node.arguments.args) == 2
    return (kind, {}) if kind in MERGES and both else None


def _only_adds_axes(node: Any) -> bool:
    """Whether a call was something like ``x[..., None]``."""
    keys = [*node.arguments.args[1:], *node.arguments.kwargs.values()]
    parts = keys[0] if keys and isinstance(keys[0], tuple) else keys
    return bool(parts) and all(part in (None, Ellipsis, slice(None)) for part in parts)
