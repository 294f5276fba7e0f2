"""Evidence to verdicts, in a process of its own.

The evidence comes from a learner's kernel, so nothing in it is believed: it is read as data, by
judges that never run a learner's code. Should a judge fall over it all the same, or take too
long, that item earns nothing, and the next one gets a new process.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from typing import Any

from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checking.item import Unseen
from cnn_lesson.checks import find, judge
from cnn_lesson.items import ITEMS, TRAINS, checked
from cnn_lesson.verdict import Finding, Verdict
from nbsandbox.workers import Pool, end_with_parent

START_LIMIT_S, STOP_LIMIT_S = 300, 30
JUDGE_LIMIT_S, ALONE_LIMIT_S = 60, 30
"""For all items of a notebook, and for one that is tried again alone."""

MEMORY_LIMIT_GB = 8
REMEMBERED = 2000
"""Verdicts that a judge keeps, lest it judge the same evidence again for the next learner."""


@functools.cache
def inputs_for(notebook: str, seed: int) -> dict[str, bytes]:
    """The packed inputs of each checked item of a notebook, drawn from a seed."""
    return {item.id: pack(find(item.id).inputs(seed)) for item in checked(notebook)}


def judge_all(evidence: Mapping[str, bytes], seed: int) -> dict[str, Verdict]:
    """A verdict for each item there is evidence for; called in the judge's process."""
    from cnn_course.held_out import load

    verdicts = {}
    for item, data in evidence.items():
        known = item, seed, hashlib.sha256(data).digest()
        if known not in _judged:
            _judged[known] = _judge_one(item, data, seed, load)
            while len(_judged) > REMEMBERED:
                del _judged[next(iter(_judged))]
        verdicts[item] = _judged[known]
    return verdicts


_judged: dict[tuple[str, int, bytes], Verdict] = {}
"""Verdicts by item, seed and check sum of the evidence: a judge has nothing else to go by."""


def _judge_one(item: str, data: bytes, seed: int, unseen: Unseen) -> Verdict:
    try:
        evidence: Any = unpack(data)
        verdict = judge(find(item), evidence, find(item).inputs(seed), unseen)
    except Exception as error:  # judges promise not to raise; a hostile learner may find a way
        return no_points(item, f"the evidence cannot be judged ({type(error).__name__})")
    return clamped(verdict)


def clamped(verdict: Verdict) -> Verdict:
    """The verdict with points between 0 and what the item is worth; anything odd counts 0."""
    most = ITEMS[verdict.item].points
    points = verdict.points if isinstance(verdict.points, (int, float)) else 0
    points = min(max(float(points), 0.0), float(most)) if points == points else 0.0
    return replace(verdict, points=points, out_of=most)


def no_points(item: str, reason: str, thought: str = "") -> Verdict:
    """A verdict of 0 points with its reason."""
    return Verdict(item, 0, ITEMS[item].points, (Finding(yours=reason, thought=thought),))


class Judge:
    """A process of its own, there when first needed, replaced when it dies or hangs."""

    def __init__(self, seed: int, work: Callable[..., Any] = judge_all) -> None:
        self._seed, self._work = seed, work
        self._started: tuple[Pool, Future] | None = None
        self.cpu_s = 0.0

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *details: object) -> None:
        self._stop()

    def verdicts(self, evidence: Mapping[str, bytes]) -> dict[str, Verdict]:
        """A verdict for each item; items whose evidence breaks the judge earn nothing."""
        try:
            return self._ask(evidence, JUDGE_LIMIT_S)
        except (BrokenProcessPool, FutureTimeoutError):
            self._stop()
        return {item: self._alone(item, data) for item, data in evidence.items()}

    def _alone(self, item: str, data: bytes) -> Verdict:
        try:
            return self._ask({item: data}, ALONE_LIMIT_S)[item]
        except (BrokenProcessPool, FutureTimeoutError):
            self._stop()
            return no_points(item, f"judging it failed, or took over {ALONE_LIMIT_S} s")

    def start(self) -> tuple[Pool, Future]:
        """Begin to start the process, where there is none; it, and who will tell its number."""
        if self._started is None:
            pool = Pool(1, _limit)
            self._started = pool, pool.submit(os.getpid)
        return self._started

    def load(self) -> Future:
        """Begin to load what networks are judged with, which takes seconds; done when it is."""
        return self.start()[0].submit(load_networks)

    def _ask(self, evidence: Mapping[str, bytes], limit_s: float) -> dict[str, Verdict]:
        pool, number = self.start()
        number.result(timeout=START_LIMIT_S)
        if any(ITEMS[item].notebook in TRAINS for item in evidence):
            self.load().result(timeout=START_LIMIT_S)
        future: Future = pool.submit(_timed, self._work, dict(evidence), self._seed)
        verdicts, cpu_s = future.result(timeout=limit_s)
        self.cpu_s += cpu_s
        return verdicts

    def _stop(self) -> None:
        if self._started is not None:
            pool, number = self._started
            with contextlib.suppress(ProcessLookupError, BrokenProcessPool, FutureTimeoutError):
                os.kill(number.result(timeout=STOP_LIMIT_S), signal.SIGKILL)
            pool.shutdown(wait=False, cancel_futures=True)
            self._started = None


def _timed(work: Callable[..., Any], *arguments: object) -> tuple[Any, float]:
    """What the work gives, and the seconds of CPU time it took."""
    start = time.process_time()
    return work(*arguments), time.process_time() - start


def _limit() -> None:
    """End with the grader; bound the judge's memory."""
    end_with_parent("nb-judge")
    import resource

    limit = MEMORY_LIMIT_GB * 2**30
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


@functools.cache
def load_networks() -> None:
    """Load TensorFlow quietly, on one thread; once a process."""
    from cnn_lesson.runtime import prepare

    prepare()
