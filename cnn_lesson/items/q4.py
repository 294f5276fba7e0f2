"""``q4-conv``, ``q4-dense``: what 16 kernels of 3 × 3, or 16 units, have to learn."""

from __future__ import annotations

from cnn_lesson.checking.choice_item import Choice, ChoiceItem
from cnn_lesson.checking.layer_rules import CONV_PARAMETERS, DENSE_PARAMETERS, Layer
from cnn_lesson.checking.misconceptions import Rule
from cnn_lesson.checking.reading import WHOLE, as_whole

LAYER = Layer(height=28, width=28, channels=1, kernel=3, units=16)


def _count(
    kind: str, rule: Rule, minutes: float, ask: str, why: str, hints: tuple[str, ...]
) -> ChoiceItem:
    """The item that asks for the parameters of one kind of layer: its weights, and its biases.

    Who forgets the biases, or counts other ones, has the weights.
    """
    right, wrong, units = rule.right(LAYER), rule.about(LAYER), LAYER.units
    many = units * LAYER.places if kind == "conv" else LAYER.pixels
    with_weights = frozenset(right - units + biases for biases in (units, 0, 1, 2 * units, many))
    return ChoiceItem(
        id=f"q4-{kind}",
        objective=8,
        notebook="01-convolution",
        section="S2",
        minutes=minutes,
        hour=minutes,
        names=(f"{kind}_parameters",),
        parts=(
            Choice("the weights", 2, with_weights, as_whole, WHOLE, wrong, ask),
            Choice("the biases", 1, right, as_whole, WHOLE, wrong, ask),
        ),
        why=why,
        hints=hints,
    )


CONV = _count(
    "conv",
    CONV_PARAMETERS,
    2,
    "what does one filter need? then how many filters are there?",
    "nine weights in each kernel, a bias with each feature map, and nothing else is learned",
    (
        "does the size of the picture matter to a kernel?",
        "one kernel: a weight for each of its places, and one bias for its feature map",
        "3 * 3 * 1 weights and 1 bias for each of 16 kernels",
    ),
)
DENSE = _count(
    "dense",
    DENSE_PARAMETERS,
    1.5,
    "how many numbers does one unit see? then how many units are there?",
    "each unit has a weight for every pixel of the picture, and one bias of its own",
    (
        "every unit sees every number that comes in",
        "one unit: a weight for each pixel, and one bias",
        "28 * 28 weights and 1 bias for each of 16 units",
    ),
)
