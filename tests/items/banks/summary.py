"""Answers to summary."""

from decimal import Decimal

import numpy as np

from tests.items.banks.writing import TensorShape

SUMMARY = {
    "A": ("hidden", (28, 28, 8), 608),
    "B": ("hidden", (14, 14, 8), 0),
    "C": ("hidden", (12, 12, 16), 1168),
    "D": ("hidden", (2304,), 0),
    "E": ("output", (10,), 23050),
}

roles, shapes, counts = ({letter: row[n] for letter, row in SUMMARY.items()} for n in range(3))


def cell(letter, n, value):
    """The right summary with one cell changed: 0 the role, 1 the shape, 2 the parameters."""
    row = [*SUMMARY[letter]]
    row[n] = value
    return {"parts": SUMMARY | {letter: tuple(row)}}


RIGHT = {
    "summary": [
        {"parts": SUMMARY},
        {"parts": {letter: [*row] for letter, row in SUMMARY.items()}},
        {"parts": {a: (b.upper(), (None, *c), float(d)) for a, (b, c, d) in SUMMARY.items()}},
        {"parts": {a: (f"{b} layer", str(c), np.int64(d)) for a, (b, c, d) in SUMMARY.items()}},
        {
            "parts": {
                a: {"role": b, "shape": np.array(c), "parameters": d}
                for a, (b, c, d) in SUMMARY.items()
            }
        },
        {"parts": {a.lower(): [b[0], list(c), str(d)] for a, (b, c, d) in SUMMARY.items()}},
        {"parts": {a: (b, TensorShape(None, *c), Decimal(d)) for a, (b, c, d) in SUMMARY.items()}},
        {"parts": {a: np.array(row, dtype=object) for a, row in SUMMARY.items()}},
        {"parts": {a: {"shape": c, "params": d, "role": b} for a, (b, c, d) in SUMMARY.items()}},
        {"parts": {"role": roles, "shape": shapes, "parameters": counts}},
        {"parts": SUMMARY | {"D": ("hidden", 2304, 0), "E": ("output", "10", np.array(23050))}},
    ],
}

WRONG = {
    "summary": [
        (cell("A", 0, "input"), "taken for the input"),
        (cell("B", 0, "output"), "on the way is taken for the answer"),
        (cell("E", 0, "hidden"), "taken for one on the way"),
        (cell("E", 0, "input"), "two ends"),
        (cell("A", 1, (32, 32, 8)), '"same" padding'),
        (cell("A", 1, (27, 27, 8)), "+ 1 was forgotten"),
        (cell("A", 1, (28, 28, 3)), "channels of the input"),
        (cell("C", 1, (12, 12, 128)), "for each channel"),
        (cell("A", 1, (8, 28, 28)), "channels first"),
        (cell("C", 1, (12, 12)), "feature maps are missing"),
        (cell("B", 1, (28, 28, 8)), "nothing was pooled"),
        (cell("C", 2, (1, 168)), "without the comma that makes it 2 numbers"),
        (cell("B", 1, (27, 27, 8)), "one step apart"),
        (cell("B", 1, (14, 14, 4)), "channels were pooled"),
        (cell("D", 1, (12, 12, 16)), "nothing was flattened"),
        (cell("D", 1, 144), "one feature map only"),
        (cell("D", 1, (16,)), "global pooling"),
        (cell("D", 1, (40,)), "added where"),
        (cell("E", 1, (1,)), "one answer instead"),
        (cell("E", 1, (2304,)), "comes in"),
        (cell("E", 1, (2304, 10)), "shape of the weights"),
        (cell("A", 2, 600), "no bias"),
        (cell("A", 2, 208), "one channel only"),
        (cell("C", 2, 160), "one channel only"),
        (cell("B", 2, 4), "size of the window"),
        (cell("D", 2, 2304), "pass through"),
        (cell("E", 2, 23040), "no bias"),
        (cell("E", 2, 170), "channels of each pixel"),
        (cell("E", 2, "many"), "a whole number"),
        (cell("E", 2, 10), "what does one kernel or unit need"),
        (cell("E", 2, 1450), "what does one kernel or unit need"),
        (cell("D", 2, 1), "what does one kernel or unit need"),
        (cell("C", 2, 448), "not those that arrive"),
        (cell("C", 2, 144 * 72 * 16), "no weight sharing"),
        (cell("A", 0, "not output"), '"input", "hidden" or "output"'),
        (cell("A", 0, "convolution"), '"input", "hidden" or "output"'),
        (cell("A", 1, "large"), "a tuple of whole numbers"),
        (cell("A", 1, (9, 9, 9)), "comes in from the row above"),
        (cell("A", 2, None), "still open: A, parameters"),
        ({"parts": {}}, "for each letter"),
        ({"parts": [1, 2]}, "for each letter"),
        ({"parts": {letter: "hidden" for letter in SUMMARY}}, "still open"),
        ({"parts": {letter: (1, 2, 3, 4) for letter in SUMMARY}}, '"input"'),
    ],
}

OPEN = {
    "summary": [{}, {"parts": None}, {"parts": dict.fromkeys("ABCDE", (None, None, None))}],
}
