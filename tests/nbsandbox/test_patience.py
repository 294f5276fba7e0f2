"""A kernel that answers and never says that it is done: how long is it waited for?"""

from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.sandbox import LESSON
from nbsandbox import client
from nbsandbox.client import AFTER_REPLY_S, IDLE_WAIT_S, Patience
from nbsandbox.confinement import levels
from nbsandbox.files import read_files
from nbsandbox.runner import NEVER_IDLE, run_notebook

MUTE = """
from ipykernel.kernelapp import IPKernelApp
kernel = IPKernelApp.instance().kernel
kernel._publish_status = lambda *_, **__: None
"""
CHATTER = """
import threading, time
def chat():
    while True:
        kernel.session.send(kernel.iopub_socket, 'weird', {}); time.sleep(0.01)
threading.Thread(target=chat, daemon=True).start()
"""
CELLS = 20


@pytest.fixture
def clock(monkeypatch):
    """A clock that is set by hand."""

    class Clock:
        now = 100.0

    monkeypatch.setattr(client, "time", SimpleNamespace(monotonic=lambda: Clock.now))
    return Clock


def status(state, request="r"):
    """A kernel's word on its state."""
    return {
        "msg_type": "status",
        "content": {"execution_state": state},
        "parent_header": {"msg_id": request},
    }


def test_nothing_is_put_in_while_a_cell_runs(clock):
    """Is a kernel that has not answered yet left alone, however long it is silent?"""
    patience = Patience()
    clock.now += 1000
    assert not patience.is_over(None)


def test_silence_after_the_answer_is_cut(clock):
    """Does "idle" come in its place after the time, and at once from then on?"""
    patience = Patience()
    patience.begin("r")
    clock.now += IDLE_WAIT_S - 0.1
    assert not patience.is_over(None)
    clock.now += 0.2
    assert patience.is_over(None)
    assert client.says_idle(patience.end(), "r")
    patience.begin("s")
    clock.now += 2 * client.LOOK_S
    assert patience.is_over(None) and patience.lost


def test_a_kernel_that_fell_behind_once_has_time_again(clock):
    """Does one moment of a busy machine leave the cells after it their time to put out?"""
    patience = Patience()
    patience.begin("r")
    clock.now += IDLE_WAIT_S
    assert patience.is_over(None)
    patience.end()
    patience.begin("s")
    assert not patience.is_over(status("idle", "r"))
    clock.now += IDLE_WAIT_S / 2
    assert not patience.is_over(status("busy", "s"))
    assert not patience.is_over(status("idle", "s"))


def test_outputs_that_still_arrive_are_waited_for(clock):
    """Does a kernel whose outputs lag behind get more time than a silent one, but an end?"""
    patience = Patience()
    patience.begin("r")
    for _ in range(int(AFTER_REPLY_S) - 1):
        clock.now += 1
        assert not patience.is_over(status("busy"))
    clock.now += 2
    assert patience.is_over(status("busy"))


def test_whoever_says_idle_late_each_time_runs_out_of_it(clock):
    """Is the time one for all cells?"""
    patience, waited = Patience(), 0.0
    for number in range(100):
        patience.begin(number)
        begun = clock.now
        for _ in range(15):
            clock.now += 0.1
            if patience.is_over(None):
                patience.end()
                break
        else:
            assert not patience.is_over(status("idle", number))
        waited += clock.now - begun
    assert patience.lost
    assert waited < AFTER_REPLY_S + 100 * 2 * client.LOOK_S


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "most_s"), [(MUTE, IDLE_WAIT_S), (MUTE + CHATTER, AFTER_REPLY_S)]
)
def test_a_kernel_that_is_never_idle_holds_its_slot_for_seconds(tmp_path, source, most_s):
    """Is a notebook of many cells through in seconds, its cells done, with one sentence?"""
    first = f"{source}\nimport time\nbegun = time.monotonic()"
    last = "open('evidence/waited', 'w').write(str(time.monotonic() - begun))"
    cells = map(new_code_cell, (first, *["1 + 1"] * CELLS, last))
    nbformat.write(new_notebook(cells=list(cells)), tmp_path / "work.ipynb")
    level = levels.best().number
    outcome = run_notebook(tmp_path, tmp_path / "work.ipynb", course=LESSON, level=level)
    assert (outcome.state, outcome.note, outcome.cells) == ("done", NEVER_IDLE, CELLS + 2)
    waited = float(read_files(tmp_path / "evidence", 100)["waited"])
    assert waited < most_s + CELLS * 4 * client.LOOK_S
