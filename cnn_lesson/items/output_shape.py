"""``output-shape``: rows and columns that a kernel leaves, with stride and padding."""

from __future__ import annotations

import math

import numpy as np

from cnn_lesson.arithmetic import output_shape
from cnn_lesson.checking.function_item import Case, CasePart, FunctionItem
from cnn_lesson.checking.item import VISIBLE_SEED
from cnn_lesson.checking.layer_rules import FEATURE_MAP_SHAPE, each_way, unless_same
from cnn_lesson.checking.misconceptions import Rule, wrong

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
        *FEATURE_MAP_SHAPE.wrong,
    ),
)


def _tried_shape(
    height: int, width: int, kernel: int, stride: int = 1, padding: str = "valid"
) -> str:
    return f'height {height}, width {width}, kernel {kernel}, stride {stride}, padding "{padding}"'


def _shape_cases(seed: int) -> list[Case]:
    if seed == VISIBLE_SEED:
        return [
            [5, 5, 3],
            [5, 9, 2],
            [28, 28, 5],
            [6, 9, 3, 2],
            [9, 12, 2, 3],
            [26, 26, 3, 2],
            [5, 8, 3, 1, "same"],
            [7, 10, 3, 2, "same"],
            [8, 11, 5, 3, "same"],
        ]
    rng = np.random.default_rng(seed)
    cases = [[26, 26, 3, 2], [9, 12, 2, 3]]
    for stride, padding in [(1, "")] * 8 + [(2, "")] * 4 + [(3, "")] * 4 + [(0, "same")] * 8:
        kernel = int(rng.integers(2, 8))
        height, width = (int(size) for size in kernel + rng.integers(0, 57, 2))
        case = [height, width, kernel, stride or int(rng.integers(1, 5)), padding]
        cases.append(case if padding else case[:3] if stride == 1 else case[:4])
    return sorted(cases, key=lambda case: case[0] * case[1])


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
            "one value for every step that is begun; what does Python's // do with the rest?",
        ),
    ),
    draw=_shape_cases,
    tried=_tried_shape,
    kind=lambda wanted: "two whole numbers: (rows, columns)",
    hints=(
        "along one row the window starts at 0, at stride, at 2 * stride … and must end in time",
        "valid: the last start is at most length - kernel; how many multiples of stride fit in? "
        "same: every multiple of stride below length is a start",
        "valid: (length - kernel) // stride, and one more for the start at 0; "
        "same: length / stride, rounded up",
    ),
)
