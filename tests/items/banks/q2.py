"""Answers to q2."""

import numpy as np

RIGHT = {
    "q2": [
        {"answer_q2": 4, "fastest_index": "channel"},
        {"answer_q2": "d", "fastest_index": "ch"},
        {"answer_q2": "4. all rows of the input", "fastest_index": ["channel"]},
        {"answer_q2": [4], "fastest_index": np.array(["channel"])},
        {"answer_q2": 4.0, "fastest_index": "Channels"},
        {"answer_q2": "4.", "fastest_index": "the channel index"},
        {"answer_q2": np.int8(4), "fastest_index": np.str_("CHANNEL")},
    ],
}

WRONG = {
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
        ({"answer_q2": 4, "fastest_index": "not channel"}, "one of the three words"),
        ({"answer_q2": 4, "fastest_index": "c"}, "one of the three words"),
        ({"answer_q2": 4, "fastest_index": 2}, "one of the three words"),
    ],
}

OPEN = {
    "q2": [{}, {"answer_q2": None, "fastest_index": None}],
}
