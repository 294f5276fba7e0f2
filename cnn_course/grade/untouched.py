"""Notebooks left as they were handed out: run once, for all who left them so.

Whoever hands in nothing but the first notebook has two of these, and they run as anybody's do.
They have a turn of their own, so that no learner's other notebooks can spoil them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import nbformat
from nbformat import NotebookNode

from cnn_course.grade.jobs import Job, Reply
from nbsandbox.training_cache.tally import Tally

NOBODY = ""
"""The learner of their turn."""


def is_untouched(notebook: NotebookNode, stub: NotebookNode) -> bool:
    """Whether a notebook has the stub's cells and texts, in their order, and no others."""
    return _texts(notebook) == _texts(stub)


def _texts(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


class Untouched:
    """The jobs of a run, each untouched notebook once; and its reply, handed on to all."""

    def __init__(self, jobs: Iterable[Job], stubs: Mapping[str, NotebookNode]) -> None:
        texts = {name: nbformat.writes(stub) for name, stub in stubs.items()}
        self._waiting: dict[str, list[str]] = defaultdict(list)
        once: dict[str, Job] = {}
        own = []
        for job in jobs:
            if job.notebook == texts[job.name]:
                self._waiting[job.name].append(job.learner)
                once[job.name] = replace(job, learner=NOBODY)
            else:
                own.append(job)
        self.jobs = [*once.values(), *own]

    def handed_on(self, replies: Iterable[Reply]) -> Iterator[Reply]:
        """The replies to ``jobs``; an untouched notebook's once for each who left it so.

        What it took is told with the first of these.
        """
        for reply in replies:
            if reply.learner != NOBODY:
                yield reply
                continue
            run, others = replace(reply.run, cpu_s=0.0), self._waiting[reply.name]
            yield replace(reply, learner=others[0])
            for learner in others[1:]:
                yield replace(reply, learner=learner, run=run, cache=Tally(), spent={})
