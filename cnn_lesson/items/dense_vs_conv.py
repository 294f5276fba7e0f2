"""``dense-vs-conv``: four counts, a prediction, and the run that tests it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.layer_rules import CONV_PARAMETERS, DENSE_PARAMETERS, Layer
from cnn_lesson.checking.misconceptions import Misconception, Rule, chosen, explain, finding
from cnn_lesson.checking.networks.accuracy import Score, facts, score
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.reading import (
    as_dict,
    by_name,
    entry,
    in_its_place,
    key_of,
    one_of,
    whole_wanted,
    written_number,
    yours,
)
from cnn_lesson.datasets import shuffle_pixels
from cnn_lesson.verdict import Finding, Verdict, given_first

FINDINGS_SHOWN = 4
SHUFFLED_DENSE = 0.80
"""A small Dense network on shuffled pixels: the worst of twenty seeds gives 0.892."""
SHUFFLED_CONV = 0.60
"""A small convolutional one: the worst seed gives 0.770, one of plain pixels 0.16."""


class Count(NamedTuple):
    """One count that is asked: the rule, what it is about, and the same at the other size."""

    rule: Rule
    layer: Layer
    other: str

    @property
    def right(self) -> int:
        """The number of parameters."""
        return self.rule.right(self.layer)


UNITS = 16


def _layer(size: int) -> Layer:
    return Layer(height=size, width=size, channels=1, kernel=3, units=UNITS)


COUNTS = {
    "conv 28": Count(CONV_PARAMETERS, _layer(28), "conv 56"),
    "conv 56": Count(CONV_PARAMETERS, _layer(56), "conv 28"),
    "dense 28": Count(DENSE_PARAMETERS, _layer(28), "dense 56"),
    "dense 56": Count(DENSE_PARAMETERS, _layer(56), "dense 28"),
}
COUNTS_KIND = f"a dict with a whole number for each of {', '.join(COUNTS)}"
_SHUFFLED = {"dense": SHUFFLED_DENSE, "conv": SHUFFLED_CONV}
_NEIGHBOURS = "which of the two knows which pixels are neighbours?"
_FALLS = (
    Misconception(
        chosen("dense"),
        "order matters to a Dense layer",
        "swap two inputs of a Dense layer and their weights, too: what changes?",
    ),
    Misconception(chosen("both"), "order matters to both layers alike", _NEIGHBOURS),
    Misconception(
        chosen("neither"), "order matters to neither layer, as no pixel is lost", _NEIGHBOURS
    ),
)


class Given(NamedTuple):
    """A count that was given, and the one that was given for the other size."""

    name: str
    number: float
    other: float

    def grown(self, times: int) -> bool:
        """Whether it is so many times the right one at the other size, or the one given there.

        The biases may have grown with it, or not, or have been left out.
        """
        small = COUNTS[COUNTS[self.name].other].right
        weights = small - UNITS
        every = (small, self.other, weights, weights + UNITS / times)
        return self.number in [times * each for each in every]


_GROWTH = (
    Misconception(
        lambda given: given.name == "conv 56" and (given.grown(4) or given.grown(2)),
        "the count was scaled with the picture",
        "does a kernel grow when the picture does?",
    ),
    Misconception(
        lambda given: given.name == "dense 56" and given.number == COUNTS["dense 28"].right,
        "the count was kept though the picture grew",
        "how many numbers does each unit see now?",
    ),
    Misconception(
        lambda given: given.name == "dense 56" and given.grown(2),
        "the count was doubled, as each side of the picture was",
        "twice as many rows, each twice as long: how many pixels are there now?",
    ),
    Misconception(
        lambda given: given.name == "dense 56" and given.grown(4),
        "everything was multiplied by four, the biases, too",
        "which part of the count depends on the picture, which does not?",
    ),
)
_RUN = (
    Misconception(
        lambda found, plainly: plainly.value > found.value + 0.2,
        "trained on the pictures as they are",
        "what did fit get: X_train, or its pixels shuffled?",
    ),
    Misconception(
        lambda found, plainly: True, "", "run the three cells of the experiment once more, in order"
    ),
)
_SWAPPED = Misconception(
    lambda name, looks: looks != (name == "conv"), "the two networks are swapped"
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    counts, shuffled = answers.get("counts"), answers.get("shuffled")
    known = by_name(counts, tuple(COUNTS))
    return {
        "strange": in_its_place(counts, known),
        "counts": plain(known),
        "falls": plain(getattr(answers.get("falls"), "__name__", answers.get("falls"))),
        "shuffled": {k: portable(v) for k, v in by_name(shuffled, tuple(_SHUFFLED)).items()},
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    counts = as_dict(entry(evidence, "counts")) or {}
    given = {name: value for name, value in counts.items() if value is not None}
    falls, strange = entry(evidence, "falls"), entry(evidence, "strange")
    if not given and falls is None and strange is None:
        return ITEM.still_open("four counts in `counts` and one word in `falls`")
    found = {name: _count_finding(name, given) for name in COUNTS}
    found["the prediction"] = _falls_finding(falls)
    found["the run"] = _shuffled_finding(entry(evidence, "shuffled"), unseen)
    earned = [part for part, finding in found.items() if finding is None]
    if strange is not None:
        in_their_place = Finding(tried="counts", yours=yours(strange), wanted=COUNTS_KIND)
        found = {"counts": in_their_place} | {p: one for p, one in found.items() if p not in COUNTS}
    missed = [finding for finding in found.values() if finding is not None]
    return ITEM.verdict(earned, given_first(missed)[:FINDINGS_SHOWN])


def _count_finding(name: str, given: Mapping[str, object]) -> Finding | None:
    asked, value = COUNTS[name], given.get(name)
    number = written_number(value)
    if number == asked.right:
        return None
    if number is None:
        return Finding(tried=name, yours=yours(value), wanted=whole_wanted(value))
    named = asked.rule.explain([number], [(asked.layer,)])
    other = written_number(given.get(asked.other)) or -1
    named = named or explain(_GROWTH, Given(name, number, other))
    ask = "write down what one unit or feature map needs"
    return finding(named, ask, tried=name, yours=f"{number:,}")


def _falls_finding(falls: object) -> Finding | None:
    text = re.sub(r"\bcnn\b", "conv", falls.lower()) if isinstance(falls, str) else falls
    denied = isinstance(falls, str) and key_of(falls).startswith(("neither", "none"))
    word = "neither" if denied else one_of(("dense", "conv", "both"), text)
    if word == "conv":
        return None
    named = explain(_FALLS, word)
    if named is None:
        wanted = '"dense", "conv", "both" or "neither"'
        return Finding(tried="falls", yours=yours(falls), wanted=wanted)
    return finding(named, tried="falls", yours=yours(falls))


def _shuffled_finding(given: object, unseen: Unseen) -> Finding | None:
    """None if both networks know shuffled digits, each with its own kind of layer."""
    images, labels = unseen("mnist")
    for name, wanted in _SHUFFLED.items():
        one, tried = entry(given, name), f'shuffled["{name}"]'
        whole = facts(one)
        if whole.network is None:
            return Finding(tried=tried, yours=whole.problem, wanted="a fitted network")
        looks = any(call.kind.startswith("Conv") for call in whole.network.calls)
        if _SWAPPED.applies(name, looks):
            what = "convolutions" if looks else "no convolution"
            return Finding(tried=tried, yours=f"a network with {what}", misconception=_SWAPPED.says)
        found = score(one, shuffle_pixels(images), labels)
        if found.value < wanted:
            return _low_on_shuffled(tried, found, score(one, images, labels))
    return None


def _low_on_shuffled(tried: str, found: Score, plainly: Score) -> Finding:
    if found.reason:
        return Finding(tried=tried, yours=found.reason)
    given = f"{found.value:.2f} on shuffled digits"
    return finding(explain(_RUN, found, plainly), tried=tried, yours=given)


ITEM = Item(
    id="dense-vs-conv",
    objective=8,
    notebook="02-mnist-cnn",
    section="S6",
    minutes=4,
    hour=1.5,
    hour_part="the shuffled pixels",
    names=("counts", "falls", "shuffled"),
    parts=(*(Part(name, 0.5) for name in COUNTS), Part("the prediction", 2), Part("the run", 1)),
    named=(
        *CONV_PARAMETERS.wrong,
        *DENSE_PARAMETERS.wrong,
        *_GROWTH,
        *_FALLS,
        _SWAPPED,
        *_RUN,
    ),
    gathers=_gather,
    judges=_judge,
    why=(
        "a kernel has the same weights wherever it stands, a Dense unit one for each "
        "input: all follows from it"
    ),
    hints=(
        "a Conv2D layer has its kernels and one bias for each; ask what of that depends on the "
        "picture",
        "a Dense layer has one weight for each input and each unit: count the inputs at both sizes",
        "for the shuffled pixels, ask of each layer whether it would notice if two pixels were "
        "swapped in all pictures before training began",
    ),
)
