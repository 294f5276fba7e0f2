"""What a learner may be called."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_course.learner_id import BadLearnerId, learner_id, shown

BAD = {
    "": "empty",
    " \u00a0": "empty",
    "a/b": "pattern or a path",
    "a\\b": "pattern or a path",
    "a*": "pattern or a path",
    "a`id`": "a command",
    "[a]": "pattern or a path",
    "c:x": "pattern or a path",
    ".hidden": "begins with",
    "-x": "begins with",
    "ada.": "full stop",
    "a\u202eb": "does not print",
    "a\nb": "does not print",
    "a\x1b[31m": "does not print",
    "a\ud800": "does not print",
    "a\u00a0b": "does not print",
    "CON": "device",
    "lpt1.txt": "device",
    "Index.HTML": "stands beside",
    "x" * 101: "longer than",
}


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_something_misreads_is_refused_with_the_reason(name):
    """Is it said why, in a sentence that itself can be printed?"""
    with pytest.raises(BadLearnerId, match="cannot be a learner's id: .*; rename it") as caught:
        learner_id(name)
    assert BAD[name] in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["ada", "O'Brien", "Müller, Max", "max@uni.example", "李 雷", "a+b", "Ada Lovelace 101"]
)
def test_names_of_people_are_taken(name):
    """Are names with blanks, apostrophes and other scripts left as they are?"""
    assert learner_id(name) == name


def test_two_spellings_of_one_name_are_one_person():
    """Are composed and decomposed letters, and blanks around, the same id?"""
    assert learner_id(unicodedata.normalize("NFD", " Jörg ")) == "Jörg"


@given(st.text())
def test_an_id_is_its_own_id_and_prints(name):
    """Is every id stable and printable, and every refused name shown safely?"""
    assert shown(name).isprintable()
    try:
        who = learner_id(name)
    except BadLearnerId:
        return
    assert learner_id(who) == who
    assert who.isprintable()
    assert who == unicodedata.normalize("NFC", who).strip()
