"""What is asked, where, and for how many points: the one table that notebooks and grades share."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Item:
    """One graded item: the names are those that its answer must have in the notebook."""

    id: str
    objective: int
    notebook: str
    section: str
    points: int
    names: tuple[str, ...] = ()
    manual: bool = False


_FIRST, _SECOND, _THIRD = "01-convolution", "02-mnist-cnn", "03-exercises"
_Q1_NAMES = tuple("conv1 conv2 mpool flat dense1 dense2 x_inputs output_yhat model".split())
_PATIENTS = ("patient_a", "patient_b", "patient_c", "patient_d")

_TABLE = (
    Item("ingredients", 1, _FIRST, "S0", 4, ("roles",)),
    Item("convolve", 3, _FIRST, "S1", 7, ("convolve",)),
    Item("edge-kernel", 3, _FIRST, "S1", 4, ("edge_kernel",)),
    Item("output-shape", 5, _FIRST, "S2", 5, ("output_shape",)),
    Item("q3", 5, _FIRST, "S2", 3, ("answer_q3",)),
    Item("q4-conv", 8, _FIRST, "S2", 3, ("conv_parameters",)),
    Item("q4-dense", 8, _FIRST, "S2", 3, ("dense_parameters",)),
    Item("max-pool", 4, _FIRST, "S3", 5, ("max_pool",)),
    Item("q2", 4, _FIRST, "S3", 3, ("answer_q2", "fastest_index")),
    Item("q1", 11, _SECOND, "S4", 10, _Q1_NAMES),
    Item("train", 7, _SECOND, "S4", 5, ("model", "history")),
    Item("summary", 2, _SECOND, "S4", 5, ("parts",)),
    Item("error-clinic", 6, _SECOND, "S5", 8, ("causes", *_PATIENTS)),
    Item("dense-vs-conv", 8, _SECOND, "S6", 5, ("counts", "falls", "shuffled")),
    Item("choose-layer", 10, _SECOND, "S6", 4, ("choices",)),
    Item("fashion", 7, _THIRD, "S7", 5, ("fashion_model", "fashion_history", "tuned_model")),
    Item("fashion-why", 7, _THIRD, "S7", 4, manual=True),
    Item("trim-or-drop", 9, _THIRD, "S8", 6, ("networks", "table")),
    Item("trim-or-drop-why", 9, _THIRD, "S8", 4, manual=True),
    Item("five-layers", 11, _THIRD, "S9", 7, ("my_model",)),
)

ITEMS = {item.id: item for item in _TABLE}
NOTEBOOKS = (_FIRST, _SECOND, _THIRD)
TRAINS = frozenset({_SECOND, _THIRD})
"""The notebooks that train networks; `make build` and grading keep what they learn."""


def checked(notebook: str | None = None) -> list[Item]:
    """The items that the computer grades, of one notebook or of all, in order."""
    items = (item for item in _TABLE if not item.manual)
    return [item for item in items if notebook in (None, item.notebook)]


def automatic_points(notebook: str | None = None) -> int:
    """What the computer can give, for one notebook or for all."""
    return sum(item.points for item in checked(notebook))
