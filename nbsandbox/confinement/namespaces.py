"""The sandbox: a room for one submission, built out of Linux namespaces.

The keeper (see keeper.py) makes the namespaces; the process that becomes the kernel builds the room
and goes in. Inside, `/` holds the system and the Python environment, read-only; `/tmp` is a file
system of limited size that vanishes with the job, with the job's own folder in it; nothing else
is there: no network, no other process, no course folder, no other learner.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import nbsandbox
from nbsandbox.confinement import linux as calls
from nbsandbox.confinement.seccomp import filter_calls
from nbsandbox.limits import MB, Limits, apply_limits

JOB, HOME, WIRE = "/tmp/job", "/tmp/home", "/wire"
FIRST_UID = 2_000_000_000  # far above any account; the keeper's process number comes on top
PLAIN_UID = 1000
MOST_FILES = 20_000
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu")
SETTINGS = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
    "mime.types", "nsswitch.conf", "ssl/openssl.cnf", "timezone",
)  # fmt: skip
KNOBS = ("bus", "fs", "irq", "sys", "sysrq-trigger")
DEVICES = ("null", "zero", "full", "random", "urandom")
NAMESPACES = (
    calls.CLONE_NEWNS
    | calls.CLONE_NEWPID
    | calls.CLONE_NEWNET
    | calls.CLONE_NEWIPC
    | calls.CLONE_NEWUTS
    | calls.CLONE_NEWCGROUP
)
PACKAGE = Path(nbsandbox.__file__).resolve().parent


@dataclass(frozen=True)
class Room:
    """What a sandbox is built for: a job's folder, and what else is to be seen or not in it.

    Of `folder`, `inputs/` appears read-only and `evidence/` empty and writable; all else is
    copied, so that nothing a submission does reaches the folder itself.
    """

    folder: str
    limits: Limits = field(default_factory=Limits)
    visible: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    processor: int | None = None


def enter_namespaces() -> int | None:
    """Give this process, the keeper, namespaces; hands back the user number for the job.

    The superuser's jobs run under a number of their own, which is no account. Anyone else, and a
    superuser of a container only, stays who they are, inside a user namespace, and gets None.
    The next process forked is process 1 of the room. Raises OSError, naming what was refused.
    """
    uid, gid = os.geteuid(), os.getegid()
    owner = FIRST_UID + os.getpid() if uid == 0 and is_number_known(FIRST_UID) else None
    try:
        calls.unshare(NAMESPACES if owner else calls.CLONE_NEWUSER)
    except PermissionError:
        if owner is None:
            raise
        owner = None
        calls.unshare(calls.CLONE_NEWUSER)
    if owner is None:
        settle_user_namespace(uid, gid)
        calls.unshare(NAMESPACES)
    calls.mount(None, "/", None, calls.MS_REC | calls.MS_PRIVATE)
    return owner


def is_number_known(uid: int) -> bool:
    """Whether there is such a user number here; a container may have few."""
    with open("/proc/self/uid_map") as table:
        ranges = [tuple(map(int, line.split())) for line in table]
    return any(first <= uid < first + count for first, _, count in ranges)


def settle_user_namespace(uid: int, gid: int) -> None:
    """Be in the new user namespace who one was outside; a superuser becomes an ordinary user."""
    write_text("/proc/self/setgroups", "deny")
    write_text("/proc/self/uid_map", f"{uid or PLAIN_UID} {uid} 1")
    write_text("/proc/self/gid_map", f"{gid or PLAIN_UID} {gid} 1")


def build(room: Room, owner: int | None) -> None:
    """Build the room and go in, as its process 1; the keeper, which shares its mounts, follows.

    `owner` is what `enter_namespaces` gave. Raises OSError, naming what was refused. This
    process keeps its privileges over the room until `submit`.
    """
    outside = os.open(room.folder, os.O_RDONLY | os.O_DIRECTORY)
    base = os.path.realpath(room.folder)
    lay_out(base, os.geteuid() if owner is None else owner, room.limits)
    furnish(base, room)
    move_in(outside, base, owner, room.limits)
    os.close(outside)
    for point in list(calls.mount_points(base)):
        if point not in (f"{base}/tmp", f"{base}{WIRE}", f"{base}/proc"):
            nodes = calls.MS_NODEV if not point.startswith(f"{base}/dev") else 0
            calls.make_read_only(point, more=calls.MS_NOSUID | nodes)
    calls.swap_root(base)
    socket.sethostname("sandbox")


def lay_out(base: str, user: int, limits: Limits) -> None:
    """An empty room, with the folders that change, the devices, the processes and the names."""
    tmpfs(base, "mode=755,size=4m")
    for name in ("dev", "etc", "proc", "tmp", WIRE[1:]):
        os.mkdir(f"{base}/{name}")
    tmpfs(f"{base}/tmp", f"mode=700,uid={user},size={limits.disk_mb}m,nr_inodes={MOST_FILES}")
    tmpfs(f"{base}{WIRE}", f"mode=700,uid={user},size=256k")
    add_devices(base)
    add_processes(base)
    add_names(base, user)


def furnish(base: str, room: Room) -> None:
    """Put the system and the Python environment into the empty room."""
    for path in SYSTEM:
        if os.path.islink(path):
            os.symlink(os.readlink(path), base + path)
        elif os.path.isdir(path):
            show(path, base)
    for path in (f"/etc/{name}" for name in SETTINGS):
        if os.path.exists(path):
            show(path, base)
    prefixes = (sys.prefix, sys.base_prefix, sys.exec_prefix, str(PACKAGE), *room.visible)
    for path in sorted({*prefixes, *map(os.path.realpath, prefixes)}):
        if not covered(base + path, base):
            show(path, base)
    for path in room.hidden:
        hide(base + path, base)


def add_devices(base: str) -> None:
    """A few harmless devices, and terminals of the room's own, which `!commands` need."""
    for name in DEVICES:
        show(f"/dev/{name}", base)
    os.mkdir(f"{base}/dev/pts")
    calls.mount("devpts", f"{base}/dev/pts", "devpts", calls.MS_NOSUID, "newinstance,ptmxmode=666")
    os.symlink("pts/ptmx", f"{base}/dev/ptmx")
    os.symlink("/proc/self/fd", f"{base}/dev/fd")
    os.symlink("/tmp", f"{base}/dev/shm")


def add_processes(base: str) -> None:
    """A /proc that knows the room's processes only, and turns no screw of the machine."""
    flags = calls.MS_NOSUID | calls.MS_NODEV | calls.MS_NOEXEC
    calls.mount("proc", f"{base}/proc", "proc", flags)
    for name in filter(os.path.exists, (f"{base}/proc/{knob}" for knob in KNOBS)):
        calls.bind(name, name)  # so that it turns read-only with the others


def add_names(base: str, user: int) -> None:
    """Names for the one user and the one machine there are."""
    write_text(f"{base}/etc/passwd", f"learner:x:{user}:{user}::{HOME}:/bin/sh\n")
    write_text(f"{base}/etc/group", f"learner:x:{user}:\n")
    write_text(f"{base}/etc/hosts", "127.0.0.1 localhost sandbox\n")


def show(path: str, base: str) -> None:
    """Make `path` appear in the room under its own name."""
    target = base + path
    if os.path.isdir(path):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        write_text(target, "")
    calls.bind(os.path.realpath(path), target)


def covered(target: str, base: str) -> bool:
    """Whether `target` lies in something that is shown already."""
    rooms = (base, f"{base}/tmp", f"{base}{WIRE}")
    shown = (point for point in calls.mount_points(base) if point not in rooms)
    return any(Path(target).is_relative_to(point) for point in shown)


def hide(target: str, base: str) -> None:
    """Cover what would be seen at `target` by something empty."""
    if not os.path.lexists(target) or not covered(target, base):
        return
    if os.path.isdir(target):
        tmpfs(target, "mode=755,size=4k")
    else:
        calls.bind("/dev/null", target)


def move_in(outside: int, base: str, owner: int | None, limits: Limits) -> None:
    """Show the job's inputs, and give it a copy of all other files of its folder."""
    for folder in (HOME, JOB, f"{JOB}/evidence"):
        os.mkdir(base + folder)
    left = limits.disk_mb * MB // 2
    for name in sorted(set(os.listdir(outside)) - {"evidence", "inputs"}):
        left = copy(name, outside, f"{base}{JOB}/{name}", left)
    if owner is not None:
        for top in (HOME, JOB):
            for folder, _, files in os.walk(base + top):
                for path in (folder, *(f"{folder}/{name}" for name in files)):
                    os.chown(path, owner, owner, follow_symlinks=False)
    if is_folder("inputs", outside):
        os.mkdir(f"{base}{JOB}/inputs")
        calls.bind(f"/proc/self/fd/{outside}/inputs", f"{base}{JOB}/inputs")


def copy(name: str, source: int, target: str, left: int) -> int:
    """Copy a file or a folder, links and devices left out; hands back how many bytes may follow."""
    kind = os.stat(name, dir_fd=source, follow_symlinks=False)
    if stat.S_ISDIR(kind.st_mode):
        os.mkdir(target)
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=source)
        for child in sorted(os.listdir(folder)):
            left = copy(child, folder, f"{target}/{child}", left)
        os.close(folder)
    elif stat.S_ISREG(kind.st_mode) and kind.st_size <= left:
        with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=source), "rb") as file:
            Path(target).write_bytes(file.read(kind.st_size))
        left -= kind.st_size
    return left


def is_folder(name: str, parent: int) -> bool:
    """Whether `name` is a real folder, not a link to one."""
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def tmpfs(target: str, options: str) -> None:
    """An empty file system in memory."""
    flags = calls.MS_NOSUID | calls.MS_NODEV
    calls.mount("tmpfs", target, "tmpfs", flags, options)


def write_text(path: str, text: str) -> None:
    """Write a small file."""
    with open(path, "w") as file:
        file.write(text)


def seal_wire() -> None:
    """From here on the kernel's sockets can be used, but neither moved nor replaced."""
    calls.make_read_only(WIRE, more=calls.MS_NOSUID | calls.MS_NODEV | calls.MS_NOEXEC)


def submit(limits: Limits, owner: int | None, processor: int | None) -> None:
    """Give up every privilege of this process, and bind it and all its children to its limits."""
    if processor is not None:
        os.sched_setaffinity(0, {processor})
    with contextlib.suppress(OSError):
        write_text("/proc/self/oom_score_adj", "1000")  # if memory runs out, this is what goes
    apply_limits(limits, count_tasks=owner is not None or tasks_are_counted_here())
    if owner is not None:
        os.setgroups([])
        os.setresgid(owner, owner, owner)
        os.setresuid(owner, owner, owner)
    calls.drop_capabilities()
    calls.prctl(calls.PR_SET_NO_NEW_PRIVS)
    calls.prctl(calls.PR_SET_PDEATHSIG, 9)
    filter_calls()


def tasks_are_counted_here() -> bool:
    """Whether the system counts the tasks of a user namespace apart from the user's others."""
    major, minor = re.match(r"(\d+)\.(\d+)", os.uname().release).groups()
    return (int(major), int(minor)) >= (5, 14)


@functools.cache
def available() -> tuple[bool, str]:
    """Whether this machine lets us build a sandbox, and if not, why; tried for real, once."""
    if sys.platform != "linux":
        return False, "no sandbox here: it is made of Linux namespaces"
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__]
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run([*command, folder], capture_output=True, text=True, cwd="/")
    if tried.returncode == 0:
        return True, ""
    said = (tried.stderr.strip().splitlines() or ["it ended without a word"])[-1]
    who = "root" if os.geteuid() == 0 else "ordinary users"
    return False, f"no sandbox here: the system refuses namespaces to {who} ({said})"


def rehearse(folder: str) -> None:
    """Build a sandbox and go in; the exit code says whether that went well."""
    room = Room(folder)
    owner = enter_namespaces()
    child = os.fork()
    if child == 0:
        try:
            build(room, owner)
            submit(room.limits, owner, None)
        except OSError as error:
            os.write(2, str(error).encode())
            os._exit(1)
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    rehearse(sys.argv[1])
