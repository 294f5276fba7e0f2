"""The levels of confinement that a test runs at, where this machine allows them."""

import pytest

from nbsandbox.confinement import levels

CONFINED = (levels.NAMESPACES, levels.RESTRICTED)


def at(*numbers):
    """A pytest parameter for each level; skipped, with the reason, where it cannot be had."""
    return [
        pytest.param(
            number,
            marks=pytest.mark.skipif(
                bool(number < levels.NONE and levels.missing(number)),
                reason=f"level {number} of confinement: {levels.missing(number)}",
            ),
            id=f"level{number}",
        )
        for number in numbers
    ]
