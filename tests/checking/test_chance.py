"""What so many pictures can tell."""

import numpy as np
import pytest

from cnn_lesson.checking.networks.chance import above, beats, near_bar
from cnn_lesson.datasets import instant_images


def right(count, of):
    """That many of so many pictures named rightly, spread evenly."""
    return np.arange(of) * count // of != (np.arange(of) + 1) * count // of


@pytest.mark.parametrize(
    ("test", "instant", "clear"),
    [(500, 440, True), (495, 470, True), (480, 470, False), (440, 500, False), (500, 492, False)],
)
def test_two_parts_differ_clearly_or_not(test, instant, clear):
    """Is a network that knows one part by heart told from one that is lucky there?"""
    assert right(test, 500).sum() == test
    assert above(right(test, 500), right(instant, 500), errors=3) is clear


def test_no_pictures_tell_nothing():
    """Does a network that could not be measured differ from none?"""
    nothing = np.zeros(0, bool)
    assert not above(nothing, right(3, 10), 0) and not above(right(3, 10), nothing, 0)
    assert not beats(nothing, right(3, 10)) and not beats(nothing, nothing)


@pytest.mark.parametrize(("won", "lost", "better"), [(5, 0, True), (4, 0, False), (30, 15, True)])
def test_only_pictures_that_one_alone_has_right_count(won, lost, better):
    """Is five to nothing more than chance, four to nothing not, however many both have right?"""
    first = np.array([True] * won + [False] * lost + [True] * 400)
    second = np.array([False] * won + [True] * lost + [True] * 400)
    assert beats(first, second) is better
    assert not beats(second, first)


def test_a_network_does_not_beat_itself():
    """Are two equal rows of results no lead?"""
    assert not beats(right(400, 500), right(400, 500))


def test_near_a_bar_it_is_said_while_it_can_still_be_mended():
    """Does the instant check say that a bar is near, and the grader, whose pictures decide, not?"""
    (said,) = near_bar("model", 0.906, 0.9, instant_images)
    assert "close to the bar" in said.thought and "when graded" in said.thought
    assert near_bar("model", 0.955, 0.9, instant_images) == []
    assert near_bar("model", 0.906, 0.9, lambda name: None) == []
