"""``q4-conv``, ``q4-dense``: what 16 kernels of 3 × 3, or 16 units, have to learn."""

from __future__ import annotations

from cnn_lesson.checking.choice_item import Choice, ChoiceItem
from cnn_lesson.checking.layer_rules import CONV_PARAMETERS, DENSE_PARAMETERS, Layer
from cnn_lesson.checking.reading import as_whole

LAYER = Layer(height=28, width=28, channels=1, kernel=3, units=16)
KIND = "a whole number"

CONV = ChoiceItem(
    id="q4-conv",
    objective=8,
    notebook="01-convolution",
    section="S2",
    names=("conv_parameters",),
    kind=KIND,
    misconceptions=CONV_PARAMETERS.about(LAYER),
    parts=(
        Choice(
            "the count",
            3,
            right=CONV_PARAMETERS.right(LAYER),
            read=as_whole,
            kind=KIND,
            misconceptions=CONV_PARAMETERS.about(LAYER),
            ask="what does one filter need? then how many filters are there?",
        ),
    ),
    hints=(
        "does the size of the picture matter to a kernel?",
        "one kernel: a weight for each of its places, and one bias for its feature map",
        "3 * 3 * 1 weights and 1 bias for each of 16 kernels",
    ),
)

DENSE = ChoiceItem(
    id="q4-dense",
    objective=8,
    notebook="01-convolution",
    section="S2",
    names=("dense_parameters",),
    kind=KIND,
    misconceptions=DENSE_PARAMETERS.about(LAYER),
    parts=(
        Choice(
            "the count",
            3,
            right=DENSE_PARAMETERS.right(LAYER),
            read=as_whole,
            kind=KIND,
            misconceptions=DENSE_PARAMETERS.about(LAYER),
            ask="how many numbers does one unit see? then how many units are there?",
        ),
    ),
    hints=(
        "every unit sees every number that comes in",
        "one unit: a weight for each pixel, and one bias",
        "28 * 28 weights and 1 bias for each of 16 units",
    ),
)
