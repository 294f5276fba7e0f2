"""A training history as plain data, and whether a network can have lived through it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from cnn_lesson.checking.evidence import Evidence, name_of, plain
from cnn_lesson.checking.reading import as_dict, as_items, as_number, entry

GUESSING = 0.20
"""Up to this accuracy a history earns nothing: it could be that of any network, or of none."""
CLAIM_MARGIN = 0.10
"""How far the history's validation accuracy may be from images that neither has seen."""
LOSS_RATIO, LOSS_MARGIN = 2.5, 0.15
"""The same for its validation loss: so many times as large, or by so much larger."""

DIGITS_TYPED = 4
"""A training leaves numbers of seven digits; a person writes fewer."""
PARTS_LIMIT = 20

Curves = dict[str, list[float]]
"""Numbers after each epoch, by name: ``loss``, ``val_loss``, ``accuracy``, …"""


def gather_curves(history: object) -> Evidence:
    """The curves of a Keras ``History`` or of its dict; ``odd`` for anything else."""
    inner = history if isinstance(history, Mapping) else getattr(history, "history", None)
    if not isinstance(inner, Mapping):
        return {"odd": name_of(history)}
    return {"curves": plain({str(name): list(values) for name, values in inner.items()})}


def gather_history(history: Any, model: object) -> Evidence:
    """The curves of a history, and whether they are those that Keras keeps for a network.

    A list of histories, one for each fit, is read as one; ``rounded`` are numbers as a person
    writes them.
    """
    if isinstance(history, (list, tuple)) and history:
        parts = [gather_history(each, model) for each in history[:PARTS_LIMIT]]
        return parts[-1] if len(parts) == 1 else _joined(parts)
    found = gather_curves(history)
    curves = read_curves(found) or {}
    own = read_curves(or_none(lambda: gather_curves(getattr(model, "history", None))))
    same = own is not None and own == curves
    return {
        **found,
        "own": same or or_none(lambda: history.model is model) is True,
        "other": own is not None and not same,
        "rounded": bool(curves) and all(map(_is_rounded, curves.values())),
    }


def or_none(fact: Callable[[], Any]) -> Any:
    """A fact about a learner's object; None where it cannot be had."""
    try:
        return fact()
    except Exception:  # Keras does not keep it for all; a learner's object may raise anything
        return None


def _joined(parts: list[Evidence]) -> Evidence:
    """The curves of several fits of one network, one behind the other; else those of the last."""
    if not all(part["own"] for part in parts):
        return parts[-1]
    rows: dict[str, list[float]] = {}
    for part in parts:
        for name, values in (read_curves(part) or {}).items():
            rows.setdefault(name, []).extend(values)
    return {**parts[-1], "curves": plain(rows)}


def _is_rounded(values: list[float]) -> bool:
    return all(value == round(value, DIGITS_TYPED) for value in values if math.isfinite(value))


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
    return any(name.startswith("val_") for name in curves)


def fell(curves: Curves) -> bool:
    """Whether the loss ended below its start; a single epoch starts at guessing, ln 10."""
    losses = curves.get("loss", [])
    start = losses[0] if len(losses) > 1 else math.log(10)
    return bool(losses) and losses[-1] < start


def claimed(curves: Curves) -> list[float]:
    """The validation accuracies of all epochs, empty where none were kept."""
    names = [name for name in curves if name.startswith("val_") and "acc" in name]
    return curves[names[0]] if names else []


def learnt(curves: Curves) -> list[float]:
    """The accuracies on the training part of all epochs, empty where none were kept."""
    names = [name for name in curves if not name.startswith("val_") and "acc" in name]
    return curves[names[0]] if names else []


def believable(curves: Curves, accuracy: float, loss: float = math.nan) -> bool:
    """Whether a network of this measured accuracy, and loss if there is one, can have this history.

    Some epoch has to claim about what was measured: the validation accuracy, else the validation
    loss, else the accuracy on the training part. A history that tells nothing of the kind is taken
    for that of any network that does better than guessing.
    """
    if claims := claimed(curves):
        return any(abs(claim - accuracy) <= CLAIM_MARGIN for claim in claims)
    if not accuracy > GUESSING:
        return False
    if "val_loss" in curves and math.isfinite(loss):
        return any(_alike(claim, loss) for claim in curves["val_loss"])
    claims = learnt(curves)
    return not claims or any(abs(claim - accuracy) <= CLAIM_MARGIN for claim in claims)


def _alike(one: float, other: float) -> bool:
    """Whether two losses may be those of one network on two parts of a data set."""
    low, high = sorted((one, other))
    return high <= LOSS_RATIO * low or high - low <= LOSS_MARGIN
