"""What tells a kernel of the grader from a learner's own: two folders that only it is given."""

from __future__ import annotations

import os

INPUTS_FOLDER, EVIDENCE_FOLDER = "CNN_LESSON_INPUTS", "CNN_LESSON_EVIDENCE"
"""Environment variables: where items find their inputs, and where evidence is left."""


def is_grading() -> bool:
    """Whether this kernel is one of the grader's."""
    return EVIDENCE_FOLDER in os.environ
