"""Names from outside, in a terminal, a report and a table."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from cnn_course.grade import feedback, summary
from cnn_course.grade.feedback import Marks
from cnn_course.grade.grader import GradedClass
from cnn_course.grade.results import Result
from cnn_course.visible import visible, without_unseen

BAD = "ada\u202egpj.x\x1b]0;owned\x07\u2066\ud800"
SEEN = "ada<U+202E>gpj.x<U+001B>]0;owned<U+0007><U+2066><U+D800>"
HONEST = ("Mara Ó 李", "O'Neil, Bo", "نیما\u200cزاده", "Ève-Anne")


def test_what_cannot_be_seen_is_shown_by_its_number():
    """Does a name that reads backwards say so, and an honest one stay as it is?"""
    assert visible(BAD) == SEEN
    assert [visible(name) for name in HONEST] == list(HONEST)
    assert [without_unseen(name) for name in HONEST] == list(HONEST)


def test_the_terminal_shows_no_control_character_of_a_name():
    """Can a name neither set the terminal's title nor turn the line around?"""
    stream = io.StringIO()
    graded = GradedClass([Result(BAD, "k")], {BAD: BAD}, 1, 0.0)
    summary.show(graded, Console(file=stream, width=300))
    assert SEEN in stream.getvalue()
    assert not set(stream.getvalue()) & {"\x1b", "\x07", "\u202e", "\u2066"}


def test_a_feedback_page_shows_no_direction_character_of_a_name():
    """Is it the same on the page that goes back?"""
    page = feedback.page_of(Result("ada\u202egpj", "k"), "01-convolution", None, Marks())
    assert "ada&lt;U+202E&gt;gpj" in page and "\u202e" not in page


@given(st.text())
def test_no_text_keeps_a_character_that_moves_others(text):
    """Whatever comes in: is it one line that can be printed anywhere?"""
    shown = visible(text)
    shown.encode("utf-8")
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown
