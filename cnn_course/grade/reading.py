"""Files that were handed in, read by processes with limits on time and memory.

A reader opens the file, takes its sources through the door and sends them back as JSON. One that
takes too long, or dies, is replaced, and its file gets a sentence; the others read on.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import stat
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue

from cnn_course.errors import CourseError
from cnn_course.grade.door import TOO_MUCH_MEMORY, Handed, sources
from nbsandbox.workers import end_with_parent

FILE_LIMIT_MB = 100
"""Bytes on disk, outputs and all, in units of 2**20."""

MISSING = "not handed in"
START_LIMIT_S = 60
STOP_LIMIT_S = 5


@dataclass(frozen=True)
class Bounds:
    """What reading one file may take."""

    seconds: float = 20
    memory_mb: int = 1024
    file_mb: int = field(default_factory=lambda: FILE_LIMIT_MB)


def read_bytes(path: Path, file_mb: int) -> bytes:
    """The content of a regular file. Raises CourseError for anything else, or over the limit."""
    with opened(path) as handle:
        size = os.fstat(handle).st_size
        if size > file_mb * 2**20:
            raise CourseError(f"{size / 2**20:.0f} MB, over the limit of {file_mb} MB")
        with open(handle, "rb", closefd=False) as file:
            return file.read(file_mb * 2**20)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[int]:
    """A handle on a regular file. Raises CourseError for a link, a pipe or what is not there."""
    if path.parent.is_symlink():
        raise CourseError(f"{path.parent.name}/ is a link")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise CourseError(MISSING) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CourseError(f"cannot be read: {reason}") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise CourseError("not a file")
        yield handle
    finally:
        os.close(handle)


def read_file(path: Path, bounds: Bounds) -> Handed:
    """What a file holds, as the door tells it; never raises for what the file is."""
    try:
        content = read_bytes(path, bounds.file_mb)
    except CourseError as error:
        return Handed(sentence=str(error))
    except MemoryError:
        return Handed(sentence=TOO_MUCH_MEMORY)
    return sources(content)


def read_all(paths: Iterable[Path], jobs: int, bounds: Bounds | None = None) -> list[Handed]:
    """What each file holds, in the order of the paths; ``jobs`` files are read at once."""
    with all_read(paths, jobs, bounds) as handed:
        return list(handed)


@contextlib.contextmanager
def all_read(
    paths: Iterable[Path], jobs: int, bounds: Bounds | None = None
) -> Iterator[Iterator[Handed]]:
    """What each file holds, one after the other, while later ones are being read."""
    paths, bounds = list(paths), bounds or Bounds()
    many = max(1, min(jobs, len(paths)))
    readers = [Reader(bounds) for _ in range(many)]
    idle: SimpleQueue[Reader] = SimpleQueue()
    for reader in readers:
        idle.put(reader)

    def read(path: Path) -> Handed:
        reader = idle.get()
        try:
            return reader.read(path)
        finally:
            idle.put(reader)

    try:
        with ThreadPoolExecutor(many) as pool:
            yield pool.map(read, paths)
            pool.shutdown(cancel_futures=True)
    finally:
        for reader in readers:
            reader.stop()


class Reader:
    """A process that reads files, there when first needed, replaced when it dies or hangs."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None

    def read(self, path: Path) -> Handed:
        """What a file holds, or the sentence on how reading it ended."""
        try:
            self._start()
            self._pipe.send_bytes(json.dumps(os.fspath(path)).encode())
            if not self._pipe.poll(self.bounds.seconds):
                self.stop()
                limit = f"{self.bounds.seconds:g} s"
                return Handed(sentence=f"reading it takes longer than {limit}; clear its outputs")
            handed = Handed(**json.loads(self._pipe.recv_bytes()))
        except (EOFError, OSError):
            self.stop()
            return Handed(sentence="reading it ended the process that did; clear its outputs")
        if handed.sentence == TOO_MUCH_MEMORY:
            self.stop()
        return handed

    def _start(self) -> None:
        if self._process is None:
            context = multiprocessing.get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=_serve, args=(theirs, self.bounds), daemon=True)
            self._process.start()
            theirs.close()
            if not self._pipe.poll(START_LIMIT_S):
                raise EOFError
            self._pipe.recv_bytes()

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join(STOP_LIMIT_S)
            self._pipe.close()
            self._process = None


def _serve(pipe: Connection, bounds: Bounds) -> None:
    """Read file after file, until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    _limit_memory(bounds.memory_mb * 2**20)
    pipe.send_bytes(b"ready")
    with contextlib.suppress(EOFError, OSError):
        while True:
            handed = read_file(Path(json.loads(pipe.recv_bytes())), bounds)
            pipe.send_bytes(json.dumps(asdict(handed)).encode())


def _limit_memory(size: int) -> None:
    import gc
    import resource

    gc.disable()  # JSON has no cycles, and looking for them costs half of the time
    with contextlib.suppress(OSError, ValueError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
