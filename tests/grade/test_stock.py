"""Stock `nbgrader autograde` and Formgrader's button, with warm kernels by configuration alone."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

from cnn_course.sandbox import LESSON
from cnn_lesson.command import lab as jupyterlab
from nbsandbox import forkserver
from tests.hostile.course import processes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="a fork of Keras needs Linux"),
]
NAME = "tiny"
ANSWER = """
import os, sys
print("Keras is there:", "keras" in sys.modules)
import keras
units = ...
"""
CHECK = "assert keras.layers.Dense(units).units == 3\nassert os.path.exists('tiny.ipynb')"
CLASS = {"ada": "3", "bob": "4"}
SCORES = {"ada": 2, "bob": 0}


def nbgrader_cell(source, **about):
    """A cell that nbgrader knows by the name of what it is."""
    cell = new_code_cell(source)
    usual = {"schema_version": 3, "task": False, "grade": False, "solution": False, "locked": False}
    cell.metadata["nbgrader"] = {**usual, **about}
    return cell


@pytest.fixture(scope="module")
def template(root, tmp_path_factory):
    """A course of one assignment with two cells, two learners, and the project's own settings."""
    course = tmp_path_factory.mktemp("stock")
    shutil.copy(root / "nbgrader_config.py", course)
    answer = nbgrader_cell(ANSWER, grade_id="units-answer", solution=True)
    check = nbgrader_cell(CHECK, grade_id="units", grade=True, locked=True, points=2)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[answer, check], metadata={"kernelspec": kernel})
    (course / "source" / NAME).mkdir(parents=True)
    nbformat.write(notebook, course / "source" / NAME / f"{NAME}.ipynb")
    nbgrader(course, "generate_assignment", NAME)
    for learner, units in CLASS.items():
        folder = course / "submitted" / learner / NAME
        folder.mkdir(parents=True)
        answer.source = ANSWER.replace("...", units)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")
    return course


@pytest.fixture
def course(template, tmp_path):
    """A course that nothing is graded in yet."""
    return shutil.copytree(template, tmp_path / "course")


def nbgrader(course, *words, **more):
    """Run one of nbgrader's commands in a course."""
    command = [sys.executable, "-m", "nbgrader", *words]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **more}
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def scores(course):
    """What the gradebook gives each learner."""
    with Gradebook(f"sqlite:///{course}/gradebook.db", "cnn-lesson") as book:
        return {each.student.id: each.score for each in book.assignment_submissions(NAME)}


def is_warm(course):
    """Whether Keras was there before it was imported, in everybody's kernel or in nobody's."""
    texts = [path.read_text() for path in course.glob(f"autograded/*/{NAME}/*.ipynb")]
    (warmth,) = {re.search(r"Keras is there: (\w+)", text)[1] for text in texts}
    return warmth == "True"


def ended(mark):
    """Whether all processes with a text in their environment end by themselves."""
    until = time.monotonic() + forkserver.LINGER_S + 20
    while processes("environ", mark) and time.monotonic() < until:
        time.sleep(0.1)
    return not processes("environ", mark)


def asked_in(course):
    """The variables that ask for warm kernels, from a fork server of the test's own."""
    return {"CNN_LESSON_WARM": "1", "NBSANDBOX_FORKSERVER": f"{os.getpid()}-{course.parent.name}"}


def test_autograde_with_warm_kernels_gives_the_same_scores(course, tmp_path):
    """Does the documented variable make kernels warm, with equal grades and nothing left behind?"""
    cold = shutil.copytree(course, tmp_path / "cold")
    nbgrader(cold, "autograde", NAME)
    asked = asked_in(course)
    nbgrader(course, "autograde", NAME, **asked)
    assert (is_warm(cold), is_warm(course)) == (False, True)
    assert scores(cold) == scores(course) == SCORES
    assert ended(asked["NBSANDBOX_FORKSERVER"])


def test_without_a_fork_autograde_takes_cold_kernels(course, monkeypatch):
    """Is the grade the same where the process that would be forked refuses?"""
    asked = asked_in(course)
    monkeypatch.setenv("NBSANDBOX_FORKSERVER", asked["NBSANDBOX_FORKSERVER"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as refusing:
        refusing.bind(forkserver.address(LESSON.preload))
        refusing.listen()
        threading.Thread(target=refuse_all, args=(refusing,), daemon=True).start()
        nbgrader(course, "autograde", NAME, "--student", "ada", **asked)
        refusing.shutdown(socket.SHUT_RDWR)
    assert not is_warm(course)
    assert scores(course) == {"ada": SCORES["ada"]}
    assert ended(asked["NBSANDBOX_FORKSERVER"])


def refuse_all(listener):
    """Hang up on everybody."""
    try:
        while True:
            listener.accept()[0].close()
    except OSError:
        pass


def test_formgraders_button_takes_warm_kernels(course):
    """Does Autograde in Formgrader, in a server started with the variable, grade and end alike?"""
    asked = asked_in(course)
    with formgrader(course, **asked) as ask:
        answer = json.loads(ask(f"/formgrader/api/submission/{NAME}/ada/autograde", b""))
    assert answer["success"], answer
    assert is_warm(course)
    assert scores(course) == {"ada": SCORES["ada"]}
    assert ended(asked["NBSANDBOX_FORKSERVER"])


@contextlib.contextmanager
def formgrader(course, **more):
    """Asks a Jupyter server with Formgrader, which runs in a course, for paths; posts data."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ("--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0")
    extension = "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=True"
    command = [sys.executable, "-m", "jupyter_server", *options, extension]
    environment = {**jupyterlab.environment(os.environ), **more, "JUPYTER_TOKEN": "tiny"}

    def ask(path, data=None):
        headers = {"Authorization": "token tiny"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.read().decode()

    with open(course / "server.log", "w") as log:
        server = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not answers(ask):
            assert time.monotonic() < until, (course / "server.log").read_text()[-2000:]
            time.sleep(0.1)
        yield ask
    finally:
        server.terminate()
        server.wait(30)


def answers(ask):
    """Whether a server is up."""
    try:
        return bool(ask("/api/status"))
    except OSError:
        return False
