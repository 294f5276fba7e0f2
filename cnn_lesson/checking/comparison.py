"""The check of Dense against Conv2D: four counts, a prediction, and the run of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import Evidence, as_dict, as_number, entry, plain, yours
from cnn_lesson.checking.measure import Score, facts, score
from cnn_lesson.checking.misconceptions import CONV_PARAMETERS, DENSE_PARAMETERS, Layer, Rule
from cnn_lesson.checking.models import portable
from cnn_lesson.checking.thresholds import SHUFFLED_CONV, SHUFFLED_DENSE
from cnn_lesson.datasets import shuffle_pixels
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, still_open

FINDINGS_SHOWN = 4


def _plain_key(key: object) -> str:
    """A key without case, spaces and signs: ``"128 + Dropout"`` and ``"128_dropout"`` are one."""
    return re.sub(r"[^a-z0-9]", "", str(key).lower())


def by_name(answer: object, names: tuple[str, ...]) -> dict[str, object]:
    """The values of a mapping under the names that were asked for, however they are spelt."""
    if not isinstance(answer, Mapping):
        return {}
    spelt = {_plain_key(name): name for name in names}
    return {spelt[_plain_key(k)]: v for k, v in answer.items() if _plain_key(k) in spelt}


class Count(NamedTuple):
    """One count that is asked: the rule, what it is about, and the same at the other size."""

    rule: Rule
    layer: Layer
    other: str

    @property
    def right(self) -> object:
        """The number of parameters."""
        return self.rule.right(self.layer)


def _layer(size: int) -> Layer:
    return Layer(height=size, width=size, channels=1, kernel=3, units=16)


COUNTS = {
    "conv 28": Count(CONV_PARAMETERS, _layer(28), "conv 56"),
    "conv 56": Count(CONV_PARAMETERS, _layer(56), "conv 28"),
    "dense 28": Count(DENSE_PARAMETERS, _layer(28), "dense 56"),
    "dense 56": Count(DENSE_PARAMETERS, _layer(56), "dense 28"),
}
_SHUFFLED = {"dense": SHUFFLED_DENSE, "conv": SHUFFLED_CONV}
_FALLS = {
    "dense": (
        "order matters to a Dense layer",
        "swap two inputs of a Dense layer and their weights, too: what changes?",
    ),
    "both": (
        "order matters to both layers alike",
        "which of the two knows which pixels are neighbours?",
    ),
    "neither": (
        "order matters to neither layer, as no pixel is lost",
        "which of the two knows which pixels are neighbours?",
    ),
}


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    counts, shuffled = answers.get("counts"), answers.get("shuffled")
    return {
        "counts": plain(by_name(counts, tuple(COUNTS))),
        "falls": plain(getattr(answers.get("falls"), "__name__", answers.get("falls"))),
        "shuffled": {k: portable(v) for k, v in by_name(shuffled, tuple(_SHUFFLED)).items()},
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    counts = as_dict(entry(evidence, "counts")) or {}
    given = {name: value for name, value in counts.items() if value is not None}
    falls = entry(evidence, "falls")
    if not given and falls is None:
        return still_open(
            "dense-vs-conv",
            ITEMS["dense-vs-conv"].points,
            "four counts in `counts` and one word in `falls`",
        )
    findings = [_count_finding(name, given) for name in COUNTS]
    right = [name for name, found in zip(COUNTS, findings, strict=True) if found is None]
    points, earned = len(right) / 2, [*right]
    findings.append(_falls_finding(falls))
    if findings[-1] is None:
        points, earned = points + 2, [*earned, "the prediction"]
    findings.append(_shuffled_finding(entry(evidence, "shuffled"), unseen))
    if findings[-1] is None:
        points, earned = points + 1, [*earned, "the run"]
    shown = [finding for finding in findings if finding is not None][:FINDINGS_SHOWN]
    most = ITEMS["dense-vs-conv"].points
    return Verdict("dense-vs-conv", points, most, tuple(shown), tuple(earned))


def _count_finding(name: str, given: Mapping[str, object]) -> Finding | None:
    asked, number = COUNTS[name], as_number(given.get(name))
    if number == asked.right:
        return None
    if number is None:
        return Finding(tried=name, yours=yours(given.get(name)), wanted="a whole number")
    grown = number == 4 * asked.right or number == 4 * (as_number(given.get(asked.other)) or -1)
    named = asked.rule.explain([number], [(asked.layer,)])
    says, thought = named[1:] if named else ("", "write down what one unit or feature map needs")
    if not named and name == "conv 56" and grown:
        says = "the count was scaled with the picture"
        thought = "does a kernel grow when the picture does?"
    elif not named and name == "dense 56" and number == COUNTS["dense 28"].right:
        says = "the count was kept though the picture grew"
        thought = "how many numbers does each unit see now?"
    elif not named and name == "dense 56" and grown:
        says = "everything was multiplied by four, the biases, too"
        thought = "which part of the count depends on the picture, which does not?"
    return Finding(name, f"{number:,}", "", says, thought)


def _falls_finding(falls: object) -> Finding | None:
    word = _plain_key(falls).removesuffix("2d").removesuffix("s")
    if isinstance(falls, str) and word in ("conv", "convolution", "convolutional"):
        return None
    says, thought = _FALLS.get(word, ("", "")) if isinstance(falls, str) else ("", "")
    wanted = "" if says else '"dense", "conv", "both" or "neither"'
    return Finding("falls", yours(falls), wanted, says, thought)


def _shuffled_finding(given: object, unseen: Unseen) -> Finding | None:
    """None if both networks know shuffled digits, each with its own kind of layer."""
    images, labels = unseen("mnist")
    for name, wanted in _SHUFFLED.items():
        one, tried = entry(given, name), f'shuffled["{name}"]'
        whole = facts(one)
        if whole.network is None:
            return Finding(tried=tried, yours=whole.problem, wanted="a fitted network")
        looks = any(call.kind.startswith("Conv") for call in whole.network.calls)
        if looks != (name == "conv"):
            what = "convolutions" if looks else "no convolution"
            return Finding(tried, f"a network with {what}", "", "the two networks are swapped")
        found = score(one, shuffle_pixels(images), labels)
        if found.value < wanted:
            return _low_on_shuffled(tried, found, score(one, images, labels))
    return None


def _low_on_shuffled(tried: str, found: Score, plainly: Score) -> Finding:
    if found.reason:
        return Finding(tried=tried, yours=found.reason)
    says, thought = "", "run the three cells of the experiment once more, in order"
    if plainly.value > found.value + 0.2:
        says = "trained on the pictures as they are"
        thought = "what did fit get: X_train, or its pixels shuffled?"
    return Finding(tried, f"{found.value:.2f} on shuffled digits", "", says, thought)


_HINTS = (
    "a Conv2D layer has its kernels and one bias for each; ask what of that depends on the picture",
    "a Dense layer has one weight for each input and each unit: count the inputs at both sizes",
    "for the shuffled pixels, ask of each layer whether it would notice if two pixels were swapped "
    "in all pictures before training began",
)

CHECKS = {"dense-vs-conv": Check("dense-vs-conv", _gather, _judge, hints=_HINTS)}
