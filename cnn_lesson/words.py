"""Words that stand in quotes in this lesson: a name that is missing may be one of them."""

from __future__ import annotations

import re

from cnn_lesson.checking.networks.allowlist import ACTIVATIONS
from cnn_lesson.checking.telling import undefined
from cnn_lesson.items import ITEMS

LOSSES = ("sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy")
OTHERS = ("adam", "sgd", "rmsprop", "accuracy", "valid", "same")
OPTIONS = ("input", "hidden", "output", "dense", "conv", "conv1d", "conv2d", "both", "neither")
OPTIONS += ("row", "column", "channel", "better", "worse")
_BOXES = re.compile(r"[A-G]{1,7}|[a-g]{2,7}")


def wants_quotes(name: str, text: str) -> bool:
    """Whether a name that is missing in a line is a word that Keras or an item takes in quotes."""
    if re.search(rf"\b{re.escape(name)}\s*\(", text):
        return False  # it is called, so it is a function that is not there yet
    if name in ITEMS:
        return re.search(rf"\b(?:check|hint)\(\s*{re.escape(name)}\b", text) is not None
    if _BOXES.fullmatch(name) and re.search(r"\broles\b|[\"'](?:input|hidden|output)[\"']", text):
        return True
    return word(name) in (*ACTIVATIONS, *LOSSES, *OTHERS, *OPTIONS)


def word(name: str) -> str:
    """The word that a name stands for: activations are written small, classes are not."""
    small = name.lower()
    return small if small in ACTIVATIONS else name


def without_quotes(message: str, text: str) -> str:
    """What an error means if a word stands without quotes in a line; else empty."""
    name = undefined(message)
    if not name or not wants_quotes(name, text):
        return ""
    return f'`{name}` is a word here, no variable: it stands in quotes, "{word(name)}"'
