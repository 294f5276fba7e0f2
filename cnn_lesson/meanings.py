"""What the errors of Keras mean that a learner of this lesson meets, in words of the lesson."""

from __future__ import annotations

import re

from cnn_lesson.checking.telling import sentence

MEANINGS = (
    (
        r"expected min_ndim=4|expected ndim=4",
        "a picture needs three axes, rows × columns × channels, beside the one that counts them",
    ),
    (
        r"expected axis -1 of input shape to have value",
        "this layer has weights for another number of channels: was it called before? (patient b)",
    ),
    (
        r"would be zero or negative|[Nn]egative dimension",
        "the window does not fit into what arrives: the axes in another order, or too much pooling",
    ),
    (
        r"must have rank \(ndim\) `target.ndim - 1`",
        "the answers have too many axes: the feature maps were not flattened (patient d)",
    ),
    (
        r"`target` and `output` must have the same (rank|shape)",
        "this loss wants labels of another form: for whole numbers its name begins with sparse_",
    ),
    (
        r"`inputs` values must be KerasTensors|`outputs` values must be KerasTensors",
        "a model goes from the tensor of Input to the last tensor; pictures come in with fit",
    ),
    (
        r"Only input tensors may be passed",
        "a layer was passed where its output is wanted: what does it give when it is called?",
    ),
    (
        r"Could not interpret (activation|loss|optimizer|metric|initializer)[ a-z]* identifier",
        "Keras has nothing of that name; its names are written small, with _ between words",
    ),
    (
        r"Invalid input shape for input|is incompatible with the layer: expected shape",
        "these pictures have another shape than the Input of the network announces",
    ),
    (
        r"Data cardinality is ambiguous",
        "pictures and labels are not equally many",
    ),
    (
        r"Received a label value of",
        "a label is no class of this network: ten outputs are the classes 0 to 9",
    ),
    (
        r"You must call `compile\(\)`",
        "compile comes before fit and evaluate: it says which loss and which optimizer",
    ),
    (
        r"isn't built|has not been built|has never been called",
        "without an Input a network has no weights until it has seen a picture",
    ),
    (
        r"input_axes|axes in weight|of layer .* is incompatible",
        "what arrives at this layer has another shape than it was made for",
    ),
)


def meaning(error: BaseException) -> str:
    """What an error means in this lesson, empty where it does not come up in it."""
    said = sentence(error)
    return next((means for pattern, means in MEANINGS if re.search(pattern, said)), "")
