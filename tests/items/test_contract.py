"""Seen is graded: are the points of a function those of the learner's own check, on every seed?"""

from dataclasses import replace
from functools import cache

import pytest

from cnn_lesson import checks
from cnn_lesson.checking.evidence import pack
from cnn_lesson.datasets import instant_images
from cnn_lesson.items import ITEMS
from tests.items import verdict_on
from tests.items.banks import RIGHT, WRONG
from tests.items.learners import SLIPS

HIDDEN, FURTHER = range(1000, 1010), range(1010, 1040)
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
DRAWN = sorted(name for name, item in ITEMS.items() if item.inputs(HIDDEN[0]))


def tight_lipped(item):
    """The item with the points it gives, and without the search for what a slip is called."""
    return replace(item, rule=replace(item.rule, wrong=())) if hasattr(item, "rule") else item


@cache
def inputs_of(item, seeds):
    """{a seed: what it gives the item}; of seeds that give the same, the first one."""
    drawn = {pack(inputs): (seed, inputs) for seed in seeds[::-1] for inputs in [item.inputs(seed)]}
    return dict(drawn.values())


def other_points(item, answers, seeds):
    """{a seed: its points} where they are not those that the learner sees."""
    seen, quick = verdict_on(ITEMS[item], answers).points, tight_lipped(ITEMS[item])
    graded = {}
    for seed, inputs in inputs_of(ITEMS[item], seeds).items():
        evidence = checks.gather(quick, answers, inputs)
        graded[seed] = checks.judge(quick, evidence, inputs, instant_images).points
    return {seed: points for seed, points in graded.items() if points != seen}


@pytest.mark.parametrize(("item", "answers"), ANSWERS)
@pytest.mark.filterwarnings("ignore")
def test_points_do_not_depend_on_the_seed(item, answers):
    """Is what a learner sees what a learner gets, whatever the class's seed is?"""
    assert other_points(item, answers, HIDDEN) == {}


@pytest.mark.slow
@pytest.mark.parametrize("item", DRAWN)
@pytest.mark.filterwarnings("ignore")
def test_points_do_not_depend_on_thirty_further_seeds(item):
    """The same, for slips that show on few of the cases that may be drawn."""
    of_item = {each.id: each.values[1] for each in ANSWERS if each.values[0] == item}
    found = {name: other_points(item, answers, FURTHER) for name, answers in of_item.items()}
    assert {name: points for name, points in found.items() if points} == {}
