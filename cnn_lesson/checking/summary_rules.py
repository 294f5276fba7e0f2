"""Shapes and counts of the layers of a summary as formulas, right and wrong."""

from __future__ import annotations

from cnn_lesson.arithmetic import Shape, conv_parameters, output_shape
from cnn_lesson.checking.layer_rules import CONV_PARAMETERS, FORGOT_ONE, THREE_CHANNELS, Layer
from cnn_lesson.checking.misconceptions import Rule, wrong

_ONE_CHANNEL = (
    "the kernel reaches through one channel only",
    "how many numbers lie under the kernel when the input has several channels?",
)
_FROM_THE_PICTURE = (
    "the channels of the picture were taken, not those that arrive",
    "what leaves the row above, and how many channels has it?",
)
_CHANNELS_FIRST = ("channels first", "where does Keras put the channels, first or last?")
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
            lambda a: conv_parameters(a.units, a.kernel, a.channels) if a.kernel > 1 else None,
            "counted as if it were a convolution",
            "what does picking a value or rearranging have to learn?",
        ),
        wrong(
            lambda a: a.kernel**2 if a.kernel > 1 else None,
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
        wrong(lambda a: (a.units, *_feature_map(a)), *_CHANNELS_FIRST),
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
        wrong(lambda a: (a.channels, a.height // a.kernel, a.width // a.kernel), *_CHANNELS_FIRST),
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
