"""A number of the table that does not fit is called only what it is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_lesson.checking.misconceptions import explain
from cnn_lesson.checking.networks.accuracy import Score
from cnn_lesson.checking.networks.table import TABLES, Row, tolerance
from cnn_lesson.items import ITEMS

CURVES = {"accuracy": [0.5, 0.9844445], "val_accuracy": [0.4, 0.9624999, 0.9474999]}
TRUE = {"train": 0.995, "validation": 0.955}
ALL = (3582 + 382) / 4000


def score(right, of, loss):
    """A score with so many of the pictures right."""
    return Score(right / of, loss=loss, right=np.arange(of) < right)


def row(curves=CURVES, on_test=0.968, off=None, **claims):
    """A row beside a network with 3,582 of 3,600 and 382 of 400 right."""
    found = {"train": score(3582, 3600, 0.0213), "validation": score(382, 400, 0.1432)}
    claims = {**TRUE, **claims}
    off = off or next(n for n in claims if claims[n] != TRUE[n])
    return Row(claims, found, off, on_test, curves)


def named(of_row):
    """What the number is called, empty where nothing is certain."""
    found = explain(TABLES, of_row)
    return found.says if found else ""


KNOWN = {
    "all 4,000": ({"train": ALL}, "all 4,000 pictures"),
    "all 4,000, rounded": ({"train": round(ALL, 3)}, "all 4,000 pictures"),
    "all 4,000 kept aside": ({"validation": ALL}, "all 4,000 pictures"),
    "all 4,000, without a history": ({"train": ALL, "curves": {}}, "all 4,000 pictures"),
    "the epoch while it learned": ({"train": 0.9844445}, "while the weights still move"),
    "that epoch, rounded": ({"train": 0.9844}, "while the weights still move"),
    "another validation part": ({"validation": 0.9474999}, "other pictures or other weights"),
    "the best epoch": ({"validation": 0.9625}, "the best epoch"),
    "the loss": ({"train": 0.0213}, "the loss in place"),
    "the test part": ({"validation": 0.968}, "measured on the test part"),
    "swapped": ({"train": 0.955, "validation": 0.995}, "swapped"),
    "twice": ({"validation": 0.995}, "one part twice"),
    "twice the other": ({"train": 0.955}, "one part twice"),
}


@pytest.mark.parametrize("number", KNOWN)
def test_a_number_is_called_what_it_is(number):
    """Is each thing that learners put into the table told from the others?"""
    changes, says = KNOWN[number]
    assert says in named(row(**changes))


UNKNOWN = {
    "invented": {"train": 0.91},
    "all 4,000, or the epoch": {"train": 0.99, "curves": {"accuracy": [0.9893]}},
    "the test part, or the best epoch": {"validation": 0.97, "on_test": 0.972},
}


@pytest.mark.parametrize("number", UNKNOWN)
def test_nothing_is_said_of_a_number_that_may_be_several_things(number):
    """Is no reason told where none is certain?"""
    changes = {"curves": {"val_accuracy": [0.969, 0.9425]}, **UNKNOWN[number]}
    assert named(row(**{"off": [*UNKNOWN[number]][0], **changes})) == ""


@given(
    claim=st.integers(0, 10_000),
    epochs=st.lists(st.floats(0, 1), max_size=3),
    on_test=st.integers(0, 500),
    off=st.sampled_from([*TRUE]),
)
def test_whatever_is_told_is_true(claim, epochs, on_test, off):
    """Has the thing that is told the value in the table, and nothing else that value?"""
    curves = {"accuracy": epochs, "val_accuracy": epochs[::-1]} if epochs else {}
    one = row(curves, on_test / 500, off, **{off: claim / 10_000})
    if one.source:
        value = one.others[one.source]
        assert abs(value - claim / 10_000) <= tolerance(off, claim / 10_000)
        apart = {name: other for name, other in one.others.items() if abs(other - value) > 1e-5}
        assert not [name for name, other in apart.items() if math.isclose(other, claim / 10_000)]


def test_the_item_can_say_all_of_it():
    """Are the reasons those of trim-or-drop?"""
    assert {each.says for each in TABLES} <= {
        each.says for each in ITEMS["trim-or-drop"].misconceptions
    }
