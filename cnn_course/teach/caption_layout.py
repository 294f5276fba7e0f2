"""Words cut into captions that can be read: where one ends, how it breaks, how long it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from cnn_course.errors import CourseError
from cnn_course.teach.timeline import WORDS_PER_MINUTE, Moment, count_words, words_seconds

LINE_LIMIT = 42
"""Letters in a line; a caption has one line or two."""
SHORTEST_S, LONGEST_S = 1.0, 7.0

_EACH_COST, _SHORT_COST = 2.0, 50.0
_PHRASE_COST, _JOINT_COST, _INSIDE_COST = 2.0, 4.0, 8.0
_JOINTS = {"and", "but", "or", "so", "that", "which", "who", "when", "where", "if", "than", "with"}
_SENTENCE_ENDS, _PHRASE_ENDS = (".", "?", "!"), (",", ";", ":")
_PHRASE_BONUS = 12  # letters by which two lines may differ more, to break where a phrase ends


@dataclass(frozen=True)
class Cue:
    """One caption, and when it stands below the picture."""

    start_s: float
    end_s: float
    text: str


def cues(moment: Moment) -> Iterator[Cue]:
    """The captions of a step: its words, then a line that says that there is time to guess.

    Raises CourseError for a word that is longer than a line.
    """
    words = moment.step.words.split()
    longest = max(words, key=len)
    if len(longest) > LINE_LIMIT:
        raise CourseError(f"{longest} has more than the {LINE_LIMIT} letters of a caption's line")
    spoken = [0, *accumulate(map(count_words, words))]
    times = [moment.words_s + number * 60 / WORDS_PER_MINUTE for number in spoken]
    start = 0
    for end in _ends(words):
        yield Cue(times[start], times[end], "\n".join(_lines(" ".join(words[start:end]))))
        start = end
    pause_s = moment.step.pause_s
    if pause_s >= SHORTEST_S:
        end_s = moment.silence_s + min(pause_s, LONGEST_S)
        yield Cue(moment.silence_s, end_s, f"[{pause_s:g} seconds for your guess]")


def _ends(words: list[str]) -> tuple[int, ...]:
    """Where captions end, as counts of words, at the least cost for the whole step."""
    best: dict[int, tuple[float, tuple[int, ...]]] = {len(words): (0.0, ())}
    for start in reversed(range(len(words))):
        ways = []
        for end in range(start + 1, len(words) + 1):
            text = " ".join(words[start:end])
            if not _lines(text) or (end > start + 1 and words_seconds(text) > LONGEST_S):
                break
            cost, ends = best[end]
            cost += _cost(text, words[end : end + 1])
            ways.append((cost, (end, *ends)))
        best[start] = min(ways)
    return best[0][1]


def _cost(text: str, after: list[str]) -> float:
    """How ill a caption reads that ends before the words after it."""
    cost = _EACH_COST + (_SHORT_COST if words_seconds(text) < SHORTEST_S else 0)
    if not after or text.endswith(_SENTENCE_ENDS):
        return cost
    if text.endswith(_PHRASE_ENDS):
        return cost + _PHRASE_COST
    return cost + (_JOINT_COST if after[0] in _JOINTS else _INSIDE_COST)


def _lines(text: str) -> list[str]:
    """The text on one line, or on two that are about equally long; none where it does not fit."""
    if len(text) <= LINE_LIMIT:
        return [text]
    gaps = (place for place, letter in enumerate(text) if letter == " ")
    ways = ([text[:gap], text[gap + 1 :]] for gap in gaps)
    fitting = [way for way in ways if max(map(len, way)) <= LINE_LIMIT]
    return min(fitting, key=_unevenness, default=[])


def _unevenness(way: list[str]) -> float:
    at_phrase = way[0].endswith((*_SENTENCE_ENDS, *_PHRASE_ENDS))
    return abs(len(way[0]) - len(way[1])) - (_PHRASE_BONUS if at_phrase else 0)
