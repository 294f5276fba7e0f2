"""The check that only the grader has: other inputs, and images no learner was given."""

from collections.abc import Mapping

from cnn_course.held_out import load
from cnn_lesson.checks import check
from cnn_lesson.verdict import Verdict

HIDDEN_SEED = 1943


def check_hidden(item: str, *, namespace: Mapping[str, object] | None = None) -> Verdict:
    """The verdict that counts: as ``check``, on inputs and images that a learner has not seen."""
    return check(item, namespace=namespace, seed=HIDDEN_SEED, unseen=load)
