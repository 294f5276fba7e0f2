"""What so many pictures can tell: differences that are larger than chance, bars that are near."""

from __future__ import annotations

import math

import numpy as np

from cnn_lesson.checking.item import Unseen
from cnn_lesson.datasets import instant_images
from cnn_lesson.verdict import Finding

SIGNIFICANT = 0.05
"""How often chance alone may look like a better network."""
NEAR = 2.0
"""Standard errors from a bar within which other pictures may fall on its other side."""
INSTANT_PICTURES, GRADER_PICTURES = 500, 1_000


def standard_error(share: float, *counts: int) -> float:
    """How far shares measured on samples of so many pictures lie apart by chance."""
    return math.sqrt(share * (1 - share) * sum(1 / count for count in counts))


def above(first: np.ndarray, second: np.ndarray, errors: float) -> bool:
    """Whether a network is right more often on one set of pictures than on another.

    Both are arrays of truth values, one for each picture; ``errors`` is by how many standard
    errors at least.
    """
    if not len(first) or not len(second):
        return False
    common = (first.sum() + second.sum()) / (len(first) + len(second))
    apart = float(np.mean(first) - np.mean(second))
    return apart > errors * standard_error(float(common), len(first), len(second))


def beats(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether one network is better than another on the same pictures by more than chance.

    Both are arrays of truth values. Only the pictures count that one of them alone has right: a
    sign test.
    """
    if first.shape != second.shape:
        return False
    won, lost = int(np.sum(first & ~second)), int(np.sum(second & ~first))
    at_least = sum(math.comb(won + lost, k) for k in range(won, won + lost + 1))
    return won > lost and at_least <= SIGNIFICANT * 2 ** (won + lost)


def near_bar(tried: str, value: float, bar: float, unseen: Unseen) -> list[Finding]:
    """What to say of an accuracy that reached its bar by less than chance; nothing otherwise.

    Only the instant check says it: what is graded is measured on the grader's pictures already.
    """
    margin = NEAR * standard_error(bar, INSTANT_PICTURES, GRADER_PICTURES)
    if unseen is not instant_images or value - bar >= margin:
        return []
    close = f"{value:.3f} is close to the bar of {bar:g}: may fall on the other side when graded"
    return [Finding(tried=tried, thought=close)]
