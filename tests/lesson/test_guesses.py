"""Guesses: is the truth out of sight until it is asked for, and is a right guess taken for one?"""

import re

import pytest

from cnn_course.build.masters import read_master
from cnn_course.project import Project
from cnn_lesson.guesses import TRUTHS, reveal
from cnn_lesson.touch.modules import module

TOUCHED = {"walk_kernel": "walk", "your_network": "network", "shapes": "shapes"}


@pytest.mark.parametrize(
    ("name", "guess", "said"),
    [
        ("hidden-layers", 2, "You guessed 2, and so it is: "),
        ("hidden-layers", "2", "and so it is"),
        ("hidden-layers", "two", "You guessed two; it is 2: Dense 128"),
        ("hidden-layers", 12, "You guessed 12; it is 2: "),
        ("hidden-layers", None, "No guess this time. It is 2: "),
        ("what-fires", " Horizontal  edges ", "and so it is"),
        ("what-fires", "Where it gets brighter  downwards", "and so it is"),
        ("what-fires", "edges", "and so it is"),
        ("clothes", 84, "and so it is"),
        ("clothes", "85 of 100", "and so it is"),
        ("clothes", 96, "it is about 84"),
        ("most-weights", "conv2", "it is dense1"),
        ("most-weights", [], "it is dense1"),
    ],
)
def test_a_guess_is_answered_in_one_line(capsys, name, guess, said):
    """Is a right guess told so, in any sensible form, and a wrong one the truth?"""
    reveal(name, guess)
    line = capsys.readouterr().out
    assert said in line and line.endswith(".\n") and line.count("\n") == 1


def test_an_unknown_guess_is_one_sentence():
    """Does a slip in a notebook say what there is?"""
    with pytest.raises(ValueError, match="there is no guess 'hidden'; the guesses are hidden-lay"):
        reveal("hidden", 2)


def test_no_notebook_holds_the_truth_of_a_guess(root):
    """Is each guess asked once, with nothing of the answer in the cell that reveals it?"""
    text = "".join(path.read_text("utf-8") for path in Project(root).masters())
    asked = re.findall(r'^reveal\("([a-z-]+)", my_guess\)$', text, flags=re.MULTILINE)
    assert sorted(asked) == sorted(TRUTHS) and text.count("\nreveal(") == len(asked)


def read_on(picture):
    """The words of a picture to touch that stand in its lists."""
    return " ".join(re.findall(r'words: "([^"]+)"', module(picture)))


def test_no_answer_stands_above_its_question(root):
    """Is what a guess asks for in no word, name or list of a picture that is seen before it?"""
    for path in Project(root).masters():
        seen, guess = "", ""
        for cell in read_master(path).cells:
            seen = "" if cell.source.startswith("## ") else seen
            guess = cell.source if "**Guess first" in cell.source else guess
            if name := re.match(r'reveal\("([a-z-]+)"', cell.source):
                answer = TRUTHS[name[1]].answer
                offered = f"`{answer}`" in guess or f'"{answer}"' in guess
                told = [word for word in re.findall(r"[a-z]{6,}", answer) if word in seen.lower()]
                assert offered or told == [], (path.stem, name[1])
            touched = re.match(r"touch\.(\w+)\(", cell.source)
            seen += cell.source + (read_on(TOUCHED[touched[1]]) if touched else "")


def test_figures_of_a_guess_have_titles_that_ask(root):
    """Does no title between a guess and its reveal state what is to be found?"""
    for path in Project(root).masters():
        guessing = False
        for cell in read_master(path).cells:
            guessing = cell.cell_type == "code" and (guessing or "my_guess = None" in cell.source)
            title = re.search(r'title="([^"]+)"', cell.source)
            if guessing and title and "figure" in cell.metadata.get("tags", ()):
                assert title[1].endswith("?"), f"{path.stem}: {title[1]}"
