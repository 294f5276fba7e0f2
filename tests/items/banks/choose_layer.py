"""Answers to choose-layer."""

import numpy as np


class Dense:
    """Stands for a layer class; ``Dense()`` for a layer."""


class Conv1D(Dense):
    """As above."""


class Conv2D(Dense):
    """As above."""


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


LAYERS = {"dense": Dense, "conv1d": Conv1D, "conv2d": Conv2D}


def cards(**changes):
    return {"choices": CARDS | {name.replace("_", " "): layer for name, layer in changes.items()}}


RIGHT = {
    "choose-layer": [
        {"choices": CARDS},
        cards(spectrogram="conv1d"),
        {"choices": {card: LAYERS[layer] for card, layer in CARDS.items()}},
        {"choices": {card: LAYERS[layer]() for card, layer in CARDS.items()}},
        {"choices": {c.upper().replace(" ", "_"): f"keras.layers.{v}" for c, v in CARDS.items()}},
        cards(waveform="1d", table_row="d", micrograph="2D"),
        cards(table_row="fully connected", waveform=["conv1d"], seismometer=np.array("conv1d")),
        cards(waveform="Conv 1D", table_row="Dense layer", micrograph="2D convolution"),
    ],
}

WRONG = {
    "choose-layer": [
        (cards(calorimeter="dense"), "which values lie side by side"),
        (cards(waveform="dense"), "which values lie side by side"),
        (cards(calorimeter="conv1d"), "one kind of neighbour"),
        (cards(seismometer="conv2d"), "no second axis"),
        (cards(table_row="conv1d"), "here are none"),
        (cards(shuffled_pixels="conv2d"), "here are none"),
        (cards(shuffled_pixels=Conv2D), "here are none"),
        (cards(waveform=None), "still open: waveform"),
        (cards(table_row="not dense"), 'one of "dense"'),
        (cards(micrograph="conv2d or dense"), 'one of "dense"'),
        (cards(micrograph="conv1d, not conv2d"), 'one of "dense"'),
        (cards(micrograph="conv"), 'one of "dense"'),
        (cards(waveform="lstm"), 'one of "dense"'),
        (cards(waveform=3), 'one of "dense"'),
        (cards(waveform=lambda: 3), 'one of "dense"'),
        ({"choices": dict.fromkeys(CARDS, "dense")}, "2 more to look at"),
        ({"choices": "dense"}, "for each card"),
        ({"choices": ["conv2d"] * 8}, "for each card"),
    ],
}

OPEN = {
    "choose-layer": [{}, {"choices": None}, {"choices": dict.fromkeys(CARDS)}],
}
