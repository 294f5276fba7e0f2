"""What `make bench` makes of its measurements."""

import pytest
from click.testing import CliRunner

from cnn_course.bench import machines, measuring, plain
from cnn_course.bench.measuring import Measured, middle
from cnn_course.cli_bench import bench


@pytest.mark.parametrize(("seconds", "expected"), [([3, 1, 2], 2), ([5], 5), ([4, 1], 1)])
def test_of_several_measurements_the_median_counts(seconds, expected):
    """Is one slow moment of a machine no result, and is the result one that was measured?"""
    waiting = iter(seconds)
    found = middle(len(seconds), lambda: Measured(next(waiting), 1.0, {"mara": 1.0}))
    assert found.seconds == expected


def test_two_runs_can_be_compared():
    """Is it said on which machine, and how busy it was?"""
    assert "processors, load" in measuring.machine()


@pytest.mark.parametrize("words", [["--times", "0"], ["--slow", "9", "--learners", "4"], ["naps"]])
def test_what_cannot_be_measured_is_one_sentence(words):
    """Does a wrong number or part end it before anything is run?"""
    answer = CliRunner().invoke(bench, words)
    assert answer.exit_code and "Traceback" not in answer.output


@pytest.mark.slow
def test_four_machines_are_simulated(monkeypatch):
    """Is waiting shared out over the workers of a real cluster?"""
    pytest.importorskip("distributed")
    monkeypatch.setattr(machines, "WAITERS", 4)
    assert machines.waited(2) > 0


def test_an_assignment_on_data_is_nbgraders():
    """Has it a solution to take out and a check with points?"""
    kinds = [cell.metadata.get("nbgrader", {}) for cell in plain.on_data().cells]
    assert [about.get("points") for about in kinds if about.get("grade")] == [4]
    assert any(about.get("solution") for about in kinds)
