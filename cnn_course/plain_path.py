"""A path that nbgrader can look into: it reads a folder named ``course [1]`` as a pattern."""

from __future__ import annotations

import atexit
import functools
import glob
import os
import shutil
import tempfile
from pathlib import Path


@functools.cache
def plain_path(folder: Path) -> Path:
    """The folder, or a link to it where its name holds ``[``, ``*`` or ``?``.

    The link lives as long as this process.
    """
    whole = folder.resolve()
    if glob.escape(str(whole)) == str(whole):
        return whole
    place = tempfile.mkdtemp(prefix="cnn-lesson-")
    atexit.register(_remove, place, os.getpid())
    link = Path(place, "course")
    link.symlink_to(whole, target_is_directory=True)
    return link


def _remove(place: str, owner: int) -> None:
    if os.getpid() == owner:  # and not a process forked from it
        shutil.rmtree(place, ignore_errors=True)
