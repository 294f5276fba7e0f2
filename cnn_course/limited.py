"""Work on what strangers wrote, in a process with limits on time and memory.

The process is there when first needed, does one piece of work after the other, and is replaced
when it dies or takes too long. It ends with the one that started it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

from nbsandbox.workers import end_with_parent

START_LIMIT_S = 60
STOP_LIMIT_S = 5


class TooSlow(Exception):
    """A piece of work took longer than it may."""


class Died(Exception):
    """A piece of work ended the process that did it."""


@dataclass(frozen=True)
class Bounds:
    """What one piece of work may take: seconds of wall time, memory in units of 2**20 bytes."""

    seconds: float = 20
    memory_mb: int = 1024


class LimitedProcess:
    """Calls `work`, a function of a module, on bytes, in a process called `name`."""

    def __init__(self, work: Callable[[bytes], bytes], bounds: Bounds, name: str) -> None:
        self._work, self._bounds, self._name = work, bounds, name
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def ask(self, question: bytes) -> bytes:
        """What the work makes of the question. Raises TooSlow or Died."""
        try:
            pipe = self.start()
            pipe.send_bytes(question)
            if not pipe.poll(self._bounds.seconds):
                self.stop()
                raise TooSlow(f"longer than {self._bounds.seconds:g} s")
            return pipe.recv_bytes()
        except (EOFError, OSError) as error:
            self.stop()
            raise Died from error

    @property
    def pid(self) -> int | None:
        """The number of the process, None where there is none."""
        return self._process.pid if self._process else None

    def start(self) -> Connection:
        """The pipe to the process, which is started where there is none. Raises EOFError."""
        if self._pipe is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            arguments = (theirs, self._work, self._bounds, self._name)
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
            if not self._pipe.poll(START_LIMIT_S):
                raise EOFError
            self._pipe.recv_bytes()
        return self._pipe

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join(STOP_LIMIT_S)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


def _serve(pipe: Connection, work: Callable[[bytes], bytes], bounds: Bounds, name: str) -> None:
    """Do one piece of work after the other, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(name)
    _limit_memory(bounds.memory_mb * 2**20)
    pipe.send_bytes(b"ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send_bytes(work(pipe.recv_bytes()))


def _limit_memory(size: int) -> None:
    import resource

    with contextlib.suppress(OSError, ValueError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
