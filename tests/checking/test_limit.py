"""A function that does not come back gets an answer, and no check waits for it."""

import importlib
import signal
import sys
import threading
import time

import keras
import pytest

from cnn_lesson.checking import limit
from cnn_lesson.checking.function_item import call
from cnn_lesson.checking.limit import OutOfTime, one_answer, within_limit
from cnn_lesson.checks import check

LATE = {"raised": "did not come back within 0.3 s", "changed": False}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(limit, "LIMIT_S", 0.3)


def endless(*arguments):
    while True:
        pass


def stubborn(*arguments):
    while True:
        try:
            while True:
                pass
        except Exception:  # noqa: S110
            pass


def greedy(*arguments):
    """Catches whatever ends it, a few times over."""
    for _ in range(3):
        try:
            while True:
                pass
        except BaseException:  # noqa: S110
            pass
    return 3


def sleeping(*arguments):
    time.sleep(60)


@pytest.mark.parametrize("function", [endless, stubborn, sleeping])
def test_a_call_that_takes_too_long_is_ended(function):
    """Is an endless loop ended where notebooks run, in the main thread?"""
    start = time.monotonic()
    assert call(function, [], []) == LATE
    assert time.monotonic() - start < 5


def test_one_that_catches_everything_is_ended_again():
    """Is a bare except no way out?"""
    start = time.monotonic()
    call(greedy, [], [])
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("function", [endless, stubborn])
def test_it_is_ended_in_any_thread(function):
    """Is it ended in threads, too, where there are no signals?"""
    said = []
    thread = threading.Thread(target=lambda: said.append(call(function, [], [])), daemon=True)
    thread.start()
    thread.join(10)
    assert said == [LATE]


def test_what_comes_back_is_left_alone():
    """Do values, errors and alarms of others stay as they are?"""
    rung = []
    before = signal.signal(signal.SIGALRM, lambda *details: rung.append(1))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        assert within_limit(lambda x: x + 1, 2) == 3
        with pytest.raises(ZeroDivisionError):
            within_limit(lambda: 1 / 0)
        time.sleep(0.5)
        assert rung == [1]
    finally:
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(params=[8, 1])
def slow_packages(request, tmp_path, monkeypatch):
    """Names of packages, many or one, that take some 0.8 s together to load."""
    names = [f"slow_to_load_{number}" for number in range(request.param)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(f"import time; time.sleep({0.8 / request.param})")
    monkeypatch.syspath_prepend(tmp_path)
    yield names
    for name in names:
        sys.modules.pop(name, None)


def test_loading_a_package_is_not_the_functions_time(slow_packages):
    """Has ``from scipy.signal import …`` within a function its time, however slow the disk?"""

    def load():
        return [importlib.import_module(name) for name in slow_packages]

    assert len(within_limit(load)) == len(slow_packages)
    for name in slow_packages:
        del sys.modules[name]
    said = []
    thread = threading.Thread(target=lambda: said.append(len(within_limit(load))), daemon=True)
    thread.start()
    thread.join(10)
    assert said == [len(slow_packages)]


def test_loading_without_an_end_is_ended(monkeypatch):
    """Is a function that loads on and on ended, too?"""
    monkeypatch.setattr(limit, "LOADING_S", 1.0)
    names = []

    def loads_on():
        while True:
            names.append(f"never_to_end_{len(names)}")
            sys.modules[names[-1]] = sys
            time.sleep(0.01)

    try:
        with pytest.raises(OutOfTime):
            within_limit(loads_on)
    finally:
        for name in names:
            sys.modules.pop(name, None)


def test_after_one_the_others_are_not_begun():
    """Does a check of forty cases take the time of one?"""
    begun = []
    with one_answer():
        with pytest.raises(OutOfTime):
            within_limit(endless)
        with pytest.raises(OutOfTime):
            within_limit(begun.append, 1)
    assert begun == []
    within_limit(begun.append, 2)
    assert begun == [2]


def test_a_check_says_that_a_function_does_not_come_back():
    """Does the learner read it, with a thought on loops, in seconds?"""
    start = time.monotonic()
    found = check("convolve", namespace={"convolve": endless})
    assert "your function did not come back within 0.3 s" in str(found)
    assert "a loop without an end" in str(found) and time.monotonic() - start < 10


def test_a_network_whose_call_does_not_come_back_is_said_to_be_that():
    """Is code of one's own in a network no way to hang a check?"""

    class Endless(keras.Model):
        def call(self, x):
            return endless()

    model = Endless()
    model.built = True
    found = check("five-layers", namespace={"my_model": model})
    assert "the code of this network did not come back" in str(found) and found.points == 0


def test_a_patient_that_does_not_come_back_costs_its_own_point():
    """Is a network's function ended, too?"""
    found = check("error-clinic", namespace={"patient_a": endless, "causes": {"a": 1}})
    assert "it did not come back within 0.3 s" in str(found) and found.points == 1
