"""Answers to q4-conv, q4-dense."""

from decimal import Decimal
from fractions import Fraction

import numpy as np

from tests.items.banks.writing import numbers, one

RIGHT = {
    "q4-conv": one(
        "conv_parameters",
        [160, 160.0, np.int64(160), np.array(160), np.float32(160)]
        + ["160", "160.", "160 parameters", [160], (160,), {160}, Fraction(160), Decimal(160)]
        + [160 + 0j, np.complex64(160), np.array([160], dtype=object), np.array("160")],
    ),
    "q4-dense": one(
        "dense_parameters",
        [12560, 12560.0, np.uint16(12560), np.array([12560])]
        + ["12560", "12,560", "12 560", "= 12560"],
    ),
}

WRONG = {
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
            9: "one filter only",
            97344: "no weight sharing",
            97360: "no weight sharing",
            12544: "as for a Dense layer",
            12560: "as for a Dense layer",
            "144": "no bias",
        },
        (161, "what does one filter need"),
        (-144, "what does one filter need"),
        (160.5, "a whole number"),
        ("160?", "a whole number"),
        (160 + 1j, "a whole number"),
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
            12576: "counted twice",
            784: "one unit only",
            785: "one unit only",
            160: "as for a Conv2D layer",
            144: "as for a Conv2D layer",
        },
        (12561, "how many numbers does one unit see"),
        (12560.5, "a whole number"),
        ("12.560", "a whole number"),
        ((12, 560), "without the comma that makes it 2 numbers"),
        (np.ones(3), "a whole number"),
        (object(), "a whole number"),
    ),
}

OPEN = {
    "q4-conv": [{}, {"conv_parameters": None}],
    "q4-dense": [{}, {"dense_parameters": None}],
}
