"""``summary``: role, output shape and parameters of five layers, read off a summary."""

from __future__ import annotations

import functools

from cnn_lesson.arithmetic import Shape, conv_parameters, output_shape
from cnn_lesson.checking.choice_item import Choice, ChoiceItem, Values
from cnn_lesson.checking.evidence import Evidence
from cnn_lesson.checking.layer_rules import (
    CONV_PARAMETERS,
    DENSE_PARAMETERS,
    FORGOT_ONE,
    THREE_CHANNELS,
    Layer,
)
from cnn_lesson.checking.misconceptions import Misconception, Rule, chosen, wrong
from cnn_lesson.checking.reading import (
    as_items,
    as_shape,
    as_whole,
    entry,
    one_of,
    read_by_name,
)

_ONE_CHANNEL = (
    "the kernel reaches through one channel only",
    "how many numbers lie under the kernel when the input has several channels?",
)
_FROM_THE_PICTURE = (
    "the channels of the picture were taken, not those that arrive",
    "what leaves the row above, and how many channels has it?",
)
CONV_PARAMETERS_DEEP = Rule(
    CONV_PARAMETERS.right,
    (
        wrong(lambda a: conv_parameters(a.units, a.kernel, 3), *_FROM_THE_PICTURE),
        *(each for each in CONV_PARAMETERS.wrong if each is not THREE_CHANNELS),
        wrong(lambda a: conv_parameters(a.units, a.kernel), *_ONE_CHANNEL),
        wrong(lambda a: a.kernel**2 * a.units, *_ONE_CHANNEL),
    ),
)

NO_PARAMETERS = Rule(
    lambda a: 0,
    (
        wrong(
            lambda a: a.pixels,
            "the values that pass through were counted",
            "which numbers stay the same from picture to picture?",
        ),
        wrong(
            lambda a: conv_parameters(a.units, a.kernel, a.channels),
            "counted as if it were a convolution",
            "what does picking a value or rearranging have to learn?",
        ),
        wrong(
            lambda a: a.kernel**2,
            "the size of the window was counted",
            "what does picking a value or rearranging have to learn?",
        ),
    ),
)


def _feature_map(a: Layer) -> Shape:
    return output_shape(a.height, a.width, a.kernel)


CONV_SHAPE = Rule(
    lambda a: (*_feature_map(a), a.units),
    (
        wrong(
            lambda a: (a.height, a.width, a.units),
            '"same" padding: the size was kept',
            "without a frame of zeros, can the kernel sit on the last pixel of a row?",
        ),
        wrong(
            lambda a: (a.height - a.kernel, a.width - a.kernel, a.units),
            *FORGOT_ONE[1:],
        ),
        wrong(
            lambda a: (*_feature_map(a), a.channels),
            "the channels of the input were kept",
            "how many feature maps do so many kernels make?",
        ),
        wrong(
            lambda a: (*_feature_map(a), a.channels * a.units),
            "each kernel was given a feature map for each channel",
            "a kernel sums over all channels; how many maps does it leave?",
        ),
        wrong(
            lambda a: (a.units, *_feature_map(a)),
            "channels first",
            "where does Keras put the channels, first or last?",
        ),
        wrong(
            _feature_map,
            "the feature maps are missing",
            "one shape for all of them together: how many lie behind each other?",
        ),
    ),
)

POOL_SHAPE = Rule(
    lambda a: (a.height // a.kernel, a.width // a.kernel, a.channels),
    (
        wrong(
            lambda a: (a.height, a.width, a.channels),
            "nothing was pooled",
            "how many windows lie side by side?",
        ),
        wrong(
            lambda a: (*_feature_map(a), a.channels),
            "windows one step apart, as in a convolution",
            "how far apart do pooling windows lie unless told?",
        ),
        wrong(
            lambda a: (a.height // a.kernel, a.width // a.kernel, a.channels // a.kernel),
            "the channels were pooled, too",
            "does a pooling window reach from one feature map into the next?",
        ),
        wrong(
            lambda a: (a.height // a.kernel, a.width // a.kernel),
            "the feature maps are missing",
            "one shape for all of them together: how many lie behind each other?",
        ),
    ),
)

FLATTEN_SHAPE = Rule(
    lambda a: (a.pixels,),
    (
        wrong(
            lambda a: (a.height, a.width, a.channels),
            "nothing was flattened",
            "one long row: how many numbers is it?",
        ),
        wrong(
            lambda a: (a.height * a.width,),
            "one feature map only was flattened",
            "how many feature maps come in?",
        ),
        wrong(
            lambda a: (a.channels,),
            "one number for each feature map, as global pooling gives",
            "Flatten loses nothing; how many numbers come in?",
        ),
        wrong(
            lambda a: (a.height + a.width + a.channels,),
            "added where it should be multiplied",
            "how many numbers are in 2 rows of 3?",
        ),
    ),
)

DENSE_SHAPE = Rule(
    lambda a: (a.units,),
    (
        wrong(
            lambda a: (1,),
            "one answer instead of one number for each class",
            "what does each unit give?",
        ),
        wrong(
            lambda a: (a.pixels,),
            "the shape that comes in, not the one that goes out",
            "how many numbers leave this layer?",
        ),
        wrong(
            lambda a: (a.pixels, a.units),
            "the shape of the weights, not of the output",
            "how many numbers leave this layer?",
        ),
    ),
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
    "E": ("output", DENSE_SHAPE, DENSE_PARAMETERS, Layer(12, 12, 16, 3, 10)),
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
            "a whole number",
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
    hints=(
        "go from top to bottom: what leaves one row enters the next",
        "shapes: a kernel of k takes k - 1 off rows and columns, the number of kernels becomes the "
        "channels; pooling divides rows and columns; Flatten multiplies everything",
        "parameters: (kernel rows x kernel columns x channels that come in, and one bias) for each "
        "kernel; (inputs and one bias) for each unit; what only picks or rearranges has none",
    ),
)
