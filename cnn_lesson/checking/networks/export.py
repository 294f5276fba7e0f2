"""A learner's network as plain data: Keras' own JSON made of stock layers, and weights as arrays.

Sequential, functional and subclassed networks, nested or not, all end up as one functional
network, so that whoever judges sees the same thing however it was written. Nothing here leaves
a trace in the notebook: no layer name, no random number, no extra node in a layer's history.
``cnn_lesson.checking.networks.rebuild`` reads the data again.
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import MISSING, TOO_LONG, Evidence, line, name_of
from cnn_lesson.checking.isolation import isolated
from cnn_lesson.checking.limit import OutOfTime, limit_s, within_limit
from cnn_lesson.checking.networks.allowlist import LAYERS
from cnn_lesson.checking.networks.keras_json import as_keras_json
from cnn_lesson.checking.networks.stock import (
    Unportable,
    from_operation,
    is_layer,
    settings_and_activation,
    stock_kind,
)
from cnn_lesson.checking.networks.training import gather_training

PICTURE = (None, 28, 28, 1)
_AS_LAYERS = {"ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu", "Softmax": "softmax"}


def portable(model: object, labels: Mapping[str, object] | None = None) -> Evidence:
    """The network as ``config`` (text) and ``weights`` (arrays by layer), or a ``problem``.

    ``config`` is what ``keras.models.model_from_json`` reads; ``weights`` maps the layers that
    have any to their arrays in Keras' order, and ``lived`` tells of the training. Layers among
    ``labels`` go by their label. Never raises; a problem is one line of text.
    """
    return _never_raising(_carry_over, model, labels or {})


def describe(layer: object) -> Evidence:
    """One layer as ``kind``, ``name`` and ``settings``, or ``odd``: what it is instead."""
    described = _never_raising(_describe, layer)
    return {"odd": name_of(layer)} if "problem" in described else described


def describe_calls(outputs: list[object], labels: Mapping[str, object]) -> Evidence:
    """The ``calls`` that led to symbolic tensors, each with ``layer``, ``kind`` and ``from``.

    In the order they were made, entrances included. A layer among ``labels`` goes by its label.
    Where something else than stock layers was called there is a ``problem`` instead.
    """
    return _never_raising(_describe_calls, outputs, labels)


def origin(tensor: object) -> object:
    """The layer that made a symbolic tensor, None for anything else."""
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(tensor, keras.KerasTensor):
        return None
    return getattr(tensor, "_keras_history", (None,))[0]


def latest_output(layer: object) -> object:
    """The symbolic tensor that a layer's latest call made, None if it was not called yet."""
    nodes = getattr(layer, "_inbound_nodes", None) if is_layer(layer) else None
    return nodes[-1].outputs[0] if nodes else None


def _never_raising(work: Callable[..., Evidence], *arguments: object) -> Evidence:
    try:
        return isolated(work, *arguments)
    except Unportable as problem:
        return {"problem": str(problem)}
    except OutOfTime:
        return {"problem": f"the code of this network {TOO_LONG} {limit_s():g} s"}
    except (Exception, SystemExit) as error:  # a learner's object may raise anything
        reason = f"{type(error).__name__}: {line(error, 200)}"
        return {"problem": f"this network cannot be read: {line(reason, 240)}"}


def _describe(layer: Any) -> Evidence:
    kind = stock_kind(layer) if is_layer(layer) else None
    if kind is None:
        return {"odd": name_of(layer)}
    settings, extra = settings_and_activation(layer, kind)
    if extra is not None:
        settings["activation"] = _AS_LAYERS.get(stock_kind(extra), "linear")
    return {"kind": kind, "name": str(layer.name), "settings": settings}


def _describe_calls(outputs: list[object], labels: Mapping[str, object]) -> Evidence:
    walk, known = _Walk(labels), {}
    for tensor in outputs:
        walk.follow(tensor, known)
    names = [call["name"] for call in walk.calls]
    return {
        "calls": [
            {
                "layer": call["name"],
                "kind": call["kind"],
                "from": [names[source] for source in call["from"]],
            }
            for call in walk.calls
        ]
    }


def _carry_over(model: Any, labels: Mapping[str, object]) -> Evidence:
    _demand_network(model)
    walk = _Walk(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            inputs, outputs = walk.ends(model, [PICTURE])
            if len(inputs) != 1 or len(outputs) != 1:
                raise Unportable("a network with one input and one output is wanted")
            known: dict[int, int] = {}
            entrance, exit_ = (walk.follow(tensor, known) for tensor in (inputs[0], outputs[0]))
        finally:
            walk.put_back()
    config = as_keras_json(str(model.name)[:100], walk.calls, entrance, exit_)
    return {"config": config, "weights": walk.weights, "lived": gather_training(model)}


def _demand_network(model: Any) -> None:
    if isinstance(model, type):
        raise Unportable(f"this is the class {model.__name__}, not a network made from it")
    if not is_layer(model):
        what = "nothing yet" if model is None or model is MISSING else name_of(model)
        raise Unportable(f"this is {what}, not a Keras network")
    if not isinstance(model, sys.modules["keras"].Model):
        raise Unportable(f"this is one layer ({name_of(model)}), not a network")


class _Walk:
    """The way back from a network's outputs to its inputs, call by call."""

    def __init__(self, labels: Mapping[str, object]) -> None:
        self.calls: list[Evidence] = []
        self.weights: Evidence = {}
        self._names = {id(layer): label for label, layer in reversed([*labels.items()])}
        self._kept: list[tuple[list, list]] = []
        self._alive: list[object] = [labels]  # what is alive cannot hand its id to something new

    def follow(self, tensor: Any, known: dict[int, int]) -> int:
        """The number of the call that made a tensor; ``known`` maps tensors to calls."""
        if id(tensor) not in known:
            operation, node_index, position = getattr(tensor, "_keras_history", (None, 0, 0))
            if operation is None:
                raise Unportable("the output does not lead back to the input")
            node = operation._inbound_nodes[node_index]
            sources = [self.follow(source, known) for source in node.input_tensors]
            self._alive.append(tensor)
            known[id(tensor)] = self._call(operation, node, sources, position)
        return known[id(tensor)]

    def _call(self, operation: Any, node: Any, sources: list[int], position: int) -> int:
        kind = stock_kind(operation)
        if kind is not None:
            return self._stock_call(operation, kind, sources)
        shapes = [tuple(tensor.shape) for tensor in node.input_tensors]
        if is_layer(operation):
            inputs, outputs = self.ends(operation, shapes)
            return self.follow(
                outputs[position], {id(t): s for t, s in zip(inputs, sources, strict=True)}
            )
        kind, settings = from_operation(operation, node)
        return self._add(self._name(operation), kind, settings, sources)

    def _stock_call(self, layer: Any, kind: str, sources: list[int]) -> int:
        settings, extra = settings_and_activation(layer, kind)
        name = self._name(layer)
        if LAYERS[kind].weights and name not in self.weights:
            inner = {id(weight) for weight in extra.weights} if extra is not None else ()
            own = [weight for weight in layer.weights if id(weight) not in inner]
            self.weights[name] = [np.array(weight) for weight in own]
        made = self._add(name, kind, settings, sources)
        if extra is None:
            return made
        return self._stock_call(extra, str(stock_kind(extra)), [made])

    def _add(self, name: str, kind: str, settings: Evidence, sources: list[int]) -> int:
        self.calls.append({"name": name, "kind": kind, "settings": settings, "from": sources})
        return len(self.calls) - 1

    def _name(self, operation: Any) -> str:
        """The layer's own name, with a number behind it where another layer has it already."""
        if id(operation) not in self._names:
            taken, wish = set(self._names.values()), str(operation.name)
            others = (f"{wish}_again_{number}" for number in range(1, 1000))
            self._alive.append(operation)
            self._names[id(operation)] = (
                wish if wish not in taken else next(name for name in others if name not in taken)
            )
        return self._names[id(operation)]

    def ends(self, model: Any, shapes: list[tuple]) -> tuple[list, list]:
        """The symbolic inputs and outputs of a network, or of a layer of the learner's own."""
        keras = sys.modules["keras"]
        if isinstance(model, keras.Sequential) and not model.built:
            model = _built_copy(model)
        inputs, outputs = (getattr(model, end, None) for end in ("inputs", "outputs"))
        if isinstance(inputs, list) and isinstance(outputs, list) and inputs and outputs:
            return inputs, outputs
        return self._traced(model, shapes)

    def _traced(self, layer: Any, shapes: list[tuple]) -> tuple[list, list]:
        """What ``call`` does, found out by calling it on symbolic tensors."""
        keras = sys.modules["keras"]
        if not layer.built:
            raise Unportable("this network was never called on a picture, so it has no weights yet")
        for part in layer._flatten_layers():
            for nodes in (part._inbound_nodes, part._outbound_nodes):
                self._kept.append((nodes, list(nodes)))
        if isinstance(layer, keras.Model):
            built_on = (layer.get_build_config() or {}).get("input_shape") or shapes[0]
            shapes = [(None, *built_on[1:])]
        inputs = [keras.Input(shape[1:]) for shape in shapes]
        takes = inspect.signature(layer.call).parameters
        options = {"training": False} if "training" in takes else {}
        try:
            made = within_limit(lambda: layer.call(*inputs, **options))
        except Exception as error:  # a learner's layer may raise anything
            raise Unportable(
                f"the call of {name_of(layer)} cannot be followed; layers and keras.ops can"
            ) from error
        self._alive += inputs
        return inputs, list(made) if isinstance(made, (list, tuple)) else [made]

    def put_back(self) -> None:
        """Undo what tracing wrote into the layers' histories."""
        for nodes, before in reversed(self._kept):
            nodes[:] = before


def _built_copy(model: Any) -> Any:
    """A network like this Sequential, built for one grey picture, the learner's left unbuilt."""
    copy = type(model).from_config(model.get_config())
    copy.build(PICTURE)
    return copy
