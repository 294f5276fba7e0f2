"""What Keras says when a network is built and fed one small batch of pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnn_lesson.checking.telling import sentence


def examine(patient: Callable[[], object]) -> None:
    """Print in one line whether the network that ``patient`` returns can be built and trained.

    It is fed eight blank pictures (8, 28, 28, 1) with labels (8,), for one step.
    """
    try:
        model = patient()
        model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
        model.fit(np.zeros((8, 28, 28, 1), "float32"), np.zeros(8, "int64"), verbose=0)
    except Exception as error:  # the point of it: whatever Keras or the patient raises
        print(f"{type(error).__name__}: {sentence(error)}")
    else:
        print(f"it runs: {model.count_params():,} parameters, output {model.output_shape}")
