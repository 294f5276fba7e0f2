"""Jobs over an executor: as many at once as it takes, and none can end the rest."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from cnn_course.errors import CourseError
from cnn_course.grade.jobs import Job, Reply, run_job
from cnn_course.grade.results import Run
from cnn_course.grade.turns import Work, by_learner, take_turn
from nbsandbox.limits import UNLIMITED
from nbsandbox.workers import Pool, end_with_parent

CLUSTER_WAIT_S = 10

StartExecutor = Callable[[], AbstractContextManager[Executor]]


def chosen(address: str, jobs: int) -> StartExecutor:
    """The cluster at an address, or this machine where there is none."""
    return cluster(address) if address else local(jobs)


def local(jobs: int) -> StartExecutor:
    """Processes on this machine."""
    return lambda: _released(Pool(jobs, _join))


def cluster(address: str) -> StartExecutor:
    """The workers of a Dask scheduler. Raises CourseError where it, or Dask, is missing."""
    client = _client(address)
    return lambda: _released(client.get_executor(pure=False, retries=0))


def _client(address: str) -> Any:
    try:
        from distributed import Client

        return Client(address, timeout=f"{CLUSTER_WAIT_S}s")
    except ImportError:
        raise CourseError("--cluster needs Dask: install the project's extra `dask`") from None
    except (OSError, ValueError) as error:
        raise CourseError(f"no Dask scheduler answers at {address}: {error}") from error


def run_all(
    jobs: Iterable[Job],
    start: StartExecutor,
    work: Work = run_job,
    budget_s: float = UNLIMITED.total_s,
    alone: Callable[[str], None] = lambda learner: None,
) -> Iterator[Reply]:
    """The replies, learner by learner as they come, each with a budget of time for all their jobs.

    A learner whose jobs failed with their worker gets one more try, alone; ``alone`` is told.
    """
    failed: list[list[Job]] = []
    with start() as executor:
        futures = {
            executor.submit(take_turn, turn, work, budget_s): turn for turn in by_learner(jobs)
        }
        for future in _finished(futures):
            turn = futures.pop(future)  # a future keeps its replies: megabytes of evidence
            if future.exception() is None:
                yield from future.result()
            else:
                failed.append(turn)
    for turn in failed:
        alone(turn[0].learner)
        with start() as executor:
            future = executor.submit(take_turn, turn, work, budget_s)
            error = future.exception()
            yield from future.result() if error is None else _given_up(turn, error)


def _finished(futures: Iterable[Future]) -> Iterator[Future]:
    """The futures as they are done; those that are not when this is left are cancelled."""
    left = set(futures)
    try:
        while left:
            done, left = wait(left, return_when=FIRST_COMPLETED)
            while done:
                yield done.pop()
    finally:
        for future in left:
            future.cancel()


def _given_up(turn: Iterable[Job], error: BaseException) -> Iterator[Reply]:
    note = f"running it failed twice ({type(error).__name__}: {str(error)[:120]})"
    for job in turn:
        yield Reply(job.learner, job.name, Run("died", note), job.notebook, {})


@contextmanager
def _released(executor: Executor) -> Generator[Executor]:
    """The executor; nothing waits for what it still does when it is left."""
    try:
        yield executor
    finally:
        executor.shutdown(wait=False)


def _join() -> None:
    """A worker leaves Ctrl-C to its coordinator, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent("nb-worker")
