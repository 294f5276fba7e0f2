"""What a learner's notebooks handed out, kept so that an item can be judged again without a run.

``.grading/evidence/<learner>/<item>.npz`` is as it came out of the sandbox: data that only a judge
reads. Beside it stands a mark of the inputs that it belongs to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from nbsandbox.atomic import write_bytes, write_text

EVIDENCE = "evidence"


def keep(folder: Path, evidence: Mapping[str, bytes], inputs: Mapping[str, bytes]) -> None:
    """Store a learner's evidence by item; an item without any loses what was stored before."""
    for item, content in inputs.items():
        if item in evidence:
            write_bytes(folder / f"{item}.npz", evidence[item])
            write_text(folder / f"{item}.inputs", _mark(content))
        else:
            (folder / f"{item}.npz").unlink(missing_ok=True)


def stored(folder: Path, item: str, inputs: bytes) -> bytes | None:
    """The evidence for an item, gathered on these inputs; None where there is none."""
    try:
        mark = (folder / f"{item}.inputs").read_text(encoding="utf-8")
        return (folder / f"{item}.npz").read_bytes() if mark == _mark(inputs) else None
    except OSError:
        return None


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
