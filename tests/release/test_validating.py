"""Validate in a learner's folder: every check that fails, whole, whatever became of its cell."""

import os
import subprocess
import sys

import nbformat
import pytest

from cnn_lesson.command import validating
from cnn_lesson.command.learn import SETTINGS, lesson_folder
from cnn_lesson.verdict import wrapped


def first_checks(count=2):
    """The first stub up to so many checks."""
    notebook = nbformat.read(lesson_folder() / "01-convolution.ipynb", as_version=4)
    checks = [n for n, cell in enumerate(notebook.cells) if cell.source.startswith("check(")]
    notebook.cells = notebook.cells[: checks[count - 1] + 1]
    return notebook, [notebook.cells[n] for n in checks[:count]]


@pytest.mark.slow
def test_validate_shows_all_failures_whole(tmp_path):
    """Does an edited check hide nothing, and is no line of a verdict cut off?"""
    notebook, (first, _) = first_checks()
    first.source = "4.0  # so far so good"
    nbformat.write(notebook, tmp_path / "01-convolution.ipynb")
    command = [sys.executable, "-m", "nbgrader", "validate", "01-convolution.ipynb"]
    environment = {**os.environ, "JUPYTER_CONFIG_PATH": str(SETTINGS)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.count("The following cell failed") == 2, done.stdout + done.stderr
    assert "so far so good" not in done.stdout and "CONTENTS" not in done.stdout
    assert "ingredients: " in done.stdout and "edge-kernel: " in done.stdout
    assert not [line for line in done.stdout.splitlines() if line.endswith("...")]


def test_checks_are_put_back_only_where_nbgrader_validates(monkeypatch):
    """Is a notebook that is run otherwise left as it is?"""
    notebook, (first, second) = first_checks()
    wanted = second.source
    first.source = second.source = "1"
    validating.put_checks_back(notebook)
    assert second.source == "1"
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    validating.put_checks_back(notebook)
    assert second.source == wanted


def test_answers_stay_the_learners(monkeypatch):
    """Is no answer ever replaced by its stub?"""
    notebook, _ = first_checks()
    answers = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]
    for cell in answers:
        cell.source = "mine = 1"
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    validating.put_checks_back(notebook)
    assert answers and all(cell.source == "mine = 1" for cell in answers)


def test_a_long_line_is_wrapped_below_its_text():
    """Is a finding read whole in lines of 78 letters?"""
    lines = wrapped("  try        " + "one question after another " * 6)
    assert len(lines) > 1 and all(len(line) <= 78 for line in lines)
    assert all(line.startswith(" " * 13) for line in lines[1:])
    assert wrapped("short") == ["short"] and wrapped("") == [""]
