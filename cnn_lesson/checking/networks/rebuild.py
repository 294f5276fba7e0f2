"""A network from the data that ``export.portable`` made: read and rebuilt.

The data may have been made by anybody, so nothing in it is believed: text becomes layers only by
way of the list in ``allowlist``, sizes are bounded before anything is
allocated, weights must have the shapes that the layers ask for.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import line
from cnn_lesson.checking.isolation import isolated
from cnn_lesson.checking.networks import operations
from cnn_lesson.checking.networks.allowlist import LAYERS, MERGES, settings_of
from cnn_lesson.checking.networks.operations import CONSTANTS, checked, is_operation
from cnn_lesson.checking.networks.size import PICTURE_LIMIT_VALUES, Size
from cnn_lesson.checking.reading import entry

CONFIG_LIMIT_BYTES = 200_000
CALL_LIMIT = 120
PARAMETER_LIMIT = 5_000_000
USUAL_PICTURE = (28, 28, 1)


@dataclass(frozen=True)
class Call:
    """One use of a layer: its class, its settings, and the numbers of the calls it got."""

    layer: str
    kind: str
    settings: dict[str, Any]
    inbound: tuple[int, ...]


@dataclass(frozen=True)
class Network:
    """The calls of a network, each after those it depends on; the last one is the output."""

    name: str
    calls: tuple[Call, ...]

    @property
    def is_chain(self) -> bool:
        """Whether every layer is called once, each on the one before it."""
        links = all(call.inbound == (n,) for n, call in enumerate(self.calls[1:]))
        return links and len({call.layer for call in self.calls}) == len(self.calls)

    def steps(self) -> tuple[Call, ...]:
        """The calls after the entrance, activations that stand alone folded into their layer.

        ``Conv2D(…, activation="relu")`` and ``Conv2D(…)`` with a ReLU layer behind it are equal.
        """
        folded: dict[int, Call] = {}
        stands_for = list(range(len(self.calls)))
        users = [source for call in self.calls for source in call.inbound]
        for number, call in enumerate(self.calls):
            inbound = tuple(stands_for[source] for source in call.inbound)
            before = folded.get(inbound[0]) if len(inbound) == 1 else None
            name = activation_of(call)
            if name and before and _can_take(before, name) and users.count(call.inbound[0]) == 1:
                settings = {**before.settings, "activation": name}
                folded[inbound[0]] = Call(before.layer, before.kind, settings, before.inbound)
                stands_for[number] = inbound[0]
            else:
                folded[number] = Call(call.layer, call.kind, call.settings, inbound)
        return tuple(call for call in folded.values() if call.kind != "InputLayer")


def activation_of(call: Call) -> str:
    """The activation that a layer is, empty if it is a layer of another kind."""
    if call.kind == "ReLU":
        return "" if any(call.settings.values()) else "relu"
    if call.kind == "Softmax":
        return "softmax" if call.settings.get("axis", -1) == -1 else ""
    if call.kind == "Activation":
        return str(call.settings.get("activation", ""))
    return {"LeakyReLU": "leaky_relu", "ELU": "elu"}.get(call.kind, "")


def _can_take(call: Call, activation: str) -> bool:
    own = call.settings.get("activation", "linear")
    return (
        not is_operation(call.kind)
        and "activation" in LAYERS[call.kind].settings
        and (own == "linear" or own == activation == "relu")
    )


def graph(evidence: object) -> Network:
    """The network that the evidence describes, weights aside.

    Raises ``ValueError`` in one line for evidence that says so itself or describes no network.
    """
    if isinstance(entry(evidence, "problem"), str):
        raise ValueError(line(entry(evidence, "problem"), 300))
    text = entry(evidence, "config")
    if not isinstance(text, str) or len(text) > CONFIG_LIMIT_BYTES:
        raise ValueError("there is no network here")
    try:
        return _read(json.loads(text)["config"])
    except (KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ValueError("the description of this network is damaged") from error
    except json.JSONDecodeError as error:
        raise ValueError("the description of this network is damaged") from error


def _read(config: dict) -> Network:
    """The calls in an order that can be carried out, only those that lead to the output."""
    layers = {str(layer["name"]): layer for layer in config["layers"]}
    if len(layers) != len(config["layers"]):
        raise ValueError("two layers of this network share a name")
    if len(config["input_layers"]) != 1 or len(config["output_layers"]) != 1:
        raise ValueError("a network with one input and one output is wanted")
    done: dict[tuple[str, int], int] = {}
    calls: list[Call] = []
    _visit(_place(config["output_layers"][0]), layers, done, calls, ())
    entrances = [call.layer for call in calls if call.kind == "InputLayer"]
    if entrances != [_place(config["input_layers"][0])[0]]:
        raise ValueError("the output of this network does not lead back to its input")
    return Network(str(config.get("name", ""))[:100], tuple(calls))


def _visit(place: tuple[str, int], layers: dict, done: dict, calls: list[Call], path: tuple) -> int:
    if place in done:
        return done[place]
    if place in path or len(calls) + len(path) > CALL_LIMIT:
        raise ValueError(f"this network has a circle in it, or more than {CALL_LIMIT} layers")
    name, number = place
    layer = layers[name]
    nodes = layer["inbound_nodes"]
    sources = _places(nodes[number]["args"]) if nodes else []
    inbound = tuple(_visit(source, layers, done, calls, (*path, place)) for source in sources)
    kind = layer["class_name"]
    if bool(inbound) == (kind == "InputLayer"):
        raise ValueError("the layers of this network are not connected")
    read = checked if is_operation(str(kind)) else settings_of
    calls.append(Call(name, kind, read(kind, layer["config"]), inbound))
    done[place] = len(calls) - 1
    return done[place]


def _places(arguments: list) -> list[tuple[str, int]]:
    flat = [part for item in arguments for part in (item if isinstance(item, list) else [item])]
    return [_place(tensor["config"]["keras_history"]) for tensor in flat[:CALL_LIMIT]]


def _place(history: list) -> tuple[str, int]:
    name, number, _ = history
    if not isinstance(name, str) or not isinstance(number, int) or number < 0:
        raise TypeError("a place is a name and a number")
    return name, number


def rebuild(evidence: object) -> Any:
    """A ``keras.Model`` with the layers and weights of the evidence, made for predictions.

    Layers that only act in training (Dropout, noise) are there in name. Raises ``ValueError`` in
    one line for evidence that is damaged, too large, or has weights that do not fit.
    """
    network, arrays = graph(evidence), weights_of(evidence)
    try:
        return isolated(_rebuild, network, arrays)
    except ValueError as error:
        raise ValueError(str(error).strip().split("\n")[0][:300]) from error
    except Exception as error:  # Keras may raise anything over settings that do not fit
        reason = str(error).strip().split("\n")[0][:200]
        raise ValueError(f"this network cannot be built: {reason}") from error


def weights_of(evidence: object) -> dict[str, list[np.ndarray]]:
    """The arrays of numbers by layer. Raises ``ValueError`` for anything else, or too many."""
    weights = entry(evidence, "weights")
    if not isinstance(weights, dict):
        raise ValueError("the weights of this network are missing")
    arrays: dict[str, list[np.ndarray]] = {}
    for name, values in weights.items():
        if not isinstance(values, list):
            raise ValueError("the weights of this network are damaged")
        if not all(isinstance(v, np.ndarray) and v.dtype.kind in "fiu" for v in values):
            raise ValueError("the weights of this network are no numbers")
        arrays[str(name)] = values
    if sum(array.size for values in arrays.values() for array in values) > PARAMETER_LIMIT:
        raise ValueError(f"this network has more than {PARAMETER_LIMIT:,} parameters")
    return arrays


def _rebuild(network: Network, arrays: dict[str, list[np.ndarray]]) -> Any:
    shape = _entrance(network)
    if None in shape:  # then sizes, and with them memory, show only once there is a picture
        _assemble(network, arrays, usual_for(shape))
    return _assemble(network, arrays, shape)


def usual_for(shape: tuple[int | None, ...]) -> tuple[int, ...]:
    """An input shape without the batch axis, open sizes as those of a lesson's picture."""
    return tuple(size or usual for size, usual in zip(shape, USUAL_PICTURE, strict=False))


def _assemble(network: Network, arrays: dict[str, list[np.ndarray]], entrance: tuple) -> Any:
    import keras

    made: dict[str, Any] = {}
    tensors: list[Any] = []
    size = Size()
    for call in network.calls:
        if call.kind == "InputLayer":
            start = keras.Input(entrance, name=call.layer)
            tensors.append(start)
            continue
        sources = [tensors[number] for number in call.inbound]
        own = [*arrays.get(call.layer, []), *arrays.get(call.layer + CONSTANTS, [])]
        if is_operation(call.kind):
            tensors.append(_performed(call, sources, own))
            size.add_operation(call.kind, call.settings, sources, own, tensors[-1])
            continue
        if call.layer not in made:
            made[call.layer] = _layer(call, iter(own))
        tensors.append(made[call.layer](sources if call.kind in MERGES else sources[0]))
        size.add(call.kind, call.settings, made[call.layer], sources, tensors[-1])
    for name, layer in made.items():
        _finish(layer, arrays.get(name, []), name)
    return keras.Model(start, tensors[-1], name="rebuilt")


def _performed(call: Call, sources: list[Any], arrays: list[np.ndarray]) -> Any:
    """What an operation makes of symbolic tensors. Raises ``ValueError`` for anything else."""
    import keras

    numbers = [array.astype("float32") if array.dtype.kind == "f" else array for array in arrays]
    made = operations.perform(call.kind, call.settings, sources, numbers)
    made = made[0] if isinstance(made, (list, tuple)) and made else made
    if not isinstance(made, keras.KerasTensor):
        raise ValueError(f"{call.kind} makes nothing of what comes in")
    return made


def _finish(layer: Any, arrays: list[np.ndarray], name: str) -> None:
    """Weights that a layer did not ask for while it was made; all of them must fit."""
    if LAYERS[type(layer).__name__].afterwards and len(layer.weights) == len(arrays):
        pairs = zip(layer.weights, arrays, strict=True)
        if all(tuple(weight.shape) == array.shape for weight, array in pairs):
            layer.set_weights([array.astype("float32") for array in arrays])
            return
    if len(layer.weights) != len(arrays):
        raise ValueError(f"the weights of {name} do not fit the layer")


def _entrance(network: Network) -> tuple[int | None, ...]:
    """The shape of what comes in, without the batch axis: whole numbers, or None for any size."""
    call = next(call for call in network.calls if call.kind == "InputLayer")
    shape = call.settings.get("batch_shape")
    if not isinstance(shape, tuple) or not 2 <= len(shape) <= 4:
        raise ValueError("the input of this network is no picture")
    if not all(size is None or type(size) is int for size in shape):
        raise ValueError("the input of this network is no picture")
    if math.prod(size or 1 for size in shape[1:]) > PICTURE_LIMIT_VALUES:
        raise ValueError("the input of this network is too large")
    return shape[1:]


def _layer(call: Call, arrays: Any) -> Any:
    """The layer, its weights to be taken from the arrays as soon as it asks for them."""
    import keras

    stock = LAYERS[call.kind]
    if stock.silent:
        return keras.layers.Identity(name=call.layer)

    def take(shape: tuple, dtype: object = None) -> np.ndarray:
        array = next(arrays, None)
        if array is None or tuple(array.shape) != tuple(shape):
            raise ValueError(f"the weights of {call.layer} do not fit the layer")
        return array.astype("float32")

    hooks = () if stock.afterwards else stock.weights
    initial: dict[str, Any] = {f"{weight}_initializer": take for weight in hooks}
    if call.kind == "LSTM":
        initial["unit_forget_bias"] = False  # it would ask for the bias in parts
    return getattr(keras.layers, call.kind)(**call.settings, **initial, name=call.layer)
