"""Running a notebook from top to bottom; the first error ends it, in one sentence."""

from __future__ import annotations

import logging
import os
import subprocess
import tempfile
import time
from pathlib import Path

from jupyter_client.kernelspec import NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from cnn_course.errors import CourseError
from cnn_lesson.touch.stills import STILL

KERNEL = "python3"
KERNEL_START_S = 120
IOPUB_WAIT_S = 30

_SILENT = logging.getLogger(__name__)  # what nbclient would say is said in the error
_SILENT.propagate = False
_SILENT.addHandler(logging.NullHandler())

FAILURES = (
    CellExecutionError,
    CellTimeoutError,
    NoSuchKernel,
    RuntimeError,
    OSError,
    AssertionError,
)


def execute(
    notebook: NotebookNode,
    name: str,
    folder: Path,
    cell_limit_s: float,
    seconds: dict[str, float] | None = None,
) -> NotebookNode:
    """The notebook itself, with its outputs; run in ``folder``, repeatable where its cells are.

    ``name`` is what errors call it; ``seconds`` receives, by cell id, how long each cell ran.
    Raises CourseError, naming the cell, for an error, a cell over its limit or a kernel that is
    missing or dies.
    """
    started: list[str] = []
    metadata = {**notebook.metadata}
    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
        client = _client(notebook, folder, Path(sockets), cell_limit_s)
        client.on_cell_start = lambda cell, cell_index: started.append(
            cell.get("id") or cell_index + 1
        )
        if seconds is not None:
            _time_cells(client, seconds)
        try:
            client.execute(env=_environment(), stderr=subprocess.DEVNULL)
        except FAILURES as error:
            if hasattr(client, "_async_cleanup_kernel_future"):  # nbclient's handler of Ctrl-C ran
                raise KeyboardInterrupt from error
            where = f"{name}, cell {started[-1]}" if started else name
            raise CourseError(f"{where}: {_reason(error, cell_limit_s)}") from error
    notebook.metadata = metadata
    return notebook


def _client(
    notebook: NotebookNode, folder: Path, sockets: Path, cell_limit_s: float
) -> NotebookClient:
    return NotebookClient(
        notebook,
        log=_SILENT,
        config=_private_sockets(sockets),
        timeout=cell_limit_s,
        startup_timeout=KERNEL_START_S,
        iopub_timeout=IOPUB_WAIT_S,
        kernel_name=KERNEL,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
    )


def _time_cells(client: NotebookClient, seconds: dict[str, float]) -> None:
    """Let the client note, by cell id, how long each code cell runs."""
    begun: dict[str, float] = {}
    client.on_cell_execute = lambda cell, cell_index: begun.update({cell.id: time.monotonic()})
    client.on_cell_executed = lambda cell, cell_index, execute_reply: seconds.update(
        {cell.id: time.monotonic() - begun[cell.id]}
    )


def _environment() -> dict[str, str]:
    """The environment without a choice of backend: figures belong into the notebook.

    Pictures to touch stand still in it: a widget would be gone with its kernel.
    """
    kept = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return kept | {STILL: "1"}


def _private_sockets(folder: Path) -> Config:
    """Settings for a kernel that talks over files of this user alone, where there are such."""
    if os.name == "nt":
        return Config()
    return Config(KernelManager={"transport": "ipc", "ip": str(folder / "kernel")})


def _reason(error: Exception, cell_limit_s: float) -> str:
    match error:
        case CellExecutionError():
            return f"{error.ename}: {error.evalue}".split("\n")[0]
        case CellTimeoutError():
            return f"it ran longer than the limit of {cell_limit_s:g} s"
        case NoSuchKernel():
            return f"there is no Jupyter kernel {error.name!r}: install ipykernel"
        case DeadKernelError():
            return "the kernel died (out of memory, or the cell ended it)"
    return f"the kernel did not start: {error}".split("\n")[0]
