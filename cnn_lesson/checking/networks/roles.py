"""Which layer of a network plays which part, where its layers are not those of the notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cnn_lesson.checking.networks.accuracy import Facts
from cnn_lesson.checking.networks.architecture import FLATTEN, LayerSpec, as_part
from cnn_lesson.checking.networks.rebuild import Network


def with_entrance(whole: Facts, name: str) -> Facts:
    """The same facts, the network's one entrance going by this name."""
    if whole.network is None:
        return whole
    entrances = [call.layer for call in whole.network.calls if call.kind == "InputLayer"]
    return renamed(whole, {entrances[0]: name} if entrances else {})


def renamed(whole: Facts, names: Mapping[str, str]) -> Facts:
    """The same facts, layers going by other names."""
    if whole.network is None:
        return whole
    calls = [replace(call, layer=names.get(call.layer, call.layer)) for call in whole.network.calls]
    return replace(whole, network=Network(whole.network.name, tuple(calls)))


def roles(whole: Facts, wanted: Mapping[str, LayerSpec]) -> dict[str, str]:
    """From layers of a network to the names whose part they play: by class, in their order.

    Only names that are no layer of this network are given away, only to layers that have none.
    """
    steps = whole.network.steps() if whole.network else ()
    taken = {call.layer for call in steps}
    left = {name: one[0] for name, one in wanted.items() if name not in taken}
    found: dict[str, str] = {}
    for call in steps:
        kind = FLATTEN[0] if as_part(call) == FLATTEN else call.kind
        name = next((name for name, each in left.items() if each == kind), None)
        if name is not None and call.layer not in (*wanted, *found):
            found[call.layer] = name
            del left[name]
    return found


def is_older(found: Mapping[str, str], current: Mapping[str, str]) -> bool:
    """Whether a network's layers were made before those that go by the names now.

    ``found`` maps its layers to names, ``current`` the names to layers; Keras numbers the layers
    of a class one after the other. A clone, and what was saved and loaded, has the same numbers.
    """
    pairs = [(layer, current[name]) for layer, name in found.items() if name in current]
    numbers = [(_number(before), _number(now)) for before, now in pairs]
    return any(kind == kind_now and n < n_now for (kind, n), (kind_now, n_now) in numbers)


def _number(layer: str) -> tuple[str, int]:
    kind, _, number = layer.rpartition("_")
    return (kind, int(number)) if number.isdecimal() else (layer, 0)
