"""Files that were handed in, read by processes with limits on time and memory.

A reader opens the file, takes its sources through the door and sends them back as JSON. One that
takes too long, or dies, is replaced, and its file gets a sentence; the others read on.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import stat
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from cnn_course import limited
from cnn_course.errors import CourseError
from cnn_course.grade.door import TOO_MUCH_MEMORY, Handed, sources
from cnn_course.limited import Died, LimitedProcess, TooSlow

FILE_LIMIT_MB = 100
"""Bytes on disk, outputs and all, in units of 2**20."""

MISSING = "not handed in"


@dataclass(frozen=True)
class Bounds(limited.Bounds):
    """What reading one file may take."""

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
def opened(path: Path) -> Generator[int]:
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


def read_file(path: Path, file_mb: int) -> Handed:
    """What a file holds, as the door tells it; never raises for what the file is."""
    try:
        content = read_bytes(path, file_mb)
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
) -> Generator[Iterator[Handed]]:
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


class Reader(LimitedProcess):
    """A process that reads files."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(partial(_read, file_mb=bounds.file_mb), bounds, "nb-reader")

    def read(self, path: Path) -> Handed:
        """What a file holds, or the sentence on how reading it ended."""
        try:
            handed = Handed(**json.loads(self.ask(os.fsencode(path))))
        except TooSlow as reason:
            return Handed(sentence=f"reading it takes {reason}; clear its outputs")
        except Died:
            return Handed(sentence="reading it ended the process that did; clear its outputs")
        if handed.sentence == TOO_MUCH_MEMORY:
            self.stop()
        return handed


def _read(name: bytes, file_mb: int) -> bytes:
    """The file of this name as the door tells it, in JSON; called in a reader's process."""
    gc.disable()  # JSON has no cycles, and looking for them costs half of the time
    return json.dumps(asdict(read_file(Path(os.fsdecode(name)), file_mb))).encode()
