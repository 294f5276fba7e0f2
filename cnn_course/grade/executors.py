"""Jobs over an executor: as many at once as it takes, and none can end the rest."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from cnn_course.errors import CourseError
from cnn_course.grade.jobs import Job, Reply, run_job
from cnn_course.grade.results import Run
from nbsandbox.workers import end_with_parent

CLUSTER_WAIT_S = 10

StartExecutor = Callable[[], AbstractContextManager[Executor]]


def local(jobs: int) -> StartExecutor:
    """Processes on this machine."""
    context = multiprocessing.get_context("spawn")
    return lambda: _released(ProcessPoolExecutor(jobs, mp_context=context, initializer=_join))


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
    jobs: Iterable[Job], start: StartExecutor, work: Callable[[Job], Reply] = run_job
) -> Iterator[Reply]:
    """The replies, as they come. A job that failed with its worker is tried once more, alone."""
    failed: list[Job] = []
    with start() as executor:
        futures = {executor.submit(work, job): job for job in jobs}
        for future in _finished(futures):
            job = futures.pop(future)  # a future keeps its reply: megabytes of evidence
            if future.exception() is None:
                yield future.result()
            else:
                failed.append(job)
    for job in failed:
        with start() as executor:
            future = executor.submit(work, job)
            error = future.exception()
            yield future.result() if error is None else _given_up(job, error)


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


def _given_up(job: Job, error: BaseException) -> Reply:
    note = f"running it failed twice ({type(error).__name__}: {str(error)[:120]})"
    return Reply(job.learner, job.name, Run("died", note), job.notebook, {})


@contextmanager
def _released(executor: Executor) -> Iterator[Executor]:
    """The executor; nothing waits for what it still does when it is left."""
    try:
        yield executor
    finally:
        executor.shutdown(wait=False)


def _join() -> None:
    """A worker leaves Ctrl-C to its coordinator, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
