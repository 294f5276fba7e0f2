"""A guess before the answer: ``reveal("stops-of-seven", my_guess)`` says what is true, and why.

What is true stands here and not in the notebook, where it would be read before the guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Truth:
    """What is true, why, the other words that say the same, and how far off a number may be."""

    answer: str
    because: str
    also: tuple[str, ...] = ()
    within: float = 0

    def met_by(self, guess: object) -> bool:
        """Whether a guess says it, in these words, in others, or in a number near enough."""
        said = " ".join(str(guess).strip().lower().split())
        if said in (self.answer.lower(), *self.also):
            return True
        given, wanted = (_first_number(text) for text in (said, self.answer))
        return None not in (given, wanted) and abs(given - wanted) <= self.within


TRUTHS = {
    "hidden-layers": Truth("2", "Dense 128 and Dense 32; the last layer is the output"),
    "stops-of-seven": Truth("5", "the first window starts at 0, the last whole one at 4"),
    "what-fires": Truth(
        "horizontal edges",
        "bright below dark gives plus, dark below bright gives minus",
        (
            *("edges", "horizontal edge", "horizontal lines", "level edges"),
            *("upper and lower edges", "brighter downwards", "where it gets brighter downwards"),
            *("bright below dark", "where it is brighter below", "changes from top to bottom"),
        ),
    ),
    "stops-of-six": Truth("2", "it starts at 0 and at 2; at 4 it would stick out"),
    "most-weights": Truth(
        "dense1", "each of its 128 units has a weight for each of 12 × 12 × 32 numbers"
    ),
    "clothes": Truth(
        "about 84", "the mean of twenty seeds; the same network, the same recipe", within=1.5
    ),
    "share-of-weights": Truth(
        "three quarters",
        "nearly all weights sit between Flatten and that layer",
        ("3/4", "0.75", "75 %", "75%"),
    ),
}


def reveal(name: str, guess: object) -> None:
    """Print the guess beside the truth; no guess is fine, and nothing is graded.

    Raises ValueError, in one sentence, for a guess that nobody asks for.
    """
    if name not in TRUTHS:
        raise ValueError(f"there is no guess {name!r}; the guesses are {', '.join(TRUTHS)}")
    truth = TRUTHS[name]
    if guess is None:
        print(f"No guess this time. It is {truth.answer}: {truth.because}.")
    elif truth.met_by(guess):
        print(f"You guessed {guess}, and so it is: {truth.because}.")
    else:
        print(f"You guessed {guess}; it is {truth.answer}: {truth.because}.")


def _first_number(text: str) -> float | None:
    found = re.search(r"\d+(\.\d+)?", text)
    return float(found[0]) if found else None
