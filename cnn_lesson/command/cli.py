"""``cnn-lesson`` as learners have it: ``learn`` and ``doctor``. The course's own has more verbs."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from cnn_lesson.command import doctor, learn, pythons


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a verb; its exit code. What goes wrong is one sentence."""
    wanted = reader().parse_args(arguments)
    try:
        if wanted.verb == "doctor":
            return doctor.show(doctor.examine(doctor.LEARNERS), "the lesson", print)
        return start(wanted.folder, wanted.no_open, wanted.lab)
    except learn.CannotLearn as trouble:
        print(f"cnn-lesson: {trouble}", file=sys.stderr)
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        print(f"cnn-lesson: {error.strerror or error}{where}", file=sys.stderr)
    return 1


def reader() -> argparse.ArgumentParser:
    """What reads the command line."""
    parser = argparse.ArgumentParser(prog="cnn-lesson", description="A lesson on CNNs.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("learn", help=ABOUT_LEARN, description=ABOUT_LEARN)
    verb.add_argument("folder", nargs="?", type=Path, default=Path(learn.FOLDER))
    verb.add_argument("--no-open", action="store_true", help=ABOUT_NO_OPEN)
    verb.add_argument("--lab", default="", metavar="OPTIONS", help=ABOUT_LAB)
    verbs.add_parser("doctor", help=ABOUT_DOCTOR, description=ABOUT_DOCTOR)
    return parser


ABOUT_LEARN = f"Copy the notebooks into a folder ({learn.FOLDER}), never over work, and open it."
ABOUT_NO_OPEN = "Only copy; do not start JupyterLab."
ABOUT_LAB = "Options for JupyterLab, as --lab='--no-browser --port=8899'."
ABOUT_DOCTOR = "Say what this machine has for the lesson, and what is missing."


def start(folder: Path, no_open: bool, lab: str) -> int:
    """Hand the notebooks out and open them; the exit code. Raises CannotLearn or OSError."""
    if not pythons.fits():
        raise learn.CannotLearn(pythons.refusal())
    for line in learn.hand_out(learn.lesson_folder(), folder):
        print(line)
    print(f"your notebooks are in {folder.resolve()}")
    print(learn.standing_in(folder), flush=True)
    return 0 if no_open else learn.open_lab(folder, shlex.split(lab))
