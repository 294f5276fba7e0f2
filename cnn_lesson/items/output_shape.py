"""``output-shape``: rows and columns that a kernel leaves, with stride and padding."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from cnn_lesson.arithmetic import output_shape
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem, drawn
from cnn_lesson.checking.layer_rules import FEATURE_MAP_SHAPE, each_way, unless_same
from cnn_lesson.checking.misconceptions import Formula, Rule, wrong


def _starts(n: int, k: int, s: int) -> int:
    return (n - k) // s + 1


def _padded(same: Callable[[int, int, int], int]) -> Formula:
    """A rule that goes wrong with "same" padding only."""
    return each_way(lambda n, k, s, padding: (same if padding == "same" else _starts)(n, k, s))


def _framed(frame: Callable[[int], int]) -> Formula:
    """The textbook's rule with the same frame of zeros on each side."""
    return _padded(lambda n, k, s: _starts(n + 2 * frame(k), k, s))


_FRAME = (
    "the same number of zeros on each side, which does not fit every kernel",
    "stride 1: how many zeros does a kernel of 2 need in all for the size to stay?",
)
OUTPUT_SHAPE = Rule(
    output_shape,
    (
        wrong(
            lambda height, width, *rest: output_shape(height, height, *rest),
            "the width was ignored: a square picture was taken for granted",
            "try a picture of 5 rows and 9 columns",
        ),
        wrong(
            lambda height, width, *rest: output_shape(width, height, *rest),
            "rows and columns are swapped",
            "the height gives the rows; which one comes first?",
        ),
        wrong(
            lambda height, width, kernel, stride=1, padding="valid": output_shape(
                height, width, kernel, stride
            ),
            "the padding was ignored",
            'what does a frame of zeros do to the size? compare "valid" and "same"',
        ),
        wrong(
            each_way(lambda n, k, s, padding: n if padding == "same" else (n - k) // s + 1),
            '"same" padding kept the size whatever the stride',
            "a row of 6, steps of 2: how many steps are begun?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: n // s if padding == "same" else (n - k) // s + 1),
            'with "same" padding the last step that is begun was left out',
            "a row of 5, steps of 2: list the places where a step begins",
        ),
        wrong(
            each_way(lambda n, k, s, padding: n if padding == "same" else n - k + 1),
            "the stride was ignored",
            "with steps of 2, are all the places visited?",
        ),
        wrong(
            each_way(lambda n, k, s, padding: n - k + 1),
            "stride and padding were ignored",
            "the rule is right for steps of 1 on a bare picture; what changes with steps of 2?",
        ),
        wrong(
            unless_same(lambda n, k, s: math.ceil((n - k) / s) + 1),
            "rounded up: a window that sticks out over the border was counted",
            "list the places where a window starts; does the last one lie on the picture?",
        ),
        wrong(
            unless_same(lambda n, k, s: round((n - k) / s) + 1),
            "rounded to the nearest number",
            "is half a step a place where the window can stop?",
        ),
        wrong(
            unless_same(lambda n, k, s: (n - k) / s + 1),
            "divided without rounding: a part of a row remains",
            "is half a step a place where the window can stop?",
        ),
        wrong(
            unless_same(lambda n, k, s: (n - k + 1) // s),
            "the 1 was added before dividing by the stride",
            "which position is counted by the + 1, and does the stride change it?",
        ),
        wrong(
            unless_same(lambda n, k, s: n // s - k + 1),
            "divided by the stride before the kernel was taken off",
            "where may the last window start? only then count steps",
        ),
        wrong(_framed(lambda k: k // 2), *_FRAME),
        wrong(_framed(lambda k: (k - 1) // 2), *_FRAME),
        wrong(_framed(lambda k: 1), *_FRAME),
        wrong(
            _padded(lambda n, k, s: round(n / s)),
            'with "same" padding rounded to the nearest number',
            "a row of 5, steps of 2: list the places where a step begins",
        ),
        wrong(
            _padded(lambda n, k, s: n // s + 1),
            'with "same" padding one place too many is counted where the step divides the size',
            "a row of 4, a kernel of 3, steps of 1: how many zeros in all keep the 4?",
        ),
        wrong(
            _padded(lambda n, k, s: -(-n // s) + 1),
            'with "same" padding a step was counted that is not begun',
            "a row of 6, steps of 2: list the places where a step begins",
        ),
        wrong(
            _padded(lambda n, k, s: -(-n // s) - 1),
            'with "same" padding the first or the last step was left out',
            "a row of 6, steps of 2: list the places where a step begins",
        ),
        wrong(
            _padded(lambda n, k, s: n if s == 1 else _starts(n, k, s)),
            "the padding was ignored as soon as the stride is longer",
            "a row of 6, steps of 2, zeros around: how many steps are begun?",
        ),
        *FEATURE_MAP_SHAPE.wrong,
    ),
)


def _tried_shape(
    height: int, width: int, kernel: int, stride: int = 1, padding: str = "valid"
) -> str:
    return f'height {height}, width {width}, kernel {kernel}, stride {stride}, padding "{padding}"'


KINDS = (  # form, kernel, stride, padding where it is given, rows and columns that are left over
    ("square", 3, 1, None, 0, 0),
    ("square", 5, 1, None, 0, 0),
    ("square", 3, 2, None, 1, 1),
    ("wide", 2, 3, None, 1, 1),
    ("wide", 2, 1, None, 0, 0),
    ("tall", 4, 1, None, 0, 0),
    ("wide", 7, 1, "valid", 0, 0),
    ("tall", 11, 1, None, 0, 0),
    ("tall", 2, 2, None, 0, 1),
    ("wide", 4, 3, "valid", 2, 1),
    ("tall", 5, 3, None, 1, 2),
    ("wide", 3, 5, None, 4, 3),
    ("wide", 3, 1, "same", 0, 0),
    ("tall", 2, 1, "same", 0, 0),
    ("wide", 6, 1, "same", 0, 0),
    ("tall", 3, 2, "same", 1, 0),
    ("wide", 4, 2, "same", 0, 1),
    ("tall", 2, 3, "same", 2, 1),
    ("wide", 5, 3, "same", 0, 2),
    ("tall", 3, 5, "same", 4, 2),
)
FRIENDLY = ([5, 5, 3], [28, 28, 5], [26, 26, 3, 2], [9, 12, 2, 3])


def _draw(
    rng: np.random.Generator, form: str, kernel: int, stride: int, padding: str | None, *rest: int
) -> Case:
    """Height, width and kernel; stride and padding where they are given."""
    less, more = sorted(int(n) for n in rng.permutation(np.arange(1, 12))[:2])
    steps = {"square": (more, more), "wide": (less, more), "tall": (more, less)}[form]
    sizes = [kernel + n * stride + left for n, left in zip(steps, rest, strict=True)]
    if padding:
        return [*sizes, kernel, stride, padding]
    return [*sizes, kernel] if stride == 1 else [*sizes, kernel, stride]


def _cases(seed: int) -> list[Case]:
    return drawn(seed, KINDS, _draw, FRIENDLY, lambda case: case[0] * case[1])


ITEM = FunctionItem(
    id="output-shape",
    objective=5,
    notebook="01-convolution",
    section="S2",
    minutes=6,
    names=("output_shape",),
    signature='output_shape(height, width, kernel, stride=1, padding="valid")',
    rule=OUTPUT_SHAPE,
    parts=(
        CasePart(
            "stride 1",
            2,
            lambda h, w, k, stride=1, padding="valid": stride == 1 and padding == "valid",
            "count the starts of the window along one row: the first is 0, which is the last?",
        ),
        CasePart(
            "a longer stride",
            2,
            lambda h, w, k, stride=1, padding="valid": stride > 1 and padding == "valid",
            "write down the window starts of a row of 6, a kernel of 3, steps of 2",
        ),
        CasePart(
            '"same" padding',
            1,
            lambda h, w, k, stride=1, padding="valid": padding == "same",
            "one value for every step that is begun: list the places where the steps begin",
        ),
    ),
    draw=_cases,
    tried=_tried_shape,
    kind=lambda wanted: "two whole numbers: (rows, columns)",
    why=(
        "counted along each axis alone: whole windows without a frame, one value a step "
        "begun with one"
    ),
    hints=(
        "along one row the window starts at 0, at stride, at 2 * stride … and must end in time",
        "valid: the last start is at most length - kernel; how many multiples of stride fit in? "
        "same: every multiple of stride below length is a start",
        "valid: (length - kernel) // stride, and one more for the start at 0; "
        "same: length / stride, rounded up",
    ),
)
