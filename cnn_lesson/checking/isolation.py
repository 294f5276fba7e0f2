"""Work done beside the learner's, without a trace in it: random numbers and layer names stay."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")


def isolated(work: Callable[..., Result], *arguments: object) -> Result:
    """What ``work`` returns or raises, called where it cannot disturb the caller.

    Keras counts layer names and draws its own seeds per thread, so the work gets a thread; the
    random states of Python and NumPy, which all threads share, are put back.
    """
    outcome: list[Callable[[], Result]] = []

    def run() -> None:
        try:
            result = work(*arguments)
            outcome.append(lambda: result)
        except BaseException as error:  # handed on to the caller below, whatever it is
            outcome.append(_raiser(error))

    states = random.getstate(), np.random.get_state()
    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
        thread.join()
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
    return outcome[0]()


def _raiser(error: BaseException) -> Callable[[], Result]:
    def fail() -> Result:
        raise error

    return fail
