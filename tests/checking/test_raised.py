"""What one call of a learner's function gave, and what is said where it raised."""

import subprocess
import sys

import numpy as np
import pytest

from cnn_lesson.checking.function_item import call
from cnn_lesson.checking.misconceptions import explain
from cnn_lesson.checking.raised import ERRORS, NOT_WRITTEN, Failure, is_bare
from cnn_lesson.items import ITEMS


class Worded(Exception):
    def __str__(self):
        raise RuntimeError("no")


def raises(error):
    def function(*arguments):
        raise error

    return function


def test_what_a_call_gave_is_kept():
    """Is a value, an error with its line, and an early exit each one entry?"""
    assert call(max, [2, 3], "ab") == {"value": 3, "changed": False}
    told = call(raises(ValueError("bad\nthing")), [2], "a")
    assert told["raised"] == "ValueError: bad" and told["line"] == "raise error"
    assert call(raises(Worded()), [], "")["raised"] == "Worded"
    assert call(raises(SystemExit(2)), [], "")["raised"] == "SystemExit: 2"


def test_a_call_in_a_library_is_told_by_the_learners_line():
    """Is it the own line that is shown, not one of NumPy, and the piece of it that failed?"""

    def walk(image):
        return image[0] + np.concatenate([image, image[:1, :1]])

    told = call(walk, [np.zeros((2, 2))], ["image"])
    assert told["line"] == "return image[0] + np.concatenate([image, image[:1, :1]])"
    assert told["piece"] == "np.concatenate([image, image[:1, :1]])"


def test_arguments_are_copies_and_go_by_name_where_they_must():
    """Is the case left alone, the argument named that was changed, and a bare star obeyed?"""

    def clear(image, kernel):
        kernel[:] = 0

    case = [np.ones(2), np.ones(2)]
    assert call(clear, case, ["image", "kernel"])["changed"] == "kernel"
    assert case[1].all()
    assert call(lambda a, *, b, c=1: (a, b, c), [1, 2], "abc")["value"] == [1, 2, 1]


@pytest.mark.slow
def test_the_import_of_a_large_library_takes_nothing_of_the_time():
    """Is a function that imports Keras not called endless, where nothing has imported it yet?"""
    code = (
        "from cnn_lesson.checking.function_item import call\n"
        "from cnn_lesson.checking import limit\n"
        "limit.LIMIT_S = 1\n"
        "def through_keras():\n"
        "    from keras import ops\n"
        "    return 3\n"
        "print(call(through_keras, [], []))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "{'value': 3, 'changed': False}" in done.stdout, done.stderr


def stub(image):
    """Nothing yet."""
    # YOUR CODE HERE
    raise NotImplementedError()


def begun(image):
    """Something."""
    raise NotImplementedError()
    return image


@pytest.mark.parametrize(("function", "bare"), [(stub, True), (begun, False), (print, True)])
def test_only_a_stub_as_it_was_handed_out_is_untouched(function, bare):
    """Is a function with lines under the one that raises not called open?"""
    assert is_bare(function) == bare
    if function is not print:
        told = call(function, [1], ["image"])
        assert (told["raised"], told["untouched"]) == (NOT_WRITTEN, bare)


@pytest.mark.parametrize(
    ("raised", "line", "piece", "asks"),
    [
        ("IndexError: index 5 is out of bounds for axis 0 with size 5", "", "", "leaves the pict"),
        ("IndexError: index 2 is out of bounds for axis 0 with size 2", "", "", "past the end"),
        (
            "IndexError: index 2 is out of bounds for axis 0 with size 2",
            "s += image[r, c] * kernel[i, j]",
            "kernel[i, j]",
            "leaves the kernel",
        ),
        (
            "IndexError: index 2 is out of bounds for axis 0 with size 2",
            "out[r, c] = np.sum(window * kernel)",
            "out[r, c]",
            "no such place",
        ),
        ("IndexError: list index out of range", "", "", "past the end"),
        ("IndexError: index 9 is out of bounds for axis 7 with size 9", "", "", "past the end"),
        ("ValueError: operands could not be broadcast together", "x = w * k", "", "shape of its"),
        ("ValueError: operands could not be broadcast", "x = np.pad(i, 1)", "", "np.pad wants"),
        ("ValueError: no", 'raise ValueError("no")', "", "what it forbids"),
        ("TypeError: f() missing 1 required positional argument: 's'", "", "", "the first line"),
        ("TypeError: g() missing 1 required positional argument", "g(1)", "", "a call in this"),
        ("TypeError: 'float' object cannot be interpreted as an integer", "r", "", "//"),
        ("ValueError: not enough values to unpack (expected 4, got 2)", "r", "", "two axes"),
        ("ValueError: too many values to unpack (expected 2)", "r", "", "on the left"),
        ("ValueError: zero-size array to reduction operation maximum", "r", "", "came out empty"),
        ("TypeError: 'NoneType' object cannot be interpreted as an integer", "r", "", "is None"),
        ("RecursionError: maximum recursion depth exceeded", "r", "", "calls itself"),
        ("ZeroDivisionError: division by zero", "r", "", "look at that line"),
    ],
)
def test_each_kind_of_error_has_its_own_thought(raised, line, piece, asks):
    """Is what is asked about the line that failed, and never about another one?"""
    shapes = {"image": (5, 4), "kernel": (2, 2), "result": (2, 3)}
    named = explain(ERRORS, Failure(raised, line, piece, shapes))
    assert named is not None and asks in named.ask


def test_what_was_raised_is_told_with_its_line():
    """Does the verdict show the learner's line beside the message?"""

    def true_division(image, kernel, stride=1):
        return np.zeros(int(image.shape[0]) / stride)

    answers = {"convolve": true_division}
    item = ITEMS["convolve"]
    inputs = item.inputs(7)
    (told,) = item.judge(item.gather(answers, inputs), inputs, None).findings
    assert told.yours.endswith("in the line: return np.zeros(int(image.shape[0]) / stride)")


def test_thoughts_are_short():
    """Is each a line that can be read at a glance?"""
    assert all(len(each.says) <= 90 and len(each.ask) <= 100 for each in ERRORS)
