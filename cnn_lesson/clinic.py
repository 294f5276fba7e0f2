"""What Keras says when a network is built and fed one small batch of pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LINE_LIMIT = 200


def examine(patient: Callable[[], object]) -> None:
    """Print in one line whether the network that ``patient`` returns can be built and trained.

    It is fed eight blank pictures (8, 28, 28, 1) with labels (8,), for one step.
    """
    try:
        model = patient()
        model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
        model.fit(np.zeros((8, 28, 28, 1), "float32"), np.zeros(8, "int64"), verbose=0)
    except Exception as error:  # the point of it: whatever Keras or the patient raises
        print(f"{type(error).__name__}: {telling_line(error)}")
    else:
        print(f"it runs: {model.count_params():,} parameters, output {model.output_shape}")


def telling_line(error: BaseException) -> str:
    """The part of an error message that says what is wrong, in one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    plain = [line for line in lines if not line.startswith(("Arguments received", "•"))]
    return " ".join(plain)[:LINE_LIMIT] or "no message"
