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

from cnn_lesson.checking.evidence import TOO_LONG, Evidence, line, name_of
from cnn_lesson.checking.isolation import isolated
from cnn_lesson.checking.limit import OutOfTime, limit_s, within_limit
from cnn_lesson.checking.networks.allowlist import LAYERS
from cnn_lesson.checking.networks.arguments import performed
from cnn_lesson.checking.networks.handed_in import PICTURE, built_copy, demand_network
from cnn_lesson.checking.networks.keras_json import as_keras_json
from cnn_lesson.checking.networks.operations import CONSTANTS, PREFIX
from cnn_lesson.checking.networks.stock import (
    ONLY,
    Unportable,
    from_operation,
    is_layer,
    settings_and_activation,
    stock_kind,
)
from cnn_lesson.checking.networks.training import gather_training

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
    demand_network(model)
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
            if type(operation).__name__ == "SpectralNormalization":
                return self._call(operation.layer, node, sources, position)
            if type(operation).__name__ == "Normalization":
                return self._normalized(operation, sources)
            if type(operation).__name__ == "TimeDistributed":
                return self._step_by_step(operation, node, sources)
            inputs, outputs = self.ends(operation, shapes)
            known = {id(t): s for t, s in zip(inputs, sources, strict=True)}
            return self.follow(outputs[position], known)
        stock = from_operation(operation, node)
        if stock is not None:
            return self._add(self._name(operation), *stock, sources)
        return self._operation(operation, node, sources, position)

    def _operation(self, operation: Any, node: Any, sources: list[int], position: int) -> int:
        """An operation that no layer does: its name, and its arguments as plain data."""
        try:
            found = performed(operation, node, position)
        except (ValueError, TypeError, NotImplementedError) as error:
            what = line(type(operation).__name__, 40)
            raise Unportable(f"{ONLY} the operation {what} cannot be carried over") from error
        name = self._unused(str(operation.name))
        for suffix, arrays in (("", found.variables), (CONSTANTS, found.constants)):
            if arrays:
                self.weights[name + suffix] = [np.array(array) for array in arrays]
        return self._add(name, found.kind, found.settings, sources)

    def _normalized(self, layer: Any, sources: list[int]) -> int:
        """What a Normalization layer does: less the mean, by the spread."""
        if layer.invert:
            raise Unportable(f"{ONLY} {line(layer.name, 40)} inverts")
        mean, spread = np.array(layer.mean), np.sqrt(np.array(layer.variance))
        for kind, array in (("subtract", mean), ("divide", np.maximum(spread, 1e-7))):
            name = self._unused(f"{layer.name}_{kind}")
            self.weights[name + CONSTANTS] = [array]
            settings = {"given": [{"tensor": 0}, {"array": 0}], "named": {}, "place": 0}
            sources = [self._add(name, PREFIX + kind, settings, sources)]
        return sources[0]

    def _step_by_step(self, wrapper: Any, node: Any, sources: list[int]) -> int:
        """A layer that is called on each step of a row: all steps at once, as if pictures."""
        shape, made = node.input_tensors[0].shape[1:], node.outputs[0].shape[1:]
        if stock_kind(wrapper.layer) is None or None in (*shape, *made):
            raise Unportable(f"{ONLY} {line(wrapper.name, 40)} on a layer of one's own")
        joined = self._reshaped(sources, [-1, *shape[1:]])
        called = self._stock_call(wrapper.layer, str(stock_kind(wrapper.layer)), [joined])
        return self._reshaped([called], [-1, *made])

    def _reshaped(self, sources: list[int], shape: list[int]) -> int:
        settings = {"given": [{"tensor": 0}, {"tuple": shape}], "named": {}, "place": 0}
        return self._add(self._unused("steps"), PREFIX + "reshape", settings, sources)

    def _stock_call(self, layer: Any, kind: str, sources: list[int]) -> int:
        settings, extra = settings_and_activation(layer, kind)
        name = self._name(layer)
        if LAYERS[kind].weights and name not in self.weights:
            inner = {id(weight) for weight in extra.weights} if is_layer(extra) else ()
            own = [weight for weight in layer.weights if id(weight) not in inner]
            self.weights[name] = [np.array(weight) for weight in own]
        made = self._add(name, kind, settings, sources)
        if extra is None:
            return made
        if is_layer(extra) and stock_kind(extra) is not None:
            return self._stock_call(extra, str(stock_kind(extra)), [made])
        return self._activated(layer, extra, made)

    def _activated(self, layer: Any, function: Any, made: int) -> int:
        """What an activation function of one's own does, followed on a symbolic tensor."""
        keras = sys.modules["keras"]
        start = keras.Input(layer._inbound_nodes[-1].outputs[0].shape[1:])
        try:
            end = within_limit(lambda: function(start))
        except Exception as error:  # a learner's function may raise anything
            where = f"the activation of {line(layer.name, 40)}"
            raise Unportable(f"{ONLY} {where} uses something else") from error
        self._alive += [start, end]
        return self.follow(end, {id(start): made})

    def _add(self, name: str, kind: str, settings: Evidence, sources: list[int]) -> int:
        self.calls.append({"name": name, "kind": kind, "settings": settings, "from": sources})
        return len(self.calls) - 1

    def _name(self, operation: Any) -> str:
        """The layer's own name, with a number behind it where another layer has it already."""
        if id(operation) not in self._names:
            self._alive.append(operation)
            self._names[id(operation)] = self._unused(str(operation.name))
        return self._names[id(operation)]

    def _unused(self, wish: str) -> str:
        """A name like the one wished for that no call has yet."""
        taken = {*self._names.values(), *(call["name"] for call in self.calls)}
        others = (f"{wish}_again_{number}" for number in range(1, 1000))
        return wish if wish not in taken else next(name for name in others if name not in taken)

    def ends(self, model: Any, shapes: list[tuple]) -> tuple[list, list]:
        """The symbolic inputs and outputs of a network, or of a layer of the learner's own."""
        keras = sys.modules["keras"]
        if isinstance(model, keras.Sequential) and not model.built:
            model = built_copy(model)
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
            what = "" if isinstance(layer, keras.Model) else f" in {line(layer.name, 40)}"
            raise Unportable(f"{ONLY} the call of {name_of(layer)}{what} uses others") from error
        self._alive += inputs
        return inputs, list(made) if isinstance(made, (list, tuple)) else [made]

    def put_back(self) -> None:
        """Undo what tracing wrote into the layers' histories."""
        for nodes, before in reversed(self._kept):
            nodes[:] = before
