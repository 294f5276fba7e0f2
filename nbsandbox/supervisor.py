"""The keeper: one process per job that starts its kernel, watches it and ends it.

It stands between the grader and the kernel. The grader talks to it over a socket (one JSON
message each way, then `interrupt` and `kill`) and needs not be trusted to live: when it goes,
the socket closes and the keeper ends the job. The kernel cannot see the keeper at all.
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
from pathlib import Path
from typing import NoReturn

from nbsandbox.confinement import linux as calls
from nbsandbox.confinement import namespaces
from nbsandbox.files import read_files, write_files
from nbsandbox.limits import MB, Limits, apply_limits, sentence

TICK_S = 0.03
PEAK_EVERY_S = 1.0
EXACT_S = 0.4
PAGE = os.sysconf("SC_PAGE_SIZE")
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
SOCKETS = 5
READER_SHARE = 3  # a message is there up to three times while it is taken in

Kernel = Callable[[str], object]


@dataclass
class Use:
    """What a job has used so far: units of 2**20 bytes, seconds, processes, and threads in all."""

    peak_mb: float = 0
    cpu_s: float = 0
    processes: int = 0
    tasks: int = 0


@dataclass
class Job:
    """A job in the keeper's hands; `kernel` is its process number as the keeper sees it."""

    limits: Limits
    confine: bool
    wire: str
    control: socket.socket
    kernel: int = 0
    owner: int | None = None
    folder: int = -1
    evidence: int = -1
    reader: int = -1
    reader_mb: float = 0
    use: Use = field(default_factory=Use)
    started: float = field(default_factory=time.monotonic)
    peak_due: float = 0


def keep(control: socket.socket, kernel: Kernel) -> NoReturn:
    """Keep one job from request to report, then exit; `kernel` turns a process into a kernel."""
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        request = json.loads(control.recv(MB))
        try:
            job = open_job(request, control)
            start(job, request, kernel)
        except OSError as error:
            tell(control, failed=str(error))
        else:
            tell(control, ready=True, pid=os.getpid())
            tell(control, **end(job, watch(job)))
    except ConnectionError:
        pass  # the grader has gone, and with it everybody who would want to know
    finally:
        os._exit(0)


def open_job(request: dict, control: socket.socket) -> Job:
    """The job of a request, with namespaces of its own if it is to be confined."""
    limits = Limits(**request["limits"])
    job = Job(limits, request["confine"], request["wire"], control)
    job.reader = open_reader(control)
    if job.confine:
        job.owner = namespaces.enter_namespaces()
    else:
        calls.prctl(calls.PR_SET_CHILD_SUBREAPER)
    job.folder = os.open(request["room"]["folder"], os.O_RDONLY | os.O_DIRECTORY)
    return job


def open_reader(control: socket.socket) -> int:
    """The memory figures of the process at the other end, which reads what the kernel sends."""
    peer = control.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 4)
    return os.open(f"/proc/{int.from_bytes(peer, sys.byteorder)}/statm", os.O_RDONLY)


def start(job: Job, request: dict, kernel: Kernel) -> None:
    """Fork the kernel and wait until it listens; raises OSError with what went wrong."""
    read, write = os.pipe()
    job.kernel = os.fork()
    if job.kernel == 0:
        become(job, request, kernel, write)
    os.close(write)
    try:
        await_kernel(job, read)
    except OSError:
        kill(job)
        raise
    os.close(read)
    if job.confine:
        namespaces.seal_wire()
        job.evidence = os.open(f"{namespaces.JOB}/evidence", os.O_RDONLY | os.O_DIRECTORY)
    job.reader_mb = statm_mb(os.pread(job.reader, 100, 0).decode())
    job.started = time.monotonic()


def become(job: Job, request: dict, kernel: Kernel, errors: int) -> NoReturn:
    """Turn this process, fresh from the fork, into the job's kernel."""
    connection = f"{job.wire}/connection.json"
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard, end in ((0, nowhere), (1, nowhere), (2, errors)):
            os.dup2(end, standard)
        os.closerange(3, 65536)
        folder = request["room"]["folder"]
        if job.confine:
            namespaces.build(namespaces.Room(**request["room"] | {"limits": job.limits}), job.owner)
            namespaces.submit(job.limits, job.owner, request["room"]["processor"])
            folder = namespaces.JOB
        else:
            apply_limits(job.limits, count_tasks=False)
            calls.prctl(calls.PR_SET_PDEATHSIG, signal.SIGKILL)
        os.chdir(folder)
        Path(connection).write_text(json.dumps(request["connection"] | {"ip": f"{job.wire}/k"}))
        os.environ.clear()
        os.environ.update(request["env"])
        kernel(connection)
    except BaseException as error:
        os.write(2, f"\n{error}".encode()[:4000])
    finally:
        os._exit(1)


def await_kernel(job: Job, errors: int) -> None:
    """Return once all the kernel's sockets exist; raises OSError if it ends or takes too long.

    The sandbox is built meanwhile, so that the root folder of this process changes on the way.
    """
    until = time.monotonic() + job.limits.start_s
    sockets = [f"{job.wire}/k-{number + 1}" for number in range(SOCKETS)]
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
    if measure(job) > job.limits.memory_mb:
        many = len(processes(job)) > job.limits.processes
        return "processes" if many else "memory_mb"
    if job.use.cpu_s > job.limits.cpu_s:
        return "cpu_s"
    for name in ("processes", "tasks"):
        if getattr(job.use, name) > getattr(job.limits, name):
            return name
    try:
        grown = statm_mb(os.pread(job.reader, 100, 0).decode()) - job.reader_mb
    except OSError:
        return "asked"  # the grader has gone
    return "flood_mb" if grown > READER_SHARE * job.limits.flood_mb else ""


def measure(job: Job) -> float:
    """The memory in use, in units of 2**20 bytes, never too low; also keeps `job.use` up to date.

    Of too many processes nothing more is measured. Reading the exact figure, which counts shared
    pages once, takes milliseconds. So it is read once a second, and whenever the quick figure is
    over the limit.
    """
    stats = {pid: read(f"/proc/{pid}/stat").rpartition(")")[2].split() for pid in processes(job)}
    alive = {pid: values for pid, values in stats.items() if values and values[0] != "Z"}
    job.use.processes = len(alive)
    if len(alive) > job.limits.processes:
        return 0
    ticks = sum(int(value) for values in stats.values() for value in values[11:15])
    job.use.cpu_s = max(job.use.cpu_s, ticks / CLOCK_TICKS)
    job.use.tasks = sum(int(values[17]) for values in alive.values())
    quick_mb = disk_mb(job) + sum(map(resident_mb, alive))
    if quick_mb > job.limits.memory_mb or time.monotonic() > job.peak_due:
        job.peak_due = time.monotonic() + PEAK_EVERY_S
        return exact(job, list(alive))
    return quick_mb


def exact(job: Job, pids: list[int]) -> float:
    """The memory in use with shared pages counted once; also keeps the peak.

    Processes that fork can make one wait for their figures. So there is a time after which pages
    are counted as often as they are shared.
    """
    until = time.monotonic() + EXACT_S
    memory_mb = disk_mb(job)
    for pid in pids:
        figure = proportional_mb if time.monotonic() < until else resident_mb
        memory_mb += figure(pid)
    job.use.peak_mb = max(job.use.peak_mb, memory_mb)
    return memory_mb


def processes(job: Job) -> list[int]:
    """The process numbers of a job, as its /proc has them."""
    if job.confine:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]
    found = [os.getpid()]
    for pid in found:
        for thread in listed(f"/proc/{pid}/task"):
            found += map(int, read(f"/proc/{pid}/task/{thread}/children").split())
    return found[1:]


def disk_mb(job: Job) -> float:
    """What the job's files in memory take."""
    if not job.confine:
        return 0
    state = os.statvfs("/tmp")
    return (state.f_blocks - state.f_bfree) * state.f_bsize / MB


def resident_mb(pid: int) -> float:
    """The memory a process has in use, whoever shares it."""
    return statm_mb(read(f"/proc/{pid}/statm"))


def statm_mb(statm: str) -> float:
    """The memory in use that a statm tells of."""
    return int(statm.split()[1]) * PAGE / MB if statm else 0


def proportional_mb(pid: int) -> float:
    """A process' memory with shared pages split among those who share; all of it if unreadable."""
    for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return resident_mb(pid)


def read(path: str) -> str:
    """A file of /proc, empty if its process has ended."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def listed(path: str) -> list[str]:
    """The names in a folder of /proc, none if its process has ended."""
    try:
        return os.listdir(path)
    except OSError:
        return []


def end(job: Job, reason: str) -> dict[str, object]:
    """Kill all that is left of a job and save its evidence; the report for the grader."""
    if reason == "asked":
        job.peak_due = 0
        measure(job)
    status = kill(job)
    report = {"reason": reason, "note": "", "peak_mb": job.use.peak_mb, "cpu_s": job.use.cpu_s}
    if reason == "died":
        report["note"] = how_it_ended(status)
    elif reason != "asked":
        report["note"] = sentence(job.limits, reason)
    if job.confine:
        try:
            most = int(job.limits.evidence_mb * MB)
            write_files(job.folder, "evidence", read_files(job.evidence, most))
        except OSError as error:
            report |= {"reason": "died", "note": f"the evidence could not be kept: {error}"}
    return report


def how_it_ended(status: int) -> str:
    """How a kernel ended by itself, from the status that `waitpid` gave."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU:
            return "the kernel used up its processor time"
        return f"the kernel died of signal {number} ({signal.strsignal(number)})"
    return f"the kernel ended itself (exit code {os.WEXITSTATUS(status)})"


def kill(job: Job) -> int:
    """End every process of a job; hands back the kernel's exit status.

    In a sandbox the kernel is process 1: when it dies, the system ends all others, and
    `waitpid` returns only after them.
    """
    try:
        os.kill(job.kernel, signal.SIGKILL)
        status = os.waitpid(job.kernel, 0)[1]
    except (ProcessLookupError, ChildProcessError):
        status = 0
    while not job.confine:
        left = read(f"/proc/self/task/{os.getpid()}/children").split()
        if not left:
            break
        for pid in map(int, left):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    return status


def tell(control: socket.socket, **message: object) -> None:
    """Send the grader one message."""
    control.send(json.dumps(message).encode())


def cold_kernel(connection: str) -> NoReturn:
    """Turn this process into a kernel by starting Python anew."""
    import importlib.util

    script = importlib.util.find_spec("ipykernel_launcher").origin
    memory = "--HistoryManager.hist_file=:memory:"
    os.execve(sys.executable, [sys.executable, script, "-f", connection, memory], os.environ)


if __name__ == "__main__":
    keep(socket.socket(fileno=int(sys.argv[1])), cold_kernel)
