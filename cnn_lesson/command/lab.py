"""Starting JupyterLab so that it finds its extensions, wherever this environment lies."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cnn_lesson.command.plain_path import plain_path

START = (sys.executable, "-m", "jupyterlab")


def is_there() -> bool:
    """Whether JupyterLab is installed."""
    return importlib.util.find_spec("jupyterlab") is not None


def environment(given: Mapping[str, str], *settings: Path) -> dict[str, str]:
    """An environment for JupyterLab with folders of settings put before the user's own.

    Jupyter looks for extensions by patterns, and finds none below a folder like ``course [1]``: it
    gets this environment's folders under a name that it can read.
    """
    added = {
        "JUPYTER_CONFIG_PATH": [plain_path(each) for each in settings],
        "JUPYTER_PATH": [],
    }
    installed = plain_path(Path(sys.prefix))
    if installed != Path(sys.prefix).resolve():
        added["JUPYTER_CONFIG_PATH"].append(installed / "etc" / "jupyter")
        added["JUPYTER_PATH"].append(installed / "share" / "jupyter")
    paths = {
        name: os.pathsep.join(filter(None, [*map(str, folders), given.get(name, "")]))
        for name, folders in added.items()
    }
    return {**given, **{name: path for name, path in paths.items() if path}}


def run(command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> int:
    """Run a command until it ends, Ctrl-C being its own to ask about; its exit code."""
    started = subprocess.Popen(command, env=environment, cwd=folder)
    while True:
        try:
            return started.wait()
        except KeyboardInterrupt:
            continue
