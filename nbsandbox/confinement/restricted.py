"""Level 2: Landlock, seccomp and the system's limits, without any namespace.

It needs no right and no setting, so it works in containers and under AppArmor. A job has a private
folder under a name that nobody can guess, and sees the system and Python, read-only. It opens no
file outside, no connection at all (not even to sockets with a path, which Landlock does not know),
signals nobody outside and changes nobody's properties. Where root can, each job is a user of its
own.

What it cannot hold, and namespaces can:

- whether a file exists, how large and how old it is, can be asked by whoever guesses its path
  (`stat` is no right that Landlock knows); its content and the names in folders cannot be read;
- the process numbers of others can be guessed likewise;
- what passes the limit on disk ends the job, where a file system of limited size would only
  refuse to write.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from nbsandbox.confinement import landlock, seccomp
from nbsandbox.confinement.descendants import listed, tasks_of
from nbsandbox.confinement.job_files import copy_folder, give, is_folder
from nbsandbox.confinement.privileges import bind_to_limits, drop_privileges
from nbsandbox.confinement.spec import DEVICES, SETTINGS, SYSTEM, SandboxSpec, around, own_uid
from nbsandbox.confinement.unconfined import Unconfined
from nbsandbox.limits import MB

LOOK_EVERY_S = 0.2
BLOCK = 512  # bytes in a block of `st_blocks`
KERNEL_FACTS = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems",
    "/proc/loadavg", "/proc/uptime", "/proc/sys/vm/overcommit_memory", "/sys/devices/system/cpu",
)  # fmt: skip
"""What NumPy, TensorFlow and the C library ask about the machine."""


class Restricted(Unconfined):
    """A job that may use its private folder and nothing else."""

    has_terminals = False  # those of the instructor lie in the same folder

    def __init__(self, spec: SandboxSpec, scratch: str) -> None:
        super().__init__(spec, scratch)
        self.owner = own_uid() if reachable([*spec.shown(), scratch]) else None
        self.looked, self.last = 0.0, (0.0, 0)

    def prepare(self) -> None:
        """Make the private folder and put the job's files into it; raises OSError."""
        super().prepare()
        own = () if self.spec.whole else ("job/evidence",)
        for name in ("job", *own, "home", "tmp", "inputs"):
            os.mkdir(f"{self.private}/{name}", 0o700)
        source = os.open(self.spec.folder, os.O_RDONLY | os.O_DIRECTORY)
        most = self.spec.limits.disk_mb * MB // 2
        copy_folder(source, f"{self.private}/job", most, self.spec.not_copied())
        if not self.spec.whole and is_folder("inputs", source):
            inputs = os.open("inputs", os.O_RDONLY | os.O_DIRECTORY, dir_fd=source)
            copy_folder(inputs, f"{self.private}/inputs", most, without=set())
            os.close(inputs)
            os.symlink("../inputs", f"{self.private}/job/inputs")
        os.close(source)
        if self.owner is not None:
            give(self.private, self.owner)

    def places(self) -> dict[str, str]:
        """Where a job's things are, as its kernel sees them."""
        return {name: f"{self.private}/{name}" for name in ("job", "home", "tmp")}

    def enter(self, connection: str) -> None:
        """Give up, for good, every right that the job does not need."""
        limits, own = self.spec.limits, self.owner is not None
        tasks = limits.tasks if own else limits.tasks + tasks_of(os.getuid())
        bind_to_limits(limits, self.spec.processor, tasks)
        drop_privileges(self.owner)
        Path(self.sockets, "connection.json").write_text(connection)
        itself = os.open("/proc/self", os.O_PATH)
        os.set_inheritable(itself, True)  # kept open: the rule for it holds while it is in use
        abi = min(landlock.abi(), self.spec.landlock_abi or sys.maxsize)
        landlock.restrict(self.rules(), abi)
        seccomp.filter_calls(seccomp.Alone(os.getpid(), shares_user=not own, abi=abi))

    def rules(self) -> list[landlock.Rule]:
        """What the job may open, and how."""
        shown = (*SYSTEM, *self.spec.shown())
        listed_ones = {str(Path(path).parent) for path in self.spec.hidden} & set(sys.path)
        return [
            *((path, landlock.LOOK) for path in around(shown, self.spec.hidden)),
            *((path, landlock.READ_DIR) for path in listed_ones if lies_in(path, shown)),
            *((path, landlock.READ) for path in (*SETTINGS, *KERNEL_FACTS, "/proc/self")),
            *((path, landlock.USE) for path in DEVICES),
            *((f"{self.private}/{name}", landlock.CHANGE) for name in ("job", "home", "tmp")),
            *((f"{self.private}/job", landlock.EXECUTE) for _ in range(self.spec.whole)),
            (f"{self.private}/inputs", landlock.READ),
            (self.sockets, landlock.SERVE),
        ]

    def evidence(self) -> int | None:
        """The open folder of evidence."""
        place = "job" if self.spec.whole else "job/evidence"
        return os.open(f"{self.private}/{place}", os.O_RDONLY | os.O_DIRECTORY)

    def written(self, *, anew: bool = False) -> tuple[float, int]:
        """What the job's files take, those that are open and have no name any more included.

        They are looked at a few times a second, or `anew`.
        """
        if anew or time.monotonic() - self.looked > LOOK_EVERY_S:
            named_mb, files = in_folder(self.private, self.spec.limits.files)
            self.last = named_mb + nameless_mb(self.processes()), files
            self.looked = time.monotonic()
        return self.last


def reachable(paths: list[str]) -> bool:
    """Whether any user may go through these folders, so that a job can be a user of its own."""
    for path in paths:
        for place in (Path(path), *Path(path).parents):
            if not place.stat().st_mode & 0o001:
                return False
    return True


def lies_in(path: str, folders: tuple[str, ...]) -> bool:
    """Whether a path lies in one of the folders, or is one."""
    return any(Path(path).is_relative_to(folder) for folder in folders)


def in_folder(folder: str, most: int) -> tuple[float, int]:
    """What files take on disk, units of 2**20 bytes, and how many there are, up to over `most`."""
    blocks, count, waiting = 0, 0, [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            count += 1
            try:
                blocks += entry.stat(follow_symlinks=False).st_blocks
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
            except OSError:
                continue
        if count > most:
            break
    return blocks * BLOCK / MB, count


def nameless_mb(pids: list[int]) -> float:
    """What the files take that processes hold open and that no folder has any more."""
    seen: dict[tuple[int, int], int] = {}
    for pid in pids:
        for number in listed(f"/proc/{pid}/fd"):
            try:
                about = os.stat(f"/proc/{pid}/fd/{number}")
            except OSError:
                continue
            if about.st_nlink == 0:
                seen[about.st_dev, about.st_ino] = about.st_blocks
    return sum(seen.values()) * BLOCK / MB
