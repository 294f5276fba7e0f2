"""What goes on one slide: where prose and code are cut, and that nothing is lost."""

from itertools import pairwise

import pytest

from cnn_course.teach.pagination import (
    CODE_LINES,
    PROSE_WORDS,
    parts_of_code,
    parts_of_prose,
    words,
)

SENTENCE = "A kernel is a small table of weights that walks over a picture, step by step. "


def test_short_prose_is_one_slide():
    """Does a heading with a paragraph, a list and a table stay whole?"""
    text = "## A\n\nOne line.\n\n- a\n- b\n\n| x | y |\n| --- | --- |\n| 1 | 2 |"
    assert parts_of_prose(text) == [text]


def test_long_prose_is_cut_between_blocks_and_loses_nothing():
    """Are all paragraphs there, in order, each on one slide?"""
    paragraphs = [f"{number}: {SENTENCE * 2}".strip() for number in range(9)]
    parts = parts_of_prose("\n\n".join(paragraphs))
    assert len(parts) > 1
    assert "\n\n".join(parts).split("\n\n") == paragraphs


def test_no_part_has_more_words_than_one_reads():
    """Is a paragraph that is too long cut between its sentences, and nothing lost?"""
    text = f"## A heading\n\n{(SENTENCE * 9).strip()}\n\n- {(SENTENCE * 5).strip()}"
    parts = parts_of_prose(text)
    assert " ".join(" ".join(parts).split()) == " ".join(text.split())
    assert all(words([part]) <= PROSE_WORDS for part in parts) and len(parts) >= 4


def test_a_heading_stays_with_what_follows_it():
    """Is a heading never the last thing on a slide?"""
    text = "\n\n".join([SENTENCE * 8, "### Next", SENTENCE * 8, "### Last", SENTENCE * 8])
    parts = parts_of_prose(text)
    assert len(parts) > 1
    assert not any(part.splitlines()[-1].startswith("#") for part in parts)


def test_a_long_list_is_cut_between_items():
    """Do the parts of a numbered list go on counting, without gaps between items?"""
    items = [f"{number}. {SENTENCE * 2}".strip() for number in range(1, 16)]
    parts = parts_of_prose("\n".join(items))
    assert len(parts) > 1 and "\n".join(parts).splitlines() == items
    assert all(part[0].isdigit() for part in parts)


def test_a_small_rest_gets_no_slide_of_its_own():
    """Is a last line that would stand alone kept with the rest?"""
    items = [f"{number}. A short line." for number in range(1, 14)]
    assert len(parts_of_prose("\n".join(items))) == 1


def test_fenced_code_stays_whole():
    """Is an empty line in a piece of code no place to cut?"""
    text = "Look:\n\n```python\na = 1\n\nb = 2\n```"
    assert parts_of_prose(text) == [text]


@pytest.mark.parametrize("lines", [1, CODE_LINES - 2, CODE_LINES, 3 * CODE_LINES + 1])
def test_code_and_output_are_never_cut_off(lines):
    """Does every line of code and of output get onto a slide that holds it?"""
    code = "\n".join(f"x{number} = {number}" for number in range(lines))
    parts = parts_of_code(code, "one\ntwo")
    assert "\n".join(part for part, _ in parts if part) == code
    assert "\n".join(output for _, output in parts if output) == "one\ntwo"
    assert all(max(p.count("\n"), o.count("\n")) < CODE_LINES for p, o in parts)
    assert all(not (before[1] and after[0]) for before, after in pairwise(parts))


def test_an_empty_cell_has_no_slide_of_code():
    """Is nothing made of nothing?"""
    assert parts_of_code("", "") == []
