"""Answers to ingredients."""

import numpy as np


def roles(given, hidden, output):
    return {"roles": {"input": given, "hidden": hidden, "output": output}}


RIGHT = {
    "ingredients": [
        roles("A", "BCDEF", "G"),
        roles("a", "f, e, d, c, b", "g "),
        roles("A", "B-F", "G"),
        roles("A", "B to F", "G."),
        roles("box A", "B, C, D, E and F", "g"),
        roles(np.array(["A"]), np.array(list("BCDEF")), np.array("G")),
        roles("A", "B-C-D-E-F", "G"),
        {"roles": {"inputs": "A", "hidden layers": "B–F", "Output": "G"}},
        roles(["A"], ["B", "C", "D", "E", "F"], ["G"]),
        roles({"A"}, {"B", "C", "D", "E", "F"}, {"G"}),
        roles(("A",), "B C D E F", np.str_("G")),
        {"roles": {"Input": "A", "HIDDEN": "B+C+D+E+F", "output ": "G"}},
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
        (roles("A", "B-E", "G"), "without parameters are left out"),
        (roles("A", "B-G", ""), "the last layer is taken for a hidden one"),
        (roles("A", "BCDF", "G"), "not every box has a place"),
        (roles("A", "", ""), "a role without any box yet"),
        (roles("A", "", "G"), "a role without any box yet"),
        (roles("G", "BCDEF", "A"), "the first box is taken for the output"),
        (roles("", "BCDEF", "AG"), "the first box is taken for the output"),
        (roles("Input", "Conv2D", "Dense"), "letters, A to G"),
        (roles(1, 2, 3), "letters, A to G"),
        ({"roles": ["A", "BCDEF", "G"]}, "letters, A to G"),
        ({"roles": "ABCDEFG"}, "letters, A to G"),
    ],
}

OPEN = {
    "ingredients": [{}, {"roles": None}, roles("", "", ""), roles(None, None, None)],
}
