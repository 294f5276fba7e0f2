"""What a run itself took, told in its last lines: CPU seconds by role, and what made it slow."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager

from cnn_course.grade import slowness
from cnn_course.grade.conditions import Settings
from cnn_course.grade.jobs import Reply
from nbsandbox.training_cache.tally import OFF, Tally, total


class Account:
    """What the replies of a run told of the run, and what this process spent on it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.tallies: list[Tally] = []
        self.cold: list[str] = []
        self.alone: list[str] = []
        self.cache_off = ""
        self.spent: dict[str, float] = {}

    def note(self, reply: Reply) -> None:
        """Take note of what a reply tells of the run itself."""
        self.tallies.append(reply.cache)
        self.cold.append(reply.cold)
        for role, cpu_s in reply.spent.items():
            self.add(role, cpu_s)

    def add(self, role: str, cpu_s: float) -> None:
        """Count CPU seconds for a role."""
        self.spent[role] = self.spent.get(role, 0.0) + cpu_s

    @contextmanager
    def spending(self, role: str) -> Generator[None]:
        """Count the CPU seconds of this thread inside for a role."""
        begun = time.thread_time()
        try:
            yield
        finally:
            self.add(role, time.thread_time() - begun)

    def cache_line(self) -> str:
        """What the training cache did in this run, or why it is off."""
        return f"off: {self.cache_off}" if self.cache_off else str(total(self.tallies))

    def slow_lines(self) -> list[str]:
        """What made this run slower than it need be, a sentence each."""
        known = total(self.tallies)
        return [
            *slowness.cold_kernels(self.cold, self.settings.warm),
            *([] if self.settings.cluster else slowness.few_processors(self.settings.jobs)),
            *slowness.run_alone(len(self.alone)),
            *slowness.cache(
                known.trained, known.answered, self.cache_off or OFF.get(known.off, "")
            ),
        ]
