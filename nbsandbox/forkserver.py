"""Warm kernels: one process imports Keras once and forks a kernel for each submission.

This fork server runs no TensorFlow operation, ever: a fork after one hangs. It has one thread, for
a fork copies no other. All graders of a user on a machine share it. It listens on a socket
without a file, starts with the first who needs it and ends a few seconds after the last has gone.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import importlib
import os
import random
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import NoReturn

from nbsandbox.confinement import linux
from nbsandbox.confinement.descendants import read, send
from nbsandbox.workers import name_process

OWN = "NBSANDBOX_FORKSERVER"  # set by who wants a fork server of their own
LINGER_S = 3
WORD_S = 180
TRIES = 5
forked: set[int] = set()  # the supervisors that this fork server has started
PRELOADED = (
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.extensions.storemagic",
    "cProfile", "ipykernel.debugger", "ipykernel.ipkernel",
    "ipykernel.kernelapp", "ipykernel.zmqshell", "sqlite3", "tornado.platform.asyncio",
)  # fmt: skip


def address(preload: Sequence[str] = ()) -> str:
    """The fork server's socket, without a file: one a user, environment and set of modules."""
    place = [sys.prefix, __file__, *preload, os.environ.get(OWN, "")]
    return f"\0nbsandbox-{os.geteuid()}-{hashlib.sha256(repr(place).encode()).hexdigest()[:16]}"


def connect(environment: dict[str, str], preload: Sequence[str] = ()) -> socket.socket:
    """A connection to the fork server, which is started if none runs; it lives while any is open.

    Raises OSError if there can be none.
    """
    if sys.platform != "linux":
        raise OSError("warm kernels need Linux")
    said = ""
    for _ in range(TRIES):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            link.connect(address(preload))
        except ConnectionRefusedError:
            link.close()
            said = start_forkserver(environment, preload)
        else:
            if not is_ours(link):
                raise OSError("somebody else listens in the fork server's place")
            link.settimeout(WORD_S)
            return link
    raise OSError(": ".join(filter(None, ["the fork server of warm kernels did not start", said])))


def request_kernel(link: socket.socket, control: socket.socket) -> None:
    """Have a supervisor forked that listens to `control`; raises OSError if there is no server."""
    socket.send_fds(link, [b"fork"], [control.fileno()])
    if link.recv(64) != b"forked":
        raise OSError("the fork server of warm kernels has ended")


def start_forkserver(environment: dict[str, str], preload: Sequence[str] = ()) -> str:
    """Start the fork server as a process on its own, and return when it, or another, listens.

    Hands back the last line that it said where it did not come so far.
    """
    wanted = {OWN: os.environ[OWN]} if OWN in os.environ else {}
    with tempfile.TemporaryFile("w+", errors="replace") as words:
        done = subprocess.run(
            [sys.executable, "-m", "nbsandbox.forkserver", *preload],
            env={**plain(environment), **wanted},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,
        )
        words.seek(0)
        lines = words.read().strip().splitlines() if done.returncode else []
    return lines[-1].strip() if lines else ""


def plain(environment: dict[str, str]) -> dict[str, str]:
    """A kernel's environment for a process that has no job yet."""
    return {**environment, "HOME": "/", "TMPDIR": tempfile.gettempdir()}


def is_ours(link: socket.socket) -> bool:
    """Whether the process at the other end is ours, and no job that took the address.

    A job may run as the same user, but under more filters than this process.
    """
    pid, uid = struct.unpack("2i", link.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 8))
    return uid == os.geteuid() and filters(str(pid)) == filters("self")


def filters(pid: str) -> str:
    """How many filters of system calls a process is under, as the kernel tells it."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as status:
        return next((line for line in status if line.startswith("Seccomp_filters:")), "")
    return "unknown"


def forkserver(modules: Sequence[str]) -> None:
    """Listen, import everything, then fork on request until nobody is left; in the background."""
    listening, word = os.pipe()
    if os.fork():
        os.close(word)
        os.read(listening, 1)  # nothing comes, but the end
        return
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        listener.bind(address(modules))
    except OSError:
        return  # another is first
    listener.listen(64)
    name_process("nb-forkserver")
    os.close(word)
    os.close(listening)
    os.dup2(1, 2)  # whoever started this listens no longer
    sys.path[:] = [folder for folder in sys.path if folder not in ("", "/")]
    with tempfile.TemporaryDirectory(prefix="forkserver-") as home:
        os.environ["HOME"] = home  # nobody's settings but the libraries' own
        preload(modules)
    if len(os.listdir("/proc/self/task")) > 1:
        return  # a fork would lose threads; the graders take cold kernels instead
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER)
    gc.collect()
    gc.freeze()
    serve(listener)


def preload(modules: Sequence[str]) -> None:
    """Import what submissions import: the kernel, and the course's `modules`."""
    import nbsandbox.supervisor  # noqa: F401  (every fork begins as a supervisor)

    for name in (*PRELOADED, *modules):
        with contextlib.suppress(Exception):  # then it is the notebook's own import that fails
            importlib.import_module(name)


def serve(listener: socket.socket) -> None:
    """Fork a supervisor for each request; returns when nobody has been connected for a while."""
    waiting = selectors.DefaultSelector()
    waiting.register(listener, selectors.EVENT_READ, data=listener)
    last = time.monotonic()
    while len(waiting.get_map()) > 1 or time.monotonic() - last < LINGER_S:
        for key, _ in waiting.select(timeout=1):
            if key.fileobj is listener:
                link = listener.accept()[0]
                if is_ours(link):
                    waiting.register(link, selectors.EVENT_READ, data=link)
            elif not answer(key.data, waiting):
                waiting.unregister(key.data)
                key.data.close()
            last = time.monotonic()
        end_strays()


def end_strays() -> None:
    """End what jobs left behind whose supervisor was killed: children that are no supervisors."""
    children = set(map(int, read("/proc/thread-self/children").split()))
    send(signal.SIGKILL, children - forked)
    forked.intersection_update(children)


def answer(link: socket.socket, waiting: selectors.BaseSelector) -> bool:
    """Serve one request; False if the other end has gone."""
    try:
        word, files, _, _ = socket.recv_fds(link, 64, 1)
    except ConnectionError:
        return False
    if word != b"fork" or not files:
        return False
    pid = os.fork()
    if pid == 0:
        for key in list(waiting.get_map().values()):
            key.data.close()
        waiting.close()
        from nbsandbox.supervisor import supervise

        supervise(socket.socket(fileno=files[0]), exec_warm_kernel)
    forked.add(pid)
    os.close(files[0])
    try:
        link.send(b"forked")
    except ConnectionError:
        return False
    return True


def exec_warm_kernel(connection: str) -> NoReturn:
    """Turn this process, forked from the fork server, into a kernel with randomness of its own."""
    from nbsandbox.kernel import start_kernel

    for name in [name for name in sys.modules if name.startswith("matplotlib_inline")]:
        del sys.modules[name]  # it ties itself to the kernel that is there when it is imported
    tempfile.tempdir = None  # found out anew, where the job has its own
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    start_kernel(connection)


if __name__ == "__main__":
    forkserver(sys.argv[1:])
