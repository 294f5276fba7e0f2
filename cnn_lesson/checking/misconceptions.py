"""Wrong rules that learners are known to follow, each a formula beside the right one.

A rule and its misconceptions take the same arguments, so a wrong answer is recognised for other
numbers too: whatever one of them gives for all that was asked is named by it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnn_lesson.arithmetic import Shape, conv_parameters, dense_parameters, output_shape
from cnn_lesson.checking.evidence import as_array

Formula = Callable[..., object]
Case = Sequence[object]
ANY = math.nan
"""A value in a misconception's array that may be anything: then only the shape tells."""


class Misconception(NamedTuple):
    """One wrong rule: its formula, a line that names it, and one next thought."""

    formula: Formula
    says: str
    thought: str


@dataclass(frozen=True)
class Rule:
    """The right formula and the misconceptions about it, all with the same arguments."""

    right: Formula
    wrong: tuple[Misconception, ...]

    def explain(self, values: Sequence[object], cases: Sequence[Case]) -> Misconception | None:
        """The first misconception that gives all of these values for these cases, if there is one.

        One that cannot be told from the right formula on these cases explains nothing.
        """
        if not cases:
            return None
        return next((each for each in self.wrong if self._gives(each, values, cases)), None)

    def _gives(self, each: Misconception, values: Sequence[object], cases: Sequence[Case]) -> bool:
        differs = False
        for value, case in zip(values, cases, strict=True):
            result = _result(each.formula, case)
            if result is None or not same(value, result):
                return False
            differs = differs or not same(self.right(*case), result)
        return differs


def _result(formula: Formula, case: Case) -> object:
    try:
        with np.errstate(all="ignore"):
            return formula(*case)
    except (ValueError, IndexError):  # a wrong rule may have no result here
        return None


def same(value: object, wanted: object) -> bool:
    """Whether numbers or arrays agree: whole numbers exactly, others within rounding errors.

    NaN in ``wanted`` agrees with everything; truth values and things that are no numbers do not.
    """
    given = as_array(list(value) if isinstance(value, tuple) else value)
    wanted = np.asarray(wanted)
    if given is None or given.dtype.kind == "b" or given.shape != wanted.shape:
        return False
    known = ~np.isnan(wanted)
    given, wanted = np.asarray(given[known], float), np.asarray(wanted[known])
    size = float(np.abs(wanted).max(initial=0)) if wanted.dtype.kind == "f" else 0
    with np.errstate(all="ignore"):
        return bool(np.allclose(given, wanted.astype(float), rtol=0, atol=1e-6 + 1e-5 * size))


# What a layer has to learn.


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


CONV_PARAMETERS = Rule(
    lambda a: conv_parameters(a.units, a.kernel, a.channels),
    (
        Misconception(
            lambda a: a.window * a.units,
            "no bias: only the weights were counted",
            "what else does each feature map add to its sum?",
        ),
        Misconception(
            lambda a: a.window * a.units + 2 * a.units,
            "the biases were counted twice",
            "how often is a bias added at one place of one feature map?",
        ),
        Misconception(
            lambda a: a.window * a.units + 1,
            "one bias shared by all feature maps",
            "can two feature maps start from different values?",
        ),
        Misconception(
            lambda a: a.window + 1,
            "one filter only",
            "one feature map comes from one filter; how many are there?",
        ),
        Misconception(
            lambda a: a.window + a.units,
            "added where it should be multiplied",
            "write down what two filters need, then three",
        ),
        Misconception(
            lambda a: conv_parameters(a.units, a.kernel, 3),
            "a picture of three colour channels",
            "how many channels does this picture have?",
        ),
        Misconception(
            lambda a: a.places * a.units,
            "the output values were counted, not what is learnt",
            "which numbers stay the same from picture to picture?",
        ),
        Misconception(
            lambda a: a.places * a.units + a.window * a.units,
            "a bias for each pixel of the output",
            "does the bias change while the kernel slides?",
        ),
        Misconception(
            lambda a: a.places * conv_parameters(a.units, a.kernel, a.channels),
            "no weight sharing: new weights at each place",
            "does the kernel change while it slides?",
        ),
        Misconception(
            lambda a: conv_parameters(a.kernel, a.units, a.channels),
            "number of filters and kernel size swapped",
            "which number says how many kernels there are, and which how large one is?",
        ),
    ),
)

CONV_PARAMETERS_DEEP = Rule(
    CONV_PARAMETERS.right,
    (
        *CONV_PARAMETERS.wrong,
        Misconception(
            lambda a: conv_parameters(a.units, a.kernel),
            "the kernel reaches through one channel only",
            "how many numbers lie under the kernel when the input has several channels?",
        ),
    ),
)

DENSE_PARAMETERS = Rule(
    lambda a: dense_parameters(a.pixels, a.units),
    (
        Misconception(
            lambda a: a.pixels * a.units,
            "no bias: only the weights were counted",
            "what else does each unit add to its sum?",
        ),
        Misconception(
            lambda a: a.pixels * a.units + 1,
            "one bias shared by all units",
            "can two units start from different values?",
        ),
        Misconception(
            lambda a: dense_parameters(a.channels, a.units),
            "no Flatten: the layer acted on the channels of each pixel",
            "what does one unit see after Flatten?",
        ),
        Misconception(
            lambda a: dense_parameters(a.width, a.units),
            "no Flatten: the layer acted on each row of pixels",
            "what does one unit see after Flatten?",
        ),
        Misconception(
            lambda a: a.pixels + a.units,
            "added where it should be multiplied",
            "write down what one unit needs, then two",
        ),
        Misconception(
            lambda a: a.pixels * a.units + a.pixels,
            "a bias for each input",
            "is a bias added to what comes in or to what goes out?",
        ),
        Misconception(
            lambda a: dense_parameters(a.places * a.units, a.units),
            "wired behind the Conv2D layer",
            "this layer looks at the picture itself; how many numbers is that?",
        ),
    ),
)

NO_PARAMETERS = Rule(
    lambda a: 0,
    (
        Misconception(
            lambda a: a.pixels,
            "the values that pass through were counted",
            "which numbers stay the same from picture to picture?",
        ),
        Misconception(
            lambda a: conv_parameters(a.units, a.kernel, a.channels),
            "counted as if it were a convolution",
            "what does picking a value or rearranging have to learn?",
        ),
        Misconception(
            lambda a: a.kernel**2,
            "the size of the window was counted",
            "what does picking a value or rearranging have to learn?",
        ),
    ),
)


# The shape that a layer leaves.


def _each_way(formula: Callable[[int, int, int, str], float]) -> Formula:
    """A rule for one axis, (length, window, stride, padding), as a rule for rows and columns."""

    def both(
        height: int, width: int, kernel: int, stride: int = 1, padding: str = "valid"
    ) -> tuple[float, float]:
        arguments = (kernel, stride, padding)
        return formula(height, *arguments), formula(width, *arguments)

    return both


def _unless_same(formula: Callable[[int, int, int], float]) -> Formula:
    """As ``_each_way``, for what goes wrong with "valid" only."""
    return _each_way(lambda n, k, s, padding: -(-n // s) if padding == "same" else formula(n, k, s))


FORGOT_ONE = Misconception(
    _unless_same(lambda n, k, s: (n - k) // s),
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
        Misconception(
            _unless_same(lambda n, k, s: (n - 3) // s + 1),
            "the 3 × 3 habit: another kernel was asked for",
            "how large is the kernel in this question?",
        ),
        Misconception(_shrunk(1, 0), *_ONE_AXIS),
        Misconception(_shrunk(0, 1), *_ONE_AXIS),
        Misconception(_shrunk(2, 0), *_BOTH_LOSSES),
        Misconception(_shrunk(0, 2), *_BOTH_LOSSES),
        Misconception(
            _shrunk(2, 2),
            "kernel - 1 was taken off each of the four sides",
            "count the window starts along one row: what is lost in all?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: -(-n // s)),
            '"same" padding: the size was kept',
            "without a frame of zeros, can the kernel sit on the last pixel of a row?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n // k),
            "tiles: windows side by side without overlap",
            "how far does the kernel move with each step?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n // 2),
            "halved: mistaken for pooling",
            "what does a kernel leave out, and where?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: (n + k - 2) // s + 1),
            "it grows: windows that stick out over the border were counted",
            "without padding, must the whole window lie on the picture?",
        ),
    ),
)

OUTPUT_SHAPE = Rule(
    output_shape,
    (
        Misconception(
            lambda height, width, *rest: output_shape(height, height, *rest),
            "the width was ignored: a square picture was taken for granted",
            "try a picture of 5 rows and 9 columns",
        ),
        Misconception(
            lambda height, width, *rest: output_shape(width, height, *rest),
            "rows and columns are swapped",
            "the height gives the rows; which one comes first?",
        ),
        Misconception(
            lambda height, width, kernel, stride=1, padding="valid": output_shape(
                height, width, kernel, stride
            ),
            "the padding was ignored",
            'what does a frame of zeros do to the size? compare "valid" and "same"',
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n if padding == "same" else (n - k) // s + 1),
            '"same" padding kept the size whatever the stride',
            "a row of 6, steps of 2: how many steps are begun?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n // s if padding == "same" else (n - k) // s + 1),
            'with "same" padding the last step that is begun was left out',
            "a row of 5, steps of 2: list the places where a step begins",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n if padding == "same" else n - k + 1),
            "the stride was ignored",
            "with steps of 2, are all the places visited?",
        ),
        Misconception(
            _each_way(lambda n, k, s, padding: n - k + 1),
            "stride and padding were ignored",
            "the rule is right for steps of 1 on a bare picture; what changes with steps of 2?",
        ),
        Misconception(
            _unless_same(lambda n, k, s: math.ceil((n - k) / s) + 1),
            "rounded up: a window that sticks out over the border was counted",
            "list the places where a window starts; does the last one lie on the picture?",
        ),
        Misconception(
            _unless_same(lambda n, k, s: round((n - k) / s) + 1),
            "rounded to the nearest number",
            "is half a step a place where the window can stop?",
        ),
        Misconception(
            _unless_same(lambda n, k, s: (n - k) / s + 1),
            "divided without rounding: a part of a row remains",
            "is half a step a place where the window can stop?",
        ),
        Misconception(
            _unless_same(lambda n, k, s: (n - k + 1) // s),
            "the 1 was added before dividing by the stride",
            "which position is counted by the + 1, and does the stride change it?",
        ),
        Misconception(
            _unless_same(lambda n, k, s: n // s - k + 1),
            "divided by the stride before the kernel was taken off",
            "where may the last window start? only then count steps",
        ),
        *FEATURE_MAP_SHAPE.wrong,
    ),
)


def _feature_map(a: Layer) -> Shape:
    return output_shape(a.height, a.width, a.kernel)


CONV_SHAPE = Rule(
    lambda a: (*_feature_map(a), a.units),
    (
        Misconception(
            lambda a: (a.height, a.width, a.units),
            '"same" padding: the size was kept',
            "without a frame of zeros, can the kernel sit on the last pixel of a row?",
        ),
        Misconception(
            lambda a: (a.height - a.kernel, a.width - a.kernel, a.units),
            *FORGOT_ONE[1:],
        ),
        Misconception(
            lambda a: (*_feature_map(a), a.channels),
            "the channels of the input were kept",
            "how many feature maps do so many kernels make?",
        ),
        Misconception(
            lambda a: (*_feature_map(a), a.channels * a.units),
            "each kernel was given a feature map for each channel",
            "a kernel sums over all channels; how many maps does it leave?",
        ),
        Misconception(
            lambda a: (a.units, *_feature_map(a)),
            "channels first",
            "where does Keras put the channels, first or last?",
        ),
        Misconception(
            _feature_map,
            "the feature maps are missing",
            "one shape for all of them together: how many lie behind each other?",
        ),
    ),
)

POOL_SHAPE = Rule(
    lambda a: (a.height // a.kernel, a.width // a.kernel, a.channels),
    (
        Misconception(
            lambda a: (a.height, a.width, a.channels),
            "nothing was pooled",
            "how many windows lie side by side?",
        ),
        Misconception(
            lambda a: (*_feature_map(a), a.channels),
            "windows one step apart, as in a convolution",
            "how far apart do pooling windows lie unless told?",
        ),
        Misconception(
            lambda a: (a.height // a.kernel, a.width // a.kernel, a.channels // a.kernel),
            "the channels were pooled, too",
            "does a pooling window reach from one feature map into the next?",
        ),
        Misconception(
            lambda a: (a.height // a.kernel, a.width // a.kernel),
            "the feature maps are missing",
            "one shape for all of them together: how many lie behind each other?",
        ),
    ),
)

FLATTEN_SHAPE = Rule(
    lambda a: (a.pixels,),
    (
        Misconception(
            lambda a: (a.height, a.width, a.channels),
            "nothing was flattened",
            "one long row: how many numbers is it?",
        ),
        Misconception(
            lambda a: (a.height * a.width,),
            "one feature map only was flattened",
            "how many feature maps come in?",
        ),
        Misconception(
            lambda a: (a.channels,),
            "one number for each feature map, as global pooling gives",
            "Flatten loses nothing; how many numbers come in?",
        ),
        Misconception(
            lambda a: (a.height + a.width + a.channels,),
            "added where it should be multiplied",
            "how many numbers are in 2 rows of 3?",
        ),
    ),
)

DENSE_SHAPE = Rule(
    lambda a: (a.units,),
    (
        Misconception(
            lambda a: (1,),
            "one answer instead of one number for each class",
            "what does each unit give?",
        ),
        Misconception(
            lambda a: (a.pixels,),
            "the shape that comes in, not the one that goes out",
            "how many numbers leave this layer?",
        ),
        Misconception(
            lambda a: (a.pixels, a.units),
            "the shape of the weights, not of the output",
            "how many numbers leave this layer?",
        ),
    ),
)
