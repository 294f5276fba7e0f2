"""``error-clinic``: four causes to name, four networks to repair."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from cnn_lesson.checking.evidence import TOO_LONG, Evidence, as_builtin, line, plain
from cnn_lesson.checking.isolation import isolated
from cnn_lesson.checking.item import Item, Part, Unseen
from cnn_lesson.checking.limit import OutOfTime, limit_s, within_limit
from cnn_lesson.checking.misconceptions import Misconception, chosen, explain, finding
from cnn_lesson.checking.networks.accuracy import Facts, facts, predict
from cnn_lesson.checking.networks.architecture import FLATTEN, LayerSpec, conv, dense, pool, specs
from cnn_lesson.checking.networks.export import portable
from cnn_lesson.checking.networks.rebuild import rebuild
from cnn_lesson.checking.reading import as_dict, as_option, entry, in_its_place, text_of, yours
from cnn_lesson.verdict import NOTHING, Finding, Verdict, given_first

FINDINGS_SHOWN, AS_BEFORE = 4, "as ill as before"
RETURNS_NOTHING = "it returns nothing"
UNFLATTENED = (13, 13, 10)
"""What patient d gives for a picture as long as nobody cured it."""
_WAYS_TO_FLAT = ("Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")


class Patient(NamedTuple):
    """A broken network: its cause, its layers once repaired, and what it looks like untouched."""

    cause: int
    layers: tuple[LayerSpec, ...]
    symptom: str
    thought: str


_END = (FLATTEN, dense(10, "softmax"))
PATIENTS = {
    "a": Patient(
        1,
        (conv(16), *_END),
        "expected min_ndim=4",
        "three axes come in with each picture, and how many does the Input announce?",
    ),
    "b": Patient(
        2,
        (conv(16), conv(32), pool(), *_END),
        "to have value 1, but received",
        "which layer object is never called?",
    ),
    "c": Patient(
        3,
        (conv(16), pool(), *_END),
        "zero or negative",
        "which of the three numbers in the Input counts the channels?",
    ),
    "d": Patient(
        4,
        (conv(16), pool(), *_END),
        "",
        "how many axes leave the pooling layer, and how many does an answer have?",
    ),
}

_ILL = tuple(Misconception(chosen(name), "", each.thought) for name, each in PATIENTS.items())
CAUSES = {
    "the pictures have no channels axis": "how many axes does its Input have?",
    "one layer object is used in two places": "is any layer object called twice in it?",
    "the axes are in the wrong order: channels first": (
        "where does its Input have the channels, first or last?"
    ),
    "the feature maps were not flattened before a Dense layer": (
        "does the message come from a Dense layer, or from one before it?"
    ),
    "the labels are one-hot": (
        "labels come into play when it is trained; and how are they written here, as one number?"
    ),
    "the learning rate is too high": (
        "a learning rate matters while training, never for shapes; the message speaks of shapes"
    ),
    "the stride does not fit the kernel": "is a stride written anywhere in it?",
}
"""The causes on offer, from 1 on, each with a thought for who chose it wrongly."""
CAUSES_KIND = f"a dict with a number, 1 to {len(CAUSES)}, for each of a, b, c and d"
_CAUSES = tuple(Misconception(chosen(n), "", ask) for n, ask in enumerate(CAUSES.values(), 1))
STAND_IN = Misconception(
    lambda other: bool(other),
    "another patient in its place",
    "each of them is to be cured in its own function; what is ill about this one?",
)


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    causes = as_builtin(answers.get("causes"))
    table = causes if isinstance(causes, Mapping) else {}
    named = {_letter(key): value for key, value in table.items()}
    return {
        "strange": in_its_place(causes, PATIENTS.keys() & named.keys()),
        "causes": plain(named),
        "stand_ins": _stand_ins(answers),
        "patients": {
            name: _examined(answers[f"patient_{name}"])
            for name in PATIENTS
            if f"patient_{name}" in answers
        },
    }


def _stand_ins(answers: Mapping[str, object]) -> dict[str, str]:
    """The patients that are another one: the same function, or one that calls it."""
    given = {name: answers.get(f"patient_{name}") for name in PATIENTS}
    found = {}
    for name, one in given.items():
        called = getattr(getattr(one, "__code__", None), "co_names", ())
        for before, other in given.items():
            same = one is other and before < name
            if before != name and callable(one) and (same or f"patient_{before}" in called):
                found.setdefault(name, before)
    return found


def _letter(key: object) -> str:
    return str(key).strip().lower().removeprefix("patient").strip("_ .)(")


def _examined(patient: object) -> Evidence:
    """The network that a patient's function returns, or what it raised; nothing is disturbed."""
    if patient is None:
        return {"problem": NOTHING}
    if not callable(patient) or _is_network(patient):
        return portable(patient)
    try:
        made = isolated(within_limit, patient)
        return {"problem": RETURNS_NOTHING} if made is None else portable(made)
    except OutOfTime:
        return {"problem": f"it {TOO_LONG} {limit_s():g} s"}
    except (Exception, SystemExit) as error:  # a learner's function may raise anything
        said = f"{line(type(error).__name__, 40)}: {line(error, 300)}"
        return {"problem": "it raised an error", "raised": said}


def _is_network(value: object) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    causes = as_dict(entry(evidence, "causes")) or {}
    patients = {name: entry(entry(evidence, "patients"), name) for name in PATIENTS}
    begun = [name for name, given in patients.items() if not _as_ill_as_before(name, given)]
    strange = entry(evidence, "strange")
    if strange is None and not begun and all(causes.get(name) is None for name in PATIENTS):
        return ITEM.still_open("a cause (1 to 7) for each patient, and four repairs")
    repairs = {name: _repair(name, given) for name, given in patients.items()}
    earned, findings = [], []
    for name, repair in repairs.items():
        other = text_of(entry(entry(evidence, "stand_ins"), name))
        if other in repairs and repairs[other] is None:
            repair = _stand_in_finding(name, other)
        found = {"cause": _cause_finding(name, causes.get(name)), "repair": repair}
        earned += [f"{name} {what}" for what, one in found.items() if one is None]
        told = {"repair"} if strange is not None else {"cause", "repair"}
        findings += [one for what, one in found.items() if one is not None and what in told]
    if strange is not None:
        findings.insert(0, Finding(tried="causes", yours=yours(strange), wanted=CAUSES_KIND))
    return ITEM.verdict(earned, given_first(findings, AS_BEFORE)[:FINDINGS_SHOWN])


def _as_ill_as_before(name: str, given: object) -> bool:
    """Whether a patient is missing, or shows just what it showed at first."""
    symptom = PATIENTS[name].symptom
    if given is None or text_of(entry(given, "problem")) == NOTHING:
        return True
    if symptom:
        return symptom in text_of(entry(given, "raised"))
    return facts(given).output_shape == UNFLATTENED


def _cause_finding(name: str, given: object) -> Finding | None:
    tried = f'causes["{name}"]'
    number = as_option(given, len(CAUSES), letters=False, texts=tuple(CAUSES))
    if number == PATIENTS[name].cause:
        return None
    named = explain(_CAUSES, number)
    if named is None:
        return Finding(tried=tried, yours=yours(given), wanted="a number from 1 to 7")
    return Finding(tried=tried, yours=f"cause {number}", thought=named.ask)


def _stand_in_finding(name: str, other: str) -> Finding:
    return finding(STAND_IN, tried=f"patient_{name}", yours=f"the function of patient_{other}")


def _repair(name: str, given: object) -> Finding | None:
    """None if a patient runs on pictures, ends in ten probabilities, and kept its layers."""
    patient, tried = PATIENTS[name], f"patient_{name}"
    if _as_ill_as_before(name, given):
        return Finding(tried=tried, yours=AS_BEFORE, thought=patient.thought)
    whole = facts(given)
    if whole.problem:
        said = line(text_of(entry(given, "raised")) or whole.problem, 160)
        ask = "how does a function hand out its result?"
        thought = ask if whole.problem == RETURNS_NOTHING else patient.thought
        return Finding(tried=tried, yours=said, wanted="a network", thought=thought)
    if trouble := _trouble(whole, given):
        wanted = "ten probabilities for a picture of 28 × 28 × 1"
        return Finding(tried=tried, yours=trouble, wanted=wanted, thought=patient.thought)
    return _side_effect(name, tried, whole)


def _trouble(whole: Facts, given: object) -> str:
    """What a network does wrong with two pictures, empty where all is well."""
    if not any(_takes(whole.input_shape, picture) for picture in ((28, 28, 1), (28, 28))):
        return f"it wants {_spelt(whole.input_shape)}"
    if whole.output_shape != (10,):
        return f"it gives {_spelt(whole.output_shape)} for a picture"
    pictures = np.random.RandomState(0).randint(0, 256, (2, 28, 28)).astype("uint8")
    try:
        outputs = isolated(predict, rebuild(given), pictures)
    except Exception as error:  # TensorFlow may raise anything over shapes that do not fit
        return f"it does not run on pictures: {line(error, 120)}"
    if not np.isfinite(outputs).all() or not np.allclose(outputs.sum(axis=1), 1, atol=1e-3):
        return "its ten outputs do not add up to 1"
    return ""


def _takes(shape: tuple, picture: tuple[int, ...]) -> bool:
    """Whether an input of this shape, None for any size, takes such a picture."""
    pairs = zip(shape, picture, strict=False)
    return len(shape) == len(picture) and all(size in (None, n) for size, n in pairs)


def _spelt(shape: tuple) -> str:
    return " × ".join("any" if size is None else str(size) for size in shape)


_SIDE_EFFECTS = (
    Misconception(
        lambda kinds, before: kinds is None, "cured, but with branches that were not there"
    ),
    Misconception(lambda kinds, before: len(kinds) < len(before), "cured by taking a layer out"),
    Misconception(
        lambda kinds, before: len(kinds) > len(before),
        "cured, but a layer came in that was not needed",
    ),
    Misconception(lambda kinds, before: kinds != before, "cured, but with layers of another kind"),
    Misconception(lambda kinds, before: True, "cured, but other settings were changed, too"),
)


def _side_effect(name: str, tried: str, whole: Facts) -> Finding | None:
    """What was changed beside the fault, None where nothing was."""
    wanted, given = PATIENTS[name].layers, specs(whole.network)
    if given is not None and name == "d":
        given = tuple(FLATTEN if one[0] in _WAYS_TO_FLAT else one for one in given)
    if given == wanted:
        return None
    kinds = None if given is None else [one[0] for one in given]
    named = explain(_SIDE_EFFECTS, kinds, [one[0] for one in wanted])
    thought = "one small change is enough; what was there before?"
    return Finding(tried=tried, misconception=named.says if named else "", thought=thought)


ITEM = Item(
    id="error-clinic",
    objective=6,
    notebook="02-mnist-cnn",
    section="S5",
    minutes=10,
    hour=3,
    hour_part="one patient",
    names=("causes", *(f"patient_{name}" for name in PATIENTS)),
    parts=tuple(Part(f"{name} {what}", 1) for name in PATIENTS for what in ("cause", "repair")),
    named=(STAND_IN, *_ILL, *_CAUSES, *_SIDE_EFFECTS),
    gathers=_gather,
    judges=_judge,
    why=(
        "each message says which shape came and which was expected, and one change at "
        "that place cures it"
    ),
    hints=(
        "read the shape in each message: how many axes, in which order, and which of them "
        "counts the channels",
        "pictures come as rows × columns × channels; a Conv2D keeps these three axes, a Dense "
        "layer wants one long row",
        "run examine(patient_a) after each change: it says what Keras says, or the output "
        "shape, which has to end with 10 and nothing else",
    ),
)
