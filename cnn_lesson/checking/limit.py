"""A limit of time for each call of a learner's function: an endless loop gets an answer, too."""

from __future__ import annotations

import ctypes
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeVar

from cnn_lesson.grading_kernel import is_grading

LIMIT_S, GRADING_LIMIT_S = 5.0, 30.0
"""For one call: in a notebook, and where a class is graded on a machine that has much to do."""
AGAIN_S = 0.2
"""A bare ``except`` may have caught the end of time: then it comes once more."""
LOADING_S = 60.0
"""Until then a call that loads packages has its time anew: a first import reads a slow disk."""

Result = TypeVar("Result")


class OutOfTime(BaseException):
    """Raised inside a call that takes too long. No ``except Exception`` holds it up."""


_spent: list[float] | None = None


@contextmanager
def one_answer() -> Generator[None]:
    """Within it, all calls together have little more than the limit of one.

    After one that did not come back, those that follow are not begun: a check that tries forty
    cases takes no forty times as long.
    """
    global _spent
    before, _spent = _spent, []
    try:
        yield
    finally:
        _spent = before


def limit_s() -> float:
    """How long one call may take here."""
    return GRADING_LIMIT_S if is_grading() else LIMIT_S


def within_limit(work: Callable[..., Result], *arguments: object) -> Result:
    """What ``work`` returns or raises. Raises ``OutOfTime`` where it does not come back in time.

    Where it has loaded packages, such as SciPy, it has its time once more.
    Works in any thread. What runs in Python is ended everywhere; what waits in the system, such
    as ``time.sleep``, in the main thread of Linux and macOS.
    """
    if _spent:
        raise OutOfTime
    seconds = limit_s()
    try:
        with _alarm(seconds):
            return work(*arguments)
    except OutOfTime:
        if _spent is not None:
            _spent.append(seconds)
        raise


@contextmanager
def _alarm(seconds: float) -> Generator[None]:
    on_main = threading.current_thread() is threading.main_thread()
    with _by_signal(seconds) if on_main and hasattr(signal, "setitimer") else _by_thread(seconds):
        yield


@contextmanager
def _by_signal(seconds: float) -> Generator[None]:
    def ring(number: int, frame: object) -> None:
        if not loads():
            raise OutOfTime
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_S)

    loads = _loading(threading.get_ident())
    before = signal.signal(signal.SIGALRM, ring)
    left, every = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN_S)
    begun = time.monotonic()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if left:  # somebody else's alarm goes on
            rest = max(left - (time.monotonic() - begun), 0.001)
            signal.setitimer(signal.ITIMER_REAL, rest, every)


@contextmanager
def _by_thread(seconds: float) -> Generator[None]:
    done, target = threading.Event(), threading.get_ident()
    lock, loads = threading.Lock(), _loading(target)

    def ring() -> None:
        wait = seconds
        while not done.wait(wait):
            if loads():
                continue
            with lock:
                if not done.is_set():
                    _raise_in(target, OutOfTime)
            wait = AGAIN_S

    watch = threading.Thread(target=ring, daemon=True)
    watch.start()
    try:
        yield
    finally:
        with lock:
            done.set()
        _raise_in(target, None)  # one that is on its way would hit whoever comes next


def _loading(thread: int) -> Callable[[], bool]:
    """Says, each time it is asked, whether the thread's call has loaded modules since, or does."""
    known, last = len(sys.modules), time.monotonic() + LOADING_S

    def loads() -> bool:
        nonlocal known
        before, known = known, len(sys.modules)
        return time.monotonic() < last and (before < known or _imports(thread))

    return loads


def _imports(thread: int) -> bool:
    """Whether a call within the limit is at an import in this thread just now."""
    frame = sys._current_frames().get(thread)
    while frame is not None and frame.f_code is not within_limit.__code__:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    """Have an error raised in a thread as soon as it runs Python; None takes it back."""
    raised = ctypes.py_object(error) if error else ctypes.c_void_p(None)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), raised)
