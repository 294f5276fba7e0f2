"""The core path: what is done in the hour; all the rest is for home, for the same points."""

CORE = (
    "ingredients",
    "edge-kernel",
    "q3",
    "q4-conv",
    "q4-dense",
    "q1",
    "train",
    "five-layers",
)
"""Items that belong to the hour as a whole."""

BEGUN = {
    "error-clinic": "one patient",
    "dense-vs-conv": "the shuffled pixels",
}
"""Items of which the hour has a part; the rest of them is for home."""


def place(item: str) -> str:
    """Where an item is done: ``in the hour``, ``at home``, or which part of it in the hour."""
    if item in BEGUN:
        return f"{BEGUN[item]} in the hour, the rest at home"
    return "in the hour" if item in CORE else "at home"
