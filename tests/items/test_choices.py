"""The items in which is chosen, counted or sorted: their parts, and what they keep back."""

import re
from fractions import Fraction

import numpy as np
import pytest

from cnn_lesson.checking.reading import as_option
from cnn_lesson.items import ITEMS, error_clinic, q2
from tests.items import verdict_on
from tests.items.banks import WRONG
from tests.items.banks.choose_layer import cards
from tests.items.banks.ingredients import roles
from tests.items.banks.summary import SUMMARY, cell
from tests.items.test_banks import bank

TRUTH = {"q3": r"\b24\b", "q4-conv": r"\b160\b", "q4-dense": r"\b12[,.]?560\b"}

ALL_SAME = {  # "same" padding, once and for all, and what follows from it
    "A": ("hidden", (32, 32, 8), 608),
    "B": ("hidden", (16, 16, 8), 0),
    "C": ("hidden", (16, 16, 16), 1168),
    "D": ("hidden", (4096,), 0),
    "E": ("output", (10,), 40970),
}
CHANNELS_FIRST = SUMMARY | {
    "A": ("hidden", (8, 28, 28), 608),
    "B": ("hidden", (8, 14, 14), 0),
    "C": ("hidden", (16, 12, 12), 1168),
}
NO_BIASES = SUMMARY | {
    "A": ("hidden", (28, 28, 8), 600),
    "C": ("hidden", (12, 12, 16), 1152),
    "E": ("output", (10,), 23040),
}


@pytest.mark.parametrize(
    ("item", "answers", "says"), [each for each in bank(WRONG) if each.values[0] in TRUTH]
)
def test_messages_do_not_hold_the_right_number(item, answers, says):
    """Are the digits of the right answer kept back, unless the learner gave them?"""
    verdict = verdict_on(ITEMS[item], answers)
    lines = [line for section in verdict.sections() for line in section]
    said = " ".join(text for label, text in lines if label != "yours")
    assert not re.search(TRUTH[item], f"{verdict.headline} {said}")


@pytest.mark.parametrize("item", TRUTH)
def test_hints_and_thoughts_do_not_hold_the_right_number(item):
    """Do the hints stop short of the number, and all thoughts too?"""
    thoughts = [f"{each.says} {each.ask}" for each in ITEMS[item].misconceptions]
    for text in [*ITEMS[item].hints, *thoughts]:
        assert not re.search(TRUTH[item], text)


@pytest.mark.parametrize(
    ("answers", "right"),
    [(cell("A", 1, (28, 28, 3)), "(28, 28, 8)"), (cell("C", 2, 9), "1168")]
    + [(cell("D", 1, 9), "2304"), (cell("E", 2, 9), "23050"), (cell("A", 2, 9), "608")],
)
def test_the_summary_keeps_its_cells_back(answers, right):
    """Are the cells that are wrong not filled in by the message?"""
    assert right not in str(verdict_on(ITEMS["summary"], answers))


@pytest.mark.parametrize(
    ("item", "answers", "points"),
    [
        ("ingredients", roles("A", "BE", "G"), 2),
        ("ingredients", roles("A", "BCDEF", ""), 3),
        ("ingredients", roles("B", "BCDEF", "G"), 3),
        ("q2", {"answer_q2": 4, "fastest_index": "row"}, 2),
        ("q2", {"answer_q2": 1, "fastest_index": "channel"}, 1),
        ("q4-conv", {"conv_parameters": 144}, 2),
        ("q4-conv", {"conv_parameters": 10}, 0),
        ("q4-dense", {"dense_parameters": 12544}, 2),
        ("summary", cell("A", 0, "input"), 4.7),
        ("summary", {"parts": ALL_SAME}, 4.7),
        ("summary", {"parts": NO_BIASES}, 4.7),
        ("summary", {"parts": CHANNELS_FIRST}, 4.7),
        ("summary", {"parts": dict.fromkeys("ABCDE", ("input", None, None))}, 0),
        ("summary", {"parts": {"A": ("hidden", None, None)}}, 0.3),
        ("choose-layer", {"choices": {"waveform": "conv1d"}}, 0.5),
        ("choose-layer", cards(waveform="dense", micrograph="dense"), 3),
    ],
)
def test_parts_earn_their_points(item, answers, points):
    """Is what is right paid for where the rest is not?"""
    assert verdict_on(ITEMS[item], answers).points == points


@pytest.mark.parametrize(
    ("falls", "earned"),
    [(word, True) for word in ("conv", "Conv2D", "the convolutional one", ["conv"], "conv.", "CNN")]
    + [(word, False) for word in ("dense", "both", "neither", "not conv", "conv and dense", 1)],
)
def test_a_prediction_is_read_kindly(falls, earned):
    """Is one word in many spellings the same prediction, and a denial or two words none?"""
    verdict = verdict_on(ITEMS["dense-vs-conv"], {"falls": falls})
    assert ("the prediction" in verdict.earned) == earned


@pytest.mark.parametrize("count", [160, "160", [160], Fraction(160), "160 parameters"])
def test_a_count_is_read_kindly(count):
    """Is a count the same in a table as in an answer of its own?"""
    verdict = verdict_on(ITEMS["dense-vs-conv"], {"counts": {"Conv_28": count}, "falls": None})
    assert verdict.earned == ("conv 28",)


STRANGE = {"no such name": 1}, [1, 2, 3], ["A", "B"], 5, "a text", np.ones(3)


@pytest.mark.parametrize("strange", STRANGE, ids=str)
@pytest.mark.parametrize(
    ("item", "name"),
    [(each.id, each.names[0]) for each in ITEMS.values() if hasattr(each, "asks")]
    + [("ingredients", "roles"), ("dense-vs-conv", "counts"), ("error-clinic", "causes")],
)
def test_only_what_was_never_touched_is_open(item, name, strange):
    """Is an answer of another form than the one that is asked for called what it is?"""
    verdict = verdict_on(ITEMS[item], {name: strange})
    assert not verdict.untouched
    assert f'{name}["' not in str(verdict) and "tried      conv 28" not in str(verdict)


@pytest.mark.parametrize(
    ("item", "texts"), [("q2", q2.OPTIONS), ("error-clinic", [*error_clinic.CAUSES])]
)
def test_an_option_may_be_given_in_its_words(item, texts, root):
    """Do the words stand in the notebook, does each say its number, and do pieces of it?"""
    notebook = (root / "source" / f"{ITEMS[item].notebook}.py").read_text(encoding="utf-8")
    for number, text in enumerate(texts, 1):
        assert f"# {number}. {text}\n" in notebook
        for piece in (text, text.upper(), text.partition(" (")[0], " ".join(text.split()[-3:])):
            assert as_option(piece, len(texts), texts=texts) == number
    assert as_option("the", len(texts), texts=texts) is None


def test_one_strange_letter_costs_its_own_role_only():
    """Is what is right paid for beside a box that is not there?"""
    verdict = verdict_on(ITEMS["ingredients"], roles("A", "BCDEFH", "G"))
    assert verdict.points == 2 and "a letter that no box has" in str(verdict)


@pytest.mark.parametrize("falls", ["neither", "None of them"])
def test_neither_is_a_word_and_nothing_is_none(falls):
    """Is who wrote nothing yet told nothing of a misconception?"""
    counts = {"conv 28": 160}
    said = str(verdict_on(ITEMS["dense-vs-conv"], {"falls": falls, "counts": counts}))
    assert "order matters to neither layer" in said
    open_still = str(verdict_on(ITEMS["dense-vs-conv"], {"falls": None, "counts": counts}))
    assert "order matters" not in open_still
