"""Answers to q3."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from tests.items.banks.writing import TensorShape, numbers, one

RIGHT = {
    "q3": one(
        "answer_q3",
        [4, np.int64(4), 4.0, "4", "option 4", (24, 24), [24, 24], np.array([24, 24]), "24x24"]
        + ["24 × 24", "(24, 24)", (None, 24, 24, 1), (24.0, 24.0), "24 by 24", np.array(4)]
        + [24, "24", "4.", [4], "d", "four", "4. 24 × 24", "d) 24 x 24"]
        + [(1, 24, 24, 1), (1, 24, 24), Fraction(4), Decimal("4.0"), 4 + 0j, np.array(["4"])]
        + [np.array([24, 24], dtype=object), "24 rows, 24 columns", [[24, 24]], TensorShape()],
    ),
}

WRONG = {
    "q3": numbers(
        "answer_q3",
        {
            1: "one axis only",
            2: "both losses on one axis",
            3: "3 × 3 habit",
            (24, 28): "one axis only",
            (28, 24): "one axis only",
            "20x28": "both losses on one axis",
            "26×26": "3 × 3 habit",
            (23, 23): "+ 1 was forgotten",
            (28, 28): '"same" padding',
            (20, 20): "each of the four sides",
            (5, 5): "tiles",
            (14, 14): "mistaken for pooling",
            (32, 32): "it grows",
        },
        ((17, 17), "slide the window"),
        (5, "number of an option"),
        (576, "number of an option"),
        (0, "number of an option"),
        (7, "number of an option"),
        ("e", "number of an option"),
        ("4. 26 × 26", "number of an option"),
        (26, "3 × 3 habit"),
        ("3.", "3 × 3 habit"),
        (4 + 1j, "number of an option"),
        (True, "number of an option"),
        ((24, 24, 24), "number of an option"),
        ("twenty-four", "number of an option"),
        ([None], "number of an option"),
        (float("nan"), "number of an option"),
        ({"rows": 24}, "number of an option"),
    ),
}

OPEN = {
    "q3": [{}, {"answer_q3": None}],
}
