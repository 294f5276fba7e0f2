"""Layers of Question 1 that are not there: left open, or their cell ended in an error before."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cnn_lesson.checking.evidence import name_of
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks.allowlist import ACTIVATIONS
from cnn_lesson.checking.networks.architecture import LayerSpec
from cnn_lesson.checking.telling import undefined
from cnn_lesson.verdict import NOTHING, Finding

BLANK = re.compile(r"_{4,}")
UNKNOWN = re.compile(r"Could not interpret activation.*: *(\w+)")


def _is_in_capitals(raised: str) -> bool:
    """Whether an activation was looked for that is one of Keras' in small letters."""
    found = UNKNOWN.search(raised)
    return found is not None and found[1] not in ACTIVATIONS and found[1].lower() in ACTIVATIONS


def is_open(given: LayerSpec | str | None) -> bool:
    """Whether a layer is not there."""
    return given is None or given == name_of(None)


OPEN = (
    Misconception(
        lambda raised: bool(BLANK.search(raised)),
        "a blank left open",
        "fill in all blanks of the cell, then run it",
    ),
    Misconception(
        _is_in_capitals,
        "a name of an activation with capital letters: Keras writes them small",
        "the same word, in small letters throughout?",
    ),
    Misconception(
        lambda raised: "Could not interpret activation" in raised,
        "a name that no activation of Keras has",
        "is a letter missing, or one too many?",
    ),
    Misconception(
        lambda raised: undefined(raised).lower() in ACTIVATIONS,
        "the name of an activation without quotes: so it is a variable, which is not there",
        "what stands around a text in Python?",
    ),
    Misconception(
        lambda raised: bool(raised),
        "",
        "the cell ended before: which line does its message name, and what does it say?",
    ),
    Misconception(lambda raised: True, "", "fill in the lines, then run the cell"),
)
"""Why layers are missing, by what their cell raised."""


def open_findings(missing: Mapping[str, str]) -> list[Finding]:
    """What to say about layers that are not there, {name: what its cell raised}: once a cause."""
    causes: dict[str, list[str]] = {}
    for name, raised in missing.items():
        causes.setdefault(raised, []).append(name)
    return [
        finding(
            explain(OPEN, raised),
            tried=", ".join(names),
            yours="not made: an error came before" if raised else NOTHING,
        )
        for raised, names in causes.items()
    ]
