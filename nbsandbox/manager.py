"""The kernel manager of a run: one known kernel, whatever kernel a notebook asks for."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from typing import Any, cast

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerBase

from nbsandbox.client import FloodMeter, UntrustedKernelClient
from nbsandbox.provisioner import REPORT_WAIT_S, specification


class OneKernel(KernelSpecManager):
    """Knows one kernel, under every name."""

    chosen: KernelSpec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one kernel."""
        return self.chosen


class Manager(AsyncKernelManager):
    """Starts the provisioner's kernel with `config`; where there is no Linux, Jupyter's own."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(client_factory=UntrustedKernelClient)
        self.kernel_spec_manager = OneKernel()
        self.kernel_spec_manager.chosen = specification(**config)
        if sys.platform != "linux":
            self.kernel_spec_manager.chosen.metadata = {}
            if os.name == "posix":
                self.transport, self.ip = "ipc", f"{config['folder']}/k"

    @property
    def kernel(self) -> KernelProvisionerBase:
        """The provisioner of the kernel that was started. Raises RuntimeError where none was."""
        if self.provisioner is None:
            raise RuntimeError("no kernel was started")
        return self.provisioner

    def connect(self, meter: FloodMeter) -> UntrustedKernelClient:
        """A client of the kernel with open channels, which counts what arrives."""
        client = cast(UntrustedKernelClient, self.client())
        client.open(meter)
        return client

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write none where the supervisor has written it already."""
        if sys.platform != "linux":
            super().write_connection_file(**kwargs)


async def end_kernel(manager: Manager) -> dict[str, Any]:
    """End a kernel and all it started; the supervisor's report, empty if there is none."""
    own = manager.provisioner
    if own is None:
        return {}
    await own.kill()
    with contextlib.suppress(asyncio.TimeoutError):
        await asyncio.wait_for(own.wait(), REPORT_WAIT_S)
    await manager.cleanup_resources()
    warm, why = getattr(own, "was_warm", False), getattr(own, "why_cold", "")
    return {**(getattr(own, "report", None) or {}), "warm": warm, "why_cold": "" if warm else why}
