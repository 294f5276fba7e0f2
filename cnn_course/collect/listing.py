"""What became of a download, in lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from cnn_course.collect.collect import Outcome
from cnn_course.collect.deliver import Delivery
from cnn_course.learner_id import shown
from cnn_course.project import SUBMITTED

NAMED = 5
"""Files that a line names."""
TITLES = {
    "moodle": "Moodle",
    "canvas": "Canvas",
    "ilias": "ILIAS",
    "exchange": "nbgrader's exchange",
    "folder": "folders of learners",
}


def lines(outcome: Outcome) -> Iterator[str]:
    """Everything that an instructor should know, the harmless first."""
    yield from map(shown, _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    for download, platform in outcome.platforms.items():
        yield f"{download}: read as {TITLES[platform]}"
    for plan in outcome.deliveries:
        yield _learner(plan, outcome.works[plan.learner].late)
    for plan in outcome.deliveries:
        yield from _choices(plan)
    for left in outcome.nobody:
        yield f"left over: {left.name}: {left.why}"
    for left in outcome.left_out:
        yield f"left out: {left.name}: {left.why}"
    for sentence in outcome.ambiguous:
        yield f"ambiguous: {sentence}"
    for learner, sent in outcome.without.items():
        more = [f"and {len(sent) - NAMED} more"] if len(sent) > NAMED else []
        yield f"no notebook: {learner} sent {'; '.join([*sent[:NAMED], *more])}; ask for the .ipynb"
    if outcome.noise:
        yield f"{outcome.noise} files that systems and editors leave behind were passed over"
    if outcome.backup:
        yield f"what was replaced is in {outcome.backup}"
    yield _total(outcome)
    yield from outcome.remarks


def _learner(plan: Delivery, late: bool) -> str:
    """One learner: what was taken, and from which file."""
    came = [f"{name} ← {piece.own_name}" for name, piece in plan.taken.items()]
    why = {text for text in plan.kept.values() if text}
    stays = "as it was" if plan.kept and not plan.changed else ""
    parts = [*came, *sorted(why), *filter(None, [stays])]
    mark = "resubmitted: " if plan.replaced else ""
    return f"{mark}{plan.learner}{' (late)' if late else ''}: {'; '.join(parts) or 'other files'}"


def _choices(plan: Delivery) -> Iterator[str]:
    """A line for each file that another one of the same learner was preferred to."""
    for name, other, best in plan.passed_over:
        yield (
            f"several: {plan.learner}: {name} is {best.own_name} ({_cells(best.what.filled)}), "
            f"not {other.own_name} ({_cells(other.what.filled)})"
        )


def _cells(filled: int) -> str:
    if not filled:
        return "the untouched stub"
    return f"{filled} cell{'s' * (filled != 1)} filled"


def _total(outcome: Outcome) -> str:
    new = sum(plan.changed and not plan.replaced for plan in outcome.deliveries)
    again = sum(bool(plan.replaced) for plan in outcome.deliveries)
    same = sum(not plan.changed for plan in outcome.deliveries)
    return f"{new} collected, {again} resubmitted, {same} as they were, in {SUBMITTED}/"
