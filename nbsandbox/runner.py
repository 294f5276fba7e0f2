"""Running one submitted notebook: the kernel in a sandbox, everything that decides outside.

`run_notebook` takes and returns plain data, so that any executor can call it in any process.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from nbsandbox import provisioner
from nbsandbox.client import FloodMeter, UntrustedKernelClient
from nbsandbox.config import RunnerConfig
from nbsandbox.confinement import levels
from nbsandbox.limits import Limits, sentence
from nbsandbox.manager import Manager, end_kernel
from nbsandbox.notebook_client import UntrustedNotebookClient
from nbsandbox.outputs import add_error, cleared, mark_rest, trim, write_notebook
from nbsandbox.workers import own_processor

GRACE_S = 3
LAST_WORDS_S = 0.1  # what a kernel said before it died may still be on its way
NEVER_IDLE = "its kernel stopped saying when a cell was done, so outputs may be missing"
STATES = {
    "cell_s": "out_of_time",
    "total_s": "out_of_time",
    "cpu_s": "out_of_time",
    "memory_mb": "out_of_memory",
    "disk_mb": "too_many_files",
    "files": "too_many_files",
    "processes": "too_many_processes",
    "tasks": "too_many_processes",
    "flood_mb": "too_much_output",
    "messages": "too_much_output",
}


@dataclass(frozen=True)
class Outcome:
    """How a run ended: `state` is "done" or what ended it, and `note` says so in one line.

    States: done, out_of_time (also where one cell was cut short and the others went on),
    out_of_memory, too_many_files, too_many_processes, too_much_output, died, not_started,
    unreadable. `cells` is how many code cells ran to an end, `peak_mb` the most memory seen
    (2**20 bytes, once a second), `executed` the notebook with its outputs, which is there
    whatever happened. `why_cold` says why the kernel was not warm, where it should have been,
    `watch_s` the CPU seconds of the supervisor.
    """

    state: str
    note: str
    seconds: float
    peak_mb: float
    cpu_s: float
    cells: int
    executed: str
    warm: bool
    why_cold: str = ""
    watch_s: float = 0.0


def run_notebook(
    folder: str | os.PathLike[str],
    notebook: str | os.PathLike[str],
    limits: Limits | None = None,
    *,
    warm: bool = True,
    level: int | None = None,
    executed: str | os.PathLike[str] | None = None,
    visible: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    course: RunnerConfig | None = None,
    landlock_abi: int | None = None,
) -> Outcome:
    """Run the code cells of `notebook` with one kernel in the job's `folder`; write the outputs.

    `level` is the level of confinement, the best that this machine allows unless given;
    `landlock_abi` makes do with what an older kernel has.

    The kernel sees `folder/inputs` read-only and a copy of the folder's other files; what it
    leaves in `evidence/` is in `folder/evidence` afterwards, to be read with `files.read_files`.
    `visible` names what else is shown, read-only, beside what `course` tells; `hidden` what is
    not to be seen in it. The notebook with outputs goes to `executed`, or else to
    `folder/executed.ipynb`. Never raises for what a notebook does; OSError only if `executed`
    cannot be written.
    """
    folder = Path(folder).resolve()
    course = course or RunnerConfig()
    if not course.whole_folder:
        (folder / "evidence").mkdir(exist_ok=True)
    level = level or levels.best().number
    config = {
        "warm": warm,
        "level": level,
        "preload": list(course.preload),
        "folder": str(folder),
        "limits": asdict(limits or Limits()),
        "variables": kernel_variables(course),
        "spec": {
            "visible": (*course.packages, *visible),
            "hidden": (*course.hidden, *hidden),
            "processor": own_processor(),
            "landlock_abi": landlock_abi,
            "whole": course.whole_folder,
        },
    }
    run = Run(config, limits or Limits(), Path(executed or folder / "executed.ipynb"))
    try:
        run.notebook = cleared(nbformat.read(Path(notebook), as_version=4))
    except Exception as error:  # a stranger's file makes the reader raise anything
        return run.outcome("unreadable", f"the notebook cannot be read: {first_line(error)}")
    return asyncio.run(run.whole())


def kernel_variables(course: RunnerConfig) -> dict[str, str]:
    """The kernel's environment: that of every kernel, and what the course tells it."""
    return provisioner.environment(**course.env)


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


@dataclass
class Run:
    """One run on its way."""

    config: dict[str, Any]
    limits: Limits
    executed: Path
    notebook: NotebookNode = field(default_factory=new_notebook)
    started: float = field(default_factory=time.monotonic)
    cells: int = 0
    overtime: bool = False
    flood: str = ""
    nonsense: bool = False
    lost: bool = False
    begun: bool = False
    report: dict[str, Any] = field(default_factory=dict)

    async def whole(self) -> Outcome:
        """Start a kernel, run the cells, end the kernel, write the notebook."""
        provisioner.register()
        manager = Manager(self.config)
        latest = self.limits.start_s + self.limits.total_s + GRACE_S
        seen: dict[str, Any] = {}
        try:
            await manager.start_kernel(cwd=self.config["folder"], env=self.config["variables"])
            await asyncio.wait_for(self.converse(manager), latest)
        except TimeoutError:
            seen = {"reason": "total_s"}
        except Exception as error:  # whatever it is, it ends this run and no other
            seen = {"reason": "died" if self.begun else "not_started", "note": first_line(error)}
        finally:
            self.report = {**await end_kernel(manager), **seen}
        return self.outcome(*self.verdict())

    async def converse(self, manager: Manager) -> None:
        """Run the cells in turn, until the end or until the kernel has gone."""
        client = UntrustedNotebookClient(self.notebook, manager, self.limits)
        meter = FloodMeter(self.limits, lambda limit: self.stop_flood(manager, limit))
        client.kc = channels = manager.connect(meter)
        gone = asyncio.ensure_future(manager.kernel.wait())
        try:
            if not await self.answered(channels, gone):
                return
            self.begun = True
            for index, cell in enumerate(self.notebook.cells):
                if cell.cell_type != "code":
                    continue
                finished = await self.cell(client, index, gone, manager)
                self.cells += finished
                if gone.done() or not finished:
                    break
        finally:
            self.lost = channels.patience.lost
            gone.cancel()
            channels.close()

    async def answered(self, channels: UntrustedKernelClient, gone: asyncio.Future) -> bool:
        """Whether the kernel answers, False once it has gone; RuntimeError if it says nothing."""
        answer = asyncio.ensure_future(channels.answered(self.limits.start_s))
        await first_of(answer, gone, self.limits.start_s)
        if not await came_to_an_end(answer) or not answer.result():
            if gone.done():
                return False
            raise RuntimeError(sentence(self.limits, "start_s"))
        return True

    async def cell(
        self, client: UntrustedNotebookClient, index: int, gone: asyncio.Future, manager: Manager
    ) -> bool:
        """Run one cell within its time; whether it came to an end, if only by an interrupt."""
        work = asyncio.ensure_future(client.record(index, self.cells + 1))
        in_time = await first_of(work, gone, self.limits.cell_s)
        if not in_time:
            self.overtime = True
            await manager.interrupt_kernel()
            if not await first_of(work, gone, GRACE_S):
                await manager.kernel.kill()
                await first_of(gone, gone, GRACE_S)
        finished = await came_to_an_end(work)
        client.end_cell(index)
        if finished and not in_time:
            add_error(self.notebook.cells[index], "OutOfTime", sentence(self.limits, "cell_s"))
        self.nonsense = in_time and not finished and not gone.done()
        return finished

    def stop_flood(self, manager: Manager, limit: str) -> None:
        """End a kernel that sends too much."""
        self.flood = limit
        self.killing = asyncio.ensure_future(manager.kernel.kill())

    def verdict(self) -> tuple[str, str]:
        """The state and the note of a run, from what was seen here and by the supervisor."""
        reason = self.flood or self.report.get("reason", "died")
        if reason == "asked":
            unfinished = self.cells < sum(cell.cell_type == "code" for cell in self.notebook.cells)
            reason = "cell_s" if self.overtime else "died" if unfinished else "done"
        if reason in STATES:
            return STATES[reason], sentence(self.limits, reason)
        if reason == "done":
            return "done", NEVER_IDLE if self.lost else ""
        if self.nonsense:
            return "died", "the kernel sent answers that make no sense"
        state = "not_started" if reason == "not_started" else "died"
        return state, self.report.get("note") or "the kernel has gone"

    def outcome(self, state: str, note: str) -> Outcome:
        """Write the notebook, with an error in each cell that did not run to its end."""
        mark_rest(self.notebook, self.cells, state, note)
        trim(self.notebook, self.limits)
        write_notebook(self.notebook, self.executed)
        return Outcome(
            state,
            note,
            time.monotonic() - self.started,
            self.report.get("peak_mb", 0.0),
            self.report.get("cpu_s", 0.0),
            self.cells,
            str(self.executed),
            self.report.get("warm", False),
            self.report.get("why_cold", ""),
            self.report.get("watch_s", 0.0),
        )


async def first_of(one: asyncio.Future, other: asyncio.Future, seconds: float) -> bool:
    """Whether one of two is done within so many seconds."""
    done, _ = await asyncio.wait({one, other}, timeout=seconds, return_when="FIRST_COMPLETED")
    return bool(done)


async def came_to_an_end(work: asyncio.Future) -> bool:
    """Whether a cell's work is done and well; what is not done is given up."""
    if not work.done():
        await asyncio.sleep(LAST_WORDS_S)
        work.cancel()
    await asyncio.wait({work})
    return not work.cancelled() and work.exception() is None
