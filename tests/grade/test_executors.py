"""Jobs over an executor."""

import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import executors
from cnn_course.grade.jobs import Job, Reply
from cnn_course.grade.judging import inputs_for
from cnn_course.grade.results import Run


def job(learner: str) -> Job:
    """A job with nothing in it."""
    return Job(learner, "01-convolution", "{}", {})


def fine(job: Job) -> Reply:
    """A reply that says all went well."""
    return Reply(job.learner, job.name, Run(), job.notebook, {})


def deadly(job: Job) -> Reply:
    """Ends the worker's process for one learner, and is fine for the others."""
    if job.learner == "bad":
        os._exit(1)
    return fine(job)


def test_every_job_is_answered():
    """Does each job get its reply, whatever the order?"""
    jobs = [job(f"learner-{n}") for n in range(20)]
    replies = list(executors.run_all(jobs, lambda: ThreadPoolExecutor(3), fine))
    assert {reply.learner for reply in replies} == {j.learner for j in jobs}


def test_replies_come_as_they_are_ready():
    """Does a slow job keep no other waiting?"""
    gate = threading.Event()

    def work(job: Job) -> Reply:
        if job.learner == "slow":
            gate.wait(10)
        return fine(job)

    replies = executors.run_all([job("slow"), job("quick")], lambda: ThreadPoolExecutor(2), work)
    assert next(replies).learner == "quick"
    gate.set()
    assert next(replies).learner == "slow"


def test_a_worker_that_dies_costs_one_learner():
    """Is only the one given up whose job ends the worker, with a note?"""
    jobs = [job("ann"), job("bad"), job("cy")]
    replies = {r.learner: r for r in executors.run_all(jobs, executors.local(1), deadly)}
    assert replies["ann"].run.state == replies["cy"].run.state == "done"
    assert replies["bad"].run.state == "died"
    assert "failed twice" in replies["bad"].run.note


def test_no_scheduler_is_one_sentence(monkeypatch):
    """Is a Dask scheduler that does not answer one clear error?"""
    monkeypatch.setattr(executors, "CLUSTER_WAIT_S", 1)
    pytest.importorskip("distributed")
    with pytest.raises(CourseError, match="no Dask scheduler answers"):
        executors.cluster("tcp://127.0.0.1:1")


@pytest.mark.slow
def test_a_cluster_of_two_workers_runs_the_same_jobs(root):
    """Does a real Dask cluster give each stub's evidence, as local processes do?"""
    distributed = pytest.importorskip("distributed")
    stub = (root / "notebooks" / "cnn" / "01-convolution.ipynb").read_text(encoding="utf-8")
    inputs = inputs_for("01-convolution", 3)
    jobs = [Job(f"learner-{n}", "01-convolution", stub, inputs) for n in range(3)]
    here = {r.learner: r for r in executors.run_all(jobs, executors.local(2))}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        start = executors.cluster(cluster.scheduler_address)
        there = {r.learner: r for r in executors.run_all(jobs, start)}
        distributed.get_client().close()
    assert {name: r.run.state for name, r in there.items()} == dict.fromkeys(here, "done")
    assert {name: r.evidence for name, r in there.items()} == {
        name: r.evidence for name, r in here.items()
    }


def test_a_reply_is_let_go_once_it_is_used():
    """Does a class of hundreds take no more memory than one of ten?"""

    class Megabytes:
        pass

    jobs = [job(f"learner-{n}") for n in range(20)]
    replies = executors.run_all(jobs, lambda: ThreadPoolExecutor(2), lambda job: Megabytes())
    seen = [weakref.ref(next(replies)) for _ in range(20)]
    assert sum(reply() is not None for reply in seen) <= 1
