"""A learner's turn: their notebooks one after the other, on one slot and within one budget of time.

So one learner holds one slot of a run for so long and no longer, whatever their notebooks do, and
the others wait no more than their share.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from cnn_course.grade.jobs import Job, Reply, run_job
from cnn_course.grade.results import Run
from nbsandbox.limits import UNLIMITED, sentence

Work = Callable[[Job], Reply]
HERE = "the time for all notebooks of a learner, {:g} s, was used up in this one (limit learner_s)"
BEFORE = "not run: the time for all notebooks of a learner, {:g} s, was used up (limit learner_s)"


def by_learner(jobs: Iterable[Job]) -> list[list[Job]]:
    """The jobs as turns, in the order of the jobs; those of a learner stand together."""
    return [list(turn) for _, turn in groupby(jobs, key=lambda job: job.learner)]


def take_turn(
    turn: Sequence[Job], work: Work = run_job, budget_s: float = UNLIMITED.total_s
) -> list[Reply]:
    """The replies to one learner's jobs, which take `budget_s` seconds of wall time in all.

    What is left of it is the limit of the next notebook; nothing is run once it is used up.
    """
    replies, left = [], budget_s
    for job in turn:
        begun = time.monotonic()
        replies.append(_within(job, left, work, budget_s) if left > 0 else _not_run(job, budget_s))
        left -= time.monotonic() - begun
    return replies


def _within(job: Job, left: float, work: Work, budget_s: float) -> Reply:
    """The reply to a job that may take `left` seconds; where it took them, its note says so."""
    if job.limits.total_s <= left:
        return work(job)
    limits = replace(job.limits, total_s=left)
    reply = work(replace(job, limits=limits))
    if reply.run.note == sentence(limits, "total_s"):
        return replace(reply, run=replace(reply.run, note=HERE.format(budget_s)))
    return reply


def _not_run(job: Job, budget_s: float) -> Reply:
    return Reply(
        job.learner, job.name, Run("out_of_time", BEFORE.format(budget_s)), job.notebook, {}
    )
