"""Level 1: a sandbox of Linux namespaces, with Landlock and seccomp on top.

The supervisor makes the namespaces; the process that becomes the kernel builds a small file system
and goes in. Inside, `/` holds the system and the Python environment, read-only; `/tmp` is a file
system of limited size that vanishes with the job, with the job's own folder in it; nothing else
is there: no network, no other process, no course folder, no other learner.

Not bubblewrap: that starts a new program, and this must go in after the fork of a warm process.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

from nbsandbox.confinement import landlock, linux
from nbsandbox.confinement.job_files import copy_folder, give, is_folder
from nbsandbox.confinement.privileges import bind_to_limits, drop_privileges
from nbsandbox.confinement.seccomp import filter_calls
from nbsandbox.confinement.spec import DEVICES, SETTINGS, SYSTEM, SandboxSpec, own_uid
from nbsandbox.limits import MB, Limits

JOB, HOME, SOCKETS = "/tmp/job", "/tmp/home", "/sockets"
PLAIN_UID = 1000
KNOBS = ("bus", "fs", "irq", "sys", "sysrq-trigger")
NAMESPACES = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWCGROUP
)


class Namespaced:
    """A job in namespaces of its own, as the supervisor and its kernel see it."""

    sockets = SOCKETS
    has_terminals = True

    def __init__(self, spec: SandboxSpec, scratch: str) -> None:
        self.spec = spec
        self.owner: int | None = None

    def prepare(self) -> None:
        """Give this process, the supervisor, namespaces; the next one forked is process 1 in them.

        Raises OSError, naming what was refused.
        """
        self.owner = enter_namespaces()

    def places(self) -> dict[str, str]:
        """Where a job's things are, as its kernel sees them."""
        return {"job": JOB, "home": HOME, "tmp": "/tmp"}

    def enter(self, connection: str) -> None:
        """Build the file system, go in and give up every privilege.

        The supervisor, which shares the mounts, follows. Raises OSError, naming what was refused.
        """
        build(self.spec, self.owner)
        counted = self.owner is not None or tasks_are_counted_here()
        limits = self.spec.limits
        bind_to_limits(limits, self.spec.processor, limits.tasks if counted else None)
        drop_privileges(self.owner)
        Path(SOCKETS, "connection.json").write_text(connection)
        add_landlock()
        filter_calls()

    def outside(self) -> str:
        """The folder of the kernel's sockets, as the grader reaches it."""
        return f"/proc/{os.getpid()}/root{SOCKETS}"

    def seal(self) -> None:
        """From here on the kernel's sockets can be used, but neither moved nor replaced."""
        flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
        linux.make_read_only(SOCKETS, more=flags)

    def evidence(self) -> int | None:
        """The open folder of evidence."""
        place = JOB if self.spec.whole else f"{JOB}/evidence"
        return os.open(place, os.O_RDONLY | os.O_DIRECTORY)

    def processes(self) -> list[int]:
        """The processes of the job, as its /proc has them."""
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]

    def written(self, *, anew: bool = False) -> tuple[float, int]:
        """Nothing: the file system itself refuses what is too much."""
        return 0, 0

    def files_mb(self) -> float:
        """What the job's files, which are in memory, take of it; units of 2**20 bytes."""
        state = os.statvfs("/tmp")
        return (state.f_blocks - state.f_bfree) * state.f_bsize / MB

    def kill(self, kernel: int) -> int:
        """End every process of the job; the kernel's exit status as `waitpid` gives it.

        The kernel is process 1: when it dies, the system ends all others, and `waitpid` returns
        only after them.
        """
        try:
            os.kill(kernel, 9)
            return os.waitpid(kernel, 0)[1]
        except (ProcessLookupError, ChildProcessError):
            return 0

    def clean_up(self) -> None:
        """Nothing: all of it vanishes with the namespaces."""


def enter_namespaces() -> int | None:
    """Give this process namespaces; hands back the user number for the job.

    The superuser's jobs run under a number of their own. Anyone else, and a superuser of a
    container only, stays who they are, inside a user namespace, and gets None.
    """
    uid, gid = os.geteuid(), os.getegid()
    owner = own_uid()
    try:
        linux.unshare(NAMESPACES if owner else linux.CLONE_NEWUSER)
    except PermissionError:
        if owner is None:
            raise
        owner = None
        linux.unshare(linux.CLONE_NEWUSER)
    if owner is None:
        settle_user_namespace(uid, gid)
        linux.unshare(NAMESPACES)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    return owner


def settle_user_namespace(uid: int, gid: int) -> None:
    """Be in the new user namespace who one was outside; a superuser becomes an ordinary user."""
    write_text("/proc/self/setgroups", "deny")
    write_text("/proc/self/uid_map", f"{uid or PLAIN_UID} {uid} 1")
    write_text("/proc/self/gid_map", f"{gid or PLAIN_UID} {gid} 1")


def build(spec: SandboxSpec, owner: int | None) -> None:
    """Build the file system and go in, as process 1, with all privileges as before."""
    outside = os.open(spec.folder, os.O_RDONLY | os.O_DIRECTORY)
    base = os.path.realpath(spec.folder)
    make_skeleton(base, os.geteuid() if owner is None else owner, spec.limits)
    bind_system(base, spec)
    copy_job_files(outside, base, owner, spec)
    os.close(outside)
    hide_names(base)
    for point in list(linux.mount_points(base)):
        if point not in (f"{base}/tmp", f"{base}{SOCKETS}", f"{base}/proc"):
            nodes = linux.MS_NODEV if not point.startswith(f"{base}/dev") else 0
            linux.make_read_only(point, more=linux.MS_NOSUID | nodes)
    linux.swap_root(base)
    socket.sethostname("sandbox")


def make_skeleton(base: str, user: int, limits: Limits) -> None:
    """An empty root: the folders that change, the devices, the processes and the names."""
    tmpfs(base, "mode=755,size=4m")
    for name in ("dev", "etc", "proc", "tmp", SOCKETS[1:]):
        os.mkdir(f"{base}/{name}")
    tmpfs(f"{base}/tmp", f"mode=700,uid={user},size={limits.disk_mb}m,nr_inodes={limits.files}")
    tmpfs(f"{base}{SOCKETS}", f"mode=700,uid={user},size=256k")
    add_devices(base)
    add_processes(base)
    add_names(base, user)


def bind_system(base: str, spec: SandboxSpec) -> None:
    """Put the system and the Python environment into the empty root."""
    for path in SYSTEM:
        if os.path.islink(path):
            os.symlink(os.readlink(path), base + path)
        elif os.path.isdir(path):
            show(path, base)
    for path in filter(os.path.exists, SETTINGS):
        show(path, base)
    for path in spec.shown():
        if not covered(base + path, base):
            show(path, base)
    for path in spec.hidden:
        hide(base + path, base)


def add_devices(base: str) -> None:
    """A few harmless devices, and terminals of the job's own, which `!commands` need."""
    for path in DEVICES:
        show(path, base)
    os.mkdir(f"{base}/dev/pts")
    linux.mount("devpts", f"{base}/dev/pts", "devpts", linux.MS_NOSUID, "newinstance,ptmxmode=666")
    os.symlink("pts/ptmx", f"{base}/dev/ptmx")
    os.symlink("/proc/self/fd", f"{base}/dev/fd")
    os.symlink("/tmp", f"{base}/dev/shm")


def add_processes(base: str) -> None:
    """A /proc that knows the job's processes only, and turns no screw of the machine."""
    flags = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
    linux.mount("proc", f"{base}/proc", "proc", flags)
    for name in filter(os.path.exists, (f"{base}/proc/{knob}" for knob in KNOBS)):
        linux.bind(name, name)  # so that it turns read-only with the others


def add_names(base: str, user: int) -> None:
    """Names for the one user and the one machine there are."""
    write_text(f"{base}/etc/passwd", f"learner:x:{user}:{user}::{HOME}:/bin/sh\n")
    write_text(f"{base}/etc/group", f"learner:x:{user}:\n")
    write_text(f"{base}/etc/hosts", "127.0.0.1 localhost sandbox\n")


def show(path: str, base: str) -> None:
    """Make `path` appear under its own name."""
    target = base + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        write_text(target, "")
    linux.bind(os.path.realpath(path), target)


def covered(target: str, base: str) -> bool:
    """Whether `target` lies in something that is shown already."""
    own = (base, f"{base}/tmp", f"{base}{SOCKETS}")
    shown = (point for point in linux.mount_points(base) if point not in own)
    return any(Path(target).is_relative_to(point) for point in shown)


def hide(target: str, base: str) -> None:
    """Cover what would be seen at `target` by something empty."""
    if not os.path.lexists(target) or not covered(target, base):
        return
    if os.path.isdir(target):
        tmpfs(target, "mode=755,size=4k")
    else:
        linux.bind("/dev/null", target)


def hide_names(base: str) -> None:
    """Let nobody list the folders on the way to what is shown, as `/home` and a user's own."""
    own = {f"{base}/{name}" for name in ("dev", "etc", "proc", "tmp", SOCKETS[1:])}
    points = set(linux.mount_points(base))
    for top, folders, _ in os.walk(base):
        inner = [f"{top}/{name}" for name in folders]
        folders[:] = [Path(path).name for path in inner if path not in points | own]
        if top != base and top not in points:
            os.chmod(top, 0o111)


def copy_job_files(outside: int, base: str, owner: int | None, spec: SandboxSpec) -> None:
    """Show the job's inputs, and give it a copy of all other files of its folder."""
    for folder in (HOME, JOB, *(() if spec.whole else (f"{JOB}/evidence",))):
        os.mkdir(base + folder)
    copy_folder(outside, base + JOB, spec.limits.disk_mb * MB // 2, spec.not_copied())
    if owner is not None:
        give(base + HOME, owner)
        give(base + JOB, owner)
    if not spec.whole and is_folder("inputs", outside):
        os.mkdir(f"{base}{JOB}/inputs")
        linux.bind(f"/proc/self/fd/{outside}/inputs", f"{base}{JOB}/inputs")


def tmpfs(target: str, options: str) -> None:
    """An empty file system in memory."""
    linux.mount("tmpfs", target, "tmpfs", linux.MS_NOSUID | linux.MS_NODEV, options)


def write_text(path: str, text: str) -> None:
    """Write a small file."""
    with open(path, "w") as file:
        file.write(text)


def add_landlock() -> None:
    """Say once more, in Landlock's words, what the mounts say; nothing where it is not there."""
    try:
        landlock.restrict(
            [
                ("/", landlock.LOOK),
                ("/tmp", landlock.CHANGE | landlock.EXECUTE),
                ("/dev", landlock.READ | landlock.USE | landlock.IOCTL_DEV),
                ("/proc", landlock.READ | landlock.USE),
                (SOCKETS, landlock.SERVE),
            ],
            landlock.abi(),
        )
    except OSError:
        return


def tasks_are_counted_here() -> bool:
    """Whether the system counts the tasks of a user namespace apart from the user's others."""
    major, minor = re.findall(r"\d+", os.uname().release)[:2]
    return (int(major), int(minor)) >= (5, 14)
