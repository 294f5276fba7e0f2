"""Reading and writing the files of a folder that a stranger may have filled."""

from __future__ import annotations

import os
import stat

MOST_FILES = 1000


def read_files(folder: str | os.PathLike[str] | int, max_bytes: int) -> dict[str, bytes]:
    """The regular files right in `folder` by name, at most `max_bytes` of them in all.

    Links are not followed; folders, devices and pipes are left out, and so is, in the order of
    names, what no longer fits. `folder` may be an open descriptor. Empty if it is missing.
    """
    try:
        where = os.dup(folder) if isinstance(folder, int) else open_folder(folder)
    except OSError:
        return {}
    found: dict[str, bytes] = {}
    try:
        names = [name for name in os.listdir(where) if name.isprintable()]
        for name in sorted(names)[:MOST_FILES]:
            content = read_file(name, where, max_bytes)
            if content is not None:
                found[name] = content
                max_bytes -= len(content)
    finally:
        os.close(where)
    return found


def open_folder(path: str | os.PathLike[str]) -> int:
    """An open descriptor of a folder that is no link."""
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def read_file(name: str, folder: int, max_bytes: int) -> bytes | None:
    """The content of a regular file of at most `max_bytes`, None for anything else."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
    try:
        file = os.open(name, flags, dir_fd=folder)
    except OSError:
        return None
    try:
        kind = os.fstat(file)
        if not stat.S_ISREG(kind.st_mode) or kind.st_size > max_bytes:
            return None
        with open(file, "rb", closefd=False) as opened:
            content = opened.read(max_bytes + 1)
    finally:
        os.close(file)
    return content if len(content) <= max_bytes else None


def write_files(parent: int, name: str, files: dict[str, bytes]) -> None:
    """Put `files` into the folder `name` of the open folder `parent`, made if it is missing."""
    try:
        os.mkdir(name, dir_fd=parent)
    except FileExistsError:
        pass
    folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    for file_name, content in files.items():
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with open(os.open(file_name, flags, 0o644, dir_fd=folder), "wb") as file:
            file.write(content)
    os.close(folder)
