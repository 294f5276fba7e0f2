"""The kernel itself: IPython's own, in a process that has been confined. `python -m` starts one."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

NO_TERMINAL = "NBSANDBOX_NO_TERMINAL"
"""Environment variable: there are no terminals for `!commands`, so that they go through pipes."""
FROM_PIPES = "get_ipython().system = get_ipython().system_raw"


def start_kernel(connection: str) -> NoReturn:
    """Turn this process into the kernel of the connection file; it ends with the kernel.

    Without a debugger and without the pipe for the output of forked processes: both open a port
    of the machine's own network, which a job does not have.
    """
    import ipykernel.ipkernel
    from ipykernel import kernelapp
    from ipykernel.iostream import IOPubThread
    from ipykernel.kernelapp import IPKernelApp

    vars(ipykernel.ipkernel)["_is_debugpy_available"] = False
    vars(kernelapp)["IOPubThread"] = lambda socket, **options: IOPubThread(
        socket, **{**options, "pipe": False}
    )
    sys.argv = ["ipykernel_launcher.py", "-f", connection]
    arguments = ["-f", connection, "--HistoryManager.hist_file=:memory:"]
    if os.environ.pop(NO_TERMINAL, ""):
        arguments.append(f"--IPKernelApp.exec_lines={FROM_PIPES}")
    kernel = IPKernelApp.instance()
    kernel.initialize(arguments)
    kernel.start()
    os._exit(0)


if __name__ == "__main__":
    start_kernel(sys.argv[1])
