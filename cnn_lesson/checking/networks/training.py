"""What a network lived through, as far as Keras keeps it: steps, learning rate, loss, curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import Evidence, line
from cnn_lesson.checking.networks.history import Curves, gather_curves, or_none, read_curves
from cnn_lesson.checking.reading import as_items, as_number, as_whole, entry, text_of

_PENALTIES = ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
_LIMITS = ("kernel_constraint", "bias_constraint")


@dataclass(frozen=True)
class Training:
    """What is known of a training; ``steps`` and ``rate`` are None where nothing is."""

    steps: int | None = None
    rate: float | None = None
    optimizer: str = ""
    loss: str = ""
    from_logits: bool = False
    curves: Curves | None = None
    penalties: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        """Whether nothing shows that this network was ever fitted."""
        return not self.steps and not self.curves


def gather_training(model: Any) -> Evidence:
    """The training of a network as plain data; what Keras does not tell is left out."""
    optimizer: Any = getattr(model, "optimizer", None)
    own = getattr(model, "history", None)
    facts: dict[str, Callable[[], object]] = {
        "steps": lambda: int(np.asarray(optimizer.iterations)),
        "rate": lambda: _rate(optimizer),
        "optimizer": lambda: line(type(optimizer).__name__, 40),
        "loss": lambda: _loss_name(model.loss),
        "from_logits": lambda: bool(model.loss.get_config()["from_logits"]),
        "curves": lambda: gather_curves(own)["curves"],
        "penalties": lambda: _penalised(model),
    }
    found = {name: or_none(each) for name, each in facts.items()}
    return {name: value for name, value in found.items() if value is not None}


def _rate(optimizer: Any) -> float:
    """The learning rate; that of a schedule is the one it starts from."""
    given = optimizer.get_config()["learning_rate"]
    return float(given["config"]["initial_learning_rate"] if isinstance(given, Mapping) else given)


def _loss_name(loss: Any) -> str:
    name = loss if isinstance(loss, str) else getattr(loss, "name", None) or loss.__name__
    return line(name, 60)


def _penalised(model: Any) -> list[str]:
    """The layers whose weights or outputs are kept small in training."""
    every = model._flatten_layers(include_self=False)
    names = (*_PENALTIES, *_LIMITS)
    return [
        line(layer.name, 60)
        for layer in every
        if any(getattr(layer, name, None) is not None for name in names)
    ]


def read_training(evidence: object) -> Training:
    """The training in a network's evidence; anything odd in it counts as unknown."""
    lived = entry(evidence, "lived")
    rate = as_number(entry(lived, "rate"))
    return Training(
        steps=as_whole(entry(lived, "steps")),
        rate=None if rate is None else float(rate),
        optimizer=text_of(entry(lived, "optimizer")),
        loss=text_of(entry(lived, "loss")),
        from_logits=entry(lived, "from_logits") is True,
        curves=read_curves(lived),
        penalties=tuple(map(text_of, as_items(entry(lived, "penalties")) or ())),
    )
