"""A folder that is the notebook's alone: all of it goes in, and what was changed comes back."""

import os
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from nbsandbox.config import RunnerConfig
from nbsandbox.confinement import levels
from nbsandbox.confinement.job_files import copy_back
from nbsandbox.limits import Limits
from nbsandbox.runner import run_notebook
from tests.support.confinement import at

WHOLE = RunnerConfig("whole", whole_folder=True)
CELLS = (
    "import os, subprocess\nsorted(os.listdir('.'))",
    "open('inputs/data.txt').read() + open('evidence/old.txt').read()",
    "open('inputs/data.txt', 'w').write('changed')\nopen('new.txt', 'w').write('new')",
    "os.makedirs('deep/er')\nopen('deep/er/file.txt', 'w').write('down there')",
    "os.symlink('/etc/passwd', 'link')\nos.mkfifo('pipe')",
    "subprocess.run(['./run.sh'], capture_output=True, text=True).stdout",
)


@pytest.fixture
def job(tmp_path):
    """A folder with names that usual jobs keep for themselves, and a script."""
    for name, text in {"inputs/data.txt": "in", "evidence/old.txt": "old"}.items():
        path = tmp_path / "job" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    script = tmp_path / "job" / "run.sh"
    script.write_text("#!/bin/sh\necho it runs\n")
    script.chmod(0o755)
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    nbformat.write(notebook, tmp_path / "notebook.ipynb")
    return tmp_path / "job"


@pytest.mark.slow
@pytest.mark.parametrize("level", at(levels.NAMESPACES, levels.RESTRICTED, levels.NONE))
def test_the_folder_goes_in_and_what_changed_comes_back(job, level):
    """Does a notebook find its files, under any name, and leave what it wrote, links not?"""
    outcome = run_notebook(
        job, job.parent / "notebook.ipynb", Limits(), level=level,
        executed=job.parent / "executed.ipynb", course=WHOLE,
    )  # fmt: skip
    assert outcome.note == ""
    cells = nbformat.read(outcome.executed, as_version=4).cells
    results = [output for cell in cells for output in cell.outputs if "data" in output]
    shown = [result.data["text/plain"] for result in results]
    assert shown[0] == "['evidence', 'inputs', 'run.sh']"
    assert shown[1] == "'inold'" and shown[-1] == r"'it runs\n'"
    assert (job / "inputs" / "data.txt").read_text() == "changed"
    assert (job / "new.txt").read_text() == "new"
    assert (job / "deep" / "er" / "file.txt").read_text() == "down there"
    assert (job / "evidence" / "old.txt").read_text() == "old"
    if level < levels.NONE:
        assert not (job / "link").is_symlink() and not (job / "pipe").exists()


def copied(source, target, since=0.0, most=1000):
    """What is left to copy after copying."""
    source, target = (os.open(place, os.O_RDONLY) for place in (source, target))
    return copy_back(source, target, since, most)


def test_only_what_changed_is_copied_back(tmp_path):
    """Are files left alone that are as they were, and those that are too much?"""
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    (tmp_path / "from" / "old").write_text("x")
    time.sleep(0.05)
    since = time.time()
    time.sleep(0.05)
    (tmp_path / "from" / "a").write_text("1234")
    (tmp_path / "from" / "b").write_text("too much")
    assert copied(tmp_path / "from", tmp_path / "to", since, 10) == 6
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["a"]


def test_a_link_outside_is_no_way_out(tmp_path):
    """Is a file behind a link in the folder outside left as it is?"""
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    (tmp_path / "secret").write_text("mine")
    (tmp_path / "to" / "name").symlink_to(tmp_path / "secret")
    (tmp_path / "from" / "name").write_text("yours")
    with pytest.raises(OSError):
        copied(tmp_path / "from", tmp_path / "to")
    assert (tmp_path / "secret").read_text() == "mine"
