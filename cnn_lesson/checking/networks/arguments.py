"""The arguments of an operation in a learner's network as plain data, arrays kept aside."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

import numpy as np

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.networks.operations import NAMES, PREFIX, checked

_PLAIN = {name.rpartition(".")[2].replace("_", ""): name for name in sorted(NAMES, reverse=True)}
_MODULES = ("keras.src.ops", "keras.src.activations")


class Performed(NamedTuple):
    """One call of an operation: its kind, its arguments, weights and other arrays among them."""

    kind: str
    settings: Evidence
    variables: list[np.ndarray]
    constants: list[np.ndarray]


class _Arguments:
    """Collects the arrays while arguments become plain data."""

    def __init__(self, tensors: list[Any]) -> None:
        self.places = {id(tensor): number for number, tensor in enumerate(tensors)}
        self.arrays: list[tuple[bool, np.ndarray]] = []

    def plain(self, value: Any) -> Any:
        """An argument as ``operations.checked`` wants it."""
        if id(value) in self.places:
            return {"tensor": self.places[id(value)]}
        if isinstance(value, slice):
            return {"slice": [self.plain(part) for part in (value.start, value.stop, value.step)]}
        if isinstance(value, (list, tuple)):
            parts = [self.plain(part) for part in value]
            return {"tuple": parts} if isinstance(value, tuple) else parts
        if value is Ellipsis:
            return {"all": True}
        if isinstance(value, np.generic):
            return value.item()
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        return self._array(value)

    def _array(self, value: Any) -> Any:
        variable = isinstance(value, sys.modules["keras"].Variable)
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise ValueError("an argument is no number")
        self.arrays.append((variable, array))
        return {"array": len(self.arrays) - 1}


def performed(operation: Any, node: Any, position: int) -> Performed:
    """A call of an operation of ``keras.ops``, its output of this position.

    Raises ``ValueError`` for one that is not carried over.
    """
    name = _PLAIN.get(type(operation).__name__.lower())
    if name is None or not type(operation).__module__.startswith(_MODULES):
        raise ValueError(f"the operation {type(operation).__name__}")
    kind, found = PREFIX + name, _Arguments(node.input_tensors)
    config = {key: value for key, value in operation.get_config().items() if key != "name"}
    settings = {
        "given": [found.plain(value) for value in node.arguments.args],
        "named": {
            key: found.plain(value) for key, value in {**config, **node.arguments.kwargs}.items()
        },
        "place": position,
    }
    checked(kind, settings)
    order = sorted(range(len(found.arrays)), key=lambda number: not found.arrays[number][0])
    return Performed(
        kind,
        _renumbered(settings, {old: new for new, old in enumerate(order)}),
        [array for variable, array in found.arrays if variable],
        [array for variable, array in found.arrays if not variable],
    )


def _renumbered(value: Any, places: dict[int, int]) -> Any:
    """The same arguments, arrays numbered as they are kept: weights first."""
    if isinstance(value, list):
        return [_renumbered(part, places) for part in value]
    if isinstance(value, dict) and [*value] == ["array"]:
        return {"array": places[value["array"]]}
    if isinstance(value, dict):
        return {key: _renumbered(part, places) for key, part in value.items()}
    return value
