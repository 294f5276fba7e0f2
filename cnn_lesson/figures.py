"""The figures of the lesson, one function each.

Every function takes plain arrays and numbers and returns a `Picture`: a PNG with its text
equivalent. Where there is nothing to draw yet, or nothing that can be drawn, the picture is an
empty frame that says so; answers never make a figure raise.
"""

from cnn_lesson.drawing.ideas import channels, receptive_field, unit
from cnn_lesson.drawing.images import before_after, flip_demo, numbers, photo, picture, pictures
from cnn_lesson.drawing.layers import anatomy, flatten_order, parameter_bars, pooling
from cnn_lesson.drawing.learning import kernel_learned, kernels_compared, seen
from cnn_lesson.drawing.sheets import digits, feature_maps, kernels, shuffled
from cnn_lesson.drawing.training import (
    accuracy_table_plot,
    confusion,
    label_counts,
    learning_curves,
    probabilities,
)
from cnn_lesson.drawing.walk import kernel_walk

__all__ = [
    "accuracy_table_plot",
    "anatomy",
    "before_after",
    "channels",
    "confusion",
    "digits",
    "feature_maps",
    "flatten_order",
    "flip_demo",
    "kernel_learned",
    "kernel_walk",
    "kernels",
    "kernels_compared",
    "label_counts",
    "learning_curves",
    "numbers",
    "parameter_bars",
    "photo",
    "picture",
    "pictures",
    "pooling",
    "probabilities",
    "receptive_field",
    "seen",
    "shuffled",
    "unit",
]
