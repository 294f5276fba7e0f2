"""What a sandbox is built for, and the places that are the same in every sandbox."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import nbsandbox
from nbsandbox.confinement.job_files import NOT_COPIED
from nbsandbox.limits import Limits

FIRST_UID = 2_000_000_000  # far above any account; the supervisor's process number comes on top
PACKAGE = Path(nbsandbox.__file__).resolve().parent
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu")
SETTINGS = tuple(
    f"/etc/{name}"
    for name in (
        "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
        "mime.types", "nsswitch.conf", "ssl/openssl.cnf", "timezone",
    )
)  # fmt: skip
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))


@dataclass(frozen=True)
class SandboxSpec:
    """A job's folder, and what else its kernel is to see or not.

    Of `folder`, `inputs/` appears read-only and `evidence/` empty and writable; all else is
    copied, so that nothing a submission does reaches the folder itself. `processor` is the one
    that the job is bound to, if any; `landlock_abi` asks for no more than an older kernel has.
    Of a `whole` folder everything is copied, and what is changed in the copy is copied back.
    """

    folder: str
    limits: Limits = field(default_factory=Limits)
    visible: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    processor: int | None = None
    landlock_abi: int | None = None
    whole: bool = False

    def not_copied(self) -> set[str]:
        """What of the job's folder is not copied, by name."""
        return set() if self.whole else NOT_COPIED

    def shown(self) -> list[str]:
        """The folders of Python, its packages and the course, by all of their names."""
        prefixes = (sys.prefix, sys.base_prefix, sys.exec_prefix, str(PACKAGE), *self.visible)
        return sorted({*prefixes, *map(os.path.realpath, prefixes)})


class Sandbox(Protocol):
    """A job's place and its life at one level of confinement.

    `prepare` is called in the supervisor, `enter` in the process that becomes the kernel, all
    else in the supervisor again.
    """

    has_terminals: bool
    """Whether `!commands` can have terminals of the job's own."""
    sockets: str
    """The folder of the kernel's sockets, as the kernel sees it."""

    def __init__(self, spec: SandboxSpec, scratch: str) -> None: ...

    def prepare(self) -> None:
        """Get ready before the kernel is forked. Raises OSError, naming what was refused."""

    def places(self) -> dict[str, str]:
        """The folders `job`, `home` and `tmp`, as the kernel sees them."""
        ...

    def enter(self, connection: str) -> None:
        """Go in for good, and leave `connection` with the sockets. Raises OSError."""

    def outside(self) -> str:
        """The folder of the kernel's sockets, as the grader reaches it."""
        ...

    def seal(self) -> None:
        """Called once the kernel listens."""

    def evidence(self) -> int | None:
        """An open folder of evidence to fetch, None if it is there already. Raises OSError."""
        ...

    def processes(self) -> list[int]:
        """The process numbers of the job, as the supervisor sees them."""
        ...

    def written(self, *, anew: bool = False) -> tuple[float, int]:
        """What the job's files take of its limits: units of 2**20 bytes, and their number."""
        ...

    def files_mb(self) -> float:
        """What the job's files take of the machine's memory, units of 2**20 bytes."""
        ...

    def kill(self, kernel: int) -> int:
        """End every process of the job; the kernel's exit status as `waitpid` gives it."""
        ...

    def clean_up(self) -> None:
        """Leave nothing behind."""


def is_number_known(uid: int) -> bool:
    """Whether there is such a user number here; a container may have few."""
    with open("/proc/self/uid_map") as table:
        ranges = [tuple(map(int, line.split())) for line in table]
    return any(first <= uid < first + count for first, _, count in ranges)


def own_uid() -> int | None:
    """A user number for this supervisor's job, which is no account; None where it can't have one.

    Only root can give one, and a container may know too few.
    """
    given = os.geteuid() == 0 and is_number_known(FIRST_UID)
    return FIRST_UID + os.getpid() if given else None


def around(paths: tuple[str, ...], hidden: tuple[str, ...]) -> Iterator[str]:
    """`paths`, or, where something hidden lies in one, all that lies beside it."""
    for path in paths:
        inside = [name for name in hidden if Path(name).is_relative_to(path)]
        if path in inside:
            continue
        if not inside or not os.path.isdir(path):
            yield path
        else:
            beside = (os.path.join(path, name) for name in sorted(os.listdir(path)))
            yield from around(tuple(beside), hidden)
