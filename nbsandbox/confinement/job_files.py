"""The files of a job, copied into its sandbox; links and devices are left out."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from pathlib import Path

NOT_COPIED = {"evidence", "inputs"}
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
MOST_DEPTH = 16


def copy_folder(source: int, target: str, most_bytes: int, without: set[str] = NOT_COPIED) -> None:
    """Copy what lies in the open folder `source`, up to `most_bytes`, into the folder `target`."""
    left = most_bytes
    for name in sorted(set(os.listdir(source)) - without):
        left = copy(name, source, f"{target}/{name}", left)


def copy(name: str, source: int, target: str, left: int) -> int:
    """Copy a file or a folder; hands back how many bytes may follow."""
    kind = os.stat(name, dir_fd=source, follow_symlinks=False)
    if stat.S_ISDIR(kind.st_mode):
        os.mkdir(target)
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=source)
        for child in sorted(os.listdir(folder)):
            left = copy(child, folder, f"{target}/{child}", left)
        os.close(folder)
    elif stat.S_ISREG(kind.st_mode) and kind.st_size <= left:
        with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=source), "rb") as file:
            Path(target).write_bytes(file.read(kind.st_size))
        if kind.st_mode & stat.S_IXUSR:
            os.chmod(target, 0o755)
        left -= kind.st_size
    return left


def copy_back(source: int, target: int, since: float, left: int, depth: int = MOST_DEPTH) -> int:
    """Copy what changed after `since` from one open folder into another, up to `left` bytes.

    Links, devices, names that do not print and folders in more than `depth` folders are left out.
    Hands back how many bytes may follow.
    """
    for name in sorted(filter(str.isprintable, os.listdir(source))):
        kind = os.stat(name, dir_fd=source, follow_symlinks=False)
        if stat.S_ISDIR(kind.st_mode) and depth:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=target)
            inner = [os.open(name, FOLDER, dir_fd=place) for place in (source, target)]
            left = copy_back(*inner, since, left, depth - 1)
            for folder in inner:
                os.close(folder)
        elif stat.S_ISREG(kind.st_mode) and kind.st_ctime > since and kind.st_size <= left:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
            with (
                open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=source), "rb") as file,
                open(os.open(name, flags, 0o644, dir_fd=target), "wb") as copied,
            ):
                shutil.copyfileobj(file, copied)
            left -= kind.st_size
    return left


def is_folder(name: str, parent: int) -> bool:
    """Whether `name` is a real folder, not a link to one."""
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def give(top: str, owner: int) -> None:
    """Make `owner` the owner of a folder and all that is in it."""
    for folder, _, files in os.walk(top):
        for path in (folder, *(f"{folder}/{name}" for name in files)):
            os.chown(path, owner, owner, follow_symlinks=False)
