"""What is asked, where, and for how many points: the one table that notebooks and grades share.

One file per item. To add one: its file here, its cells in the master, its bank in ``tests/items/``.
"""

from __future__ import annotations

from cnn_lesson.checking.item import Item
from cnn_lesson.items import (
    choose_layer,
    convolve,
    dense_vs_conv,
    edge_kernel,
    error_clinic,
    fashion,
    five_layers,
    ingredients,
    max_pool,
    output_shape,
    q1,
    q2,
    q3,
    q4,
    summary,
    train,
    trim_or_drop,
)

OBJECTIVES = {
    1: "list the three ingredients of a feed-forward network",
    2: "classify the parts of a network from its summary",
    3: "describe a convolutional layer",
    4: "describe a max pooling layer",
    5: "calculate the shape that a convolution leaves",
    6: "interpret errors with convolutional layers",
    7: "run a three-layer network on MNIST or similar data",
    8: "tell a dense layer from a convolutional layer",
    9: "experiment with the sizes of dense and convolutional layers",
    10: "select a layer type for the data at hand",
    11: "develop a five-layer network of both layer types",
}

_TABLE: tuple[Item, ...] = (
    ingredients.ITEM,
    convolve.ITEM,
    edge_kernel.ITEM,
    output_shape.ITEM,
    q3.ITEM,
    q4.CONV,
    q4.DENSE,
    max_pool.ITEM,
    q2.ITEM,
    q1.ITEM,
    train.ITEM,
    summary.ITEM,
    error_clinic.ITEM,
    dense_vs_conv.ITEM,
    choose_layer.ITEM,
    fashion.ITEM,
    fashion.ESSAY,
    trim_or_drop.ITEM,
    trim_or_drop.ESSAY,
    five_layers.ITEM,
)

ITEMS = {item.id: item for item in _TABLE}
NOTEBOOKS = tuple(dict.fromkeys(item.notebook for item in _TABLE))
TRAINS = frozenset({"02-mnist-cnn", "03-exercises"})
"""The notebooks that train networks; ``make build`` and grading keep what they learn."""


def checked(notebook: str | None = None) -> list[Item]:
    """The items that the computer grades, of one notebook or of all, in order."""
    items = (item for item in _TABLE if not item.manual)
    return [item for item in items if notebook in (None, item.notebook)]


def automatic_points(notebook: str | None = None) -> int:
    """What the computer can give, for one notebook or for all."""
    return sum(item.points for item in checked(notebook))
