"""Answers to edge-kernel."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from tests.items.banks.writing import named, named_wrong

RIGHT = {
    "edge-kernel": named(
        "edge_kernel",
        {
            "Prewitt": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
            "Sobel, other polarity": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
            "a hair thin": ((0, 0, 0), (1, -1, 0), (0, 0, 0)),
            "tiny floats": np.array([[-1, 0, 1]] * 3, dtype=np.float32) * 1e-6,
            "thirds": [[1 / 3, 1 / 3, -2 / 3]] * 3,
            "each row its own": [[-2, 0, 2], [-2, 1, 1], [0, 0, 0]],
            "a line": [[-1, 2, -1]] * 3,
            "texts of numbers": [["-1", "0", "1"]] * 3,
            "Fractions": [[Fraction(-1, 3), 0, Fraction(1, 3)]] * 3,
            "Decimals": np.array([[Decimal("-0.5"), Decimal(0), Decimal("0.5")]] * 3),
            "complex": np.array([[-1, 0, 1]] * 3, dtype=complex),
            "as Keras has it": np.array([[-1.0, 0, 1]] * 3).reshape(3, 3, 1, 1),
            "Scharr, huge": (np.outer([3, 10, 3], [-1, 0, 1]) * 10**9).tolist(),
        },
    ),
}

WRONG = {
    "edge-kernel": named_wrong(
        "edge_kernel",
        {
            "horizontal": ([[-1] * 3, [0] * 3, [1] * 3], "finds horizontal edges"),
            "blur": (np.ones((3, 3)), "it blurs"),
            "minus blur": (-np.ones((3, 3)) / 9, "it blurs"),
            "Laplacian": ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], "a Laplacian"),
            "the middle only": ([[0, 0, 0], [0, 1, 0], [0, 0, 0]], "it copies the picture"),
            "a corner only": ([[0, 0, -2], [0, 0, 0], [0, 0, 0]], "it copies the picture"),
            "zeros": (np.zeros((3, 3)), "silent everywhere"),
            "diagonal": ([[0, 1, 2], [-1, 0, 1], [-2, -1, 0]], "diagonal edges"),
            "corner": ([[1, -1, 0], [-1, 1, 0], [0, 0, 0]], "corners only"),
            "sharpen": ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "do not cancel"),
            "one row heavier": ([[-1, 0, 1], [-1, 1, 1], [-1, 0, 0]], "horizontal edges, too"),
            "lopsided": ([[-2, 0, 1]] * 3, "do not cancel"),
            "both ways": ([[-2, 0, 1], [-2, 1, 2], [0, 0, 0]], "horizontal edges, too"),
            "2×2": ([[1, -1], [1, -1]], "3×3 numbers"),
            "a row": ([-1, 0, 1] * 3, "3×3 numbers"),
            "ragged": ([[1, 2, 3], [1, 2]], "3×3 numbers"),
            "nan": (np.full((3, 3), np.nan), "3×3 numbers"),
            "infinite": ([[-np.inf, 0, np.inf]] * 3, "3×3 numbers"),
            "texts": ([["left", "0", "right"]] * 3, "3×3 numbers"),
            "one is open": (
                [[-1, 0, 1], [-1, 0, None], [-1, 0, 1]],
                "still open: row 2, column 3",
            ),
            "a text": ("vertical", "3×3 numbers"),
            "half filled": ([[-1, 0, None]] * 3, "row 1, column 3; row 2, column 3; row 3"),
        },
    ),
}

OPEN = {
    "edge-kernel": [{}, {"edge_kernel": None}, {"edge_kernel": [[None] * 3] * 3}],
}
