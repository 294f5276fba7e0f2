"""What stands in quotes and can mean one thing only is read, and nothing that may mean another."""

import pytest

from cnn_lesson.checking.reading import as_option, as_shape, by_name, one_of, written_number
from cnn_lesson.checking.written import number_in

WORDS = ("row", "column", "channel")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16*3*3+16", 160),
        ("16 x 10", 160),
        ("16·9 + 16", 160),
        ("28^2*16 + 16", 12560),
        ("28**2*16 + 16", 12560),
        ("(3*3*1 + 1) * 16", 160),
        ("144 + 16 = 160", 160),
        ("160 = 16*(9+1)", 160),
        ("160 (with bias)", 160),
        ("about 12,560", 12560),
        ("Answer: 160", 160),
        ("160, because 16 * 9 weights and 16 biases", 160),
        ("160 learned numbers", 160),
        ("-3", -3),
    ],
)
def test_a_text_that_means_one_number(text, number):
    """Is a product in quotes worked out, and a number found among words?"""
    assert written_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["not 160", "160?", "160 without bias", "144 or 160", "144 + 16 = 161", "160k", "160 %"]
    + ["160 thousand", "12.5.60", "more than 160", "1/0", "9**9**9", "2**999", "(" * 50, "__", "x"]
    + ["160" * 40, "16*", "weights", "", "a160", "1e400", "160 parameters * 2", "1 of 160"],
)
def test_a_text_that_may_mean_another(text):
    """Is a doubt, a denial, a contradiction or a second number no answer?"""
    assert written_number(text) is None


@pytest.mark.parametrize(
    "text",
    ["Answer: 4", "answer is 4", "fourth", "the fourth", "4th", "the 4th option", "option = 4"]
    + ["4, because 28 - 5 + 1 = 24", "4 (no padding)"],
)
def test_an_option_in_words(text):
    """Is the number of an option found where it is the only one that can be meant?"""
    assert as_option(text, 4) == 4


@pytest.mark.parametrize("text", ["3 or 4", "not 4", "4 or so many", "5th", "the", "nd"])
def test_no_option_in_words(text):
    """Is nothing read where it may be another, or none?"""
    assert as_option(text, 4) is None


def test_a_shape_with_its_reason():
    """Is what stands behind a shape left out, and what is another shape none?"""
    assert as_shape("24 x 24, because 28 - 5 + 1 = 24") == (24, 24)
    assert as_shape("(24, 24)") == (24, 24)
    assert as_shape("24 x 24 or 26 x 26") is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("chanel", "channel"),
        ("colum", "column"),
        ("channel, because all values of a pixel come first, no row", "channel"),
        ("wor", None),
    ],
)
def test_a_misspelt_word(text, word):
    """Is a word with a letter wrong the one that it is near to?"""
    assert one_of(WORDS, text) == word


def test_words_that_are_near_to_two():
    """Is nothing read that may be either of two words?"""
    assert one_of(("conv1d", "conv2d"), "convd") is None
    assert one_of(("conv1d", "conv2d"), "conv3d") is None


def test_a_misspelt_name_in_a_table():
    """Is it read as the one that is missing, but never with other digits, and never twice?"""
    asked = ("spectrogram", "waveform", "conv 28", "conv 56")
    given = {"spectogram": 1, "waveform": 2, "conv 29": 3}
    assert by_name(given, asked) == {"spectrogram": 1, "waveform": 2}
    assert by_name({"wavefrom": 1, "waveforn": 2, "conv 28": 3}, asked) == {"conv 28": 3}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "(((((((((9^9)^9)^9)^9)^9)^9)^9)^9)^9)^9",
        "*".join(["9" * 5] * 10),
        "9" * 55 + "*1",
        "(" * 29 + "1" + ")" * 29 + "*",
        "1e999*1",
    ],
)
def test_a_sum_without_end_is_no_number(text):
    """Does nobody who judges work for ever on a text, or fail on it?"""
    assert number_in(text) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", [",", " ,", " (", ". ", "9,", "as ", "("])
def test_a_long_text_is_read_in_a_moment(piece):
    """Is nobody who judges kept busy by a forged text of a million letters?"""
    text = f"a{piece * (10**6 // len(piece))}b"
    assert written_number(text) is None and as_shape(text) is None
    as_option(text, 4)
    one_of(("dense", "conv"), text)
