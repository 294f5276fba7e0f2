"""How far grading is: a live line on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from cnn_course.visible import visible


@contextmanager
def following() -> Generator[Callable[[str, int, int], None]]:
    """A function to call with the learner just graded, how many are done, and of how many."""
    if not sys.stderr.isatty():
        yield lambda learner, done, of: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("grading {task.fields[learner]}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, learner="")

        def follow(learner: str, done: int, of: int) -> None:
            bar.update(task, completed=done, total=of, learner=visible(learner))

        yield follow
