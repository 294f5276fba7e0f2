"""The error clinic: cured patients in any style, half-cured ones and quacks."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras.layers import (
    Activation,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    ReLU,
    Reshape,
    Softmax,
)

from cnn_lesson.checking.evidence import plain
from cnn_lesson.checks import judge
from cnn_lesson.items import ITEMS
from tests.support.bank_models import ODD_MODELS, subclassed, verdict

RIGHT = {"a": 1, "b": 2, "c": 3, "d": 4}


def row(*layers):
    return keras.Sequential([*layers])


def conv(filters=16, kernel=3, activation="relu"):
    return Conv2D(filters, kernel, activation=activation)


def end():
    return [Flatten(), Dense(10, activation="softmax")]


def ill_a():
    return row(Input((28, 28)), conv(), *end())


def ill_b(first=16, second=32, swap=False, again=False):
    one, two = conv(first), conv(second)
    start = Input((28, 28, 1))
    x = one(start)
    x = (one if again else two)(x)
    x = MaxPooling2D(2)(x)
    return keras.Model(start, Dense(10, activation="softmax")(Flatten()(x)))


def ill_c():
    return row(Input((1, 28, 28)), conv(), MaxPooling2D(2), *end())


def ill_d():
    start = Input((28, 28, 1))
    return keras.Model(start, Dense(10, activation="softmax")(MaxPooling2D(2)(conv()(start))))


ILL = {"a": ill_a, "b": lambda: ill_b(again=True), "c": ill_c, "d": ill_d}

CURED = {
    "a": lambda: row(Input((28, 28, 1)), conv(), *end()),
    "b": ill_b,
    "c": lambda: row(Input((28, 28, 1)), conv(), MaxPooling2D(2), *end()),
    "d": lambda: row(Input((28, 28, 1)), conv(), MaxPooling2D(2), *end()),
}

OTHERWISE_CURED = {
    "a by a Reshape": ("a", lambda: row(Input((28, 28)), Reshape((28, 28, 1)), conv(), *end())),
    "a of any size": ("a", lambda: row(Input((28, 28, 1)), conv(), Reshape((-1,)), end()[1])),
    "a without Input": ("a", lambda: row(conv(), *end())),
    "a with new axis": (
        "a",
        lambda: (lambda x: keras.Model(x, end()[1](Flatten()(conv()(x[..., None])))))(
            Input((28, 28))
        ),
    ),
    "b as a row": (
        "b",
        lambda: row(Input((28, 28, 1)), conv(), conv(32), MaxPooling2D(2), *end()),
    ),
    "b with ReLU layers": (
        "b",
        lambda: row(
            Input((28, 28, 1)),
            *(Conv2D(16, 3), ReLU(), Conv2D(32, 3), Activation("relu"), MaxPooling2D(2)),
            *(Flatten(), Dense(10), Softmax()),
        ),
    ),
    "c subclassed": ("c", lambda: subclassed(CURED["c"]())),
    "d by global pooling": (
        "d",
        lambda: row(
            Input((28, 28, 1)), conv(), MaxPooling2D(2), GlobalAveragePooling2D(), end()[1]
        ),
    ),
    "d by a Reshape": (
        "d",
        lambda: row(Input((28, 28, 1)), conv(), MaxPooling2D(2), Reshape((-1,)), end()[1]),
    ),
    "d as a network": ("d", CURED["d"]()),
    "d with layers that do nothing": (
        "d",
        lambda: row(
            *(Input((28, 28, 1)), conv(activation=None), Activation("relu"), Dropout(0)),
            *(MaxPooling2D(2), Activation("linear"), Flatten(), Flatten(), end()[1]),
        ),
    ),
}


def clinic(causes=RIGHT, **patients):
    made = {f"patient_{name}": patients.get(name, CURED[name]) for name in CURED}
    return verdict("error-clinic", {"causes": causes, **made})


def says(found):
    return " ".join(text for finding in found.findings for _, text in finding.lines())


def test_all_cured_gets_all_points():
    """Does the least change to each patient, with its cause, get all points?"""
    assert clinic().state == "right"


@pytest.mark.parametrize("style", OTHERWISE_CURED)
def test_other_cures_are_right(style):
    """Are other small repairs right, too?"""
    name, cured = OTHERWISE_CURED[style]
    found = clinic(**{name: cured})
    assert found.points == 8, str(found)


@pytest.mark.parametrize(
    "causes",
    [
        {"A": 1, "B": 2, "C": 3, "D": 4},
        {"patient_a": "1", "patient_b": " 2 ", "patient c": 3.0, "d": np.int64(4)},
    ],
)
def test_causes_may_be_spelt_otherwise(causes):
    """Are letters of any case and numbers of any type read?"""
    assert clinic(causes).points == 8


def test_untouched_is_open():
    """Are four ill patients without a cause still open?"""
    found = clinic(dict.fromkeys("abcd"), **ILL)
    assert found.state == "open" and found.points == 0
    assert verdict("error-clinic", {}).state == "open"


@pytest.mark.parametrize("name", ILL)
def test_an_ill_patient_costs_its_own_point(name):
    """Is the patient that was left ill named, and no other?"""
    found = clinic(**{name: ILL[name]})
    assert found.points == 7 and "as ill as before" in says(found)
    assert [finding.tried for finding in found.findings] == [f"patient_{name}"]


@pytest.fixture(scope="module")
def cured():
    """The evidence of four cured patients."""
    answers = {f"patient_{name}": cure for name, cure in CURED.items()}
    return ITEMS["error-clinic"].gather(answers, {})


def with_causes(cured, causes):
    pairs = [[name, plain(cause)] for name, cause in causes.items()]
    return judge(ITEMS["error-clinic"], {**cured, "causes": {"dict": pairs}}, {}, None)


@pytest.mark.parametrize("name", RIGHT)
def test_each_wrong_cause_has_its_own_thought(cured, name):
    """Does a wrong cause get a thought of its own, and never the number that is right?"""
    thoughts = set()
    for cause in set(range(1, 8)) - {RIGHT[name]}:
        found = with_causes(cured, {**RIGHT, name: cause})
        (finding,) = found.findings
        assert found.points == 7 and finding.yours == f"cause {cause}"
        assert str(RIGHT[name]) not in finding.thought
        thoughts.add(finding.thought)
    assert len(thoughts) == 6


@pytest.mark.parametrize("cause", [0, 8, "x", "a", 1.5, [1, 2], True, float("nan"), 10**30, None])
def test_what_is_no_cause_is_said(cured, cause):
    """Is anything but 1 to 7 asked for again?"""
    found = with_causes(cured, {**RIGHT, "a": cause})
    assert found.points == 7 and "a number from 1 to 7" in says(found)


QUACKS = {
    "a: a layer gone": ("a", lambda: row(Input((28, 28)), *end()), "taking a layer out"),
    "a: Dense only": ("a", lambda: row(Input((28, 28, 1)), Dense(16), *end()), "another kind"),
    "a: other kernel": ("a", lambda: row(Input((28, 28, 1)), conv(kernel=5), *end()), "settings"),
    "a: other activation": (
        "a",
        lambda: row(Input((28, 28, 1)), conv(activation=None), *end()),
        "settings",
    ),
    "b: one taken out": ("b", lambda: CURED["c"](), "taking a layer out"),
    "b: a copy": ("b", lambda: ill_b(16, 16), "settings"),
    "c: pooling gone": ("c", lambda: CURED["a"](), "taking a layer out"),
    "c: other input": (
        "c",
        lambda: row(Input((28, 1, 28)), Conv2D(16, (3, 1)), *end()),
        "it wants 28 × 1 × 28",
    ),
    "c: permuted": (
        "c",
        lambda: row(Input((1, 28, 28)), keras.layers.Permute((2, 3, 1)), conv(), *end()),
        "it wants 1 × 28 × 28",
    ),
    "d: dropout": ("d", lambda: row(*CURED["d"]().layers[:2], Dropout(0.5), *end()), "came in"),
    "d: no softmax": (
        "d",
        lambda: row(Input((28, 28, 1)), conv(), MaxPooling2D(2), Flatten(), Dense(10)),
        "add up to 1",
    ),
    "d: flat too late": (
        "d",
        lambda: row(Input((28, 28, 1)), conv(), MaxPooling2D(2), end()[1], Flatten()),
        "it gives 1690",
    ),
    "d: flat before": ("d", lambda: row(Input((28, 28, 1)), *end()), "taking a layer out"),
    "other classes": (
        "a",
        lambda: row(Input((28, 28, 1)), conv(), Flatten(), Dense(9, activation="softmax")),
        "it gives 9",
    ),
    "returns nothing": ("a", lambda: None, "how does a function hand out its result?"),
    "returns text": ("b", lambda: "cured", "a str"),
    "raises": ("c", lambda: 1 / 0, "division by zero"),
    "leaves": ("c", exit, "SystemExit"),
    "wants an argument": ("d", lambda x: x, "missing 1 required"),
}


@pytest.mark.parametrize("mistake", QUACKS)
def test_quacks_are_found_out(mistake):
    """Is a cure that changes more, or cures nothing, told what is wrong with it?"""
    name, quack, text = QUACKS[mistake]
    found = clinic(**{name: quack})
    assert found.points == 7 and text in says(found), str(found)


def test_a_patient_in_anothers_place_is_found_out(monkeypatch):
    """Does one function, cured as it may be, count for one patient only?"""
    same = CURED["c"]
    monkeypatch.setitem(globals(), "patient_c", same)
    for other in (same, lambda: patient_c()):  # noqa: F821  (a name of the notebook)
        found = clinic(c=same, d=other)
        assert found.points == 7 and "another patient in its place" in says(found)
        assert [finding.tried for finding in found.findings] == ["patient_d"]
    assert clinic(a=same, c=same).points == 7


@pytest.mark.parametrize("odd", ODD_MODELS)
def test_odd_patients_cost_one_point(odd):
    """Does a patient that is no function at all cost its own point only?"""
    assert clinic(a=ODD_MODELS[odd]).points == 7


def test_examining_leaves_no_trace():
    """Do the patients leave no names and no random numbers behind?"""
    keras.utils.set_random_seed(3)
    first = Dense(1)
    keras.utils.set_random_seed(3)
    clinic()
    second = Dense(1)
    assert second.kernel_initializer.seed == first.kernel_initializer.seed
    numbers = [int(f"{layer.name}_0".split("_")[1]) for layer in (first, second)]
    assert numbers[1] == numbers[0] + 1


PLAIN = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=3)


@given(
    causes=st.lists(st.lists(PLAIN, max_size=3), max_size=4) | PLAIN,
    patients=st.dictionaries(
        st.sampled_from("abcd"),
        PLAIN | st.dictionaries(st.sampled_from(["config", "weights", "problem", "raised"]), PLAIN),
    )
    | PLAIN,
)
@settings(max_examples=100, deadline=None)
def test_forged_evidence_cures_nobody(causes, patients):
    """Does forged evidence earn no repair, and never break the judge?"""
    evidence = {"causes": {"dict": causes}, "patients": patients}
    found = judge(ITEMS["error-clinic"], evidence, {}, None)
    assert not any("repair" in what for what in found.earned)


def test_what_was_given_is_told_before_what_is_open():
    """Does a learner who began with the last patient hear of that one?"""
    found = verdict("error-clinic", {"causes": {"d": 1}, "patient_d": ILL["d"]})
    assert found.findings[0].tried == 'causes["d"]' and "nothing yet" not in str(found.findings[0])
