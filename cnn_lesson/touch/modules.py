"""The source of each picture: an ES module in anywidget's form, and the style sheet of all."""

from __future__ import annotations

import functools
from importlib import resources

PARTS = {
    "walk": ("shared", "windows", "walk"),
    "network": ("shared", "layers", "ink", "lens", "pad", "network"),
    "shapes": ("shared", "stacking", "shapes"),
}
"""The files that make up each module, in order; the last one has what is exported by default."""


@functools.cache
def module(name: str) -> str:
    """The ES module of a picture; it imports nothing."""
    return "\n".join(_text(f"{part}.js") for part in PARTS[name])


def style() -> str:
    """The style sheet of all pictures."""
    return _text("touch.css")


@functools.cache
def _text(file: str) -> str:
    return resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
