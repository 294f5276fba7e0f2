"""What made a run slower than it need be, each in a sentence with its reason."""

from __future__ import annotations

import os
from collections.abc import Iterable

MADE_COLD = "--cold asks for that"


def cold_kernels(reasons: Iterable[str], warm: bool = True) -> list[str]:
    """A sentence where kernels were cold; ``reasons`` has one for each, "" for a warm one.

    ``warm`` is False where nobody wanted them warm.
    """
    reasons = list(reasons)
    cold = [reason for reason in reasons if reason] if warm else [MADE_COLD] * len(reasons)
    if not cold:
        return []
    return [
        f"slow: {len(cold)} of {len(reasons)} kernels started cold, and each imported its "
        f"libraries itself: {max(set(cold), key=cold.count)}"
    ]


def few_processors(jobs: int) -> list[str]:
    """A sentence where more jobs were wanted than there are processors for."""
    many = processors()
    if many >= jobs:
        return []
    return [
        f"slow: {jobs} jobs were wanted, and they shared the {many} "
        f"processor{'s' * (many > 1)} that this process may use"
    ]


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_alone(learners: int) -> list[str]:
    """A sentence where the learners of a worker that ended were run again, one by one."""
    if not learners:
        return []
    return [
        f"slow: {learners} learner{'s were' if learners > 1 else ' was'} run again, one job at a "
        "time, as the process that ran them had ended"
    ]


def cache(trained: int, answered: int, off: str) -> list[str]:
    """A sentence where the training cache answered nothing: it is off, or knew none."""
    if off:
        return [f"slow: each network was trained anew, as the training cache is off: {off}"]
    if answered or not trained:
        return []
    return [
        f"slow: the training cache knew none of {trained} trainings; it knows those of the "
        "solutions: the class trained other networks, or from another seed"
    ]
