"""What worker processes need besides their work: a processor each, and an end."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.process
import os
import socket
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

claimed = threading.local()


class Pool(ProcessPoolExecutor):
    """A pool of spawned processes that can be left whatever became of them.

    Before Python 3.11.5 the thread that hands out work waits for ever where a process died while
    more than a pipe holds (64 kB) was on its way to it: the pipe's last reader is the pool itself
    (CPython's issue 94777). Here the pool stops reading when it is left.
    """

    def __init__(self, workers: int, begin: Any, *told: Any) -> None:
        context = multiprocessing.get_context("spawn")
        super().__init__(workers, mp_context=context, initializer=begin, initargs=told)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; see ``concurrent.futures.Executor.shutdown``."""
        work = getattr(self, "_call_queue", None)
        if work is not None and sys.version_info < (3, 11, 5):
            with contextlib.suppress(OSError):  # its own thread, which ends, was first
                work._reader.close()
        super().shutdown(wait, cancel_futures=cancel_futures)


def own_processor() -> int | None:
    """The processor of this worker and its jobs, None if all are taken or cannot be given.

    A job that takes all it can get then takes nobody else's. A claim is a socket name, which the
    system lets go when the worker ends.
    """
    if sys.platform != "linux":
        return None
    if getattr(claimed, "pid", None) != os.getpid():
        claimed.pid = os.getpid()
        claimed.number, claimed.socket = claim()
    return claimed.number


def claim() -> tuple[int | None, socket.socket | None]:
    """The first free processor, and the socket that holds it."""
    for number in sorted(os.sched_getaffinity(0)):
        holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            holder.bind(f"\0cnn-lesson-processor-{number}")
        except OSError:
            holder.close()
        else:
            return number, holder
    return None, None


def name_process(name: str) -> None:
    """Let this process be found by a name of up to 15 letters in `ps -o comm` and in top."""
    with contextlib.suppress(OSError):
        Path("/proc/self/comm").write_text(name)


def end_with_parent(name: str) -> None:
    """End this worker process when the one that started it ends, however it does.

    A worker of a process pool would wait for work for ever if its pool was killed. The jobs end
    with their workers. `name` is what the process is called in `ps -o comm`.
    """
    name_process(name)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
