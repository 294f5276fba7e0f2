"""``fashion``, ``fashion-why``: the same network on clothes, then an experiment, and why."""

from __future__ import annotations

from collections.abc import Mapping

from cnn_lesson.checking.evidence import Evidence, plain
from cnn_lesson.checking.item import Item, Part, Unseen, essay
from cnn_lesson.checking.misconceptions import Misconception, explain, finding
from cnn_lesson.checking.networks import experiment, leak, shortfall
from cnn_lesson.checking.networks.accuracy import Score, facts, score
from cnn_lesson.checking.networks.architecture import (
    QUESTION_1,
    LayerSpec,
    same_up_to_hidden,
    specs,
)
from cnn_lesson.checking.networks.chance import beats, near_bar
from cnn_lesson.checking.networks.experiment import EXPERIMENT, SAME_NETWORK, Experiment, Run
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.history import gather_history, read_curves
from cnn_lesson.checking.networks.preparation import measured
from cnn_lesson.checking.networks.shortfall import low, percent
from cnn_lesson.checking.reading import entry, one_of
from cnn_lesson.datasets import instant_images
from cnn_lesson.verdict import Finding, Verdict

CLOTHES = 0.78
"""The network of Question 1 on clothes, six epochs: the worst of twenty seeds gives 0.832."""
CLOTHES_BEGUN = 0.60
"""An experiment may end worse than it began, but with a network that was trained."""
TAKEN_BACK = 0.01
"""How far behind on the grader's pictures a network may fall that led on those of the check."""
HISTORIES = {"fashion_model": "fashion_history", "tuned_model": "tuned_history"}
WORDS = (experiment.BETTER, experiment.WORSE, experiment.CHANCE)

_DIGITS = Misconception(
    lambda found, on_digits: on_digits.value >= max(0.6, found.value + 0.2),
    "trained on digits: it knows them, not clothes",
    "which images and labels did fit get?",
)
_ARCHITECTURE = Misconception(
    lambda given: not same_up_to_hidden(given, QUESTION_1),
    "another architecture than that of Question 1",
    "compare it row by row with the summary of the first network",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {
        "begun": any(answers.get(name) is not None for name in HISTORIES),
        "said": plain(answers.get("tuned_is")),
        **{name: portable(answers.get(name)) for name in HISTORIES},
        **{
            history: gather_history(answers.get(history), answers.get(name))
            for name, history in HISTORIES.items()
        },
    }


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """Parts for the architecture, for what was learned, and for what was tuned or tried."""
    if entry(evidence, "begun") is not True:
        return ITEM.still_open("two fitted networks, `fashion_model` and `tuned_model`")
    first, second = (_run(name, evidence, unseen) for name in HISTORIES)
    earned, findings = {}, []
    if not _ARCHITECTURE.applies(first.layers):
        earned["the architecture"] = "the architecture"
    elif not facts(first.network).problem:
        findings.append(_other_architecture(first.layers))
    if missed := _trained_finding("fashion_model", first, CLOTHES, unseen):
        findings.append(missed)
    else:
        earned["fashion_model"] = _reached("fashion_model", first.found)
        findings += near_bar("fashion_model", first.found.value, CLOTHES, unseen)
    tried = Experiment(first, second, _said(entry(evidence, "said")))
    if missed := _tuned_finding(tried, unseen):
        findings.append(missed)
    else:
        earned["tuned_model"] = _reached("tuned_model", second.found)
    return ITEM.verdict(earned, findings)


def _reached(name: str, found: Score) -> str:
    return f"{name} {percent(found.value)}" + f" ({found.way})" * bool(found.way)


def _run(name: str, evidence: Evidence, unseen: Unseen) -> Run:
    network, history = entry(evidence, name), entry(evidence, HISTORIES[name])
    found = measured(network, *unseen("fashion_mnist"), CLOTHES)
    own = entry(history, "own") is True
    return Run(network, specs(facts(network).network), read_curves(history), found, own)


def _trained_finding(name: str, run: Run, wanted: float, unseen: Unseen) -> Finding | None:
    """What keeps a network from counting as trained on clothes; None where it is."""
    if problem := facts(run.network).problem:
        return Finding(tried=name, yours=problem, wanted="a fitted network")
    leaked = leak.learned(name, run.network, "fashion_mnist", run.found.way)
    leaked = leaked or leak.watched(HISTORIES[name], run.curves, "fashion_mnist", run.network)
    if leaked or run.found.value >= wanted:
        return leaked
    if not run.found.reason and _DIGITS.applies(run.found, score(run.network, *unseen("mnist"))):
        return finding(_DIGITS, tried=name, yours=f"{percent(run.found.value)} on clothes")
    return low(name, run.network, unseen("fashion_mnist"), run.found, wanted, run.curves)


def _tuned_finding(tried: Experiment, unseen: Unseen) -> Finding | None:
    """None for a network that is better by more than chance, or an experiment read rightly."""
    if missed := _trained_finding("tuned_model", tried.tuned, CLOTHES_BEGUN, unseen):
        return missed
    if SAME_NETWORK.applies(tried):
        return finding(SAME_NETWORK, tried="tuned_model", yours="fashion_model")
    if _better(tried.plain, tried.tuned):
        return None
    named = explain(EXPERIMENT, tried)
    return named and finding(named, tried="tuned_model", yours=_told(tried))


def _better(plain: Run, tuned: Run) -> bool:
    """Whether a network leads by more than chance.

    A lead that the instant check saw counts when graded, too, unless other pictures take it back.
    """
    if beats(tuned.found.right, plain.found.right):
        return True
    seen = [score(run.network, *instant_images("fashion_mnist")) for run in (tuned, plain)]
    led = seen[0].value >= CLOTHES_BEGUN and beats(*(found.right for found in seen))
    return led and tuned.found.value > plain.found.value - TAKEN_BACK


def _told(tried: Experiment) -> str:
    """What was measured of both networks, and what the histories and the learner say."""
    found = [f"{run.found.value:.3f}" for run in (tried.tuned, tried.plain)]
    measured = f"{found[0]} against {found[1]} of fashion_model: not better by more than chance"
    gained = tried.validated()
    if not gained or not tried.said:
        return measured
    return f'{measured}; val_accuracy {gained[0]:+.3f}, called "{tried.said}"'


def _said(given: object) -> str:
    """One of the three words, however it is spelt; else what was given, empty for nothing."""
    known = {word.split()[-1]: word for word in WORDS}
    return "" if given is None else known.get(one_of(tuple(known), given) or "", str(given)[:40])


def _other_architecture(given: tuple[LayerSpec, ...] | None) -> Finding:
    """How a network differs from that of Question 1, without saying what belongs there."""
    kinds = [one[0] for one in given or ()]
    wanted = [one[0] for one in QUESTION_1]
    yours = " → ".join(kinds)[:200] or "a network with branches"
    if given and kinds == wanted:
        pairs = zip(given, QUESTION_1, strict=True)
        rows = [
            str(n)
            for n, pair in enumerate(pairs, 1)
            if not same_up_to_hidden(*([one] for one in pair))
        ]
        yours = f"the same layers, other settings in layer {', '.join(rows)}"
    return finding(_ARCHITECTURE, tried="fashion_model", yours=yours)


ITEM = Item(
    id="fashion",
    objective=7,
    notebook="03-exercises",
    section="S7",
    minutes=14,
    names=("fashion_model", "fashion_history", "tuned_model", "tuned_history", "tuned_is"),
    parts=(Part("the architecture", 1), Part("fashion_model", 2), Part("tuned_model", 2)),
    named=(
        _ARCHITECTURE,
        _DIGITS,
        SAME_NETWORK,
        *EXPERIMENT,
        leak.LEARNED,
        leak.WATCHED,
        *shortfall.MISCONCEPTIONS,
    ),
    gathers=_gather,
    judges=_judge,
    why=(
        "it was measured on pictures that it never saw, so it tells what was learned, "
        "not what was remembered"
    ),
    hints=(
        "the architecture is that of Question 1, row by row; only the pictures are others",
        "for the second network change one thing at a time and watch val_accuracy",
        "when the training accuracy runs away from val_accuracy, mask some units, or pool once "
        "more; when both are low, train longer",
    ),
)
ESSAY = essay("fashion-why", 7, "03-exercises", "S7", 4)
