"""check() and hint(): names read from the notebook, modes of nbgrader, judges that never fall."""

import warnings
from dataclasses import replace

import IPython
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnn_lesson import arithmetic, checks
from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checking.function_item import FunctionItem
from cnn_lesson.checking.item import VISIBLE_SEED
from cnn_lesson.checks import EVIDENCE_FOLDER, INPUTS_FOLDER, check, find, hint
from cnn_lesson.datasets import instant_images
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import NotYet, Verdict
from tests.items import banks

FUNCTIONS = {name: item for name, item in ITEMS.items() if isinstance(item, FunctionItem)}
OWN = {name: ITEMS[name] for name in banks.RIGHT}


@pytest.fixture
def notebook(monkeypatch):
    """The names of a notebook that check() finds by itself."""

    class Shell:
        user_ns = {}

    shell = Shell()
    shell.user_ns = {}
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    return shell.user_ns


def test_names_are_read_from_the_notebook(notebook):
    """Does check() see the answer of the moment?"""
    assert check("q3").untouched
    notebook["answer_q3"] = 3
    assert "3 × 3 habit" in str(check("q3"))
    notebook["answer_q3"] = 4
    assert check("q3").points == 3


def test_names_can_be_given():
    """May the answers come as a dict, and is nothing asked of a notebook that is not there?"""
    assert check("q3", namespace={"answer_q3": 4}).state == "right"
    assert check("q3").untouched


def test_every_item_that_a_computer_checks_has_a_check():
    """Is each item found by its name, and its own?"""
    for item in ITEMS.values():
        if not item.manual:
            assert checks.find(item.id) is item


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("convolv", "did you mean 'convolve'?"),
        ("Q3", "did you mean 'q3'?"),
        ("conv", "did you mean 'convolve'?"),
        ("max_pool", "did you mean 'max-pool'?"),
        ("Error Clinic", "did you mean 'error-clinic'?"),
        ("fashion-why", "a person marks it"),
        ("", "the items are ingredients, convolve, edge-kernel"),
        ("weather", "the items are ingredients, convolve, edge-kernel"),
        (None, 'in quotes, as in check("q1")'),
        (print, "in quotes"),
    ],
)
def test_an_unknown_item_is_one_sentence(name, sentence):
    """Is a misspelt name told in a line, with the one that was meant?"""
    for ask in (find, lambda name: hint(name if name is not None else 3)):
        with pytest.raises(ValueError) as caught:
            ask(name)
        assert sentence in str(caught.value) and "\n" not in str(caught.value)
        assert caught.value._render_traceback_() == [str(caught.value)]


def test_hint_without_a_name_says_which_there_are(capsys):
    """Is hint() one line with the items?"""
    hint()
    assert capsys.readouterr().out.startswith('hint("q1") helps with item q1; the items are')


def test_validating_raises_the_friendly_lines(notebook, monkeypatch):
    """Does Validate show the verdict, and pass a right answer?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    notebook["answer_q2"] = 4
    with pytest.raises(NotYet) as raised:
        check("q2")
    assert raised.value._render_traceback_()[0] == "q2: ◐ partly right · 2 of 3 points"
    notebook["fastest_index"] = "channel"
    assert check("q2").points == 3


def test_autograding_returns_the_points(notebook, monkeypatch):
    """Does nbgrader read partial credit from the cell, without an error?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    notebook["answer_q2"] = 4
    assert repr(check("q2")) == "2"


def by_windows(image, kernel, stride=1):
    """A right answer."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)[::stride, ::stride]
    return np.einsum("rcij,ij->rc", windows, kernel)


def test_the_courses_own_function_is_no_answer(notebook):
    """Does handing the course's own convolution in earn nothing, and say why?"""
    notebook["convolve"] = arithmetic.convolve
    verdict = check("convolve")
    assert verdict.points == 0
    assert "write it yourself" in str(verdict)


def test_grading_hands_out_evidence_and_judges_nothing(notebook, monkeypatch, tmp_path):
    """Do the inputs of the grader come back as evidence that a judge elsewhere can use?"""
    inputs, evidence = tmp_path / "inputs", tmp_path / "evidence"
    inputs.mkdir()
    evidence.mkdir()
    chosen = FUNCTIONS["convolve"]
    (inputs / "convolve.npz").write_bytes(pack(chosen.inputs(5)))
    monkeypatch.setenv(INPUTS_FOLDER, str(inputs))
    monkeypatch.setenv(EVIDENCE_FOLDER, str(evidence))
    notebook["convolve"] = by_windows
    assert check("convolve").points == 0
    checks.hand_out("convolve")
    told = unpack((evidence / "convolve.npz").read_bytes())
    verdict = checks.judge(chosen, told, chosen.inputs(5), instant_images)
    assert verdict.state == "right"


@pytest.mark.parametrize("item", OWN)
def test_an_answer_may_print_and_warn(item, capfd):
    """Does checking leave the cell's output to the verdict?"""

    def noisy(*arguments):
        print("here I am")
        warnings.warn("careful", stacklevel=1)
        return np.zeros(1) / 0

    answers = dict.fromkeys(ITEMS[item].names, noisy)
    verdict = check(item, namespace=answers)
    assert isinstance(verdict, Verdict) and not verdict.points
    assert capfd.readouterr() == ("", "")


class Hostile:
    """Raises whatever is done with it."""

    def __getattribute__(self, name):
        raise RuntimeError(name)


ODD = {
    "hostile": Hostile,
    "hostile in a list": lambda: [Hostile()],
    "hostile in a dict": lambda: {"input": Hostile(), Hostile: 1, "calorimeter": Hostile()},
    "a class": lambda: Hostile,
    "an object": object,
    "a complex number": lambda: 1j,
    "bytes": lambda: b"160",
    "a nest of dicts": lambda: {1: {2: {}}},
    "a generator": lambda: (number for number in range(3)),
}


@pytest.mark.parametrize("item", OWN)
@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_odd_objects_earn_nothing_and_break_nothing(item, make):
    """Is any object survived, with a line that says what was expected?"""
    verdict = check(item, namespace=dict.fromkeys(ITEMS[item].names, make()))
    assert verdict.points == 0
    assert verdict.findings


def test_evidence_that_cannot_be_gathered_says_so():
    """Is a gather step that falls over a verdict of no points?"""

    def fall(answers, inputs):
        raise RuntimeError("over")

    broken = replace(ITEMS["q3"], gathers=fall)
    evidence = checks.gather(broken, {}, {})
    verdict = checks.judge(broken, evidence, {}, instant_images)
    assert verdict.points == 0 and "RuntimeError: over" in str(verdict)


WORDS = sorted({name for item in OWN for name in ITEMS[item].names})
WORDS += ["calls", "value", "raised", "changed", "untouched", "callable", "dict", "set", "odd"]
scalars = st.none() | st.booleans() | st.integers(-9, 9) | st.integers() | st.floats() | st.text()
kinds = st.sampled_from([float, int, bool, np.uint8, np.float16, "U2", "M8[s]", complex])
forged = st.recursive(
    scalars
    | st.just(10**400)
    | arrays(kinds, array_shapes(max_dims=4, max_side=4))
    | st.sampled_from(WORDS),
    lambda some: (
        st.lists(some, max_size=5)
        | st.dictionaries(st.sampled_from(WORDS), some)
        | st.builds(lambda pairs: {"dict": pairs}, st.lists(st.lists(some, min_size=2, max_size=2)))
    ),
    max_leaves=20,
)


def judged(item, evidence):
    chosen = OWN[item]
    verdict = chosen.judge(evidence, chosen.inputs(VISIBLE_SEED), instant_images)
    assert 0 <= verdict.points <= verdict.out_of == ITEMS[item].points
    assert str(verdict) and verdict._repr_html_() and float(repr(verdict)) == verdict.points
    return verdict


@pytest.mark.parametrize("item", OWN)
def test_no_judge_falls_over_forged_evidence(item):
    """Can no data whatever make a judge raise, or pay more than the item is worth?"""
    names = [*ITEMS[item].names, "value", "calls"]

    @settings(max_examples=60, deadline=None)
    @given(forged | st.fixed_dictionaries(dict.fromkeys(names, forged)))
    def throw(evidence):
        judged(item, evidence)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        throw()


@pytest.mark.parametrize("item", FUNCTIONS)
def test_forged_calls_earn_nothing(item):
    """Do calls of the right number, with any data in them, earn nothing?"""
    number = len(FUNCTIONS[item].inputs(VISIBLE_SEED)["cases"])
    one = st.fixed_dictionaries(
        {"value": forged, "changed": st.just(False) | forged},
        optional={"raised": forged, "untouched": forged},
    )

    @settings(max_examples=20, deadline=None)
    @given(st.lists(one | forged, min_size=1, max_size=4))
    def throw(few):
        calls = (few * number)[:number]
        assert judged(item, {"calls": calls}).points == 0

    throw()


def nested(depth):
    deep = 1
    for _ in range(depth):
        deep = [deep]
    return deep


@pytest.mark.parametrize("item", OWN)
@pytest.mark.parametrize("evidence", [nested(800), np.zeros(3, [("a", "f4")]), np.zeros((10**7,))])
def test_deep_and_large_evidence_is_survived(item, evidence):
    """Are deep lists, odd arrays and large ones just not the right thing?"""
    for name in (*ITEMS[item].names, "value", "calls"):
        assert judged(item, {name: evidence}).points == 0


@pytest.mark.parametrize("item", OWN)
def test_hints_grow_and_the_last_repeats(item, capsys):
    """Does each call of hint() say a little more, and never run out?"""
    checks._asked.clear()
    for _ in range(4):
        checks.hint(item)
    said = capsys.readouterr().out.splitlines()
    assert [line[:11] for line in said] == ["hint 1 of 3", "hint 2 of 3", *["hint 3 of 3"] * 2]
    assert said[2] == said[3] and len(set(said)) == 3
