"""What a check is made of.

A check has three steps. ``inputs`` draws what the learner's code is called on, ``gather`` calls it
and hands out plain data, ``judge`` turns the data into a verdict. The first two may run in a
learner's kernel, the last runs wherever the judge is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.verdict import Verdict

VISIBLE_SEED = 7
"""The seed of the inputs in a learner's own notebook; the grader draws with another."""

Images = tuple[np.ndarray, np.ndarray]
"""Pictures uint8 (n, 28, 28) and labels (n,)."""

Unseen = Callable[[str], Images]
"""From ``"mnist"`` or ``"fashion_mnist"`` to images that a network has not learned from."""


def _no_inputs(seed: int) -> Evidence:
    return {}


@dataclass(frozen=True)
class Check:
    """The three steps of one item's check, and its hints from weak to strong."""

    item: str
    gather: Callable[[Mapping[str, object], Evidence], Evidence]
    judge: Callable[[Evidence, Evidence, Unseen], Verdict]
    inputs: Callable[[int], Evidence] = _no_inputs
    hints: tuple[str, ...] = ()
