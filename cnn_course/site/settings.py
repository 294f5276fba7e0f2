"""What ``website/site.ini`` says: the one place where the site is set up."""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.site.launch import Launch

FILE = "site.ini"
_SLUG = re.compile(r"[\w.-]+/[\w.-]+")
_BRANCH = re.compile(r"[\w./-]+")


@dataclass(frozen=True)
class Settings:
    """Where notebooks can be launched, whether teaching notes are shown, the front page's faces."""

    launch: Launch = Launch()
    teaching: bool = False
    faces: Mapping[str, str] = field(default_factory=dict)


def read_settings(folder: Path) -> Settings:
    """The settings in a folder. Raises CourseError where they are missing or not well said."""
    path = folder / FILE
    read = configparser.ConfigParser()
    try:
        if not read.read(path, encoding="utf-8"):
            raise CourseError(f"there is no {path}: it says what the site shows")
        teaching = read.getboolean("teaching", "shown", fallback=False)
    except (configparser.Error, ValueError) as error:
        raise CourseError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    faces = dict(read["faces"]) if "faces" in read else {}
    return Settings(_launch(read, path), teaching, faces)


def _launch(read: configparser.ConfigParser, path: Path) -> Launch:
    repository = read.get("launch", "repository", fallback="").strip()
    branch = read.get("launch", "branch", fallback="").strip() or "main"
    if repository and not _SLUG.fullmatch(repository):
        raise CourseError(f"{path}: repository is owner/name, as on GitHub, and not {repository!r}")
    if not _BRANCH.fullmatch(branch):
        raise CourseError(f"{path}: branch {branch!r} is no name of a branch")
    return Launch(repository, branch)
