"""The causes that the error clinic offers: their words, and a thought for who chose one wrongly."""

from __future__ import annotations

from cnn_lesson.checking.misconceptions import Misconception, chosen

CAUSE_THOUGHTS = (
    Misconception(
        chosen(1),
        "",
        "how many axes does its Input have?",
    ),
    Misconception(
        chosen(2),
        "",
        "is any layer object called twice in it?",
    ),
    Misconception(
        chosen(3),
        "",
        "where does its Input have the channels, first or last?",
    ),
    Misconception(
        chosen(4),
        "",
        "does the message come from a Dense layer, or from one before it?",
    ),
    Misconception(
        chosen(5),
        "",
        "labels come into play when it is trained; and how are they written here, as one number?",
    ),
    Misconception(
        chosen(6),
        "",
        "a learning rate matters while training, never for shapes; the message speaks of shapes",
    ),
    Misconception(
        chosen(7),
        "",
        "is a stride written anywhere in it?",
    ),
)
CAUSES_KIND = "a dict with a number, 1 to 7, for each of a, b, c and d"
CAUSES = (
    "the pictures have no channels axis",
    "one layer object is used in two places",
    "the axes are in the wrong order: channels first",
    "the feature maps were not flattened before a Dense layer",
    "the labels are one-hot",
    "the learning rate is too high",
    "the stride does not fit the kernel",
)
