"""Verdicts: what a notebook shows, what nbgrader reads, what a terminal prints."""

import re
from html.parser import HTMLParser

import pytest

from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import (
    FINDINGS_SHOWN,
    STATES,
    Finding,
    NotYet,
    Verdict,
    shortened,
)

FLIPPED = Finding(
    tried="image of 5×4",
    yours="[[1]]",
    wanted="an array",
    misconception="the kernel is flipped",
    thought="which way round?",
)


@pytest.mark.parametrize(
    ("points", "untouched", "state"),
    [
        (4, False, "right"),
        (2.5, False, "partly"),
        (0, False, "not yet"),
        (0, True, "open"),
        (1, True, "partly"),
    ],
)
def test_the_state_follows_from_the_points(points, untouched, state):
    """Is an answer right, partly right, not yet, or still open?"""
    verdict = Verdict("q2", points, 4, untouched=untouched)
    assert verdict.state == state
    assert STATES[state] in verdict.headline


@pytest.mark.parametrize("points", [0, 3, 4.7, 0.5, 10])
def test_the_repr_is_the_points(points):
    """Does nbgrader read partial credit from the text of a verdict?"""
    assert float(repr(Verdict("q2", points, 10))) == points


def test_the_text_is_a_few_lower_case_lines():
    """Does a verdict in a terminal have one line for each thing that was said?"""
    verdict = Verdict("convolve", 5, 7, (FLIPPED,), ("stride 1",))
    assert str(verdict).splitlines() == [
        "convolve: ◐ partly right · 5 of 7 points",
        "  have       stride 1",
        "  tried      image of 5×4",
        "  yours      [[1]]",
        "  wanted     an array",
        "  looks like the kernel is flipped",
        "  try        which way round?",
    ]


def test_a_right_answer_needs_no_lines():
    """Is a right answer told so in one line?"""
    assert str(Verdict("q3", 3, 3, earned=("all",))) == "q3: ✔ right · 3 of 3 points"


class Tags(HTMLParser):
    """Collects texts and checks that tags are closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.texts, self.roles = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.roles += [value for name, value in attrs if name in ("role", "scope")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def test_the_panel_holds_the_same_words():
    """Does the panel say what the text says, well-formed, and with roles for a screen reader?"""
    verdict = Verdict("convolve", 5, 7, (FLIPPED, FLIPPED), ("stride 1",))
    tags = Tags()
    tags.feed(verdict._repr_html_())
    assert not tags.open
    assert " ".join(tags.texts).split() == str(verdict).split()
    assert tags.roles[0] == "status" and set(tags.roles[1:]) == {"row"}


def test_what_a_learner_wrote_is_no_html():
    """Is a script in an answer shown as text?"""
    html = Verdict("q3", 0, 3, (Finding(yours="<script>alert(1)</script>"),))._repr_html_()
    assert "<script" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize("points", [0, 2, 3])
def test_text_takes_the_colour_of_the_theme(points):
    """Is the panel readable on a light and on a dark page: no text colour, a faint background?"""
    html = Verdict("q3", points, 3, (FLIPPED,))._repr_html_()
    assert set(re.findall(r"(?<!-)color:([^;\"]+)", html)) == {"inherit"}
    assert re.search(r"background:#[0-9A-F]{6}1a", html)


def test_not_yet_shows_the_text_instead_of_a_traceback():
    """Does IPython show the friendly lines where nbgrader validates?"""
    error = NotYet(Verdict("convolve", 5, 7, (FLIPPED,)))
    assert error._render_traceback_() == str(error.verdict).splitlines()
    assert str(error) == error.verdict.headline
    assert isinstance(error, AssertionError)


def test_open_and_unreadable_answers_say_the_kind_they_want():
    """Do the two short verdicts earn nothing and state the kind?"""
    open_one = ITEMS["q3"].still_open("an option")
    assert open_one.untouched and str(open_one).endswith("wanted     an option")
    unreadable = ITEMS["q3"].unusable(yours="a dict", wanted="an option")
    assert unreadable.state == "not yet" and unreadable.out_of == 3


def test_many_findings_are_shortened():
    """Is a long list cut, with the number of those left out?"""
    assert shortened([FLIPPED]) == (FLIPPED,)
    many = shortened([FLIPPED] * (FINDINGS_SHOWN + 2), missing="ABCD")
    assert len(many) == FINDINGS_SHOWN + 1
    assert many[-1].about == "the others: 2 more to look at, 4 still open"


def test_the_few_that_are_still_open_are_named():
    """Does one None left in a table say where it is?"""
    (last,) = shortened([], missing=["A, role"])
    assert last.about == "still open: A, role"
