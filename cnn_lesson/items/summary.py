"""``summary``: role, output shape and parameters of five layers, read off a summary."""

from __future__ import annotations

import functools

from cnn_lesson.checking.choice_item import Choice, ChoiceItem, Values
from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.layer_rules import DENSE_PARAMETERS, Layer
from cnn_lesson.checking.misconceptions import Misconception, Rule, chosen
from cnn_lesson.checking.reading import (
    WHOLE,
    as_items,
    as_shape,
    as_whole,
    entry,
    one_of,
    read_by_name,
)
from cnn_lesson.checking.summary_rules import (
    CONV_PARAMETERS_DEEP,
    CONV_SHAPE,
    DENSE_SHAPE,
    FLATTEN_SHAPE,
    NO_PARAMETERS,
    POOL_SHAPE,
)

_FIRST = "which row of the summary only states a shape?"
_LAST = "which layer's numbers leave the network?"
ROLES = {
    "hidden": (
        Misconception(
            chosen("input"), "the first thing that computes is taken for the input", _FIRST
        ),
        Misconception(chosen("output"), "a layer on the way is taken for the answer", _LAST),
    ),
    "output": (
        Misconception(chosen("hidden"), "the last layer is taken for one on the way", _LAST),
        Misconception(chosen("input"), "the two ends are mixed up", _LAST),
    ),
}

ROWS = {
    "A": ("hidden", CONV_SHAPE, CONV_PARAMETERS_DEEP, Layer(32, 32, 3, 5, 8)),
    "B": ("hidden", POOL_SHAPE, NO_PARAMETERS, Layer(28, 28, 8, 2, 8)),
    "C": ("hidden", CONV_SHAPE, CONV_PARAMETERS_DEEP, Layer(14, 14, 8, 3, 16)),
    "D": ("hidden", FLATTEN_SHAPE, NO_PARAMETERS, Layer(12, 12, 16, 1, 16)),
    "E": ("output", DENSE_SHAPE, DENSE_PARAMETERS, Layer(12, 12, 16, 1, 10)),
}


def _cells(letter: str, role: str, shape: Rule, count: Rule, *layers: Layer) -> tuple[Choice, ...]:
    """The three cells of a row, worth a point together: right for one of the layers is right.

    The first is the layer as it is asked for, another one has what the learner says comes in.
    """
    return (
        Choice(
            f"{letter}, role",
            1 / 3,
            role,
            functools.partial(one_of, ("input", "hidden", "output")),
            '"input", "hidden" or "output"',
            ROLES[role],
        ),
        Choice(
            f"{letter}, output shape",
            1 / 3,
            frozenset(shape.right(layer) for layer in layers),
            as_shape,
            "a tuple of whole numbers, without the None",
            _slips(shape, layers),
            "what comes in from the row above, and what does this layer do to it?",
            column="shapes",
        ),
        Choice(
            f"{letter}, parameters",
            1 / 3,
            frozenset(count.right(layer) for layer in layers),
            as_whole,
            WHOLE,
            _slips(count, layers),
            "what does one kernel or unit need, and how many are there?",
            column="parameters",
        ),
    )


def _slips(rule: Rule, layers: tuple[Layer, ...]) -> tuple[Misconception, ...]:
    """What goes wrong with a layer: first with what comes in as the learner has it."""
    return tuple(slip for layer in reversed(layers) for slip in rule.about(layer))


def _asked(item: ChoiceItem, values: Values) -> tuple[Choice, ...]:
    """The cells, where what follows rightly from a shape that is wrong is right, too."""
    cells, above = [], None
    for letter, (role, shape, count, layer) in ROWS.items():
        fed = layer if above is None else _fed(letter, layer, above)
        cells += _cells(letter, role, shape, count, *dict.fromkeys((layer, fed)))
        above = as_shape(values[f"{letter}, output shape"])
    return tuple(cells)


def _fed(letter: str, layer: Layer, shape: tuple[int, ...]) -> Layer:
    """The layer where this shape comes in; as it was where it cannot take such a shape."""
    if not 0 < min(shape) <= max(shape) < 10**6:
        return layer
    if letter == "E":
        (inputs, *more) = shape
        return layer if more else layer._replace(height=inputs, width=1, channels=1, kernel=1)
    if len(shape) != 3 or min(shape[:2]) < layer.kernel:
        return layer
    height, width, channels = shape
    units = channels if layer.units == layer.channels else layer.units
    return Layer(height, width, channels, layer.kernel, units)


def _values(item: ChoiceItem, evidence: Evidence) -> Values | None:
    """The fifteen cells as they were given; None for what is no table."""
    value = entry(evidence, "parts")
    table = {} if value is None else read_by_name(value, tuple(ROWS))
    if table is None:
        return None
    cells = [cell for letter in ROWS for cell in _three(table.get(letter))]
    return dict(zip((choice.label for choice in item.parts), cells, strict=True))


_CELLS = ("role", "shape", "param")


def _three(row: object) -> list[object]:
    """Role, shape and parameters as they were given; None for what is missing."""
    named = isinstance(row, dict) and not {"odd", "set", "dict"} & set(row)
    cells = _in_order(row) if named else as_items(row)
    if cells is None and row is not None:
        cells = [row]
    return (cells or [])[:3] + [None] * (3 - len(cells or []))


def _in_order(row: dict) -> list[object]:
    """The cells of a row with names, by these names or as they come."""
    named = {one_of(_CELLS, name): cell for name, cell in row.items()}
    return [named[name] for name in _CELLS] if set(_CELLS) <= set(named) else list(row.values())


ITEM = ChoiceItem(
    id="summary",
    objective=2,
    notebook="02-mnist-cnn",
    section="S4",
    minutes=10,
    names=("parts",),
    kind="a dict: for each letter its role, its output shape and its number of parameters",
    parts=tuple(cell for letter, row in ROWS.items() for cell in _cells(letter, *row)),
    values=_values,
    asks=_asked,
    why=(
        "each row takes in what the row above gives out, and has parameters only where "
        "something is learned"
    ),
    hints=(
        "go from top to bottom: what leaves one row enters the next",
        "shapes: a kernel of k takes k - 1 off rows and columns, the number of kernels becomes the "
        "channels; pooling divides rows and columns; Flatten multiplies everything",
        "parameters: (kernel rows x kernel columns x channels that come in, and one bias) for each "
        "kernel; (inputs and one bias) for each unit; what only picks or rearranges has none",
    ),
)
