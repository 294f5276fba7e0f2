"""``check("convolve")`` says how an answer stands; ``hint("convolve")`` helps, more each time."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import FunctionType

from cnn_lesson.checking import outstanding
from cnn_lesson.checking.evidence import Evidence, pack, unpack
from cnn_lesson.checking.item import VISIBLE_SEED, Item, Unseen
from cnn_lesson.checking.limit import one_answer
from cnn_lesson.checking.reading import key_of
from cnn_lesson.datasets import instant_images
from cnn_lesson.grading_kernel import EVIDENCE_FOLDER, INPUTS_FOLDER, is_grading
from cnn_lesson.items import ITEMS, checked
from cnn_lesson.progress import note
from cnn_lesson.verdict import Finding, NotYet, Verdict, validating
from cnn_lesson.words import without_quotes

PACKAGE = Path(__file__).parent


class NoSuchItem(ValueError):
    """A name that is no item's; a notebook shows its one sentence."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


def find(item: object) -> Item:
    """An item that has a check. Raises ``NoSuchItem`` in one sentence for an unknown one."""
    known = {each.id: each for each in checked()}
    if isinstance(item, str) and item in known:
        return known[item]
    if not isinstance(item, str):
        name = getattr(item, "__name__", "q1")
        example = name if name in known else "q1"
        raise NoSuchItem(f'an item is named by a word in quotes, as in check("{example}")')
    if item in ITEMS:
        raise NoSuchItem(f"{item} has no check: a person marks it")
    if near := _nearest(item, known):
        raise NoSuchItem(f"there is no item {item[:40]!r}: did you mean {near!r}?")
    raise NoSuchItem(f"there is no item {item[:40]!r}; the items are {', '.join(known)}")


def _nearest(word: str, known: Mapping[str, Item]) -> str | None:
    """The item that a word most likely stands for, None where it may be any or none."""
    plain = {key_of(name): name for name in known}
    key = key_of(word)
    begins = [name for each, name in plain.items() if key and each.startswith(key)]
    if key in plain or len(begins) == 1:
        return plain.get(key) or begins[0]
    close = difflib.get_close_matches(key, plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def check(
    item: str,
    *,
    namespace: Mapping[str, object] | None = None,
    seed: int = VISIBLE_SEED,
    unseen: Unseen | None = None,
) -> Verdict:
    """The verdict on an item's answer, read from the notebook by the names the item asks for.

    ``unseen`` maps ``"mnist"`` and ``"fashion_mnist"`` to images (n, 28, 28) and labels (n,) that
    accuracies are measured on: the 500 for instant checks unless told. While nbgrader validates, a
    verdict short of full points raises ``NotYet``. While a class is graded, the grader asks for
    the evidence itself (``hand_out``): nothing is judged here, and 0 points come back.
    """
    chosen = find(item)
    if is_grading():
        return chosen.unusable(thought="the grader decides")
    inputs = chosen.inputs(seed)
    evidence = gather(chosen, _answers(item, namespace), inputs)
    verdict = judge(chosen, evidence, inputs, unseen or instant_images)
    if namespace is None:
        verdict = with_errors(verdict, chosen)
    if namespace is None:
        note(verdict)
    if validating() and verdict.points < verdict.out_of:
        raise NotYet(verdict)
    return verdict


def with_errors(verdict: Verdict, chosen: Item) -> Verdict:
    """The verdict; one short of full points says first what the answer's cell raised last."""
    raised = outstanding.outstanding(chosen.names)
    if verdict.points >= verdict.out_of or not raised:
        return verdict
    told = [
        Finding(
            about="the answer's cell",
            yours=f"raised {each.said}",
            misconception=each.means or without_quotes(each.text, each.said),
        )
        for each in raised[:2]
    ]
    return replace(verdict, findings=(*told, *verdict.findings), untouched=False)


def hand_out(item: str) -> None:
    """Write the evidence for an item, on inputs that the grader drew, into the grader's folder."""
    chosen, name = find(item), f"{item}.npz"
    inputs = unpack((Path(os.environ[INPUTS_FOLDER]) / name).read_bytes())
    evidence = gather(chosen, _answers(item, None), inputs)
    (Path(os.environ[EVIDENCE_FOLDER]) / name).write_bytes(pack(evidence))


def gather(chosen: Item, answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    """The evidence for an item, plain data whatever the answers are; prints are held back."""
    silence = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silence),
        contextlib.redirect_stderr(silence),
    ):
        warnings.simplefilter("ignore")
        try:
            if any(map(is_the_packages, answers.values())):
                return {"borrowed": True}
            with one_answer():
                return chosen.gather(answers, inputs)
        except Exception as error:  # a learner's object may raise anything
            return {"unreadable": f"{type(error).__name__}: {str(error)[:200]}"}


def judge(chosen: Item, evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """The verdict on the evidence; evidence that cannot be read earns nothing and says so."""
    if not isinstance(evidence, dict) or "unreadable" in evidence:
        reason = evidence.get("unreadable", "") if isinstance(evidence, dict) else ""
        return chosen.unusable(yours=str(reason)[:200] or "something that cannot be read")
    if "borrowed" in evidence:
        thought = "how would you write it yourself?"
        return chosen.unusable(yours="this is the package's function", thought=thought)
    return chosen.judge(evidence, inputs, unseen)


def is_the_packages(answer: object) -> bool:
    """Whether an answer is a function that this package defines, under whatever name."""
    code = answer.__code__ if isinstance(answer, FunctionType) else None
    return code is not None and Path(code.co_filename).is_relative_to(PACKAGE)


def _answers(item: str, namespace: Mapping[str, object] | None) -> dict[str, object]:
    names = _notebook_names() if namespace is None else namespace
    return {name: names[name] for name in ITEMS[item].names if name in names}


def _notebook_names() -> Mapping[str, object]:
    from IPython import get_ipython

    shell = get_ipython()
    return {} if shell is None else shell.user_ns


_asked: Counter[str] = Counter()


def hint(item: object = None) -> None:
    """Print the next hint for an item; each call says a little more, the last one repeats."""
    if item is None:
        names = ", ".join(each.id for each in checked())
        print(f'hint("q1") helps with item q1; the items are {names}')
        return
    item = find(item).id
    hints = find(item).hints
    if not hints:
        print(f"{item}: no hint for this one; look at the cell above it once more")
        return
    step = min(_asked[item], len(hints) - 1)
    _asked[item] += 1
    print(f"hint {step + 1} of {len(hints)}: {hints[step]}")
