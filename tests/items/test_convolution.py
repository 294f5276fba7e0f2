"""The items in which a function is written: their parts, their cases, what they show."""

import numpy as np
import pytest

from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checking.function_item import FunctionItem
from cnn_lesson.checking.item import VISIBLE_SEED
from cnn_lesson.items import ITEMS
from tests.items import SEEDS, verdict_on
from tests.items.banks import RIGHT, WRONG
from tests.items.test_banks import bank

TASKS = {name: item for name, item in ITEMS.items() if isinstance(item, FunctionItem)}


@pytest.mark.parametrize(
    ("item", "answers", "says"), [each for each in bank(WRONG) if each.values[0] in TASKS]
)
def test_messages_do_not_hold_the_right_answer(item, answers, says):
    """Are the values that a case should give kept back, and is what was begun not called open?"""
    task, verdict = TASKS[item], verdict_on(ITEMS[item], answers)
    assert not verdict.untouched
    said = [text for section in verdict.sections() for label, text in section if label != "yours"]
    for case in task.draw(VISIBLE_SEED):
        right = task.rule.right(*case)
        shown = str(right.tolist() if isinstance(right, np.ndarray) else right)
        assert all(shown not in text for text in said)


@pytest.mark.parametrize(
    ("item", "answers", "points"),
    [
        ("convolve", "stride ignored", 5),
        ("convolve", "square only", 4),
        ("convolve", "flipped", 0),
        ("output-shape", "same keeps", 4),
        ("output-shape", "stride ignored", 2),
        ("output-shape", "no branch for same", 4),
        ("max-pool", "rest kept", 3),
        ("max-pool", "starts at zero", 4),
        ("max-pool", "stride ignored", 4),
        ("edge-kernel", "zeros", 0),
        ("edge-kernel", "blur", 0),
        ("edge-kernel", "Laplacian", 3),
        ("edge-kernel", "horizontal", 1),
        ("edge-kernel", "one row heavier", 3),
        ("edge-kernel", "lopsided", 2),
    ],
)
def test_parts_earn_their_points(item, answers, points):
    """Is what is right paid for where the rest is not?"""
    for seed in SEEDS:
        verdict = verdict_on(ITEMS[item], WRONG[item][answers][0], seed)
        assert verdict.points == points, verdict
        assert bool(verdict.earned) == (points > 0)


@pytest.mark.parametrize("item", TASKS)
def test_seeds_draw_other_inputs(item):
    """Are the inputs of a seed always the same, other for another, and fit for a file?"""
    check = ITEMS[item]
    packed = [pack(check.inputs(seed)) for seed in (1, 1, 2, VISIBLE_SEED)]
    assert packed[0] == packed[1]
    assert len(set(packed)) == 3
    assert pack(unpack(packed[0])) == packed[0]


@pytest.mark.parametrize("item", TASKS)
def test_cases_serve_every_part(item):
    """Does each case belong to one part, and does each part have cases, whatever the seed?"""
    task = TASKS[item]
    for seed in (*SEEDS, *range(20)):
        owners = [
            [part.label for part in task.parts if part.holds(*case)] for case in task.draw(seed)
        ]
        assert all(len(labels) == 1 for labels in owners)
        assert {label for (label,) in owners} == {part.label for part in task.parts}
    assert sum(part.points for part in task.parts) == ITEMS[item].points


def kind_of(task, case):
    """What makes the kind of a case: its part, and sizes, settings and numbers of its arguments."""
    part = next(part.label for part in task.parts if part.holds(*case))
    if task.id != "output-shape":
        forms = [(each.shape, each.dtype) if hasattr(each, "shape") else each for each in case]
        return str((part, forms, task.id == "max-pool" and bool(case[0].max() < 0)))
    height, width, kernel, *settings = case
    step, same = (*settings, 1)[0], "same" in settings
    rest = [(size - kernel) % step for size in (height, width)]
    return str((part, kernel, settings, rest, same, (height > width) - (height < width)))


@pytest.mark.parametrize("item", TASKS)
def test_every_hidden_case_has_a_twin_that_learners_see(item):
    """Does the learner's own check try what a class's seed tries, with other numbers?"""
    task = TASKS[item]
    seen = sorted(kind_of(task, case) for case in task.draw(VISIBLE_SEED))
    for seed in range(40):
        assert sorted(kind_of(task, case) for case in task.draw(seed)) == seen


@pytest.mark.parametrize("item", ["convolve", "max-pool"])
def test_every_part_has_tall_pictures_and_wide_ones(item):
    """Can rows and columns not be mistaken for each other unseen?"""
    task = TASKS[item]
    for part in task.parts:
        forms = {
            np.sign(case[0].shape[0] - case[0].shape[1])
            for case in task.draw(VISIBLE_SEED)
            if part.holds(*case)
        }
        assert {-1, 1} <= forms, part.label


def test_the_smallest_failing_case_is_shown():
    """Is the first thing shown the case that is quickest to follow by hand?"""
    verdict = verdict_on(ITEMS["convolve"], WRONG["convolve"]["flipped"][0])
    assert verdict.findings[0].tried.startswith("image [[1, 2, 0], [0, 3, 1], [2, 0, 4]], kernel")
    assert verdict.findings[0].wanted.startswith("an array of shape (2, 2)")


def test_several_mistakes_are_named_one_at_a_time():
    """Is the first failing part explained where nothing explains all?"""

    def flipped_and_deaf(image, kernel, stride=1):
        return WRONG["convolve"]["flipped"][0]["convolve"](image, kernel) * (stride + 0.5)

    def flips_squares(image, kernel, stride=1):
        square = kernel.shape[0] == kernel.shape[1]
        return RIGHT["convolve"]["loops"]["convolve"](
            image, kernel[::-1, ::-1] if square else kernel
        )

    assert (
        not verdict_on(ITEMS["convolve"], {"convolve": flipped_and_deaf}).findings[0].misconception
    )
    verdict = verdict_on(ITEMS["convolve"], {"convolve": flips_squares})
    assert "flipped" in verdict.findings[0].misconception
    assert verdict.points == 1


def test_a_function_that_ends_the_program_is_survived():
    """Is sys.exit in an answer one line, not the end of the kernel?"""

    def leave(*case):
        raise SystemExit("bye")

    assert "it raised SystemExit: bye" in str(verdict_on(ITEMS["convolve"], {"convolve": leave}))


FORMS = {
    "a text": str,
    "with units": "{0[0]} rows, {0[1]} columns".format,
    "a dict": lambda pair: {"rows": pair[0], "columns": pair[1]},
    "with channels": lambda pair: (*pair, 1),
    "with the pictures' axis": lambda pair: (None, *pair),
    "with both": lambda pair: [[*pair]],
}


@pytest.mark.parametrize("form", FORMS)
def test_right_numbers_in_another_form_are_told_so(form):
    """Is the form named where the numbers are right, in place of a thought on the numbers?"""
    right = RIGHT["output-shape"]["formula"]["output_shape"]
    given = {"output_shape": lambda *case: FORMS[form](tuple(map(int, right(*case))))}
    for seed in SEEDS:
        verdict = verdict_on(ITEMS["output-shape"], given, seed)
        assert verdict.points == 0 and "the right numbers, in another form" in str(verdict)
