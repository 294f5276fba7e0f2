"""The key of a training: equal only for trainings that end in the same bits.

A training is known by the network (layers, wiring, trainable or not, every value), what it was
compiled with (optimizer and its state, loss, metrics), the arguments of `fit` with the bytes of
the data, the seed that shuffling draws from, what its functions were traced for before, and the
machine and software. Python's and NumPy's random numbers play no part: Keras shuffles with
TensorFlow's global seed, and layers draw from seed generators of their own, which are variables.
"""

import hashlib
import inspect
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from nbsandbox.training_cache.description import (
    Description,
    NotCacheable,
    NotRepeatable,
    describe_array,
    is_tensor,
    keras_name,
    refuse_added_losses,
    refuse_own_methods,
)
from nbsandbox.training_cache.machine import machine_facts, software_facts
from nbsandbox.training_cache.traced import Spec, traced_before

FORMAT = 2  # 1: no predictions
NOT_IN_KEY = ("verbose", "callbacks", "validation_data", "x", "y", "sample_weight")
"""Arguments that change nothing, or are described on their own."""

REPLAYED = ("EarlyStopping", "ReduceLROnPlateau")
"""Callbacks that go by an epoch's figures alone, so that they can be run on stored figures."""


@dataclass(frozen=True)
class Lookup:
    """A training that can be looked up: its key and arguments, and what it would trace.

    `secret` follows from the training just as `key` does, but not from the key: see entries.py.
    """

    key: str
    secret: str
    arguments: dict[str, Any]
    steps: int
    train: Spec
    test: Spec | None

    @property
    def specs(self) -> dict[str, Spec | None]:
        """What it would trace, by function."""
        return {"train": self.train, "test": self.test}


def lookup_for(fit: Callable, model: Any, args: tuple, kwargs: dict[str, Any]) -> Lookup:
    """The key of `model.fit(*args, **kwargs)`. Raises NotCacheable where there is no exact one.

    Other exceptions mean the same: an unusual call, or a Keras that is built differently.
    """
    arguments = bind(fit, model, args, kwargs)
    machine, software = machine_facts(), software_facts()
    if machine is None or software is None:
        raise NotRepeatable("this machine")
    description = Description()
    network = describe_model(model, description)
    steps, train, test = plan(arguments)
    key_parts = {
        "format": FORMAT,
        "machine": machine,
        "software": software,
        "seed": global_seed(arguments["shuffle"]),
        "network": network,
        "traced": traced_before(model, ("train", "test") if test else ("train",), digest(network)),
        "callbacks": describe_callbacks(arguments["callbacks"], description),
        "data": [describe_data(arguments), describe_data(unpacked(arguments))],
        "arguments": [[name, description.of(arguments[name])] for name in sorted(arguments)
                      if name not in NOT_IN_KEY],
        "values": description.values,
    }  # fmt: skip
    return Lookup(digest(key_parts), digest(["secret", key_parts]), arguments, steps, train, test)


def digest(data: Any) -> str:
    """The SHA-256 of plain data, written down in one way only."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bind(fit: Callable, model: Any, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call of `fit` by name, defaults included."""
    bound = inspect.signature(fit).bind(model, *args, **kwargs)
    bound.apply_defaults()
    arguments = dict(bound.arguments)
    arguments.pop("self")
    if arguments["steps_per_epoch"] is not None or arguments["validation_steps"] is not None:
        raise NotCacheable("epochs cut short")
    if not arguments["initial_epoch"] < arguments["epochs"]:
        raise NotCacheable("no epoch")
    return arguments


def global_seed(shuffle: Any) -> int | None:
    """The seed that shuffling draws from. Raises NotCacheable for shuffling without a seed."""
    from tensorflow.python.eager import context

    seed = context.global_seed()
    if seed is None and shuffle:
        raise NotCacheable("shuffled by chance")
    return seed


def describe_model(model: Any, description: Description) -> Any:
    """Layers, wiring and compilation of a Sequential or functional model with one output."""
    if not model.compiled:
        raise NotCacheable("an uncompiled model")
    network = describe_network(model, description)
    return [*network, describe_compilation(model, description)]


def describe_network(model: Any, description: Description) -> list[Any]:
    """Layers and wiring of a Sequential or functional model with one output."""
    import keras
    from keras.src.models.functional import Functional

    graph = getattr(model, "_functional", None) if type(model) is keras.Sequential else model
    if type(graph) is not Functional or custom_objects():
        raise NotCacheable("an unbuilt or custom model")
    if len(model.inputs) != 1 or not isinstance(graph._outputs_struct, keras.KerasTensor):
        raise NotCacheable("several inputs or outputs")
    refuse_own_methods(model, but=("build", "quantize", "loss"))
    description.objects.append(model)
    wiring = describe_graph(graph, description)
    refuse_added_losses([model, graph, *description.objects])
    return [
        wiring,
        [description.of(part) for part in (model.trainable, model.dtype_policy)],
        description.of(model.activity_regularizer),
        [description.of(list(model.variables)), description.of(list(model.trainable_variables))],
    ]


def custom_objects() -> dict[str, Any]:
    """What a name like "mse" may stand for besides what Keras means by it."""
    import keras
    from keras.src.backend.common import global_state

    scope = global_state.get_global_attribute("custom_objects_scope_dict") or {}
    return {**keras.saving.get_custom_objects(), **scope}


def describe_graph(graph: Any, description: Description) -> Any:
    """Which operation is called on which tensors, from the input to the output."""
    calls = []
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            called = None if node.is_input else node.operation
            parts = [called, node.arguments.args, node.arguments.kwargs]
            calls.append([description.of(part) for part in parts])
            for tensor in node.outputs:
                kind = [list(tensor.shape), tensor.dtype, tensor.sparse]
                calls.append([description.number(tensor), kind])
    return [calls, description.of(graph._inputs_struct), description.of(graph._outputs_struct)]


def describe_compilation(model: Any, description: Description) -> Any:
    """What a model was compiled with, from the objects it holds."""
    import keras

    loss, metrics = model._compile_loss, model._compile_metrics
    refuse_unusual_steps(model)
    if model._initial_epoch:
        raise NotCacheable("compiled in an unusual way")
    if not isinstance(model.optimizer, keras.Optimizer) or loss is None:
        raise NotCacheable("no optimizer or loss")
    measured = metrics and [metrics._user_metrics, metrics._user_weighted_metrics]
    parts = [loss._user_loss, loss._user_loss_weights, measured, model.optimizer]
    return [description.of(part) for part in parts]


def refuse_unusual_steps(model: Any) -> None:
    """Raise NotCacheable where a model does not run as one graph, batch by batch, without XLA."""
    plain = (model.run_eagerly, model.jit_compile, model.steps_per_execution)
    if plain != (False, False, 1) or model._distribute_strategy:
        raise NotCacheable("run in an unusual way")


def describe_callbacks(callbacks: Any, description: Description) -> Any:
    """Callbacks that can be replayed. Raises NotCacheable for all others."""
    parts = []
    for callback in callbacks or []:
        refuse_own_methods(callback)
        parts.append(description.of(callback))
        if keras_name(type(callback)).rpartition(".")[2] not in REPLAYED:
            raise NotCacheable("a callback")
    if len({type(callback) for callback in callbacks or []}) < len(parts):
        raise NotCacheable("a callback twice")
    return parts


def unpacked(arguments: dict[str, Any]) -> dict[str, Any]:
    """The data to validate with, named like the data to train with."""
    given = arguments["validation_data"]
    if given is None:
        return {}
    if not isinstance(given, (tuple, list)) or not 2 <= len(given) <= 3:
        raise NotCacheable("validation data")
    return dict(zip(("x", "y", "sample_weight"), given, strict=False))


def describe_data(arguments: dict[str, Any]) -> Any:
    """Check sums of inputs, answers and weights. Raises NotCacheable for what is none."""
    parts = []
    for name in ("x", "y", "sample_weight"):
        array = arguments.get(name)
        if array is not None and type(array) is not np.ndarray and not is_tensor(array):
            raise NotCacheable(f"{name} is no array")
        parts.append(None if array is None else describe_array(array))
    return parts


def plan(arguments: dict[str, Any]) -> tuple[int, Spec, Spec | None]:
    """How many steps an epoch of `fit` takes, and what its functions will be traced for."""
    count, batch = int(arguments["x"].shape[0]), arguments["batch_size"] or 32
    test_batch = arguments["validation_batch_size"] or batch
    held, split = unpacked(arguments), arguments["validation_split"]
    test = Spec.of(held, int(held["x"].shape[0]), test_batch) if held else None
    if split and not held:
        kept = math.floor(count * (1 - split))  # as Keras splits
        test = Spec.of(arguments, count - kept, test_batch)
        count = kept
    weighted = arguments["class_weight"] is not None
    return math.ceil(count / batch), Spec.of(arguments, count, batch, weighted), test
