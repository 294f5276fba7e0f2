"""Seen is graded: are the points of a function those of the learner's own check, on every seed?"""

from dataclasses import replace

import pytest

from cnn_lesson import checks
from cnn_lesson.datasets import instant_images
from cnn_lesson.items import ITEMS
from tests.items import verdict_on
from tests.items.banks import RIGHT, WRONG
from tests.items.learners import SLIPS

HIDDEN = range(1000, 1040)
ANSWERS = [
    pytest.param(item, answers, id=f"{item}: {label}")
    for bank in (RIGHT, WRONG)
    for item, entries in bank.items()
    for label, entry in entries.items()
    for answers in [entry[0] if isinstance(entry, tuple) else entry]
] + [
    pytest.param(item, {ITEMS[item].names[0]: function}, id=f"{item}: {label}")
    for item, functions in SLIPS.items()
    for label, function in functions.items()
]


def tight_lipped(item):
    """The item with the points it gives, and without the search for what a slip is called."""
    return replace(item, rule=replace(item.rule, wrong=())) if hasattr(item, "rule") else item


@pytest.mark.parametrize(("item", "answers"), ANSWERS)
@pytest.mark.filterwarnings("ignore")
def test_points_do_not_depend_on_the_seed(item, answers):
    """Is what a learner sees what a learner gets, whatever the class's seed is?"""
    seen, quick = verdict_on(ITEMS[item], answers).points, tight_lipped(ITEMS[item])
    graded = {}
    for seed in HIDDEN:
        inputs = quick.inputs(seed)
        evidence = checks.gather(quick, answers, inputs)
        graded[seed] = checks.judge(quick, evidence, inputs, instant_images).points
    assert {seed: points for seed, points in graded.items() if points != seen} == {}
