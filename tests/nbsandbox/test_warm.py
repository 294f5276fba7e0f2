"""Warm kernels: forked from a process that has Keras imported, and the same as cold ones."""

import os
import subprocess
import sys
import time

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.preprocessors import Execute

from cnn_course.sandbox import LESSON
from nbsandbox import forkserver, provisioner
from nbsandbox.confinement import levels
from nbsandbox.limits import Limits
from nbsandbox.runner import run_notebook

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="a fork of Keras needs Linux"),
]

LEVEL = levels.best().number
LIMITS = Limits(cell_s=60, total_s=90)

FIT = """
from cnn_lesson.runtime import prepare
prepare(1)
import keras
import numpy as np
random = np.random.default_rng(1)
images, labels = random.random((200, 8, 8, 1)).astype("float32"), random.integers(0, 3, 200)
layers = [keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.Flatten()]
model = keras.Sequential([keras.Input((8, 8, 1)), *layers, keras.layers.Dense(3, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(images, labels, epochs=2, verbose=0).history["loss"]
"""
FIGURES = (
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "figure, axes = plt.subplots()",
    "plt.plot([3])\nplt.show()\nprint('after')",
)


@pytest.fixture(scope="module")
def forkserver_link():
    """A connection that keeps the fork server alive for all tests here."""
    with forkserver.connect(provisioner.environment(), LESSON.preload) as link:
        yield link


@pytest.fixture
def run(tmp_path):
    """Runs cells in a warm or a cold kernel; hands back the outcome and the cells."""

    def run_cells(*cells, is_warm=True):
        notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
        nbformat.write(notebook, tmp_path / "work.ipynb")
        path = tmp_path / "work.ipynb"
        outcome = run_notebook(tmp_path, path, LIMITS, warm=is_warm, level=LEVEL, course=LESSON)
        assert outcome.state == "done", outcome.note
        return outcome, nbformat.read(outcome.executed, as_version=4).cells

    return run_cells


def kinds(cells):
    """What sorts of output each cell has, in order."""
    return [[output.output_type for output in cell.outputs] for cell in cells]


def test_a_warm_kernel_has_keras_and_its_own_randomness(forkserver_link, run):
    """Is Keras there at once, with no two kernels drawing the same numbers?"""
    draws = "random.random(), numpy.random.rand()"
    source = f"import sys, random, numpy\n'keras' in sys.modules, {draws}"
    outcome, first = run(source)
    _, second = run(source)
    texts = [cells[0].outputs[0].data["text/plain"] for cells in (first, second)]
    assert outcome.warm
    assert all(text.startswith("(True, 0.") for text in texts)
    assert texts[0] != texts[1]


def test_figures_appear_where_a_cold_kernel_shows_them(forkserver_link, run):
    """Does each figure belong to the cell that drew it, warm or cold?"""
    warm_kinds = kinds(run(*FIGURES)[1])
    assert warm_kinds == kinds(run(*FIGURES, is_warm=False)[1])
    assert "display_data" in warm_kinds[0]


def test_a_training_gives_the_same_losses_to_the_last_digit(forkserver_link, run):
    """Are warm and cold kernels the same to a grade?"""
    warm_outcome, warm_cells = run(FIT)
    cold_outcome, cold_cells = run(FIT, is_warm=False)
    assert (warm_outcome.warm, cold_outcome.warm) == (True, False)
    losses = [cells[0].outputs[-1].data["text/plain"] for cells in (warm_cells, cold_cells)]
    assert losses[0] == losses[1]


def test_where_there_is_no_forkserver_a_cold_kernel_does_the_work(monkeypatch, run):
    """Does a refused fork change the outcome?"""

    def refuse(environment, preload=()):
        raise OSError("no forks today")

    monkeypatch.setattr(forkserver, "connect", refuse)
    monkeypatch.setattr(provisioner.Provisioner, "no_forkserver", False)
    outcome, cells = run("1 + 1")
    assert not outcome.warm
    assert cells[0].outputs[0].data["text/plain"] == "2"


def by_nbclient(notebook, folder):
    """Execute with nbclient."""
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, kernel_name=provisioner.NAME, resources=resources)
    return client.execute()


def by_nbgrader(notebook, folder):
    """Execute as `nbgrader autograde` and Formgrader do."""
    resources = {"metadata": {"path": str(folder)}}
    return Execute(kernel_name=provisioner.NAME).preprocess(notebook, resources)[0]


@pytest.mark.parametrize("execute", [by_nbclient, by_nbgrader])
def test_stock_tools_use_it_by_the_name_of_its_kernel(
    forkserver_link, monkeypatch, tmp_path, execute
):
    """Do nbclient and nbgrader get warm kernels by configuration alone?"""
    provisioner.register()
    provisioner.install(tmp_path / "jupyter", LESSON.preload)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    cells = ["import os, sys\n'keras' in sys.modules", "os.getcwd()", "raise ValueError"]
    cells = [new_code_cell(cell) for cell in cells[: 3 if execute is by_nbgrader else 2]]
    executed = execute(new_notebook(cells=cells), tmp_path)
    assert executed.cells[0].outputs[0].data["text/plain"] == "True"
    assert executed.cells[1].outputs[0].data["text/plain"] == repr(str(tmp_path))


def test_the_fork_server_ends_when_nobody_needs_it(monkeypatch):
    """Does the fork server go by itself, and does only one stay if two are started?"""
    monkeypatch.setenv("NBSANDBOX_FORKSERVER", f"test-{os.getpid()}")
    link = forkserver.connect(provisioner.environment(), LESSON.preload)
    pid = int.from_bytes(link.getsockopt(1, 17, 4), sys.byteorder)  # SOL_SOCKET, SO_PEERCRED
    command = [sys.executable, "-m", "nbsandbox.forkserver", *LESSON.preload]
    subprocess.run(command, timeout=30, check=True, cwd="/")
    assert os.path.exists(f"/proc/{pid}")
    link.close()
    until = time.monotonic() + forkserver.LINGER_S + 30
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < until:
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{pid}")


def test_a_supervisor_loads_neither_keras_nor_the_network_library():
    """Is what stands between grader and kernel small?"""
    code = "import sys, nbsandbox.supervisor\n"
    code += "print({'keras', 'numpy', 'zmq'} & {*sys.modules})"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/")
    assert seen.stdout.strip() == "set()"
