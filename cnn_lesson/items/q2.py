"""``q2``: in which order Flatten reads a picture of several channels."""

from __future__ import annotations

import functools

from cnn_lesson.checking.choice_item import Choice, ChoiceItem
from cnn_lesson.checking.misconceptions import Misconception, chosen
from cnn_lesson.checking.reading import as_option, one_of

OPTIONS = (
    "the pixel intensities are averaged per row and concatenated",
    "all rows of the input are added, and the sum is the result",
    "all columns of the input are concatenated (from left to right)",
    "all rows of the input are concatenated (from top to bottom)",
)

_ORDER = (
    Misconception(
        chosen(1),
        "averaging: that is average pooling",
        "are there means among the flattened numbers above?",
    ),
    Misconception(
        chosen(2), "adding loses values", "are there as many numbers after Flatten as before?"
    ),
    Misconception(
        chosen(3),
        "column by column: the order of Fortran and MATLAB",
        "which number follows the first one?",
    ),
)
_INDEX = (
    Misconception(
        chosen("row"),
        "the row changes least often",
        "compare the first two flattened numbers above",
    ),
    Misconception(
        chosen("column"),
        "right for one channel, but here are several",
        "compare the first two flattened numbers above",
    ),
)

ITEM = ChoiceItem(
    id="q2",
    objective=4,
    notebook="01-convolution",
    section="S3",
    minutes=3,
    names=("answer_q2", "fastest_index"),
    parts=(
        Choice(
            "the order",
            2,
            right=4,
            read=functools.partial(as_option, last=4, texts=OPTIONS),
            kind="the number of an option, 1 to 4",
            misconceptions=_ORDER,
        ),
        Choice(
            "the index",
            1,
            right="channel",
            read=functools.partial(one_of, ("row", "column", "channel")),
            kind="one of the three words",
            misconceptions=_INDEX,
        ),
    ),
    why=(
        "the last axis runs fastest: all values of one pixel, then the next pixel, then "
        "the next row"
    ),
    hints=(
        "nothing is computed, nothing is lost: every number of the input turns up once",
        "look at the flattened numbers of the small example above: which come first?",
        "first everything of the top row, then the next row; and at each pixel all of its "
        "values before the next pixel",
    ),
)
