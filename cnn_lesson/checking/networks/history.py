"""A training history as plain data, and whether a network can have lived through it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from cnn_lesson.checking.evidence import Evidence, name_of, plain
from cnn_lesson.checking.reading import as_dict, as_items, as_number, entry

GUESSING = 0.20
"""Up to this accuracy a history earns nothing: it could be that of any network, or of none."""
CLAIM_MARGIN = 0.10
"""How far the history's validation accuracy may be from images that neither has seen."""

Curves = dict[str, list[float]]
"""Numbers after each epoch, by name: ``loss``, ``val_loss``, ``accuracy``, …"""


def gather_curves(history: object) -> Evidence:
    """The curves of a Keras ``History`` or of its dict; ``odd`` for anything else."""
    inner = history if isinstance(history, Mapping) else getattr(history, "history", None)
    if not isinstance(inner, Mapping):
        return {"odd": name_of(history)}
    return {"curves": plain({str(name): list(values) for name, values in inner.items()})}


def read_curves(evidence: object) -> Curves | None:
    """The curves in the evidence that hold nothing but numbers; None where there are none."""
    curves: Curves = {}
    for name, values in (as_dict(entry(evidence, "curves")) or {}).items():
        items = as_items(values) or []
        if items and all(isinstance(item, float) or as_number(item) is not None for item in items):
            curves[str(name)] = [float(item) for item in items]
    return curves or None


def validated(curves: Curves) -> bool:
    """Whether a validation part was watched."""
    return "val_loss" in curves


def fell(curves: Curves) -> bool:
    """Whether the loss ended below its start; a single epoch starts at guessing, ln 10."""
    losses = curves.get("loss", [])
    start = losses[0] if len(losses) > 1 else math.log(10)
    return bool(losses) and losses[-1] < start


def claimed(curves: Curves) -> list[float]:
    """The validation accuracies of all epochs, empty where none were kept."""
    names = [name for name in curves if name.startswith("val_") and "acc" in name]
    return curves[names[0]] if names else []


def believable(curves: Curves, accuracy: float) -> bool:
    """Whether a network of this measured accuracy can have this history.

    Some epoch has to claim about what was measured. A history without accuracies is taken for
    that of any network that does better than guessing.
    """
    claims = claimed(curves)
    if not claims:
        return accuracy > GUESSING
    return any(abs(claim - accuracy) <= CLAIM_MARGIN for claim in claims)
