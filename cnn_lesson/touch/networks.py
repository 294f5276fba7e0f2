"""A Keras model as the picture takes it: its layers described, its weights in one row of numbers.

A browser computes the layers that it knows. A model with any other, or one that is no simple chain,
is left in the kernel, which computes one picture at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from cnn_lesson.touch.translate import Unknown, about, translate

MOST_WEIGHTS = 8_000_000
"""More are not sent to a browser; the kernel computes instead."""

SAMPLES = 40
SMALLEST, LARGEST = 8, 128  # pixels along a side
MOST_CLASSES = 26


def make_network(widget: type, model: Any, pictures: Any, names: Sequence[str] | None) -> Any:
    """A widget for a model; where the model cannot be shown, it says why in one sentence."""
    refused = refusal(model)
    if refused:
        return widget(spec={"refused": refused})
    spec, weights = describe(model)
    side = spec["input"][0]
    shown = sample_pictures(side) if pictures is None else as_bytes(pictures, side)
    classes = model.output_shape[-1]
    spec |= {"names": class_names(classes, names), "samples": len(shown) // side**2}
    made = widget(spec=spec, weights=weights.tobytes(), pictures=shown)
    if spec["in_kernel"]:
        made.on_msg(answerer(observer(model)[0], made.send, spec["input"]))
    return made


def refusal(model: Any) -> str:
    """Why a model cannot be shown, and what to do; empty where it can."""
    shape = getattr(model, "input_shape", None)
    if model is None or shape is None or isinstance(shape, list):
        return "There is no trained Keras model here yet: run the cells that build and train it."
    sides = tuple(shape[1:])
    square = len(sides) in (2, 3) and sides[0] == sides[1] and sides[0] is not None
    if not square or not SMALLEST <= sides[0] <= LARGEST or sides[2:] not in ((), (1,), (3,)):
        return (
            f"This network takes {shape[1:]}; to draw on it, it must take square pictures of "
            f"{SMALLEST} to {LARGEST} pixels with one or three channels, such as (28, 28, 1)."
        )
    output = getattr(model, "output_shape", ())
    if len(output) != 2 or not 2 <= output[-1] <= MOST_CLASSES:
        return (
            f"This network gives {tuple(output)[1:]}; the picture shows 2 to {MOST_CLASSES} "
            "classes, so its last layer should be a Dense layer with a unit for each."
        )
    return ""


def describe(model: Any) -> tuple[dict[str, Any], np.ndarray]:
    """The layers of a model for the browser, and their weights one after the other."""
    spec = {"input": list(model.input_shape[1:]), "in_kernel": False, "logits": is_logits(model)}
    try:
        layers, weights = chain(model)
        if sum(part.size for part in weights) > MOST_WEIGHTS:
            raise Unknown("too many weights")
    except Unknown:
        layers = [about(layer, layer.__class__.__name__) for layer in observer(model)[1]]
        return spec | {"in_kernel": True, "layers": layers}, np.zeros(0, "float32")
    row = np.concatenate([part.ravel() for part in weights]) if weights else np.zeros(0)
    return spec | {"layers": layers}, row.astype("float32")


def visible(model: Any) -> list[Any]:
    """The layers of a model without the input layer, which computes nothing."""
    return [layer for layer in model.layers if layer.__class__.__name__ != "InputLayer"]


def is_logits(model: Any) -> bool:
    """Whether the last layer leaves softmax to the loss."""
    last = visible(model)[-1]
    activation = getattr(getattr(last, "activation", None), "__name__", "")
    return activation not in ("softmax", "sigmoid") and last.__class__.__name__ != "Softmax"


def chain(model: Any) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
    """The layers of a simple chain and their weights. Raises Unknown for any other model."""
    layers, weights, at = [], [], 0
    comes = model.inputs[0]
    for layer in visible(model):
        try:
            follows, leaves = layer.input is comes, layer.output
        except (AttributeError, ValueError) as shared:
            raise Unknown(f"{layer.name} is used more than once") from shared
        if not follows:
            raise Unknown(f"{layer.name} does not follow the layer above it")
        comes = leaves
        told, arrays = translate(layer)
        told["weights"] = []
        for array in arrays:
            told["weights"].append({"at": at, "shape": list(array.shape)})
            at += array.size
        layers.append(told)
        weights += arrays
    return layers, weights


def observer(model: Any) -> tuple[Any, list[Any]]:
    """A model that gives what every layer makes, and those layers.

    Where no such model can be built, as for one with a layer used twice, the last layer is all.
    """
    import keras

    layers = visible(model)
    try:
        return keras.Model(model.inputs[0], [layer.output for layer in layers]), layers
    except (AttributeError, ValueError):
        return model, layers[-1:]


def answerer(seen: Any, send: Callable[..., None], shape: Sequence[int]) -> Callable[..., None]:
    """A function that answers the browser's picture with what every layer makes of it."""

    def answer(widget: Any, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("kind") != "see":
            return
        picture = np.frombuffer(buffers[0], "float32").reshape(shape[0], shape[1])
        given = picture if len(shape) == 2 else np.repeat(picture[..., None], shape[2], axis=-1)
        outputs = seen(given[None], training=False)
        outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
        arrays = [np.asarray(one, "float32")[0] for one in outputs]
        shapes = [list(array.shape) for array in arrays]
        send({"kind": "seen", "shapes": shapes}, [array.tobytes() for array in arrays])

    return answer


def class_names(classes: int, names: Sequence[str] | None) -> list[str]:
    """A name for each class, its number where none is given."""
    given = [] if names is None else [str(name) for name in names]
    return [given[label] if label < len(given) else str(label) for label in range(classes)]


def as_bytes(pictures: Any, side: int) -> bytes:
    """The first pictures as bytes of 0…255; none if they do not have that many pixels a side.

    They may hold numbers of 0…1 or of 0…255.
    """
    array = np.asarray(pictures)[:SAMPLES]
    array = array[..., 0] if array.ndim == 4 else array
    if array.ndim != 3 or array.shape[1:] != (side, side):
        return b""
    return np.round(array * (255 if array.max() <= 1 else 1)).astype("uint8").tobytes()


def sample_pictures(side: int) -> bytes:
    """Test digits that came with the lesson, where they have that size."""
    from cnn_lesson.datasets import mnist

    return as_bytes(mnist.load_data()[1][0], side)
