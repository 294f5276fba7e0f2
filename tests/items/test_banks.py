"""Every item with a bank of answers: right ones, wrong ones, and those not begun."""

import pytest

from cnn_lesson.items import ITEMS
from tests.items import SEEDS, verdict_on
from tests.items.banks import OPEN, RIGHT, WRONG


def bank(answers):
    """(item, answer) for a right one or one not begun, (item, answer, words) for a wrong one."""
    return [
        pytest.param(
            item, *(entry if isinstance(entry, tuple) else (entry,)), id=f"{item}: {label}"
        )
        for item, entries in answers.items()
        for label, entry in entries.items()
    ]


@pytest.mark.parametrize(("item", "answers"), bank(RIGHT))
def test_right_answers_get_all_points(item, answers):
    """Is every right answer right, however it is written and whatever it is tried on?"""
    for seed in SEEDS:
        verdict = verdict_on(ITEMS[item], answers, seed)
        assert verdict.points == ITEMS[item].points, verdict
        assert not verdict.findings


@pytest.mark.parametrize(("item", "answers", "says"), bank(WRONG))
def test_wrong_answers_are_named(item, answers, says):
    """Is every misconception named in its own words, whatever it is tried on?"""
    for seed in SEEDS:
        verdict = verdict_on(ITEMS[item], answers, seed)
        assert verdict.points < ITEMS[item].points
        assert says in str(verdict), verdict


@pytest.mark.parametrize(("item", "answers"), bank(OPEN))
def test_untouched_answers_are_open(item, answers):
    """Does an answer that was not begun get no points, no blame, and the kind it wants?"""
    verdict = verdict_on(ITEMS[item], answers)
    assert verdict.untouched and verdict.points == 0
    assert [label for section in verdict.sections() for label, _ in section] == ["wanted"]


@pytest.mark.parametrize("item", RIGHT)
def test_the_bank_is_large(item):
    """Are there at least eight wrong and four right answers?"""
    assert len(WRONG[item]) >= 8
    assert len(RIGHT[item]) >= 4


@pytest.mark.parametrize("item", RIGHT)
def test_hints_grow_in_three_steps(item):
    """Are there three hints, each another?"""
    assert len(ITEMS[item].hints) == len(set(ITEMS[item].hints)) == 3
