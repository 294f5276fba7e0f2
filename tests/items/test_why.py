"""Why it is right: one sentence an item, shown where an answer is right, and no hint to another."""

import re

import pytest

from cnn_lesson.checks import check
from cnn_lesson.items import ITEMS, checked
from cnn_lesson.verdict import Verdict
from tests.items import verdict_on
from tests.items.banks import RIGHT, WRONG

AUTOMATIC = [item.id for item in checked()]
ANSWERS = {
    "q2": r"\b[1-4]\b|channels? ",
    "q3": r"\b24\b",
    "q4-conv": r"\b160\b",
    "q4-dense": r"\b12[,.]?560\b",
    "summary": r"\b(608|1168|2304|23050|28|14|12)\b",
    "dense-vs-conv": r"\b50[,.]?192\b|\bfalls\b|neighbour",
    "choose-layer": r"conv1d|conv2d|neighbour",
    "error-clinic": r"\bcause \d|channels axis|one-hot",
    "output-shape": r"//|ceil|- kernel",
    "convolve": r"range\(|image\[",
    "max-pool": r"range\(|image\[|\.max",
    "edge-kernel": r"-1",
}


@pytest.mark.parametrize("item", AUTOMATIC)
def test_every_item_says_why_in_one_sentence(item):
    """Has every item that a computer checks one short sentence, in its own file?"""
    why = ITEMS[item].why
    assert 30 <= len(why) <= 110
    assert why[0].islower() or why[0] == '"'
    assert not re.search(r"[.!?]( |$)|\n", why)
    assert [each.why for each in ITEMS.values()].count(why) == 1


@pytest.mark.parametrize("item", RIGHT)
def test_a_right_answer_is_told_why_once(item):
    """Is the reason one line of a right verdict, as text and as a panel?"""
    verdict = verdict_on(ITEMS[item], next(iter(RIGHT[item].values())))
    lines = str(verdict).splitlines()
    assert lines[1:] == [f"  because    {ITEMS[item].why}"]
    assert verdict._repr_html_().count("because") == 1


@pytest.mark.parametrize("item", WRONG)
def test_no_other_answer_is_told_why(item):
    """Is it kept back until then, also where part of the answer is right?"""
    for answers, _ in WRONG[item].values():
        verdict = verdict_on(ITEMS[item], answers)
        assert not verdict.why and ITEMS[item].why not in str(verdict)


def test_nothing_is_said_where_no_reason_is_known():
    """Is a right verdict without a reason one line, as before?"""
    assert str(Verdict("q3", 3, 3)) == "q3: ✔ right · 3 of 3 points"
    assert str(Verdict("q3", 2, 3, why="it is so")) == "q3: ◐ partly right · 2 of 3 points"


@pytest.mark.parametrize("item", AUTOMATIC)
def test_a_reason_is_no_hint_to_another_item(item):
    """Does no reason hold another item's answer, nor four words in a row of another's hints?"""
    why = ITEMS[item].why
    for other, answer in ANSWERS.items():
        assert other == item or not re.search(answer, why, re.IGNORECASE), other
    words = re.findall(r"\w+", why.lower())
    runs = {" ".join(words[i : i + 4]) for i in range(len(words) - 3)}
    for other in AUTOMATIC:
        hints = " ".join(re.findall(r"\w+", " ".join(ITEMS[other].hints).lower()))
        assert other == item or not [run for run in runs if run in hints], other


def test_check_shows_it(capsys):
    """Does check() hand it out, too?"""
    assert check("q3", namespace={"answer_q3": 4}).sections() == [[("because", ITEMS["q3"].why)]]
