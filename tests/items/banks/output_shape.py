"""Answers to output-shape."""

import math
from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from tests.items.banks.writing import named, named_wrong, unwritten


def shape_from_range(height, width, kernel, stride=1, padding="valid"):
    if padding == "same":
        return len(range(0, height, stride)), len(range(0, width, stride))
    return [len(range(0, size - kernel + 1, stride)) for size in (height, width)]


def shape_by_ceil(height, width, kernel, stride=1, padding="valid"):
    lost = 0 if padding == "same" else kernel - 1
    return tuple(math.ceil((size - lost) / stride) for size in (height, width))


def shape_with_pairs(height, width, kernel, stride=1, padding="valid"):
    sizes = np.array([height, width])
    kernel, stride = np.broadcast_to(kernel, 2), np.broadcast_to(stride, 2)
    if padding == "same":
        return np.ceil(sizes / stride)
    return (sizes - kernel) // stride + 1


def shape_by_trying(height, width, kernel, stride=1, padding="valid"):
    if padding == "same":
        height, width = height + kernel - 1, width + kernel - 1
    windows = sliding_window_view(np.zeros((height, width)), (kernel, kernel))
    return windows[::stride, ::stride].shape[:2]


def shape_rule(valid, same=lambda n, k, s: -(-n // s)):
    """A rule for each axis, as learners write it."""

    def output_shape(height, width, kernel, stride=1, padding="valid"):
        rule = same if padding == "same" else valid
        return rule(height, kernel, stride), rule(width, kernel, stride)

    return output_shape


def starts(n, k, s):
    return (n - k) // s + 1


def padded(frame):
    """The textbook's rule with a frame of so many zeros on each side."""
    return shape_rule(starts, lambda n, k, s: (n + 2 * frame(k) - k) // s + 1)


def divides_to_the_end(height, width, kernel, stride=1, padding="valid"):
    rows = len(range((height - kernel) / stride))
    return rows, rows


def takes_a_pair(height, width, kernel, stride=1, padding="valid"):
    rows, columns = kernel[0], kernel[1]
    return height - rows + 1, width - columns + 1


def guarded(height, width, kernel, stride=1, padding="valid"):
    if kernel % 2 == 0:
        raise ValueError("the kernel must be odd")
    return shape_by_ceil(height, width, kernel, stride, padding)


def raises_first(height, width, kernel, stride=1, padding="valid"):
    """Rows and columns."""
    raise NotImplementedError
    return shape_by_ceil(height, width, kernel, stride, padding)


def keywords(height, width, kernel, *, stride=1, padding="valid"):
    return shape_by_ceil(height, width, kernel, stride, padding)


RIGHT = {
    "output-shape": named(
        "output_shape",
        {
            "formula": shape_rule(starts),
            "by keyword": keywords,
            "an array of objects": lambda *case: np.array(shape_by_ceil(*case), dtype=object),
            "complex": lambda *case: [n + 0j for n in shape_by_ceil(*case)],
            "fractions": lambda *case: [Fraction(n) for n in shape_by_ceil(*case)],
            "counts a range": shape_from_range,
            "rounds up instead": shape_by_ceil,
            "takes pairs, gives floats": shape_with_pairs,
            "tries it": shape_by_trying,
        },
    ),
}

WRONG = {
    "output-shape": named_wrong(
        "output_shape",
        {
            "forgot the one": (shape_rule(lambda n, k, s: (n - k) // s), "+ 1 was forgotten"),
            "ceil": (shape_rule(lambda n, k, s: math.ceil((n - k) / s) + 1), "rounded up"),
            "rounds": (shape_rule(lambda n, k, s: round((n - k) / s) + 1), "nearest number"),
            "divides": (shape_rule(lambda n, k, s: (n - k) / s + 1), "without rounding"),
            "same keeps": (shape_rule(starts, lambda n, k, s: n), "whatever the stride"),
            "half a kernel around": (padded(lambda k: k // 2), "does not fit every kernel"),
            "half of one less": (padded(lambda k: (k - 1) // 2), "does not fit every kernel"),
            "one pixel around": (padded(lambda k: 1), "does not fit every kernel"),
            "same rounds": (shape_rule(starts, lambda n, k, s: round(n / s)), "nearest number"),
            "same adds one": (
                shape_rule(starts, lambda n, k, s: n // s + 1),
                "one place too many is counted where the step divides",
            ),
            "same rounds up and adds one": (
                shape_rule(starts, lambda n, k, s: math.ceil(n / s) + 1),
                "a step was counted that is not begun",
            ),
            "same loses a step": (
                shape_rule(starts, lambda n, k, s: (n - 1) // s),
                "the first or the last step was left out",
            ),
            "no return for same": (
                lambda h, w, k, s=1, padding="valid": (
                    shape_rule(starts)(h, w, k, s) if padding == "valid" else None
                ),
                "nothing is returned in this case, though it is in others",
            ),
            "same is odd": (
                shape_rule(starts, lambda n, k, s: n + 7),
                "one value for every step that is begun: list",
            ),
            "same for stride 1": (
                shape_rule(starts, lambda n, k, s: n if s == 1 else starts(n, k, s)),
                "as soon as the stride",
            ),
            "divides to the end": (divides_to_the_end, "// gives a whole one"),
            "a kernel of two": (takes_a_pair, "one whole number is taken for several"),
            "a guard": (guarded, "your own guard stopped it"),
            "raise left above": (raises_first, "still stands"),
            "same floors": (shape_rule(starts, lambda n, k, s: n // s), "last step that is begun"),
            "square": (
                lambda h, w, *rest: shape_rule(starts)(h, h, *rest),
                "the width was ignored",
            ),
            "swapped": (lambda *case: shape_rule(starts)(*case)[::-1], "are swapped"),
            "no padding": (shape_rule(starts, starts), "the padding was ignored"),
            "stride ignored": (
                shape_rule(lambda n, k, s: n - k + 1, lambda n, k, s: n),
                "the stride was ignored",
            ),
            "only the kernel": (
                shape_rule(lambda n, k, s: n - k + 1, lambda n, k, s: n - k + 1),
                "stride and padding were ignored",
            ),
            "habit": (shape_rule(lambda n, k, s: (n - 3) // s + 1), "3 × 3 habit"),
            "halves": (
                shape_rule(lambda n, k, s: n // 2, lambda n, k, s: n // 2),
                "mistaken for pooling",
            ),
            "one too early": (shape_rule(lambda n, k, s: (n - k + 1) // s), "before dividing"),
            "stride first": (shape_rule(lambda n, k, s: n // s - k + 1), "before the kernel"),
            "no branch for same": (
                lambda h, w, k, s=1, padding="valid": (
                    shape_rule(starts)(h, w, k, s) if padding == "valid" else unwritten()
                ),
                "this branch",
            ),
            "one number": (lambda h, w, k, s=1, p="valid": starts(h, k, s), "two whole numbers"),
            "a text": (lambda *case: str(shape_rule(starts)(*case)), "two whole numbers"),
            "with channels": (lambda *case: (*shape_rule(starts)(*case), 1), "two whole numbers"),
            "a set": (lambda *case: set(shape_rule(starts)(*case)), "two whole numbers"),
            "returns nothing": (lambda *case: None, "nothing is returned"),
            "a shape": ((24, 24), "a function output_shape"),
        },
    ),
}

OPEN = {
    "output-shape": [{}, {"output_shape": None}, {"output_shape": unwritten}],
}
