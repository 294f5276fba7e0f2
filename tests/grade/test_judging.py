"""Evidence to verdicts, in a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from cnn_course.grade import judging
from cnn_course.grade.judging import Judge, clamped, inputs_for, judge_all
from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.items import ITEMS, NOTEBOOKS
from cnn_lesson.verdict import Verdict


def test_every_checked_item_of_a_notebook_gets_inputs():
    """Are inputs drawn for each item that the computer checks, and for no other?"""
    for name in NOTEBOOKS:
        wanted = {i.id for i in ITEMS.values() if i.notebook == name and not i.manual}
        assert set(inputs_for(name, 3)) == wanted


def test_another_seed_draws_other_inputs():
    """Can a learner not know what a function will be called on?"""
    assert inputs_for(NOTEBOOKS[0], 3)["convolve"] != inputs_for(NOTEBOOKS[0], 4)["convolve"]
    assert inputs_for(NOTEBOOKS[0], 3) == inputs_for(NOTEBOOKS[0], 3)


@pytest.mark.parametrize("points", [99, -5, float("nan"), float("inf"), "7", None, True])
def test_points_stay_between_nothing_and_all(points):
    """Does no verdict give more than its item is worth, or less than nothing?"""
    assert 0 <= clamped(Verdict("q3", points, 3)).points <= 3


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 no zip", pack({"answer": "x" * 5000}), pack([1, 2]), pack(None)]
)
def test_forged_evidence_earns_nothing(data):
    """Is evidence that no check has written worth nothing, without an error?"""
    for item in inputs_for(NOTEBOOKS[0], 3):
        assert judge_all({item: data}, 3)[item].points == 0


def test_the_same_evidence_is_judged_once(monkeypatch):
    """Does a judge know again what it has judged, and only that: item, seed and every bit?"""
    asked = []

    def judged(item, data, seed, unseen):
        asked.append((item, data, seed))
        return Verdict(item, len(asked), 99)

    monkeypatch.setattr(judging, "_judge_one", judged)
    monkeypatch.setattr(judging, "_judged", {})
    monkeypatch.setattr(judging, "REMEMBERED", 3)
    first = judge_all({"q2": b"a", "q3": b"a"}, 1)
    assert judge_all({"q2": b"a", "q3": b"a"}, 1) == first
    assert asked == [("q2", b"a", 1), ("q3", b"a", 1)]
    judge_all({"q2": b"b"}, 1)
    judge_all({"q2": b"a"}, 2)
    assert len(asked) == 4 and len(judging._judged) == 3
    assert judge_all({"q2": b"a"}, 1)["q2"].points == 5  # the oldest was forgotten


def dies(evidence: Mapping[str, bytes], seed: int) -> dict[str, Verdict]:
    """A judge that falls over one item's evidence."""
    if "max-pool" in evidence:
        os._exit(1)
    return {item: Verdict(item, 1, ITEMS[item].points) for item in evidence}


def hangs(evidence: Mapping[str, bytes], seed: int) -> dict[str, Verdict]:
    """A judge that one item's evidence keeps busy."""
    if "max-pool" in evidence:
        time.sleep(60)
    return {item: Verdict(item, 1, ITEMS[item].points) for item in evidence}


@pytest.mark.slow
@pytest.mark.parametrize("work", [dies, hangs])
def test_evidence_that_breaks_the_judge_costs_one_item(work, monkeypatch):
    """Do the other items keep their points when one breaks the judge's process?"""
    for limit in ("JUDGE_LIMIT_S", "ALONE_LIMIT_S"):
        monkeypatch.setattr(judging, limit, 3)
    monkeypatch.setattr(judging, "START_LIMIT_S", 120)
    with Judge(1, work) as judge:
        verdicts = judge.verdicts({"convolve": b"", "max-pool": b"", "output-shape": b""})
    earned = {item: verdict.points for item, verdict in verdicts.items()}
    assert earned == {"convolve": 1, "max-pool": 0, "output-shape": 1}


def tells(evidence: Mapping[str, bytes], seed: int) -> dict[str, Verdict]:
    """A judge that gives a point where TensorFlow is loaded."""
    loaded = float("tensorflow" in sys.modules)
    return {item: Verdict(item, loaded, ITEMS[item].points) for item in evidence}


@pytest.mark.slow
def test_tensorflow_is_loaded_before_a_network_is_judged():
    """Does its loading take nothing of the time to judge, and does nobody wait without need?"""
    with Judge(1, tells) as judge:
        assert judge.verdicts({"convolve": b""})["convolve"].points == 0
        assert judge.verdicts({"train": b""})["train"].points == 1


def test_packed_inputs_survive_the_way():
    """Are the inputs the same data after the way into a kernel?"""
    drawn = inputs_for(NOTEBOOKS[0], 3)["max-pool"]
    assert pack(unpack(drawn)) == drawn or np.array_equal(len(pack(unpack(drawn))), len(drawn))


@pytest.mark.slow
def test_a_judge_ends_with_its_grader():
    """Does a grader that is killed leave no judge behind, with its 700 MB?"""
    code = (
        "import time; from cnn_course.grade.judging import Judge\n"
        "if __name__ == '__main__':\n"
        "    print(Judge(1).start()[1].result(), flush=True)\n"
        "    time.sleep(600)\n"
    )
    grader = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    judge = Path("/proc", grader.stdout.readline().strip())
    assert judge.is_dir()
    grader.kill()
    grader.wait()
    until = time.monotonic() + 10
    while judge.is_dir() and time.monotonic() < until:
        time.sleep(0.05)
    assert not judge.is_dir()
