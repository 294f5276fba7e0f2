"""``q3``: the shape that a 5 × 5 kernel leaves of a picture of 28 × 28, among four."""

from __future__ import annotations

import re

from cnn_lesson.checking.choice_item import Choice, ChoiceItem
from cnn_lesson.checking.layer_rules import FEATURE_MAP_SHAPE
from cnn_lesson.checking.reading import alone, as_option, as_shape

OPTIONS = {1: (24, 28), 2: (20, 28), 3: (26, 26), 4: (24, 24)}
CASE = (28, 28, 5)
SMALLEST_SIDE = 10
LARGEST_SIDE = 64


_BOTH = re.compile(r"\(?([1-4a-d])(?:[.):]+\s*| +\()(.*\d)\)?")


def _option(value: object) -> int | None:
    """The number of an option, also where its shape is written behind it: ``"4. 24 × 24"``."""
    value = alone(value)
    both = _BOTH.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    if not both:
        return as_option(value, len(OPTIONS))
    option = as_option(both[1], len(OPTIONS))
    return option if option and as_shape(both[2]) == OPTIONS[option] else None


def _read(value: object) -> tuple[int, ...] | None:
    """Rows and columns, from the number of an option or from a shape of one channel.

    One large number is both, as no option has it; a very large one is no side of anything here.
    """
    if option := _option(value):
        return OPTIONS[option]
    shape = as_shape(value) or ()
    shape = shape[1:] if len(shape) == 3 and shape[0] == 1 else shape
    if len(shape) == 1 and SMALLEST_SIDE <= shape[0] <= LARGEST_SIDE:
        return shape * 2
    return shape[:2] if len(shape) == 2 or (len(shape) == 3 and shape[2] == 1) else None


def _shown(value: object) -> str:
    option, (rows, columns) = _option(value), _read(value) or (0, 0)
    return f"option {option}, " * (option is not None) + f"{rows} × {columns}"


ITEM = ChoiceItem(
    id="q3",
    objective=5,
    notebook="01-convolution",
    section="S2",
    minutes=1.5,
    hour=1.5,
    names=("answer_q3",),
    parts=(
        Choice(
            "the shape",
            3,
            right=FEATURE_MAP_SHAPE.right(*CASE),
            read=_read,
            kind="the number of an option, 1 to 4, or rows and columns such as (3, 7)",
            misconceptions=FEATURE_MAP_SHAPE.about(*CASE),
            ask="draw a row of boxes and slide the window: at how many places does it stop?",
            shown=_shown,
        ),
    ),
    why=(
        "the middle of a 5 × 5 window never comes to the two outermost rows and columns, "
        "on any side"
    ),
    hints=(
        "look at one row first: where does the window start first, where last?",
        "the last start is the length of the row minus the length of the window",
        "starts from 0 to 28 - 5: how many are they? and the same again for the columns",
    ),
)
