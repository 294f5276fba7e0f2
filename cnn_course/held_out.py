"""Images that never leave the grading side: 1,000 digits and 1,000 pieces of clothing."""

from pathlib import Path

from cnn_lesson.datasets import Split, read_arrays

HELD_OUT = Path(__file__).parent / "held_out.npz"


def load(name: str) -> Split:
    """``(x, y)`` kept back from ``"mnist"`` or ``"fashion_mnist"``: uint8 (n, 28, 28), (n,).

    No image of them is in the learners' package. Raises DatasetError where the file is
    missing or damaged, KeyError for another name.
    """
    arrays = read_arrays(HELD_OUT)
    return arrays[f"x_{name}"], arrays[f"y_{name}"]
