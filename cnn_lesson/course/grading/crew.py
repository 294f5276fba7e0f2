"""Jobs over an executor: as many at once as it takes, and none can end the rest."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager

from cnn_lesson.course.errors import CourseError
from cnn_lesson.course.execution.workers import end_with_parent
from cnn_lesson.course.grading.jobs import Job, Reply, run_job
from cnn_lesson.course.grading.results import Run

MakeExecutor = Callable[[], Executor]


def local(jobs: int) -> MakeExecutor:
    """Processes on this machine."""
    context = multiprocessing.get_context("spawn")
    return lambda: ProcessPoolExecutor(jobs, mp_context=context, initializer=_join)


def cluster(address: str) -> MakeExecutor:
    """The workers of a Dask scheduler. Raises CourseError where it, or Dask, is missing."""
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("--cluster needs Dask: install the project's extra `dask`") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise CourseError(f"no Dask scheduler answers at {address}: {error}") from error
    return lambda: client.get_executor(pure=False, retries=0)


def run_all(
    jobs: Iterable[Job], make: MakeExecutor, work: Callable[[Job], Reply] = run_job
) -> Iterator[Reply]:
    """The replies, as they come. A job that failed with its worker is tried once more, alone."""
    failed: list[Job] = []
    with _stopped(make()) as executor:
        futures = {executor.submit(work, job): job for job in jobs}
        for future in _finished(futures):
            if future.exception() is None:
                yield future.result()
            else:
                failed.append(futures[future])
    for job in failed:
        with _stopped(make()) as executor:
            future = executor.submit(work, job)
            wait([future])
            error = future.exception()
            yield future.result() if error is None else _given_up(job, error)


def _finished(futures: Iterable[Future]) -> Iterator[Future]:
    left = set(futures)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        yield from done


def _given_up(job: Job, error: BaseException) -> Reply:
    note = f"running it failed twice ({type(error).__name__}: {str(error)[:120]})"
    return Reply(job.learner, job.name, Run("died", note), job.notebook, {})


@contextmanager
def _stopped(executor: Executor) -> Iterator[Executor]:
    """The executor; whatever it still holds is dropped at the end."""
    try:
        yield executor
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _join() -> None:
    """A worker leaves Ctrl-C to its coordinator, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
