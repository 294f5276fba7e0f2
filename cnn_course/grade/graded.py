"""What comes of grading a class."""

from __future__ import annotations

from dataclasses import dataclass, field

from cnn_course.grade.results import Result


@dataclass
class GradedClass:
    """A graded class: a result for each learner, and the folders that could not be graded."""

    results: list[Result]
    refused: dict[str, str]
    graded_now: int
    cpu_s: float = 0.0
    """CPU time of the kernels and the judge for what was graded now, seconds."""
    cache: str = ""
    """What the training cache did, or why it is off, in one line."""
    remarks: list[str] = field(default_factory=list)
    """Sentences on what was carried over, or entered again."""
    slow: list[str] = field(default_factory=list)
    """What made this run slower than it need be, with the reason."""
    spent: dict[str, float] = field(default_factory=dict)
    """CPU seconds of what was graded now, by role."""
