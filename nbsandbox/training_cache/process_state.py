"""What a training may touch outside its model: random numbers, and Keras' counters for names."""

import random
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np

COUNTERS = "object_name_uids"


def random_state() -> Any:
    """What later random draws depend on, outside of a model; equal states draw the same."""
    from keras.src.backend.common import global_state
    from tensorflow.python.eager import context

    generator = global_state.get_global_attribute("global_seed_generator")
    numpys: Any = np.random.get_state()
    kind, words, *rest = numpys
    return (
        random.getstate(),
        [kind, words.tobytes(), rest],
        [context.global_seed(), context.context()._rng.getstate()],
        [id(generator), generator and generator.state.numpy().tolist()],
    )


def name_counts() -> dict[str, int]:
    """How many automatic names of each kind Keras has given so far (`conv2d_3` is the fourth)."""
    from keras.src.backend.common import global_state

    return dict(global_state.get_global_attribute(COUNTERS) or {})


def set_name_counts(counts: dict[str, int]) -> None:
    """Let Keras go on counting from here."""
    from keras.src.backend.common import global_state

    counters = global_state.get_global_attribute(COUNTERS)
    if counters is not None:
        counters.clear()
        counters.update(counts)


@contextmanager
def names_kept() -> Generator[None]:
    """Leave the counters as they were, whatever is named meanwhile."""
    counts = name_counts()
    try:
        yield
    finally:
        set_name_counts(counts)


def counts_added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What has been counted between two states."""
    return {name: after[name] - before.get(name, 0) for name in after}
