"""File names of learners that are safe to write: no path, no device, nothing that hides."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePosixPath

from cnn_course.learner_id import RESERVED, is_device, spelled

PART_BYTES = 120
_DEEPEST = 8


def safe_name(name: str) -> str:
    """One name: letters that do not print or that mean something become underscores."""
    name = "".join("_" if c in RESERVED or not c.isprintable() else c for c in spelled(name))
    name = name.rstrip(". ") or "_"
    if name.startswith((".", "-", "~")) or is_device(name):
        name = "_" + name
    return _shortened(name)


def safe_path(parts: Sequence[str]) -> PurePosixPath:
    """A relative path below wherever it is put."""
    kept = [*parts[: _DEEPEST - 1], *parts[-1:]] if len(parts) > _DEEPEST else parts
    return PurePosixPath(*(safe_name(part) for part in kept))


def _shortened(name: str) -> str:
    """The name with its ending, cut to what every file system takes."""
    stem, ending = os.path.splitext(name)
    ending = ending if len(ending.encode()) <= 20 else ""
    stem = stem if ending else name
    room = PART_BYTES - len(ending.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + ending
