"""Misconceptions: formulas that never give the right answer, nor each other's."""

import numpy as np
import pytest

from cnn_lesson.checking import layer_rules as m
from cnn_lesson.checking.function_item import FunctionItem
from cnn_lesson.checking.item import VISIBLE_SEED
from cnn_lesson.checking.layer_rules import Layer
from cnn_lesson.checking.misconceptions import ANY, Rule, same, wrong
from cnn_lesson.items import ITEMS
from cnn_lesson.items.output_shape import OUTPUT_SHAPE
from cnn_lesson.items.summary import ROWS

MNIST = Layer(28, 28, 1, 3, 16)
LARGER = Layer(56, 56, 1, 3, 16)

CONV_COUNTS = [144, 176, 145, 10, 9, 25, 448, 10816, 10960, 108160, 97344, 97360, 12560, 12544, 771]
DENSE_COUNTS = [12544, 12576, 12545, 785, 784, 160, 144, 32, 464, 800, 13328, 173072]
SHAPES = [(23, 23), (26, 26), (24, 28), (28, 24), (20, 28), (28, 20), (20, 20), (28, 28)]
SHAPES += [(5, 5), (14, 14), (32, 32)]

ASKED = [
    *((m.CONV_PARAMETERS, (layer,)) for layer in (MNIST, LARGER)),
    *((m.DENSE_PARAMETERS, (layer,)) for layer in (MNIST, LARGER)),
    (m.FEATURE_MAP_SHAPE, (28, 28, 5)),
]
TASKS = [item for item in ITEMS.values() if isinstance(item, FunctionItem)]


@pytest.mark.parametrize(
    ("rule", "case", "known"),
    [
        (m.CONV_PARAMETERS, (MNIST,), CONV_COUNTS),
        (m.DENSE_PARAMETERS, (MNIST,), DENSE_COUNTS),
        (m.FEATURE_MAP_SHAPE, (28, 28, 5), SHAPES),
    ],
)
def test_formulas_give_the_known_wrong_answers(rule, case, known):
    """Does each formula give the number that learners are seen to give?"""
    assert [each.applies.formula(*case) for each in rule.wrong] == known


def test_the_right_formulas_give_the_right_answers():
    """Are the answers to Question 3 and Question 4 what the lesson says they are?"""
    assert m.FEATURE_MAP_SHAPE.right(28, 28, 5) == (24, 24)
    assert OUTPUT_SHAPE.right(26, 26, 3, 2) == (12, 12)
    assert [m.CONV_PARAMETERS.right(layer) for layer in (MNIST, LARGER)] == [160, 160]
    assert [m.DENSE_PARAMETERS.right(layer) for layer in (MNIST, LARGER)] == [12560, 50192]
    found = [(shape.right(layer), count.right(layer)) for _, shape, count, layer in ROWS.values()]
    assert found == [
        ((28, 28, 8), 608),
        ((14, 14, 8), 0),
        ((12, 12, 16), 1168),
        ((2304,), 0),
        ((10,), 23050),
    ]


@pytest.mark.parametrize(("rule", "case"), ASKED)
def test_no_two_collide_on_the_numbers_asked(rule, case):
    """Does each wrong answer have one name only, and the right one none?"""
    results = [rule.right(*case), *(each.applies.formula(*case) for each in rule.wrong)]
    assert len(set(results)) == len(results)


@pytest.mark.parametrize("letter", ROWS)
def test_no_two_collide_in_the_summary(letter):
    """Is each wrong cell of the summary named once? One may be no mistake for this layer."""
    _, shape, count, layer = ROWS[letter]
    for rule in (shape, count):
        results = [each.applies.formula(layer) for each in rule.wrong]
        results = [result for result in results if result not in (rule.right(layer), None)]
        assert len(set(results)) == len(results)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
@pytest.mark.parametrize("seed", [VISIBLE_SEED, *range(6), 1943])
def test_functions_are_told_apart_by_the_cases(task, seed):
    """Are the cases of every seed enough to tell each misconception from all others?"""
    cases = task.draw(seed)
    for each in task.rule.wrong:
        values = [each.applies.result(case) for case in cases]
        if any(value is None or np.isnan(value).any() for value in values):
            continue  # has no result, or stands for any value of its shape
        assert task.rule.explain([listed(value) for value in values], cases).says == each.says


def listed(value):
    return list(value) if isinstance(value, tuple) else value


def test_a_rule_explains_only_what_all_values_agree_with():
    """Is a single hit among misses left alone?"""
    rule = Rule(lambda n: n + 1, (wrong(lambda n: n, "forgot", "count"),))
    assert rule.explain([3, 5], [(3,), (5,)]).says == "forgot"
    assert rule.explain([3, 6], [(3,), (5,)]) is None
    assert rule.explain([], []) is None


def test_a_rule_explains_nothing_where_wrong_and_right_agree():
    """Is a right answer free of misconceptions that happen to give the same?"""
    rule = Rule(lambda n: n * n, (wrong(lambda n: n + n, "doubled", "square"),))
    assert rule.explain([4], [(2,)]) is None
    assert rule.explain([6], [(3,)]).says == "doubled"


@pytest.mark.parametrize(
    ("value", "wanted", "agree"),
    [
        (160, 160, True),
        (160.0, 160, True),
        (np.float32(0.1) * np.ones((2, 2)), np.full((2, 2), 0.1), True),
        ([[1, 2]], np.array([[1, 2]]), True),
        ([[1, 2]], np.array([[1, ANY]]), True),
        (12561, 12560, False),
        (True, 1, False),
        ([1, 2], np.array([[1, 2]]), False),
        (np.nan, 1.0, False),
        ("1", 1, False),
        (None, 1, False),
        ([1, None], np.array([1, 2]), False),
    ],
)
def test_same_compares_numbers_and_shapes(value, wanted, agree):
    """Are rounding errors forgiven, and other values, shapes and types not?"""
    assert same(value, wanted) is agree


@pytest.mark.parametrize("item", ITEMS)
def test_lines_are_short(item):
    """Does each misconception of every item say one short line, and ask one short question?"""
    for each in ITEMS[item].misconceptions:
        assert each.says or each.ask
        assert len(each.says) <= 90 and len(each.ask) <= 100
        assert "\n" not in each.says + each.ask


def test_the_engine_knows_no_item(root):
    """Could another lesson's items stand on the same engine?"""
    for path in (root / "cnn_lesson" / "checking").rglob("*.py"):
        text = path.read_text("utf-8")
        named = [item for item in ITEMS if f'"{item}"' in text or f"``{item}``" in text]
        assert not named, (path.name, named)
        assert "cnn_lesson.items" not in text
