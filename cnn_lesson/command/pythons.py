"""The Pythons that TensorFlow has builds for."""

from __future__ import annotations

import sys

OLDEST, NEWEST = (3, 11), (3, 13)


def fits() -> bool:
    """Whether this Python is one of them."""
    return OLDEST <= sys.version_info[:2] <= NEWEST


def which() -> str:
    """The versions, for a sentence."""
    return "Python {}.{} to {}.{}".format(*OLDEST, *NEWEST)


def refusal() -> str:
    """What somebody reads whose Python is none of them."""
    here = "{}.{}".format(*sys.version_info[:2])
    return f"TensorFlow has builds for {which()}, and this is {here}: take one of those"
