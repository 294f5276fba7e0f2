"""What was handed in as a network: whether it is one, and one that was not built yet."""

from __future__ import annotations

import sys
from typing import Any

from cnn_lesson.checking.evidence import MISSING, name_of
from cnn_lesson.checking.networks.stock import Unportable, is_layer

PICTURE = (None, 28, 28, 1)


def demand_network(model: Any) -> None:
    """Raise ``Unportable``, in one line, for anything but a Keras network."""
    if isinstance(model, type):
        raise Unportable(f"this is the class {model.__name__}, not a network made from it")
    if model is None or model is MISSING:
        raise Unportable("nothing yet")
    if not is_layer(model):
        raise Unportable(f"this is {name_of(model)}, not a Keras network")
    if not isinstance(model, sys.modules["keras"].Model):
        raise Unportable(f"this is one layer ({name_of(model)}), not a network")


def built_copy(model: Any) -> Any:
    """A network like this Sequential, built for one grey picture, the learner's left unbuilt."""
    copy = type(model).from_config(model.get_config())
    copy.build(PICTURE)
    return copy
