"""What stands in the place of a picture to touch where no script runs: pixels and words."""

from __future__ import annotations

import os
from importlib import resources
from typing import Any

from cnn_lesson.grading_kernel import is_grading

STILL = "CNN_LESSON_STILL"
"""Environment variable: where it is set, pictures stand still, for files equal at every build."""

WORDS = {
    "walk": "Walk a kernel. A picture to touch: a window moves over a picture of numbers; beside "
    "it the kernel's weights, the nine products and their sum, and the feature map that grows "
    "stop by stop. Picture, kernel, stride, padding and dilation can be changed. It moves once the "
    "cell is run where scripts may run.",
    "network": "Your own network, here an example. A picture to touch: draw a digit, and ten bars "
    "show how probable the network finds each digit, while the maps of every layer change; a value "
    "that is chosen shows the window, the weights and the sum that made it. It moves once the cell "
    "is run where scripts may run.",
    "shapes": "Shapes: stack layers. A picture to touch: a list of layers, each with the shape "
    "that leaves it and its parameters; they can be added, moved, removed and set, and an error "
    "says where nothing is left. It moves once the cell is run where scripts may run.",
}

WIDTH = 860
"""CSS pixels of a still."""

# The still gives way to the living picture; where the kernel is gone, the still is what remains,
# and what JupyterLab says of a widget that it does not find (a text, no element) is left out.
GIVES_WAY = (
    "<style>"
    ".jp-OutputArea-child:has(.ct-still):has(+ .jp-OutputArea-child .ct) {display: none}"
    ".jp-OutputArea-child:has(.ct-still) + .jp-OutputArea-child"
    " .jupyter-widgets:not(:has(*)) {display: none}"
    "</style>"
)


def only_words() -> bool:
    """Whether nobody looks: in a kernel of the grader, and where nbgrader executes the notebook."""
    return is_grading() or "NBGRADER_EXECUTION" in os.environ


def stands_still() -> bool:
    """Whether the picture is made for a file rather than for somebody who touches it."""
    return only_words() or STILL in os.environ


def still(name: str) -> tuple[dict[str, str], dict[str, Any]]:
    """The forms of a still that a notebook may show, and their metadata; words alone where graded.

    The words go out as plain text and as the alt text of the pixels.
    """
    from cnn_lesson.drawing.picture import Picture

    png = b"" if only_words() else pixels(name)
    bundle, about = Picture(png, WORDS[name], WIDTH, height(png))._repr_mimebundle_()
    if png:
        page = f'<div class="ct-still">{bundle["text/html"]}</div>{GIVES_WAY}'
        bundle = bundle | {"text/html": page}
    return bundle, about


def pixels(name: str) -> bytes:
    """The PNG of a still, twice as wide as it is shown."""
    return resources.files(__package__).joinpath(f"{name}.png").read_bytes()


def height(png: bytes) -> int:
    """The height at which a still is shown, from the size in its header; 0 without pixels."""
    if not png:
        return 0
    wide, high = (int.from_bytes(png[start : start + 4], "big") for start in (16, 20))
    return round(WIDTH * high / wide)
