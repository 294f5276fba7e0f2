"""A learner's turn: how long can one hold a slot, and what do the others wait?"""

import time
from dataclasses import dataclass

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.grade import executors, turns
from cnn_course.grade.conditions import Settings, kept_warm
from cnn_course.grade.jobs import Job, Reply
from cnn_course.grade.results import Run
from cnn_course.grade.turns import BEFORE, HERE, by_learner, take_turn
from cnn_course.nbgrader_settings import LEARNER_LIMIT_S, NO_LIMIT_S, learner_limit_s, settings
from cnn_course.project import Project
from nbsandbox.limits import Limits, sentence
from tests.nbsandbox.test_patience import MUTE

NAMES = ("01", "02", "03")
BUDGET_S, SLACK_S = 15, 10  # the slack: kernels start, on a machine that has more to do


@dataclass
class Clock:
    """A clock that goes on only while a notebook runs."""

    now: float = 0

    def monotonic(self):
        """The time."""
        return self.now


@pytest.fixture
def clock(monkeypatch):
    """The clock of turns, set by hand."""
    made = Clock()
    monkeypatch.setattr(turns, "time", made)
    return made


def three(learner="ann", **options):
    """A learner's jobs."""
    return [Job(learner, name, "{}", {}, **options) for name in NAMES]


def runner(clock, seconds, seen):
    """Runs each notebook for so many seconds, or to the end of its limit."""

    def work(job):
        seen.append(job.limits.total_s)
        late = seconds > job.limits.total_s
        clock.now += min(seconds, job.limits.total_s)
        run = Run("out_of_time", sentence(job.limits, "total_s")) if late else Run()
        return Reply(job.learner, job.name, run, job.notebook, {})

    return work


def test_nobody_holds_a_slot_for_longer_than_the_budget(clock):
    """Is a learner who takes all there is ended there, with a sentence for each notebook?"""
    seen = []
    replies = take_turn(three(), runner(clock, 600, seen), 900)
    assert (seen, clock.now) == ([600, 300], 900)
    assert [reply.run.note for reply in replies] == ["", HERE.format(900), BEFORE.format(900)]
    assert [reply.name for reply in replies] == list(NAMES)


def test_the_limit_of_one_notebook_stays(clock):
    """Does a notebook over its own limit say so, where the budget is not used up?"""
    replies = take_turn(three(limits=Limits(total_s=10)), runner(clock, 20, []), 900)
    assert {reply.run.note for reply in replies} == {sentence(Limits(total_s=10), "total_s")}


def test_honest_work_notices_nothing(clock):
    """Is all run as it was, and nothing said?"""
    seen = []
    replies = take_turn(three(), runner(clock, 30, seen), 900)
    assert seen == [600, 600, 600]
    assert [reply.run for reply in replies] == [Run(), Run(), Run()]


def test_jobs_of_a_learner_are_one_turn():
    """Are the turns in the order of the jobs?"""
    jobs = [*three("zoe"), *three("ann")]
    assert by_learner(jobs) == [three("zoe"), three("ann")]


@pytest.mark.parametrize(
    ("said", "limit"),
    [("", LEARNER_LIMIT_S), ("= 90", 90), ("= None", NO_LIMIT_S), ("= 0", NO_LIMIT_S)],
)
def test_the_budget_stands_in_the_settings(tmp_path, said, limit):
    """Does a course's nbgrader_config.py say how long a learner may take?"""
    line = f"c.CnnLesson.learner_limit_s {said}" if said else ""
    (tmp_path / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    assert learner_limit_s(settings(Project(tmp_path))) == limit


def test_the_course_has_one(root):
    """Is it the time of one notebook's limit, so that three do not take three times it?"""
    assert learner_limit_s(settings(Project(root))) == Limits().total_s


def jobs_of(learner, source, cells):
    """Three notebooks of equal cells."""
    notebook = new_notebook(cells=[new_code_cell(source) for _ in range(cells)])
    limits = Limits(cell_s=4, total_s=60)
    return [Job(learner, name, nbformat.writes(notebook), {}, limits) for name in NAMES]


@pytest.mark.slow
def test_the_others_wait_no_more_than_their_share():
    """A sleeper and a kernel that is never idle first, two slots: when are the others through?"""
    sleeper = jobs_of("sleeper", "import time; time.sleep(3.5)", 20)
    mute = jobs_of("mute", MUTE, 2)
    honest = [job for name in ("ann", "ben") for job in jobs_of(name, "6 * 7", 2)]
    with kept_warm(Settings()):
        alone, _ = timed(honest, BUDGET_S)
        together, replies = timed([*sleeper, *mute, *honest], BUDGET_S)
    held = sum(reply.run.seconds for reply in replies if reply.learner == "sleeper")
    assert held < BUDGET_S + SLACK_S
    assert max(together["ann"], together["ben"]) < alone["ben"] + BUDGET_S + SLACK_S
    notes = [r.run.note for r in replies if r.learner == "sleeper"]
    assert notes == [HERE.format(BUDGET_S), BEFORE.format(BUDGET_S), BEFORE.format(BUDGET_S)]
    assert {r.run.state for r in replies if r.learner in ("ann", "ben")} == {"done"}


def timed(jobs, budget_s):
    """When each learner was through, in seconds from the start, and all replies."""
    started, ends, replies = time.monotonic(), {}, []
    for reply in executors.run_all(jobs, executors.local(2), budget_s=budget_s):
        ends[reply.learner] = time.monotonic() - started
        replies.append(reply)
    return ends, replies
