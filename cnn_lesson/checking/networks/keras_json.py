"""Calls of layers as the JSON that ``keras.Model.to_json`` writes for a functional network."""

from __future__ import annotations

import json

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.networks.allowlist import MERGES


def as_keras_json(name: str, calls: list[Evidence], entrance: int, exit_: int) -> str:
    """The JSON of a functional network that goes from one call, by number, to another."""
    layers: dict[str, Evidence] = {}
    place: list[list] = []
    for call in calls:
        layer = layers.setdefault(
            call["name"],
            {
                "module": "keras.layers",
                "class_name": call["kind"],
                "config": {"name": call["name"], **call["settings"]},
                "registered_name": None,
                "name": call["name"],
                "inbound_nodes": [],
            },
        )
        tensors = [_tensor(place[source]) for source in call["from"]]
        merged = call["kind"] in MERGES
        place.append([call["name"], len(layer["inbound_nodes"]), 0])
        if call["kind"] != "InputLayer":
            arguments = [tensors] if merged else tensors
            layer["inbound_nodes"].append({"args": arguments, "kwargs": {}})
    config = {
        "name": name,
        "layers": list(layers.values()),
        "input_layers": [place[entrance]],
        "output_layers": [place[exit_]],
    }
    module = "keras.src.models.functional"
    return json.dumps({"module": module, "class_name": "Functional", "config": config})


def _tensor(place: list) -> Evidence:
    config = {"shape": [None], "dtype": "float32", "keras_history": place}
    return {"class_name": "__keras_tensor__", "config": config}
