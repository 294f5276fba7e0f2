"""Layers that do nothing: found by what they do, not by their names."""

from __future__ import annotations

from typing import Any

import numpy as np

from cnn_lesson.checking.networks.allowlist import LAYERS, MERGES
from cnn_lesson.checking.networks.operations import CONSTANTS, is_operation, perform
from cnn_lesson.checking.networks.rebuild import Call, Network, usual_for

PICTURES = 4
_STRENGTHS = ("rate", "stddev")
_NO_MASK = ("Identity", "ActivityRegularization")


Arrays = dict[str, list[np.ndarray]]


def working(network: Network, model: Any, arrays: Arrays) -> Network:
    """The network without the calls that hand on what they got, and without idle branches.

    ``model`` is the network rebuilt, ``arrays`` its weights by layer. A Dropout of rate 0, a
    second Flatten, a pooling of 1 × 1 hand on what they got; a branch is idle when the answer
    does not depend on it.
    """
    values, slopes = _values_and_slopes(network, model, arrays)
    shapes = [tuple(value.shape) for value in values]
    silent = {n for n, call in enumerate(network.calls) if _hands_on(call, shapes, model, arrays)}
    idle = {n for n in _detours(network) if not np.any(np.asarray(slopes[n]))}
    return _without(network, silent, idle) if silent or idle else network


def _values_and_slopes(network: Network, model: Any, arrays: Arrays) -> tuple[list[Any], list[Any]]:
    """What each call gives for a few pictures of noise, and how the answer depends on it."""
    import tensorflow as tf

    random = np.random.RandomState(0)
    batch = random.uniform(size=(PICTURES, *usual_for(model.input_shape[1:])))
    values: list[Any] = []
    with tf.GradientTape() as tape:
        for call in network.calls:
            sources = [values[number] for number in call.inbound]
            made: Any = tf.constant(batch, "float32")
            if call.kind != "InputLayer":
                made = carry_out(call, sources, model, arrays)
            if made.dtype.is_floating:
                tape.watch(made)
            values.append(made)
        weighed = values[-1] * random.normal(size=values[-1].shape).astype("float32")
    return values, tape.gradient(weighed, values, unconnected_gradients="zero")


def carry_out(call: Call, sources: list[Any], model: Any, arrays: Arrays) -> Any:
    """What one call of a rebuilt network makes of numbers."""
    if is_operation(call.kind):
        own = [*arrays.get(call.layer, []), *arrays.get(call.layer + CONSTANTS, [])]
        return perform(call.kind, call.settings, sources, own)
    layer = model.get_layer(call.layer)
    return layer(sources if call.kind in MERGES else sources[0])


def _hands_on(call: Call, shapes: list[tuple[int, ...]], model: Any, arrays: Arrays) -> bool:
    """Whether a call gives back, in training and out of it, whatever it gets."""
    if len(call.inbound) != 1 or call.kind in MERGES:
        return False
    if not is_operation(call.kind) and LAYERS[call.kind].silent:
        return call.kind in _NO_MASK or any(call.settings.get(name) == 0 for name in _STRENGTHS)
    if arrays.get(call.layer):
        return False
    given = np.random.RandomState(0).normal(size=shapes[call.inbound[0]]).astype("float32")
    made = np.asarray(carry_out(call, [given], model, arrays))
    return made.shape == given.shape and np.array_equal(made, given)


def _detours(network: Network) -> list[int]:
    """The calls that the way from the entrance to the output can also go round."""
    return [n for n in range(1, len(network.calls) - 1) if _can_go_round(network, n)]


def _can_go_round(network: Network, detour: int) -> bool:
    reached = []
    for number, call in enumerate(network.calls):
        led = call.kind == "InputLayer" or any(reached[source] for source in call.inbound)
        reached.append(led and number != detour)
    return reached[-1]


def _without(network: Network, silent: set[int], idle: set[int]) -> Network:
    """The network without these calls, and without merges that have one source left."""
    calls: list[Call] = []
    place: list[int | None] = []
    for number, call in enumerate(network.calls):
        inbound = tuple(at for source in call.inbound if (at := place[source]) is not None)
        robbed = len(inbound) < len(call.inbound) and len(inbound) < 2
        if number in idle:
            place.append(None)
        elif number in silent or robbed:
            place.append(inbound[0] if inbound else None)
        else:
            place.append(len(calls))
            calls.append(Call(call.layer, call.kind, call.settings, inbound))
    return Network(network.name, tuple(calls))
