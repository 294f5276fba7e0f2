"""The fuzzer itself: does it find what is wrong, and only that?"""

import random

import pytest

from tests.fuzz import __main__ as fuzzer
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS, Target


def test_a_fault_is_found_and_its_input_kept(tmp_path, monkeypatch):
    """If a reader falls over a byte: is the input saved, once for each kind?"""

    def falls(data):
        if b"\xff" in data:
            raise KeyError("xff")

    monkeypatch.setattr(fuzzer, "FINDS", tmp_path)
    monkeypatch.setitem(fuzzer.TARGETS, "bad", Target(lambda: [b"good", b"bad\xff"], falls))
    tried, finds = fuzzer.fuzz("bad", 0.3, random.Random(1))
    assert tried > 2 and len(finds) == 1
    (path,) = finds.values()
    assert b"\xff" in path.read_bytes()


@pytest.mark.parametrize("name", TARGETS)
def test_no_target_falls_over_its_own_seeds(name):
    """Is a find due to the change, and not to what was changed?"""
    for seed in TARGETS[name].seeds():
        assert fuzzer.attempt(TARGETS[name], seed) == ""


def test_a_seed_repeats_a_run():
    """Does the same seed give the same inputs?"""
    twice = [mutated(b"a real file", [b"another"], random.Random(7)) for _ in range(2)]
    assert twice[0] == twice[1]
