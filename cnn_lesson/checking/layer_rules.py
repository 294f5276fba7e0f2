"""Parameter counts and shapes of layers as formulas, right and wrong, that several items share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from cnn_lesson.arithmetic import conv_parameters, dense_parameters, output_shape
from cnn_lesson.checking.misconceptions import Formula, Rule, wrong


class Layer(NamedTuple):
    """A layer of ``units`` outputs or feature maps on a picture; square kernel, valid, stride 1."""

    height: int
    width: int
    channels: int
    kernel: int
    units: int

    @property
    def pixels(self) -> int:
        """Numbers in the picture."""
        return self.height * self.width * self.channels

    @property
    def window(self) -> int:
        """Numbers under one kernel."""
        return self.kernel**2 * self.channels

    @property
    def places(self) -> int:
        """Positions of the kernel on the picture."""
        return math.prod(output_shape(self.height, self.width, self.kernel))


_ONE_FILTER = ("one filter only", "one feature map comes from one filter; how many are there?")
_NOT_SHARED = (
    "no weight sharing: new weights at each place",
    "does the kernel change while it slides?",
)
_AS_DENSE = (
    "counted as for a Dense layer: each pixel has a weight of its own",
    "which pixels meet one weight of a kernel?",
)
_ONE_UNIT = ("one unit only", "so many numbers for one unit; how many units are there?")
_AS_CONV = (
    "counted as for a Conv2D layer: the weights of a kernel",
    "a Dense layer has no kernel; how many numbers does one unit see?",
)

THREE_CHANNELS = wrong(
    lambda a: conv_parameters(a.units, a.kernel, 3),
    "a picture of three colour channels",
    "how many channels does this picture have?",
)

CONV_PARAMETERS = Rule(
    lambda a: conv_parameters(a.units, a.kernel, a.channels),
    (
        wrong(
            lambda a: a.window * a.units,
            "no bias: only the weights were counted",
            "what else does each feature map add to its sum?",
        ),
        wrong(
            lambda a: a.window * a.units + 2 * a.units,
            "the biases were counted twice",
            "how often is a bias added at one place of one feature map?",
        ),
        wrong(
            lambda a: a.window * a.units + 1,
            "one bias shared by all feature maps",
            "can two feature maps start from different values?",
        ),
        wrong(lambda a: a.window + 1, *_ONE_FILTER),
        wrong(lambda a: a.window, *_ONE_FILTER),
        wrong(
            lambda a: a.window + a.units,
            "added where it should be multiplied",
            "write down what two filters need, then three",
        ),
        THREE_CHANNELS,
        wrong(
            lambda a: a.places * a.units,
            "the output values were counted, not what is learnt",
            "which numbers stay the same from picture to picture?",
        ),
        wrong(
            lambda a: a.places * a.units + a.window * a.units,
            "a bias for each pixel of the output",
            "does the bias change while the kernel slides?",
        ),
        wrong(lambda a: a.places * conv_parameters(a.units, a.kernel, a.channels), *_NOT_SHARED),
        wrong(lambda a: a.places * a.window * a.units, *_NOT_SHARED),
        wrong(lambda a: a.places * a.window * a.units + a.units, *_NOT_SHARED),
        wrong(lambda a: dense_parameters(a.pixels, a.units), *_AS_DENSE),
        wrong(lambda a: a.pixels * a.units, *_AS_DENSE),
        wrong(
            lambda a: conv_parameters(a.kernel, a.units, a.channels),
            "number of filters and kernel size swapped",
            "which number says how many kernels there are, and which how large one is?",
        ),
    ),
)

DENSE_PARAMETERS = Rule(
    lambda a: dense_parameters(a.pixels, a.units),
    (
        wrong(
            lambda a: a.pixels * a.units,
            "no bias: only the weights were counted",
            "what else does each unit add to its sum?",
        ),
        wrong(
            lambda a: a.pixels * a.units + 2 * a.units,
            "the biases were counted twice",
            "how often does a unit add its bias?",
        ),
        wrong(
            lambda a: a.pixels * a.units + 1,
            "one bias shared by all units",
            "can two units start from different values?",
        ),
        wrong(lambda a: a.pixels + 1, *_ONE_UNIT),
        wrong(lambda a: a.pixels, *_ONE_UNIT),
        wrong(
            lambda a: conv_parameters(a.units, a.kernel, a.channels) if a.kernel > 1 else None,
            *_AS_CONV,
        ),
        wrong(lambda a: a.window * a.units if a.kernel > 1 else None, *_AS_CONV),
        wrong(
            lambda a: dense_parameters(a.channels, a.units),
            "no Flatten: the layer acted on the channels of each pixel",
            "what does one unit see after Flatten?",
        ),
        wrong(
            lambda a: dense_parameters(a.width, a.units),
            "no Flatten: the layer acted on each row of pixels",
            "what does one unit see after Flatten?",
        ),
        wrong(
            lambda a: a.pixels + a.units,
            "added where it should be multiplied",
            "write down what one unit needs, then two",
        ),
        wrong(
            lambda a: a.pixels * a.units + a.pixels,
            "a bias for each input",
            "is a bias added to what comes in or to what goes out?",
        ),
        wrong(
            lambda a: dense_parameters(a.places * a.units, a.units),
            "wired behind the Conv2D layer",
            "this layer looks at the picture itself; how many numbers is that?",
        ),
    ),
)

# The shape that a layer leaves.


def each_way(formula: Callable[[int, int, int, str], float]) -> Formula:
    """A rule for one axis, (length, window, stride, padding), as a rule for rows and columns."""

    def both(
        height: int, width: int, kernel: int, stride: int = 1, padding: str = "valid"
    ) -> tuple[float, float]:
        arguments = (kernel, stride, padding)
        return formula(height, *arguments), formula(width, *arguments)

    return both


def unless_same(formula: Callable[[int, int, int], float]) -> Formula:
    """As ``each_way``, for what goes wrong with "valid" only."""
    return each_way(lambda n, k, s, padding: -(-n // s) if padding == "same" else formula(n, k, s))


FORGOT_ONE = wrong(
    unless_same(lambda n, k, s: (n - k) // s),
    "the + 1 was forgotten: the first position counts too",
    "a window of 2 on a row of 3: at how many places does it stop?",
)

_ONE_AXIS = (
    "the kernel loses on one axis only",
    "a kernel slides in two directions; what happens in the other one?",
)
_BOTH_LOSSES = (
    "both losses on one axis",
    "the border is lost on all four sides; which two belong to the rows?",
)


def _shrunk(down: int, across: int) -> Formula:
    """A rule that takes so many times (kernel - 1) off the rows and off the columns."""
    return lambda height, width, kernel, stride=1, padding="valid": (
        height - down * (kernel - 1),
        width - across * (kernel - 1),
    )


FEATURE_MAP_SHAPE = Rule(
    output_shape,
    (
        FORGOT_ONE,
        wrong(
            unless_same(lambda n, k, s: (n - 3) // s + 1),
            "the 3 × 3 habit: another kernel was asked for",
            "how large is the kernel in this question?",
        ),
        wrong(_shrunk(1, 0), *_ONE_AXIS),
        wrong(_shrunk(0, 1), *_ONE_AXIS),
        wrong(_shrunk(2, 0), *_BOTH_LOSSES),
        wrong(_shrunk(0, 2), *_BOTH_LOSSES),
        wrong(
            _shrunk(2, 2),
            "kernel - 1 was taken off each of the four sides",
            "count the window starts along one row: what is lost in all?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: -(-n // s)),
            '"same" padding: the size was kept',
            "without a frame of zeros, can the kernel sit on the last pixel of a row?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: n // k),
            "tiles: windows side by side without overlap",
            "how far does the kernel move with each step?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: n // 2),
            "halved: mistaken for pooling",
            "what does a kernel leave out, and where?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: (n + k - 2) // s + 1),
            "it grows: windows that stick out over the border were counted",
            "without padding, must the whole window lie on the picture?",
        ),
    ),
)
