"""One learner's notebooks of an assignment, run in order in one folder: plain data in and out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nbsandbox.config import RunnerConfig
from nbsandbox.limits import MB, Limits

NB = ".ipynb"
TOTAL_S = 3600
"""Seconds that one notebook may take in all, and one cell that nbgrader gives any time."""

WARM = ("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_agg")
"""What many notebooks import, and what takes long; what is not installed is left out."""


@dataclass(frozen=True)
class Ordered:
    """What is to be run: the notebooks ``names`` of the folder ``prepared``, within ``folder``.

    The notebooks with their outputs go to ``executed``. ``cell_s`` is None where a cell may take
    any time.
    """

    learner: str
    names: list[str]
    folder: str
    prepared: str
    executed: str
    cell_s: float | None
    level: int = 0
    warm: bool = True
    preload: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ran:
    """How a learner's notebooks ended: by name, what there is to say where not all went well.

    ``lost`` says why nothing was run, if so; ``cold``, for each kernel, why it was not warm.
    """

    learner: str
    notes: dict[str, str] = field(default_factory=dict)
    lost: str = ""
    cold: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """The masters of an assignment to be run on trial; ``stock`` is a second copy of the folder."""

    confined: Ordered
    stock: str


def run_in_order(job: Ordered) -> Ran:
    """Run one notebook after the other; each finds the files that those before it wrote."""
    from nbsandbox.runner import run_notebook

    Path(job.executed).mkdir(parents=True, exist_ok=True)
    notes: dict[str, str] = {}
    cold: list[str] = []
    for name in job.names:
        outcome = run_notebook(
            job.folder,
            Path(job.prepared, f"{name}{NB}"),
            limits(Path(job.folder), job.cell_s),
            warm=job.warm,
            level=job.level or None,
            executed=Path(job.executed, f"{name}{NB}"),
            course=RunnerConfig("nbgrader", preload=job.preload, whole_folder=True),
        )
        if outcome.note:
            notes[name] = outcome.note
        cold.append(outcome.why_cold)
    return Ran(job.learner, notes, cold=tuple(cold))


def preloaded(masters: Path) -> tuple[str, ...]:
    """Of WARM, what the files of a folder name: to import the rest takes longer than it saves.

    All of it where there is no such folder.
    """
    if not masters.is_dir():
        return WARM
    files = [path for path in masters.rglob("*") if path.suffix in (NB, ".py") and path.is_file()]
    text = b"\n".join(path.read_bytes() for path in files)
    return tuple(module for module in WARM if module.split(".")[0].encode() in text)


def limits(folder: Path, cell_s: float | None) -> Limits:
    """The limits of a run: the usual ones, with room for the files that the folder holds."""
    usual = Limits()
    size = sum(path.lstat().st_size for path in folder.rglob("*")) // MB
    return Limits(
        cell_s=cell_s or TOTAL_S,
        total_s=TOTAL_S,
        cpu_s=TOTAL_S,
        memory_mb=usual.memory_mb + size,
        disk_mb=usual.disk_mb + 2 * size,
    )
