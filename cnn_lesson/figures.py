"""The figures of the lesson, one function each.

Every function takes plain arrays and numbers and returns a `Picture`: a PNG with its text
equivalent. Where there is nothing to draw yet, or nothing that can be drawn, the picture is an
empty frame that says so; answers never make a figure raise.
"""

from cnn_lesson.drawing.images import (
    before_after,
    digits,
    feature_maps,
    flip_demo,
    kernels,
    numbers,
    photo,
    picture,
    pictures,
    shuffled,
)
from cnn_lesson.drawing.layers import (
    anatomy,
    flatten_order,
    kernel_walk,
    parameter_bars,
    pooling,
)
from cnn_lesson.drawing.training import (
    accuracy_table_plot,
    confusion,
    label_counts,
    learning_curves,
    probabilities,
)

__all__ = [
    "accuracy_table_plot",
    "anatomy",
    "before_after",
    "confusion",
    "digits",
    "feature_maps",
    "flatten_order",
    "flip_demo",
    "kernel_walk",
    "kernels",
    "label_counts",
    "learning_curves",
    "numbers",
    "parameter_bars",
    "photo",
    "picture",
    "pictures",
    "pooling",
    "probabilities",
    "shuffled",
]
