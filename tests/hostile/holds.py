"""Attacks on everybody else's run: notebooks that hold up who reads, shows or runs them."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from .attack import FULL, Attack, answer, changed, code_cell, first, instead, last, path_in

NEVER_IDLE = """
from ipykernel.kernelapp import IPKernelApp
IPKernelApp.instance().kernel._publish_status = lambda *_, **__: None
"""
CASES = """
import cnn_lesson.checks as checks
item = checks.find("q3")
answer_q3 = item.inputs(20)
"""


def _odd_cells(notebook: dict) -> None:
    """Cells that no schema knows; one of them ended the run for all."""
    notebook["nbformat_minor"] = 99
    odd = ({"source": 7}, {"source": {"a": 1}}, {}, {"source": ["1", 2]}, {"cell_type": ["code"]})
    notebook["cells"] += [{"cell_type": "code", "metadata": {}, **cell} for cell in odd]
    notebook["cells"] += [{"cell_type": "unknown", "source": "x"}, 7, None, "cell", []]


def _odd_names(folder: Path) -> None:
    """Files beside the notebook whose names terminals, CSV and nbgrader misread."""
    for name in (
        b"\xff\xfe.ipynb",
        "\u202egnp.ipynb".encode(),
        b"a\x1b[2J\nb.ipynb",
        b"=1+1.ipynb",
    ):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text("{}")


def _little_invalid(folder: Path) -> None:
    """17 MB of cells that are each a little invalid: the validator collected messages."""
    cells = [{"cell_type": "code", "source": "", "metadata": 7, "outputs": 3}] * 230_000
    _with(folder, lambda notebook: notebook["cells"].extend(cells))


def _small_dicts(folder: Path) -> None:
    """20 MB of small dicts: gigabytes once they are read."""
    _with(folder, lambda notebook: notebook["metadata"].update(x=[{"a": {}}] * 1_900_000))


def _with(folder: Path, change: Callable[[dict], object]) -> None:
    path = path_in(folder)
    notebook = json.loads(path.read_text("utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), "utf-8")


def _essay(notebook: dict) -> None:
    """Markdown whose cost grows with the square of its length: hours."""
    text = "<!--" * 500_000
    notebook["cells"].append({**code_cell(text), "cell_type": "markdown", "id": "essay"})


def _sleeps(notebook: dict) -> None:
    """A cell just below the limit of a cell, over and over."""
    sleep = code_cell("import time; time.sleep(2)")
    notebook["cells"] += [{**sleep, "id": f"sleep{number}"} for number in range(20)]


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


HOLDS = [
    Attack("odd-cells", "cells that no schema knows", changed(_odd_cells), FULL),
    Attack("odd-names", "file names that terminals and nbgrader misread", _odd_names, FULL),
    Attack("heavy-invalid", "17 MB of cells that are each a little invalid", _little_invalid),
    Attack("heavy-metadata", "20 MB of small dicts in the metadata", _small_dicts, FULL),
    Attack("heavy-essay", "an essay that takes hours to be made safe", changed(_essay), FULL),
    Attack("never-idle", "a kernel that never says that it is done", last(NEVER_IDLE), FULL),
    Attack("sleeper", "cells just below the limit, over and over", changed(_sleeps), FULL),
    Attack("borrow-function", "the package's function as the answer",
           answer("convolve", "from cnn_lesson.arithmetic import convolve")),
    Attack("borrow-cases", "an answer made of the package's own cases", first(CASES)),
    Attack("zip", "a zip in place of the notebook", instead(_archive({"x.ipynb": b"{}"}))),
    Attack("zip-bomb", "a bomb beside the notebook",
           lambda folder: (folder / "bomb.zip").write_bytes(_archive({"x": bytes(10**7)})), FULL),
]  # fmt: skip
