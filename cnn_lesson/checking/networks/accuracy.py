"""What a network in the judge's hands is like and how well it predicts.

Most of a class trains the same network from the same seed, so what was found out about a
network, down to its last weight, is remembered.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import line
from cnn_lesson.checking.isolation import isolated
from cnn_lesson.checking.networks.idle import working
from cnn_lesson.checking.networks.operations import is_operation
from cnn_lesson.checking.networks.rebuild import Network, graph, rebuild, usual_for, weights_of
from cnn_lesson.checking.reading import entry

BATCH = 250
REMEMBERED = 1_000


@dataclass(frozen=True)
class Score:
    """A fraction of right predictions, and in one line why it could not be more than 0.

    ``way`` says how the pictures were prepared, where it is not 0…1; ``loss`` is the mean
    cross-entropy, where the outputs are probabilities; ``right`` tells picture by picture.
    """

    value: float
    reason: str = ""
    way: str = ""
    loss: float = math.nan
    right: np.ndarray = field(default_factory=lambda: np.zeros(0, bool), repr=False, compare=False)


@dataclass(frozen=True)
class Facts:
    """What a network is: the calls that do something, parameters and shapes; or a problem.

    Shapes have no batch axis.
    """

    network: Network | None = None
    parameters: int = 0
    input_shape: tuple[int | None, ...] = ()
    output_shape: tuple[int | None, ...] = ()
    problem: str = ""


_facts: dict[bytes, Facts] = {}
_scores: dict[tuple[bytes, bytes], Score] = {}
_latest: list[tuple[bytes, Any]] = []


def facts(evidence: object) -> Facts:
    """The facts about the network in the evidence, weights checked; never raises."""
    try:
        network, key = graph(evidence), _key(evidence)
        if key not in _facts:
            model = _model(evidence, key)
            shapes = tuple(model.input_shape[1:]), tuple(model.output_shape[1:])
            acting = _acting(network, model, weights_of(evidence))
            count = model.count_params() + _held_by_operations(network, weights_of(evidence))
            _remember(_facts, key, Facts(acting, count, *shapes))
        return _facts[key]
    except ValueError as error:
        return Facts(problem=line(error, 300))


def score(evidence: object, images: np.ndarray, labels: np.ndarray) -> Score:
    """The accuracy of the network in the evidence; 0 with the reason where there is none.

    ``images`` are (n, 28, 28) from 0 to 255, ``labels`` (n,).
    """
    try:
        key = _key(evidence), _digest(images, labels)
        if key not in _scores:
            _remember(_scores, key, accuracy(_model(evidence, key[0]), images, labels))
        return _scores[key]
    except ValueError as error:
        return _nothing_right(labels, line(error, 300))


def same_network(first: object, second: object) -> bool:
    """Whether two pieces of evidence hold one network, down to its last weight."""
    try:
        return _key(first) == _key(second)
    except ValueError:
        return False


def accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> Score:
    """How often the largest output of a rebuilt network stands for the right class.

    ``images`` are (n, 28, 28) from 0 to 255 and are scaled to 0..1, ``labels`` (n,). The network
    must give (n, 10) finite numbers, or the score is 0 and says why.
    """
    if tuple(model.output_shape[1:]) != (10,):
        shape = " × ".join(map(str, model.output_shape[1:])) or "one number"
        return _nothing_right(labels, f"the network gives {shape} for a picture, not ten numbers")
    try:
        outputs = isolated(predict, model, images)
    except Exception as error:  # TensorFlow may raise anything over shapes that do not fit
        told = f"the network cannot be called on pictures: {line(error, 200)}"
        return _nothing_right(labels, told)
    if not np.isfinite(outputs).all():
        return _nothing_right(labels, "the network's outputs are not numbers (NaN)")
    right = outputs.argmax(axis=1) == labels
    return Score(float(np.mean(right)), loss=_cross_entropy(outputs, labels), right=right)


def _nothing_right(labels: np.ndarray, reason: str) -> Score:
    return Score(0.0, reason, right=np.zeros(len(labels), bool))


def _cross_entropy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """The loss that Keras reports for whole-number labels; NaN for what is no probability."""
    if np.any(outputs < 0) or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        return math.nan
    likely = outputs[np.arange(len(labels)), np.asarray(labels, int)]
    return float(np.mean(-np.log(np.clip(likely, 1e-7, 1 - 1e-7))))


def predict(model: Any, images: np.ndarray) -> np.ndarray:
    """The outputs of a network for grey pictures (n, 28, 28) from 0 to 255, scaled to 0..1."""
    wanted = model.input_shape[1:]
    shape = usual_for(wanted)
    if math.prod(shape) != math.prod(images.shape[1:]):
        raise ValueError(f"it takes {tuple(wanted)}, the pictures are (28, 28, 1)")
    parts: list[np.ndarray] = []
    for start in range(0, len(images), BATCH):
        batch = images[start : start + BATCH].astype("float32") / 255
        parts.append(np.asarray(model(batch.reshape(-1, *shape), training=False)))
    return np.concatenate(parts)


def _held_by_operations(network: Network, arrays: dict[str, list[np.ndarray]]) -> int:
    """How many weights operations were called on, each array once however often it was used."""
    names = {call.layer for call in network.calls if is_operation(call.kind)}
    every = [each for name in names for each in arrays.get(name, ())]
    drawn = {_digest(each): each.size for each in every if np.ptp(each) > 0}
    return sum(drawn.values()) + sum(each.size for each in every if not np.ptp(each) > 0)


def _acting(network: Network, model: Any, arrays: dict[str, list[np.ndarray]]) -> Network:
    """The calls that do something; all of them where it cannot be tried."""
    try:
        return isolated(working, network, model, arrays)
    except Exception:  # TensorFlow may raise anything over shapes that do not fit
        return network


def _model(evidence: object, key: bytes) -> Any:
    """The rebuilt network; the latest one is kept, as facts and scores are asked in a row."""
    if not _latest or _latest[0][0] != key:
        _latest[:] = [(key, rebuild(evidence))]
    return _latest[0][1]


def _remember(memory: dict, key: object, value: object) -> None:
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[key] = value


def _key(evidence: object) -> bytes:
    """A digest of layers and weights. Raises ``ValueError`` where there are none."""
    weights = weights_of(evidence) if graph(evidence) else {}
    names = repr([(name, len(arrays)) for name, arrays in weights.items()])
    arrays = [array for group in weights.values() for array in group]
    return _digest(*arrays, text=f"{entry(evidence, 'config')}{names}")


def _digest(*arrays: np.ndarray, text: str = "") -> bytes:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=32)
    for array in arrays:
        digest.update(f"{array.dtype.str}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.digest()
