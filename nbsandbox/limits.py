"""What one submission may use, and the sentence that says which limit it passed."""

from __future__ import annotations

from dataclasses import dataclass, fields

MB = 1024 * 1024
OPEN_FILES = 512


@dataclass(frozen=True)
class Limits:
    """The limits of one run; every field can be set, and its name stands in the message.

    `*_s` are seconds, `*_mb` are units of 2**20 bytes, `tasks` counts processes and threads.
    `cell_s` and the outputs are watched by who runs the cells, all else by the supervisor.
    """

    cell_s: float = 60
    total_s: float = 600
    cpu_s: float = 600
    start_s: float = 60
    memory_mb: int = 2000
    disk_mb: int = 200
    processes: int = 16
    tasks: int = 256
    cell_output_mb: float = 4
    output_mb: float = 20
    outputs: int = 500
    flood_mb: float = 100
    messages: int = 200_000
    evidence_mb: float = 64
    files: int = 20_000


UNLIMITED = Limits(*[10**9] * len(fields(Limits)))

SENTENCES = {
    "cell_s": "a cell ran longer than {:g} s",
    "total_s": "the whole notebook ran longer than {:g} s",
    "cpu_s": "the notebook used more than {:g} s of processor time",
    "start_s": "the kernel was not ready within {:g} s",
    "memory_mb": "the notebook used more than {:g} MB of memory",
    "disk_mb": "the notebook wrote more than {:g} MB of files",
    "files": "the notebook made more than {:g} files",
    "processes": "the notebook started more than {:g} processes",
    "tasks": "the notebook started more than {:g} processes and threads",
    "cell_output_mb": "the output of this cell was cut after {:g} MB",
    "outputs": "a cell had more than {:g} outputs",
    "output_mb": "the output of this notebook was cut after {:g} MB",
    "flood_mb": "the notebook sent more than {:g} MB of messages",
    "messages": "the notebook sent more than {:.0f} messages",
}


def sentence(limits: Limits, name: str) -> str:
    """One line that names the limit `name` and its value."""
    return f"{SENTENCES[name].format(getattr(limits, name))} (limit {name})"


def apply_limits(limits: Limits, *, tasks: int | None) -> None:
    """Bind this process and all it starts to `limits`, as far as the system itself can.

    Kernel-enforced backstops, slightly above the limits that the supervisor polls. `tasks` is how
    many processes and threads the user of this process may have; None leaves that open.
    """
    import resource  # not on Windows, where nothing calls this

    wanted = {
        resource.RLIMIT_CORE: 1,  # which also keeps crash reporters away, as 0 does not
        resource.RLIMIT_CPU: int(limits.cpu_s) + 5,
        resource.RLIMIT_DATA: (limits.memory_mb + 512) * MB,
        resource.RLIMIT_FSIZE: limits.disk_mb * MB,
        resource.RLIMIT_MEMLOCK: 64 * 1024,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    if tasks is not None:
        wanted[resource.RLIMIT_NPROC] = tasks
    for name in ("RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO"):
        if hasattr(resource, name):
            wanted[getattr(resource, name)] = 0
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        most = int(most if hard == resource.RLIM_INFINITY else min(most, hard))
        resource.setrlimit(kind, (most, most))
