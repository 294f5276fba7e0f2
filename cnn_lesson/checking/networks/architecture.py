"""What makes two networks the same, however they were written down."""

from __future__ import annotations

from collections.abc import Sequence

from cnn_lesson.checking.networks.allowlist import LAYERS
from cnn_lesson.checking.networks.operations import is_operation
from cnn_lesson.checking.networks.rebuild import Call, Network

LayerSpec = tuple[str, tuple[tuple[str, object], ...]]
"""A layer class and the settings that matter, sorted by name."""

_MATTERS = {
    "Conv2D": (
        *("filters", "kernel_size", "strides", "padding", "activation"),
        *("dilation_rate", "groups", "use_bias"),
    ),
    "Dense": ("units", "activation", "use_bias"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "Flatten": (),
}

HIDDEN = tuple(
    "relu elu selu gelu leaky_relu relu6 silu softplus softsign tanh mish hard_silu".split()
)
"""Activations that serve a hidden layer well: more than a sum, and not flat on both sides of 0."""


def spec(kind: str, **settings: object) -> LayerSpec:
    """A layer class with settings, as ``parts`` gives it."""
    return kind, tuple(sorted(settings.items()))


def conv(filters: int, kernel: int = 3, activation: str = "relu") -> LayerSpec:
    """A Conv2D layer, stride 1, no padding."""
    return spec(
        "Conv2D",
        filters=filters,
        kernel_size=(kernel, kernel),
        strides=(1, 1),
        padding="valid",
        activation=activation,
        dilation_rate=(1, 1),
        groups=1,
        use_bias=True,
    )


def pool(size: int = 2) -> LayerSpec:
    """A MaxPooling2D layer whose windows lie side by side."""
    square = (size, size)
    return spec("MaxPooling2D", pool_size=square, strides=square, padding="valid")


def dense(units: int, activation: str = "relu") -> LayerSpec:
    """A Dense layer."""
    return spec("Dense", units=units, activation=activation, use_bias=True)


FLATTEN: LayerSpec = ("Flatten", ())
QUESTION_1 = (conv(16), conv(32), pool(), FLATTEN, dense(128), dense(10, "softmax"))
"""The network of Question 1."""


def specs(network: Network | None) -> tuple[LayerSpec, ...] | None:
    """The layers of a network in a row, activations folded in; None where it has branches.

    A Reshape that only adds the channels axis is left out, one to one axis is a Flatten.
    """
    if network is None or not network.is_chain:
        return None
    steps = network.steps()
    if steps and _adds_channels(steps[0]):
        steps = steps[1:]
    return tuple(as_part(call) for call in steps)


def _adds_channels(call: Call) -> bool:
    return call.kind == "Reshape" and call.settings.get("target_shape") == (28, 28, 1)


def as_part(call: Call) -> LayerSpec:
    """A call as a layer class and the settings that matter; a Reshape to one axis is a Flatten."""
    shape = call.settings.get("target_shape")
    if call.kind == "Reshape" and isinstance(shape, tuple) and len(shape) == 1:
        return FLATTEN
    if is_operation(call.kind):
        return spec(call.kind, **call.settings)
    names = _MATTERS.get(call.kind, LAYERS[call.kind].settings)
    return spec(call.kind, **{name: call.settings.get(name) for name in names})


def setting(one: LayerSpec, name: str) -> object:
    """One setting of a part, None where it has none of that name."""
    return dict(one[1]).get(name)


def with_settings(one: LayerSpec, **settings: object) -> LayerSpec:
    """A part like this one with other settings."""
    return spec(one[0], **{**dict(one[1]), **settings})


def same_up_to_hidden(given: Sequence[LayerSpec] | None, wanted: Sequence[LayerSpec]) -> bool:
    """Whether the parts are the same, any activation of hidden layers taken for relu."""
    return given is not None and [*map(_relu_for_all, given)] == [*map(_relu_for_all, wanted)]


def _relu_for_all(one: LayerSpec) -> LayerSpec:
    return with_settings(one, activation="relu") if setting(one, "activation") in HIDDEN else one


def without(given: Sequence[LayerSpec], kind: str) -> tuple[LayerSpec, ...]:
    """The parts that are of another class."""
    return tuple(one for one in given if one[0] != kind)


def difference(given: Sequence[LayerSpec], wanted: Sequence[LayerSpec]) -> str:
    """Where two rows of layers differ, in a few words; empty where they do not."""
    kinds = [one[0] for one in given]
    if kinds != [one[0] for one in wanted]:
        return " → ".join(kinds)[:200]
    rows = [
        str(n) for n, pair in enumerate(zip(given, wanted, strict=True), 1) if pair[0] != pair[1]
    ]
    return f"the same layers, other settings in layer {', '.join(rows)}" if rows else ""
