"""A guess before the answer: what was guessed, what is true, and why, in one line."""

from __future__ import annotations


def reveal(guess: object, truth: object, because: str = "") -> None:
    """Print the guess beside the truth; no guess is fine, and nothing is graded."""
    reason = f": {because}" if because else "."
    if guess is None:
        print(f"No guess this time. It is {truth}{reason}")
    elif str(guess).strip().lower() == str(truth).strip().lower():
        print(f"You guessed {guess}, and so it is{reason}")
    else:
        print(f"You guessed {guess}; it is {truth}{reason}")
