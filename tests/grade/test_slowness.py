"""What made a run slow is said in its last lines, each with its reason."""

import os

import pytest

from cnn_course.grade import account, slowness
from cnn_course.grade.conditions import Settings
from cnn_course.grade.jobs import Reply
from cnn_course.grade.results import Run
from nbsandbox import forkserver
from nbsandbox.training_cache.tally import OFF, Tally

GONE = "the fork server of warm kernels did not start: No module named nbsandbox"


def told(*replies, settings=None, cache_off="", alone=()):
    """The sentences on a run that got these tallies and reasons."""
    made = account.Account(settings or Settings(jobs=1))
    for tally, cold in replies:
        made.note(Reply("mara", "01", Run(), "", {}, tally, cold, {"messages": 0.5}))
    made.cache_off, made.alone = cache_off, list(alone)
    return made.slow_lines()


def test_a_quick_run_says_nothing():
    """Is nothing said where all was warm, known, and on as many processors as wanted?"""
    assert told((Tally(1, 3), ""), (Tally(), "")) == []


def test_cold_kernels_are_counted_with_their_reason():
    """Does the sentence name how many kernels were cold, and why?"""
    [said] = told((Tally(), GONE), (Tally(), ""), (Tally(), GONE))
    assert "2 of 3 kernels started cold" in said and said.endswith(GONE)
    [said] = told((Tally(), ""), settings=Settings(jobs=1, warm=False))
    assert "1 of 1" in said and "--cold" in said


@pytest.mark.parametrize("why", OFF)
def test_a_cache_that_is_off_is_said(why):
    """Is each reason named for which a cache answers nothing, also that one wanted none?"""
    assert OFF[why] in told((Tally(5, 0, why), ""))[0]
    assert told((Tally(5, 0), ""), cache_off="--no-store asks for that")[0].endswith(
        "asks for that"
    )


def test_a_cache_that_misses_is_said():
    """Is it said that none of 40 trainings was known, and not where one was?"""
    assert "none of 40 trainings" in told((Tally(38, 0), ""), (Tally(2, 0), ""))[0]
    assert told((Tally(38, 1), "")) == []


def test_fewer_processors_than_jobs_are_said(monkeypatch):
    """Is it said that one job ran where two were wanted; not where a cluster runs them?"""
    monkeypatch.setattr(slowness, "processors", lambda: 1)
    assert "2 jobs were wanted, and they shared the 1 processor" in told(settings=Settings())[0]
    assert told(settings=Settings(cluster="tcp://there")) == []


def test_learners_that_were_run_again_are_said():
    """Is it said that a process ended and its learners were run one by one?"""
    assert "2 learners were run again, one job at a time" in told(alone=["mara", "noor"])[0]


def test_the_seconds_are_counted_by_role():
    """Do replies and this process add up, each under its role?"""
    made = account.Account(Settings())
    for _ in range(2):
        made.note(Reply("mara", "01", Run(), "", {}, Tally(), "", {"messages": 0.5}))
    with made.spending("pages"):
        sum(range(100_000))
    assert made.spent["messages"] == 1 and made.spent["pages"] > 0


@pytest.mark.slow
def test_a_fork_server_that_cannot_start_says_why(monkeypatch, tmp_path):
    """Is its last line part of the reason, as where a package is found through PYTHONPATH only?"""
    monkeypatch.setenv(forkserver.OWN, str(tmp_path))
    (tmp_path / "python").write_text("#!/bin/sh\necho No module named nbsandbox >&2\nexit 1\n")
    os.chmod(tmp_path / "python", 0o755)
    monkeypatch.setattr(forkserver.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(OSError, match="did not start: No module named nbsandbox"):
        forkserver.connect({})
