"""Level 3: no confinement. Limits hold and nothing outlives the job, but a job sees all you see.

For the course's own notebooks, and for strangers' only where their authors are trusted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from nbsandbox.confinement import linux
from nbsandbox.confinement.descendants import descendants, end_descendants
from nbsandbox.confinement.spec import SandboxSpec
from nbsandbox.limits import apply_limits

LONGEST_SOCKET_PATH = 107
"""Bytes that a Unix socket's path may have (`man 7 unix`)."""
PRIVATE = "nbsandbox-"


class Unconfined:
    """A job's place and its life, as the supervisor sees them; the base of level 2."""

    has_terminals = True

    def __init__(self, spec: SandboxSpec, scratch: str) -> None:
        self.spec = spec
        self.private = private_folder(scratch)
        self.sockets = f"{self.private}/sockets"

    def prepare(self) -> None:
        """Get ready in the supervisor, before the kernel is forked; raises OSError."""
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER)
        os.mkdir(self.sockets, 0o700)

    def places(self) -> dict[str, str]:
        """Where a job's things are, as its kernel sees them."""
        home = self.private if self.spec.whole else self.spec.folder
        return {"job": self.spec.folder, "home": home, "tmp": tempfile.gettempdir()}

    def enter(self, connection: str) -> None:
        """Bind this process, which becomes the kernel, and leave `connection` with its sockets."""
        apply_limits(self.spec.limits, tasks=None)
        linux.prctl(linux.PR_SET_PDEATHSIG, 9)
        Path(self.sockets, "connection.json").write_text(connection)

    def outside(self) -> str:
        """The folder of the kernel's sockets, as the grader reaches it."""
        return self.sockets

    def seal(self) -> None:
        """Called once the kernel listens."""

    def evidence(self) -> int | None:
        """The open folder of evidence that must be fetched from the sandbox, None if it is there.

        Raises OSError.
        """
        return None

    def processes(self) -> list[int]:
        """The processes of the job."""
        return descendants(os.getpid())

    def written(self, *, anew: bool = False) -> tuple[float, int]:
        """What a job's files take of its limits: units of 2**20 bytes, and how many there are."""
        return 0, 0

    def files_mb(self) -> float:
        """What the job's files take of the machine's memory, units of 2**20 bytes."""
        return 0

    def kill(self, kernel: int) -> int:
        """End every process of the job; the kernel's exit status as `waitpid` gives it."""
        return end_descendants(kernel)

    def clean_up(self) -> None:
        """Leave nothing behind."""
        remove(self.private)


def private_folder(scratch: str) -> str:
    """A new folder with a name that nobody can guess, short enough for the sockets in it."""
    longest = os.fsencode(f"{scratch}/{PRIVATE}12345678/sockets/k-1")
    where = scratch if len(longest) <= LONGEST_SOCKET_PATH else "/tmp"
    return tempfile.mkdtemp(prefix=PRIVATE, dir=where)


def remove(folder: str) -> None:
    """Remove a folder, also where a job took its own rights to parts of it away."""
    shutil.rmtree(folder, ignore_errors=True)
    if os.path.isdir(folder):
        for top, inner, _ in os.walk(folder):  # from the top, so that each opens the next
            for path in (os.path.join(top, name) for name in inner):
                with contextlib.suppress(OSError):
                    os.path.islink(path) or os.chmod(path, 0o700)
        shutil.rmtree(folder, ignore_errors=True)
