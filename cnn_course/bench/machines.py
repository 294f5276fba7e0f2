"""Grading over Dask: two workers beside two local jobs, and whether four machines do four's work.

Four machines are simulated: a job there is a second of waiting, so that only what hands out the
work and collects it can be slow, on a machine with few processors, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial

from cnn_course.bench.measuring import Say, middle
from cnn_course.bench.sample_class import graded
from cnn_course.grade import executors
from cnn_course.grade.conditions import Settings
from cnn_course.grade.jobs import Job, Reply
from cnn_course.grade.results import Run
from cnn_course.project import Project

WAITING_S, MACHINES, WAITERS = 1.0, 4, 40


def run(project: Project, learners: int, times: int, say: Say) -> None:
    """Measure and print; say so where Dask is not installed."""
    try:
        import distributed  # noqa: F401
    except ImportError:
        say("Dask is not installed: nothing is measured over a cluster")
        return
    here = middle(times, partial(graded, project, learners, Settings(jobs=2)))
    with cluster(2) as address:
        settings = Settings(jobs=2, cluster=address)
        there = middle(times, partial(graded, project, learners, settings))
    same = here.points == there.points
    say(
        f"two Dask workers, {learners} learners: {there.seconds / here.seconds:.2f} of the seconds "
        f"of two local jobs, same points: {'yes' if same else 'NO'}"
    )
    alone_s, together_s = waited(1), waited(MACHINES)
    say(f"{MACHINES} simulated machines: {alone_s / together_s:.2f} times as fast as one")


def waited(machines: int) -> float:
    """The seconds that so many machines take for jobs of a second."""
    jobs = [Job(f"learner-{number}", "", "{}", {}) for number in range(WAITERS)]
    with cluster(machines) as address:
        start_on: Callable = executors.cluster(address)
        list(executors.run_all(jobs[:machines], start_on, nap))  # so that all are there
        start = time.perf_counter()
        list(executors.run_all(jobs, start_on, nap))
        return time.perf_counter() - start


def nap(job: Job) -> Reply:
    """A job that takes its time and no processor."""
    time.sleep(WAITING_S)
    return Reply(job.learner, job.name, Run(), job.notebook, {})


@contextmanager
def cluster(workers: int) -> Generator[str]:
    """The address of a scheduler with so many workers, each a process."""
    import distributed

    with distributed.LocalCluster(
        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as running:
        try:
            yield running.scheduler_address
        finally:
            with suppress(ValueError):  # nobody is connected any more
                while True:
                    distributed.get_client().close()
