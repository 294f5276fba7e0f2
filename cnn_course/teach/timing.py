"""A clip's clock once its words are spoken: steps take at least as long as their narration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from cnn_course.teach.captions import stamp
from cnn_course.teach.timeline import Moment

BREATH_S = 0.3
"""Silence after the words of a step, so that the next ones do not run into them."""

_STAMP = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3})")


def stretched(planned: Sequence[Moment], spoken_s: Sequence[float]) -> Iterator[Moment]:
    """The steps of a clip on their real times: longer where the words took longer to say."""
    start_s = 0.0
    for moment, seconds in zip(planned, spoken_s, strict=True):
        words_s = start_s + moment.words_s - moment.start_s
        slot_s = max(moment.silence_s - moment.words_s, seconds + BREATH_S)
        end_s = words_s + slot_s + moment.step.pause_s
        yield replace(
            moment, start_s=start_s, words_s=words_s, silence_s=words_s + seconds, end_s=end_s
        )
        start_s = end_s


def retimed(captions: str, planned: Sequence[Moment], real: Sequence[Moment]) -> str:
    """WebVTT captions moved from the planned times of a clip to its real ones."""
    before, after = _knots(planned), _knots(real)

    def moved(lines: re.Match) -> str:
        return stamp(float(np.interp(_seconds(lines), before, after)))

    return "\n".join(
        _STAMP.sub(moved, line) if " --> " in line else line for line in captions.split("\n")
    )


def _knots(moments: Sequence[Moment]) -> list[float]:
    return [at for m in moments for at in (m.start_s, m.words_s, m.silence_s, m.end_s)]


def _seconds(stamp: re.Match) -> float:
    hours, minutes, seconds, thousandths = map(int, stamp.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000
