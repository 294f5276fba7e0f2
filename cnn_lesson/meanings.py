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
        r"expected axis -1.*received input with shape \(\w+, \w+, \w+, \w+\)",
        "this layer has weights for another number of channels: was it called before? (patient b)",
    ),
    (
        r"expected axis -1 of input shape to have value",
        "this layer has weights for rows of another length: does a picture come without the axis "
        "that counts pictures, or was the layer called before?",
    ),
    (
        r"would be zero or negative|[Nn]egative dimension",
        "the window does not fit into what arrives: the axes in another order, or too much pooling",
    ),
    (
        r"`target.ndim - 1`.*target\.shape=\(\w+, \d+\), output\.shape=\(\w+, \d+\)",
        "labels in rows of 0 and 1: a loss whose name begins with sparse_ wants whole numbers",
    ),
    (
        r"must have rank \(ndim\) `target.ndim - 1`"
        r"|`target` and `output` must have.*output\.shape=\(\w+, \d+, \d+, \d+\)",
        "the answers have too many axes: the feature maps were not flattened (patient d)",
    ),
    (
        r"`target` and `output` must have the same (rank|shape).*target\.shape=\(\w+, (?!1\))\d",
        "labels of so many columns and so many outputs do not fit: one output for each class",
    ),
    (
        r"`target` and `output` must have the same (rank|shape)|Dimensions must be .*compile_loss"
        r"|Incompatible shapes: \[\d+\] vs. \[\d+,\d+\]",
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
        r"(?i)(data_format=|units=|identifier: )<KerasTensor|Iterating over a symbolic KerasTensor"
        r"|KerasTensor (cannot be used as a boolean|is symbolic)",
        "a tensor came where a setting is wanted: a layer is made first, with its own brackets, "
        "and then called with the tensor, as in Flatten()(x)",
    ),
    (
        r"'KerasTensor' object is not callable",
        "a tensor was called: only a layer is, and what comes in stands in the brackets behind it",
    ),
    (
        r"must be a tuple of 1 integers",
        "a layer whose name ends in 1D slides along one axis; a picture has two",
    ),
    (
        r"must be a tuple of 2 integers|not supported between instances of 'str' and 'int'",
        "sizes and numbers of maps are whole numbers, without quotes",
    ),
    (
        r"Cannot convert '\d+' to a shape",
        "a shape is one thing: brackets around its rows, columns and channels",
    ),
    (
        r"cannot import name '(?!\w*____)\w+' from '(keras|tensorflow)",
        "nothing there has that name: capitals count; is a letter missing, or one too many?",
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
        "pictures and labels are not equally many, counted along their first axes",
    ),
    (
        r"Received a label value of",
        "a label is no class of this network: ten outputs are the classes 0 to 9",
    ),
    (
        r"not sufficient to split it into a validation",
        "the share for validation lies between 0 and 1, so that pictures remain to learn from",
    ),
    (
        r"No loss to compute",
        "compile was told no loss: for labels that are whole numbers its name begins with sparse_",
    ),
    (
        r"`metrics` argument to be a list",
        "several things may be watched, so metrics is a list, even of one: [ ] around it",
    ),
    (
        r"missing 1 required positional argument: 'kernel_size'",
        "Conv2D wants two things: how many feature maps, and how large the window is",
    ),
    (
        r"invalid value for `units`",
        "a Dense layer wants a whole number of units, without quotes, at least 1",
    ),
    (
        r"argument `rate`. Expected a float",
        "the rate of a Dropout is a share: between which two numbers does it lie?",
    ),
    (
        r"Unrecognized keyword arguments passed to|unexpected keyword argument",
        "no argument of that name is taken here: how is it spelt?",
    ),
    (
        r"not connected to `inputs`",
        "from the tensor at `inputs` no way leads to `outputs`: which calls lie between them?",
    ),
    (
        r"Expected `trainable` to be a boolean|\bLayer.__init__\(\) takes 1 positional",
        "several layers are handed over as one list: [ ] around them",
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
