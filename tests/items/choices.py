"""Answers to the items of checks_choices: numbers, letters, tables and choices."""

import numpy as np


class Dense:
    """Stands for a layer class; ``Dense()`` for a layer."""


class Conv1D(Dense):
    """As above."""


class Conv2D(Dense):
    """As above."""


def roles(given, hidden, output):
    return {"roles": {"input": given, "hidden": hidden, "output": output}}


def one(name, answers):
    return [{name: answer} for answer in answers]


def numbers(name, slips, *odd):
    """Wrong numbers with what names each, and things that are no numbers."""
    wrong = [({name: number}, says) for number, says in slips.items()]
    return wrong + [({name: value}, says) for value, says in odd]


CARDS = {
    "calorimeter": "conv2d",
    "waveform": "conv1d",
    "table row": "dense",
    "shuffled pixels": "dense",
    "spectrogram": "conv2d",
    "seismometer": "conv1d",
    "micrograph": "conv2d",
    "run conditions": "dense",
}
SUMMARY = {
    "A": ("hidden", (28, 28, 8), 608),
    "B": ("hidden", (14, 14, 8), 0),
    "C": ("hidden", (12, 12, 16), 1168),
    "D": ("hidden", (2304,), 0),
    "E": ("output", (10,), 23050),
}
LAYERS = {"dense": Dense, "conv1d": Conv1D, "conv2d": Conv2D}


def cards(**changes):
    return {"choices": CARDS | {name.replace("_", " "): layer for name, layer in changes.items()}}


def cell(letter, n, value):
    """The right summary with one cell changed: 0 the role, 1 the shape, 2 the parameters."""
    row = [*SUMMARY[letter]]
    row[n] = value
    return {"parts": SUMMARY | {letter: tuple(row)}}


RIGHT = {
    "ingredients": [
        roles("A", "BCDEF", "G"),
        roles("a", "f, e, d, c, b", "g "),
        roles(["A"], ["B", "C", "D", "E", "F"], ["G"]),
        roles({"A"}, {"B", "C", "D", "E", "F"}, {"G"}),
        roles(("A",), "B C D E F", np.str_("G")),
        {"roles": {"Input": "A", "HIDDEN": "B+C+D+E+F", "output ": "G"}},
    ],
    "q3": one(
        "answer_q3",
        [4, np.int64(4), 4.0, "4", "option 4", (24, 24), [24, 24], np.array([24, 24]), "24x24"]
        + ["24 × 24", "(24, 24)", (None, 24, 24, 1), (24.0, 24.0), "24 by 24", np.array(4)],
    ),
    "q4-conv": one("conv_parameters", [160, 160.0, np.int64(160), np.array(160), np.float32(160)]),
    "q4-dense": one("dense_parameters", [12560, 12560.0, np.uint16(12560), np.array([12560])]),
    "q2": [
        {"answer_q2": 4, "fastest_index": "channel"},
        {"answer_q2": 4.0, "fastest_index": "Channels"},
        {"answer_q2": "4.", "fastest_index": "the channel index"},
        {"answer_q2": np.int8(4), "fastest_index": np.str_("CHANNEL")},
    ],
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
        {"parts": SUMMARY | {"D": ("hidden", 2304, 0), "E": ("output", "10", np.array(23050))}},
    ],
    "choose-layer": [
        {"choices": CARDS},
        cards(spectrogram="conv1d"),
        {"choices": {card: LAYERS[layer] for card, layer in CARDS.items()}},
        {"choices": {card: LAYERS[layer]() for card, layer in CARDS.items()}},
        {"choices": {c.upper().replace(" ", "_"): f"keras.layers.{v}" for c, v in CARDS.items()}},
        cards(waveform="Conv 1D", table_row="Dense layer", micrograph="2D convolution"),
    ],
}

WRONG = {
    "ingredients": [
        (roles("A", "BE", "G"), "without parameters are left out"),
        (roles("", "ABCDEF", "G"), "the input is taken for a hidden layer"),
        (roles("A", "BCDF", "EG"), "each Dense layer is taken for an output"),
        (roles("A", "BCEF", "DG"), "Flatten is taken for the output"),
        (roles("A", "BCDE", "FG"), "a box on the way is taken for the output"),
        (roles("AB", "CDEF", "G"), "a box that computes is taken for the input"),
        (roles("A", "BCDEFG", ""), "the last layer is taken for a hidden one"),
        (roles("A", "ABCDEF", "G"), "stands in two places"),
        (roles("A", "BCDF", "G"), "not every box has a place"),
        (roles("A", "", ""), "without parameters are left out"),
        (roles("Input", "Conv2D", "Dense"), "letters, A to G"),
        (roles(1, 2, 3), "letters, A to G"),
        ({"roles": ["A", "BCDEF", "G"]}, "letters, A to G"),
        ({"roles": "ABCDEFG"}, "letters, A to G"),
    ],
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
        (0, "number of an option"),
        (24, "number of an option"),
        (True, "number of an option"),
        ((24, 24, 24), "number of an option"),
        ("twenty-four", "number of an option"),
        ([None], "number of an option"),
        (float("nan"), "number of an option"),
        ({"rows": 24}, "number of an option"),
    ),
    "q4-conv": numbers(
        "conv_parameters",
        {
            144: "no bias",
            176: "counted twice",
            145: "shared by all feature maps",
            10: "one filter only",
            25: "added where it should be multiplied",
            448: "three colour channels",
            10816: "output values were counted",
            10960: "each pixel of the output",
            108160: "no weight sharing",
            771: "kernel size swapped",
        },
        (161, "what does one filter need"),
        (-144, "what does one filter need"),
        (160.5, "a whole number"),
        ("160", "a whole number"),
        (True, "a whole number"),
        (float("nan"), "a whole number"),
        (float("inf"), "a whole number"),
        (10**400, "a whole number"),
        ([160, 160], "a whole number"),
        (lambda: 160, "a whole number"),
    ),
    "q4-dense": numbers(
        "dense_parameters",
        {
            12544: "no bias",
            12545: "shared by all units",
            32: "channels of each pixel",
            464: "each row of pixels",
            800: "added where it should be multiplied",
            13328: "a bias for each input",
            173072: "behind the Conv2D",
        },
        (12561, "how many numbers does one unit see"),
        (12560.5, "a whole number"),
        ("12560", "a whole number"),
        ("12,560", "a whole number"),
        ((12, 560), "a whole number"),
        (np.ones(3), "a whole number"),
        (object(), "a whole number"),
    ),
    "q2": [
        ({"answer_q2": 1, "fastest_index": "channel"}, "average pooling"),
        ({"answer_q2": 2, "fastest_index": "channel"}, "loses values"),
        ({"answer_q2": 3, "fastest_index": "channel"}, "column by column"),
        ({"answer_q2": 4, "fastest_index": "row"}, "least often"),
        ({"answer_q2": 4, "fastest_index": "columns"}, "right for one channel"),
        ({"answer_q2": 4}, "still open: the index"),
        ({"fastest_index": "channel"}, "still open: the order"),
        ({"answer_q2": 5, "fastest_index": "channel"}, "number of an option"),
        ({"answer_q2": [1, 2], "fastest_index": "channel"}, "number of an option"),
        ({"answer_q2": 4, "fastest_index": "row, column"}, "one of the three words"),
        ({"answer_q2": 4, "fastest_index": 2}, "one of the three words"),
    ],
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
        (cell("E", 2, "23050"), "a whole number"),
        (cell("A", 0, "convolution"), '"input", "hidden" or "output"'),
        (cell("A", 1, "large"), "a tuple of whole numbers"),
        (cell("A", 1, (9, 9, 9)), "comes in from the row above"),
        (cell("A", 2, None), "still open: A, parameters"),
        ({"parts": {}}, "for each letter"),
        ({"parts": [1, 2]}, "for each letter"),
        ({"parts": {letter: "hidden" for letter in SUMMARY}}, "still open"),
        ({"parts": {letter: (1, 2, 3, 4) for letter in SUMMARY}}, '"input"'),
    ],
    "choose-layer": [
        (cards(calorimeter="dense"), "which values lie side by side"),
        (cards(waveform="dense"), "which values lie side by side"),
        (cards(calorimeter="conv1d"), "one kind of neighbour"),
        (cards(seismometer="conv2d"), "no second axis"),
        (cards(table_row="conv1d"), "here are none"),
        (cards(shuffled_pixels="conv2d"), "here are none"),
        (cards(shuffled_pixels=Conv2D), "here are none"),
        (cards(waveform=None), "still open: waveform"),
        (cards(waveform="lstm"), 'one of "dense"'),
        (cards(waveform=3), 'one of "dense"'),
        (cards(waveform=lambda: 3), 'one of "dense"'),
        ({"choices": dict.fromkeys(CARDS, "dense")}, "2 more to look at"),
        ({"choices": "dense"}, "for each card"),
        ({"choices": ["conv2d"] * 8}, "for each card"),
    ],
}

OPEN = {
    "ingredients": [{}, {"roles": None}, roles("", "", ""), roles(None, None, None)],
    "q3": [{}, {"answer_q3": None}],
    "q4-conv": [{}, {"conv_parameters": None}],
    "q4-dense": [{}, {"dense_parameters": None}],
    "q2": [{}, {"answer_q2": None, "fastest_index": None}],
    "summary": [{}, {"parts": None}, {"parts": dict.fromkeys("ABCDE", (None, None, None))}],
    "choose-layer": [{}, {"choices": None}, {"choices": dict.fromkeys(CARDS)}],
}
