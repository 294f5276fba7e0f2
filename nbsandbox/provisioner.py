"""How Jupyter starts a warm or sandboxed kernel: a kernel provisioner, its public extension point.

A kernel specification whose metadata says

    {"kernel_provisioner": {"provisioner_name": "nbsandbox-warm", "config": {"level": 3}}}

is started by it, be it from nbclient, `nbgrader autograde` or Formgrader. For the last two
`nbgrader_config.py` asks for one where `CNN_LESSON_WARM=1` is set (`offer` below).

    python -m nbsandbox.provisioner

installs such a specification, named like the provisioner, into the running environment.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerBase, KernelProvisionerFactory
from traitlets import Bool, Dict, Int, List, Unicode

from nbsandbox import forkserver
from nbsandbox.confinement.levels import NONE
from nbsandbox.confinement.unconfined import PRIVATE, remove
from nbsandbox.limits import UNLIMITED, Limits

NAME = "nbsandbox-warm"
MOST_BYTES = 1 << 20
REPORT_WAIT_S = 30
KEPT_VARIABLES = ("NBGRADER_",)
PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")
ONE_THREAD = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip


def environment(**more: str) -> dict[str, str]:
    """The environment of a kernel: nothing of the grader's own, one thread, no graphics card.

    The supervisor puts the job's own folders in the places of `{home}` and `{tmp}`.
    """
    return {
        "PATH": f"{os.path.dirname(sys.executable)}:/usr/local/bin:/usr/bin:/bin",
        "HOME": "{home}",
        "USER": "learner",
        "LANG": "C.UTF-8",
        "TMPDIR": "{tmp}",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "KERAS_BACKEND": "tensorflow",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        **dict.fromkeys(ONE_THREAD, "1"),
        **more,
    }


class Provisioner(KernelProvisionerBase):
    """Starts a kernel through a supervisor, warm where possible; passes on what Jupyter wants."""

    warm = Bool(True, help="Fork the kernel from a process that has Keras imported already.")
    level = Int(NONE, help="The level of confinement, see confinement/levels.py.")
    folder = Unicode(help="The job's folder; the kernel's working folder if not given.")
    limits = Dict(help="Limits that differ from the usual ones, by name.")
    preload = List(Unicode(), help="Modules that the fork server imports once for all.")
    spec = Dict(help="What else is visible or hidden in the sandbox.")
    variables = Dict(help="The environment of the kernel, if not Jupyter's.")

    control: socket.socket | None = None
    link: socket.socket | None = None
    cold: subprocess.Popen | None = None
    report: dict[str, Any] | None = None
    sockets = ""
    was_warm = False
    no_forkserver = False
    why_cold = ""
    """Why kernels are cold from here on."""

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel to speak to."""
        return self.control is not None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """The arguments for `launch_kernel`."""
        kwargs = await super().pre_launch(**kwargs)
        return {"cmd": [], "env": kwargs["env"], "cwd": kwargs.get("cwd") or os.getcwd()}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """How to reach the kernel, once it listens. Raises RuntimeError if it cannot start."""
        self.report = None
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = control
        control.setblocking(False)
        with theirs:
            self._start_supervisor(theirs)
        connection: dict[str, Any] = {"transport": "ipc", "ip": "", "key": secrets.token_hex(32)}
        connection |= {"signature_scheme": "hmac-sha256"}
        connection |= {name: number + 1 for number, name in enumerate(PORTS)}
        control.send(json.dumps(self._request(connection, kwargs)).encode())
        answer = await self._hear(control, self._limits().start_s + REPORT_WAIT_S)
        if not answer.get("ready"):
            await self.cleanup()
            raise RuntimeError(f"no kernel: {answer.get('failed', 'its supervisor has ended')}")
        self.sockets = answer["sockets"]
        connection |= {"ip": f"{self.sockets}/k", "key": connection["key"].encode()}
        self.connection_info = cast(KernelConnectionInfo, connection)
        return self.connection_info

    def _start_supervisor(self, theirs: socket.socket) -> None:
        self.was_warm = self.warm and self._ask_forkserver(theirs)
        if self.was_warm:
            return
        number = theirs.fileno()
        self.cold = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.supervisor", str(number)],
            env=forkserver.plain(environment()),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[number],
            start_new_session=True,
        )

    def _ask_forkserver(self, theirs: socket.socket) -> bool:
        """Whether the fork server gives a supervisor; if it ends just now, a new one is asked."""
        for _ in range(2):
            if Provisioner.no_forkserver:
                return False
            try:
                self.link = forkserver.connect(environment(), self.preload)
                forkserver.request_kernel(self.link, theirs)
            except OSError as error:
                reason = str(error)
            else:
                return True
        self.log.info("cold kernels from here on: %s", reason)
        Provisioner.no_forkserver, Provisioner.why_cold = True, reason
        return False

    def _limits(self) -> Limits:
        if not self.limits and self.level == NONE:
            return UNLIMITED  # then whoever uses this has limits of their own
        return Limits(**self.limits)

    def _request(self, connection: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        own = {k: v for k, v in kwargs["env"].items() if k.startswith(KEPT_VARIABLES)}
        plain = kwargs["env"] if self.level == NONE else environment(**own)
        spec = {"folder": self.folder or kwargs["cwd"], **self.spec}
        return {
            "limits": asdict(self._limits()),
            "level": self.level,
            "scratch": tempfile.gettempdir(),
            "spec": spec,
            "env": dict(self.variables) or plain,
            "connection": connection,
        }

    async def _hear(self, control: socket.socket, seconds: float) -> dict[str, Any]:
        """The supervisor's next message, empty if it has gone or says nothing for `seconds`."""
        receive = asyncio.get_running_loop().sock_recv(control, MOST_BYTES)
        try:
            return json.loads(await asyncio.wait_for(receive, seconds) or b"{}")
        except (TimeoutError, OSError):
            return {}

    async def poll(self) -> int | None:
        """None while the kernel runs, 0 afterwards; then `report` says how it ended."""
        if self.control is not None and self.report is None:
            try:
                self.report = json.loads(self.control.recv(MOST_BYTES) or b"{}")
            except BlockingIOError:
                return None
            except OSError:
                self.report = {}
        return 0

    async def wait(self) -> int | None:
        """Return 0 once the kernel has ended."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupt or end the kernel."""
        if self.control is not None and self.report is None:
            try:
                self.control.send(b"interrupt" if signum == signal.SIGINT else b"kill")
            except OSError:
                pass  # it has ended meanwhile

    async def kill(self, restart: bool = False) -> None:
        """End the kernel and everything it started."""
        await self.send_signal(signal.SIGTERM)

    async def terminate(self, restart: bool = False) -> None:
        """End the kernel and everything it started."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the supervisor, which ends what is left."""
        for end in (self.control, self.link):
            if end is not None:
                end.close()
        self.control = self.link = None
        if self.cold is not None:
            self.cold.wait()
            self.cold = None
        private = os.path.dirname(self.sockets)
        if os.path.basename(private).startswith(PRIVATE):  # should the supervisor have been killed
            remove(private)


def specification(**config: Any) -> KernelSpec:
    """A kernel specification that names this provisioner; `config` sets its traits."""
    chosen = {"provisioner_name": NAME, "config": config}
    return KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="Python 3 (warm)",
        language="python",
        metadata={"kernel_provisioner": chosen},
    )


def register() -> None:
    """Make the provisioner known to Jupyter in this process, installed or not."""
    group = KernelProvisionerFactory.GROUP_NAME
    entry = EntryPoint(NAME, f"{__name__}:Provisioner", group)
    KernelProvisionerFactory.provisioners.setdefault(NAME, entry)


def install(folder: str | os.PathLike[str], preload: Sequence[str] = ()) -> Path:
    """Write the kernel specification for use by configuration; hands back its folder.

    `folder` is a data folder of Jupyter's, such as `sys.prefix/share/jupyter`.
    """
    chosen = specification(level=NONE, preload=list(preload))
    if sys.platform != "linux":
        chosen.metadata = {}
    place = Path(folder) / "kernels" / NAME
    place.mkdir(parents=True, exist_ok=True)
    (place / "kernel.json").write_text(chosen.to_json())
    return place


def offer(folder: str | os.PathLike[str], preload: Sequence[str] = ()) -> str:
    """The name of a warm kernel that Jupyter finds in this process, "" where there can be none.

    With the empty name Jupyter takes the notebook's own kernel, which is cold. The specification
    is written into `folder`, and nothing is installed.
    """
    if sys.platform != "linux":
        return ""
    try:
        install(folder, preload)
    except OSError:
        return ""
    register()
    known = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    os.environ["JUPYTER_PATH"] = os.pathsep.join(dict.fromkeys([str(folder), *filter(None, known)]))
    return NAME


if __name__ == "__main__":
    print(install(Path(sys.prefix) / "share" / "jupyter"))
