"""Which of three levels of confinement this machine allows, found out by trying each.

1. namespaces, Landlock on top where the kernel has it; 2. Landlock, seccomp and limits, without
any namespace; 3. none.
"""

from __future__ import annotations

import functools
import os
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nbsandbox.confinement.descendants import read
from nbsandbox.confinement.spec import Sandbox, SandboxSpec

NAMES = {
    1: "namespaces",
    2: "Landlock and seccomp, without namespaces",
    3: "none: what runs, runs with your own rights",
}
NAMESPACES, RESTRICTED, NONE = NAMES
AT_MOST = "NBSANDBOX_LEVEL"  # environment variable: try nothing better than this level
SYSTEMS = {"darwin": "macOS", "win32": "Windows"}
SWITCHES = {
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "AppArmor keeps ordinary users from namespaces "
        "(kernel.apparmor_restrict_unprivileged_userns = 1)",
    ),
    "/proc/sys/kernel/unprivileged_userns_clone": (
        "0",
        "this system keeps ordinary users from namespaces (kernel.unprivileged_userns_clone = 0)",
    ),
    "/proc/sys/user/max_user_namespaces": (
        "0",
        "this system allows no user namespaces (user.max_user_namespaces = 0)",
    ),
}
CONTAINER_SIGNS = ("/.dockerenv", "/run/.containerenv", "/var/run/secrets/kubernetes.io")


@dataclass(frozen=True)
class Level:
    """A level of confinement; `why` says in one line why there is none better, "" for the best."""

    number: int
    why: str = ""

    @property
    def name(self) -> str:
        """What confines a job."""
        return NAMES[self.number]

    def __str__(self) -> str:
        """One line for a person."""
        reason = f"; {self.why}" if self.why else ""
        return f"{self.name} (level {self.number} of {len(NAMES)}{reason})"


def best() -> Level:
    """The best level that this machine allows, and that `NBSANDBOX_LEVEL` does not forbid."""
    wanted = os.environ.get(AT_MOST, "")
    return _best(int(wanted) if wanted.isdigit() and int(wanted) in NAMES else NAMESPACES)


@functools.cache
def _best(first: int) -> Level:
    reasons = [] if first == NAMESPACES else [f"{AT_MOST}={first} asks for no better one"]
    for number in range(first, NONE):
        reason = missing(number)
        if not reason:
            return Level(number, "; ".join(reasons))
        reasons.append(reason)
    return Level(NONE, "; ".join(dict.fromkeys(reasons)))


@functools.cache
def missing(number: int) -> str:
    """Why a level cannot be had here, "" where it can; tried for real, once."""
    if sys.platform != "linux":
        system = SYSTEMS.get(sys.platform, sys.platform)
        return f"this is {system}, and confinement is made of parts of Linux"
    command = [sys.executable, "-m", __name__, str(number)]
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run([*command, folder], capture_output=True, text=True, cwd="/")
    if tried.returncode == 0:
        return ""
    said = (tried.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    return namespaces_cause(said) if number == NAMESPACES else said


def namespaces_cause(said: str) -> str:
    """Why namespaces are refused here; `said` is what the system answered."""
    if os.geteuid() != 0:
        for path, (value, cause) in SWITCHES.items():
            if read(path).strip() == value:
                return cause
    if in_container():
        return f"this is a container, whose rules refuse new namespaces ({said})"
    return f"this system refuses namespaces ({said})"


def in_container() -> bool:
    """Whether this process has been put into a container, or behind a filter like a container's."""
    filtered = "\nSeccomp:\t2" in read("/proc/self/status")
    return filtered or any(os.path.exists(sign) for sign in CONTAINER_SIGNS)


def sandbox_class(number: int) -> type[Sandbox]:
    """What makes and ends sandboxes of a level."""
    if number == NAMESPACES:
        from nbsandbox.confinement.namespaces import Namespaced

        return Namespaced
    if number == RESTRICTED:
        from nbsandbox.confinement.restricted import Restricted

        return Restricted
    from nbsandbox.confinement.unconfined import Unconfined

    return Unconfined


def probe(number: int, folder: str) -> int:
    """Build a sandbox of a level and go in; 0 if that went well, else 1 after saying what did not.

    Inside, the folder outside must be out of reach: a confinement that holds nothing is none.
    """
    from nbsandbox.confinement.seccomp import MACHINES

    secret = Path(tempfile.mkdtemp(dir=folder), "secret")
    secret.write_text("secret")
    job = tempfile.mkdtemp(dir=folder)
    if number == RESTRICTED and platform.machine() not in MACHINES:
        sys.stderr.write(f"no filter of system calls is known for {platform.machine()}")
        return 1
    sandbox = None
    try:
        sandbox = sandbox_class(number)(SandboxSpec(job), tempfile.gettempdir())  # as jobs do
        sandbox.prepare()
        child = os.fork()
        if child == 0:
            _go_in(sandbox, secret)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    except OSError as error:
        sys.stderr.write(error.strerror or str(error))
        return 1
    finally:
        if sandbox is not None:
            sandbox.clean_up()


def _go_in(sandbox: Sandbox, secret: Path) -> None:
    """Enter, look for the secret, and end the process with the answer."""
    status = 1
    try:
        sandbox.enter("{}")
        try:
            secret.read_text()
        except OSError:
            status = 0
        else:
            os.write(2, b"it is there, but it holds nothing")
    except OSError as error:
        os.write(2, (error.strerror or str(error)).encode())
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(probe(int(sys.argv[1]), sys.argv[2]))
