"""How often the training cache was asked: told truly, and believed only where it makes sense."""

import json

import pytest

from nbsandbox.training_cache.cache import why_off
from nbsandbox.training_cache.description import NotCacheable, NotRepeatable
from nbsandbox.training_cache.tally import OFF, Tally, read_tally, total


def test_what_is_written_is_read(tmp_path):
    """Does a tally survive the way out of a kernel?"""
    tally = Tally(40, 2, "software")
    tally.write(tmp_path / "tally")
    assert read_tally((tmp_path / "tally").read_bytes()) == tally


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[" * 100_000,
        b"7",
        b"\xff",
        json.dumps({"trained": -1, "answered": 0, "off": ""}).encode(),
        json.dumps({"trained": True, "answered": 0, "off": ""}).encode(),
        json.dumps({"trained": 10**400, "answered": 0, "off": ""}).encode(),
        json.dumps({"trained": 1, "answered": 0, "off": "\x1b[2J"}).encode(),
        json.dumps({"trained": 1, "answered": 0, "off": ["machine"]}).encode(),
    ],
)
def test_nonsense_counts_as_nothing(told):
    """Can a learner's kernel put nothing but sensible figures and known words on the terminal?"""
    assert read_tally(told) == Tally()


def test_a_class_is_one_line():
    """Does the line say how many trainings were saved, and why none was?"""
    assert str(total([Tally(2, 1), Tally(3, 0)])) == "trained 5, answered 1"
    assert str(total([])) == "trained 0, answered 0"
    off = str(total([Tally(2, 0, "software"), Tally(3, 0)]))
    assert off == f"trained 5, answered 0; it is off: {OFF['software']}"
    assert str(total([Tally(2, 1), Tally(3, 0, "keras")])) == "trained 5, answered 1"


def test_only_what_holds_for_all_trainings_turns_the_cache_off():
    """Is an unusual model told from a Keras that the cache does not know?"""
    keras = pytest.importorskip("keras")
    with pytest.raises(AttributeError) as gone:
        keras.src.no_such_module  # noqa: B018
    with pytest.raises(AttributeError) as unusual:
        [].shape  # noqa: B018
    assert why_off(gone.value) == "keras"
    assert why_off(ImportError()) == "keras"
    assert why_off(NotRepeatable()) == "software"
    assert (why_off(unusual.value), why_off(NotCacheable()), why_off(None)) == ("", "", "")
