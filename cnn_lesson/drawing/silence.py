"""Drawing without a picture: while a class is graded, figures leave their words and no pixels.

Drawing took more than half of the CPU time of a graded notebook, for pictures nobody looks at.
"""

from __future__ import annotations

from collections.abc import Iterator


class Silence:
    """Stands for a Matplotlib figure and all that hangs on it: takes every call, draws nothing."""

    def __getattr__(self, name: str) -> Silence:
        return self

    def __call__(self, *args: object, **kwargs: object) -> Silence:
        """Itself, whatever was to be drawn."""
        return self

    def __getitem__(self, place: object) -> Silence:
        return self

    def __iter__(self) -> Iterator[Silence]:
        return iter(())

    def get_ylim(self) -> tuple[float, float]:
        """Some limits; labels are placed by them."""
        return 0.0, 1.0
