"""How learners' notebooks of this lesson are run: what a kernel sees, imports and is told."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import cnn_course
import cnn_lesson
from cnn_lesson.grading_kernel import EVIDENCE_FOLDER, INPUTS_FOLDER
from nbsandbox.config import RunnerConfig

PRELOAD = (
    "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PpmImagePlugin",
    "encodings.cp437", "keras", "cnn_lesson.touch.pictures", "matplotlib.backends.backend_agg",
    "matplotlib.pyplot", "nbsandbox.training_cache.cache", "numpy", "rich._emoji_codes",
    "keras._tf_keras.keras.datasets.fashion_mnist", "keras._tf_keras.keras.datasets.mnist",
)  # fmt: skip
"""What a whole answer imports, looked up in ``sys.modules`` after a run."""


def folder_of(package: object) -> str:
    """The folder of a package."""
    return str(Path(package.__file__).resolve().parent)


def learner_modules() -> tuple[str, ...]:
    """The modules right in the learners' package, but for those that are run."""
    found = pkgutil.iter_modules(cnn_lesson.__path__, "cnn_lesson.")
    return tuple(each.name for each in found if not each.ispkg and "__" not in each.name)


LESSON = RunnerConfig(
    name="cnn-lesson",
    packages=(folder_of(cnn_lesson),),
    hidden=(folder_of(cnn_course),),
    preload=(*PRELOAD, *learner_modules()),
    env={EVIDENCE_FOLDER: "{job}/evidence", INPUTS_FOLDER: "{job}/inputs"},
)
