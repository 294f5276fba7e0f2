"""Where a learner stands: is it told from checks that were run, without running any?"""

import json
import re

import pytest

from cnn_lesson import progress as module
from cnn_lesson.checks import check
from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES
from cnn_lesson.progress import note, progress, saved_points, standing
from cnn_lesson.verdict import Verdict


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(module, "_noted", {})


def verdict(item, points):
    return Verdict(item, points, ITEMS[item].points)


def test_nothing_was_checked_yet(capsys):
    """Is all open at first, with the first item of the hour to begin with?"""
    progress("01")
    said = capsys.readouterr().out
    assert said.startswith("0 of ") and "Next: ingredients, in S0 of 01-convolution." in said
    assert "convolve open (in S1)" in said


def test_points_and_places_are_told_by_objective(capsys):
    """Is what is right told, what is partly right, and what is open, each with its section?"""
    note(verdict("ingredients", 4))
    note(verdict("convolve", 2))
    progress("01-convolution")
    said = capsys.readouterr().out
    assert said.startswith("6 of ")
    assert f" 1 {OBJECTIVES[1]}: ingredients 4/{ITEMS['ingredients'].points}" in said
    assert f"convolve 2/{ITEMS['convolve'].points} (in S1)" in said
    assert "Next: q3" in said, "the hour comes first"


def test_every_objective_and_item_is_there(capsys):
    """Is nothing of the lesson left out, essays included?"""
    progress()
    said = capsys.readouterr().out
    assert all(f"{number:>2} {text}: " in said for number, text in OBJECTIVES.items())
    assert all(re.search(rf"\b{item}\b", said) for item in ITEMS)
    assert "fashion-why is marked by a person (in S7)" in said


def test_all_right_is_said():
    """Is there an end?"""
    full = {item.id: item.points for item in ITEMS.values()}
    assert standing(full, [*ITEMS.values()]).endswith("so far. Everything is right.")


def test_an_unknown_notebook_is_one_sentence():
    """Does a slip say what there is?"""
    with pytest.raises(ValueError, match="there is no notebook '04'; there are 01-convolution"):
        progress("04")


class Shell:
    """What a notebook holds."""

    user_ns = {"answer_q3": 4}


def test_a_check_of_the_session_is_noted_and_a_trial_is_not(monkeypatch):
    """Do only the learner's own answers count?"""
    check("q3", namespace={"answer_q3": 4})
    assert module._noted == {}
    monkeypatch.setattr("IPython.get_ipython", lambda: Shell)
    check("q3")
    assert module._noted == {"q3": ITEMS["q3"].points}


def test_saved_notebooks_tell_where_one_stands(tmp_path):
    """Are the points found that checks showed when the notebooks were saved?"""
    shown = verdict("q3", 3)
    data = {"text/plain": repr(shown), "text/html": shown._repr_html_()}
    cells = [
        {"id": "q3", "outputs": [{"output_type": "execute_result", "data": data}]},
        {"id": "q2", "outputs": []},
        {"id": "train", "outputs": [{"data": {"text/html": "train: ✔ right · 5 of 5 points"}}]},
        "no cell",
    ]
    (tmp_path / f"{NOTEBOOKS[0]}.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    (tmp_path / f"{NOTEBOOKS[1]}.ipynb").write_text("{", "utf-8")
    assert saved_points(tmp_path) == {"q3": 3}


def test_the_hour_comes_first():
    """Is an item of the hour named before one that can wait?"""
    have = {item: ITEMS[item].points for item in ITEMS if ITEMS[item].in_hour}
    assert "Next: convolve" in standing(have, [*ITEMS.values()])
    del have["q1"]
    assert "Next: q1" in standing(have, [*ITEMS.values()])
