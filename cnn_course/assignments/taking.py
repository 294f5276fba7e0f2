"""What a learner handed in, laid out for nbgrader: notebooks through the door, files beside."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import nbformat

from cnn_course.assignments.running import NB
from cnn_course.errors import CourseError
from cnn_course.grade.reading import all_read
from cnn_course.learner_id import learner_id, shown
from nbsandbox.confinement.job_files import copy_folder
from nbsandbox.limits import MB

FILES_LIMIT_MB = 1000
"""What a learner's other files may weigh together; what no longer fits is left out."""

SEEN_AT_MOST = 4


def learners(folders: Mapping[str, Path]) -> tuple[dict[str, Path], dict[str, str]]:
    """The submissions by learner's id, and by name those that cannot be graded, with the reason."""
    found: dict[str, Path] = {}
    refused: dict[str, str] = {}
    for name, folder in folders.items():
        try:
            wanted = learner_id(name)
            if folder.is_symlink() or folder.parent.is_symlink():
                raise CourseError("the folder is a link; put the real folder there")
            if wanted in found:
                raise CourseError(f"another folder is called {wanted}, too; keep one of them")
            found[wanted] = folder
        except CourseError as error:
            refused[shown(name)] = str(error)
    return found, refused


def only(submissions: Mapping[str, Path], wanted: Sequence[str]) -> dict[str, Path]:
    """The submissions of some learners. Raises CourseError where one of them has none."""
    if missing := [learner for learner in wanted if learner not in submissions]:
        raise CourseError(f"nothing of {', '.join(missing)} was handed in")
    return {learner: submissions[learner] for learner in wanted}


def take_in(
    submissions: Mapping[str, Path], assignment: str, names: Sequence[str], to: Path, jobs: int
) -> Iterator[tuple[str, str]]:
    """Lay out each submission in ``to``/<learner>/<assignment>; yields learner and what is wrong.

    That is one sentence, "" where all is well. Of the notebooks only ``names`` are taken.
    """
    files = {
        learner: [folder / f"{name}{NB}" for name in names if (folder / f"{name}{NB}").is_file()]
        for learner, folder in submissions.items()
    }
    every = [path for paths in files.values() for path in paths]
    with all_read(every, jobs) as handed:
        for learner, folder in submissions.items():
            place = to / learner / assignment
            copy_other_files(folder, place)
            wrong = [] if files[learner] else [none_of(names, folder)]
            for path in files[learner]:
                got = next(handed)
                if got.notebook is None:
                    wrong.append(f"{path.name}: {got.sentence}")
                else:
                    made = nbformat.from_dict(got.notebook)
                    (place / path.name).write_text(nbformat.writes(made), encoding="utf-8")
            yield learner, "; ".join(wrong)


def copy_other_files(folder: Path, place: Path) -> None:
    """Copy what lies beside the notebooks; links and devices are left out."""
    place.mkdir(parents=True)
    notebooks = {path.name for path in folder.glob(f"*{NB}")}
    source = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        copy_folder(source, str(place), FILES_LIMIT_MB * MB, notebooks)
    finally:
        os.close(source)


def none_of(names: Sequence[str], folder: Path) -> str:
    """The sentence where no notebook of the assignment was handed in."""
    there = sorted(path.name for path in folder.glob(f"*{NB}"))[:SEEN_AT_MOST]
    found = f"there is {', '.join(map(shown, there))}" if there else "there is no notebook"
    return f"none of {', '.join(f'{name}{NB}' for name in names)} was handed in: {found}"
