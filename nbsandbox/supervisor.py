"""The supervisor: one process per job that starts its kernel, watches it and ends it.

It stands between the grader and the kernel. The grader talks to it over a socket (one JSON
message each way, then `interrupt` and `kill`) and needs not be trusted to live: when it goes,
the socket closes and the supervisor ends the job. The kernel cannot reach the supervisor.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from nbsandbox.confinement.job_files import copy_back
from nbsandbox.confinement.levels import sandbox_class
from nbsandbox.confinement.spec import Sandbox, SandboxSpec
from nbsandbox.files import read_files, write_files
from nbsandbox.kernel import NO_TERMINAL
from nbsandbox.limits import MB, Limits, sentence
from nbsandbox.usage import Usage, statm_mb
from nbsandbox.workers import name_process

TICK_S = 0.03
CLOCK_S = 0.05  # by how much the time in a file system may be behind
SOCKETS = 5
READER_SHARE = 3  # a message is there up to three times while it is taken in

ExecKernel = Callable[[str], object]
"""Turns a process into a kernel, given the path of its connection file."""


@dataclass
class Job:
    """A job in the supervisor's hands; `kernel` is its process number as the supervisor sees it."""

    limits: Limits
    sandbox: Sandbox
    control: socket.socket
    kernel: int = 0
    folder: int = -1
    evidence: int | None = None
    reader: int = -1
    reader_mb: float = 0
    usage: Usage = field(default_factory=Usage)
    started: float = field(default_factory=time.monotonic)
    began: float = field(default_factory=time.time)
    whole: bool = False


def supervise(control: socket.socket, exec_kernel: ExecKernel) -> NoReturn:
    """Supervise one job from request to report, then exit."""
    job = None
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        name_process("nb-supervisor")
        request = json.loads(control.recv(MB))
        try:
            job = open_job(request, control)
            start(job, request, exec_kernel)
        except OSError as error:
            tell(control, failed=str(error))
        else:
            tell(control, ready=True, sockets=job.sandbox.outside())
            tell(control, **end(job, watch(job)))
    except ConnectionError:
        pass  # the grader has gone, and with it everybody who would want to know
    finally:
        if job is not None:
            job.sandbox.clean_up()
        os._exit(0)


def open_job(request: dict, control: socket.socket) -> Job:
    """The job of a request, with a sandbox that is ready for its kernel."""
    limits = Limits(**request["limits"])
    spec = SandboxSpec(**request["spec"] | {"limits": limits})
    sandbox = sandbox_class(request["level"])(spec, request["scratch"])
    job = Job(limits, sandbox, control, whole=spec.whole)
    job.reader = open_reader(control)
    job.folder = os.open(spec.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        sandbox.prepare()
    except OSError:
        sandbox.clean_up()
        raise
    return job


def open_reader(control: socket.socket) -> int:
    """The memory figures of the process at the other end, which reads what the kernel sends."""
    peer = control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4)
    return os.open(f"/proc/{int.from_bytes(peer, sys.byteorder)}/statm", os.O_RDONLY)


def start(job: Job, request: dict, exec_kernel: ExecKernel) -> None:
    """Fork the kernel and wait until it listens; raises OSError with what went wrong."""
    read_end, write = os.pipe()
    job.kernel = os.fork()
    if job.kernel == 0:
        become_kernel(job, request, exec_kernel, write)
    os.close(write)
    try:
        await_kernel(job, read_end)
    except OSError:
        job.sandbox.kill(job.kernel)
        raise
    os.close(read_end)
    job.sandbox.seal()
    job.evidence = job.sandbox.evidence()
    job.reader_mb = statm_mb(os.pread(job.reader, 100, 0).decode())
    job.started, job.began = time.monotonic(), time.time()


def become_kernel(job: Job, request: dict, exec_kernel: ExecKernel, errors: int) -> NoReturn:
    """Turn this process, fresh from the fork, into the job's kernel."""
    try:
        os.setsid()
        name_process("nb-kernel")
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard, end_of in ((0, nowhere), (1, nowhere), (2, errors)):
            os.dup2(end_of, standard)
        os.closerange(3, 65536)
        sockets = job.sandbox.sockets
        job.sandbox.enter(json.dumps(request["connection"] | {"ip": f"{sockets}/k"}))
        places = job.sandbox.places()
        os.chdir(places["job"])
        os.environ.clear()
        os.environ.update(filled(request["env"], places))
        if not job.sandbox.has_terminals:
            os.environ[NO_TERMINAL] = "1"
        exec_kernel(f"{sockets}/connection.json")
    except BaseException as error:
        os.write(2, f"\n{error}".encode()[:4000])
    finally:
        os._exit(1)


def filled(variables: dict[str, str], places: dict[str, str]) -> dict[str, str]:
    """The environment with `{job}`, `{home}` and `{tmp}` replaced by where these are."""
    for name, place in places.items():
        variables = {key: value.replace(f"{{{name}}}", place) for key, value in variables.items()}
    return variables


def await_kernel(job: Job, errors: int) -> None:
    """Return once all the kernel's sockets exist; raises OSError if it ends or takes too long.

    The sandbox is built meanwhile, so that the root folder of this process changes on the way.
    """
    until = time.monotonic() + job.limits.start_s
    sockets = [f"{job.sandbox.sockets}/k-{number + 1}" for number in range(SOCKETS)]
    while not all(map(os.path.exists, sockets)):
        if has_ended(job.kernel):
            os.set_blocking(errors, False)
            lines = os.read(errors, 65536).decode(errors="replace").strip().splitlines()
            raise OSError((lines or ["the kernel ended while it started"])[-1])
        if time.monotonic() > until:
            raise OSError(sentence(job.limits, "start_s"))
        if select.select([job.control], [], [], 0.002)[0]:
            raise OSError("the grader has gone")


def watch(job: Job) -> str:
    """Watch a running job until it ends; hands back why: "asked", "died" or the limit's name."""
    while True:
        if select.select([job.control], [], [], TICK_S)[0]:
            if next_word(job.control) != b"interrupt":
                return "asked"
            os.kill(job.kernel, signal.SIGINT)
        if has_ended(job.kernel):
            return "died"
        limit = passed(job)
        if limit:
            return limit


def has_ended(child: int) -> bool:
    """Whether a child process has ended; it can still be waited for."""
    return bool(os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT))


def next_word(control: socket.socket) -> bytes:
    """What the grader wants, empty if it has gone."""
    try:
        return control.recv(64)
    except ConnectionError:
        return b""


def passed(job: Job) -> str:
    """The name of the limit that the job has passed, empty if none."""
    if time.monotonic() - job.started > job.limits.total_s:
        return "total_s"
    if job.usage.measure(job.sandbox, job.limits) > job.limits.memory_mb:
        many = len(job.sandbox.processes()) > job.limits.processes
        return "processes" if many else "memory_mb"
    if job.usage.cpu_s > job.limits.cpu_s:
        return "cpu_s"
    if too_much := wrote_too_much(job):
        return too_much
    for name in ("processes", "tasks"):
        if getattr(job.usage, name) > getattr(job.limits, name):
            return name
    try:
        grown = statm_mb(os.pread(job.reader, 100, 0).decode()) - job.reader_mb
    except OSError:
        return "asked"  # the grader has gone
    return "flood_mb" if grown > READER_SHARE * job.limits.flood_mb else ""


def wrote_too_much(job: Job, *, anew: bool = False) -> str:
    """The name of the limit on files that a job has passed, empty if none."""
    written_mb, files = job.sandbox.written(anew=anew)
    if files > job.limits.files:
        return "files"
    return "disk_mb" if written_mb > job.limits.disk_mb else ""


def end(job: Job, reason: str) -> dict[str, object]:
    """Kill all that is left of a job and save its evidence; the report for the grader."""
    if reason == "asked":
        job.usage.measure(job.sandbox, job.limits, exactly=True)
        reason = wrote_too_much(job, anew=True) or reason
    status = job.sandbox.kill(job.kernel)
    report = {"reason": reason, "note": "", "peak_mb": job.usage.peak_mb, "cpu_s": job.usage.cpu_s}
    report["watch_s"] = time.process_time()
    if reason == "died":
        report["note"] = how_it_ended(status)
    elif reason != "asked":
        report["note"] = sentence(job.limits, reason)
    if job.evidence is not None:
        try:
            fetch(job, job.evidence)
        except OSError as error:
            report |= {"reason": "died", "note": f"the job's files could not be kept: {error}"}
    return report


def fetch(job: Job, left: int) -> None:
    """Put what the job left in the open folder `left` into its folder outside; raises OSError."""
    if job.whole:
        copy_back(left, job.folder, job.began - CLOCK_S, job.limits.disk_mb * MB)
    else:
        most = int(job.limits.evidence_mb * MB)
        write_files(job.folder, "evidence", read_files(left, most))


def how_it_ended(status: int) -> str:
    """How a kernel ended by itself, from the status that `waitpid` gave."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "the kernel used up its processor time"
        return f"the kernel died of signal {number} ({signal.strsignal(number)})"
    return f"the kernel ended itself (exit code {os.WEXITSTATUS(status)})"


def tell(control: socket.socket, **message: object) -> None:
    """Send the grader one message."""
    control.send(json.dumps(message).encode())


def exec_cold_kernel(connection: str) -> NoReturn:
    """Turn this process into a kernel by starting Python anew."""
    arguments = [sys.executable, "-P", "-m", "nbsandbox.kernel", connection]
    os.execve(sys.executable, arguments, os.environ)


if __name__ == "__main__":
    supervise(socket.socket(fileno=int(sys.argv[1])), exec_cold_kernel)
