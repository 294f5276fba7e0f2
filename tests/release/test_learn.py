"""`cnn-lesson learn`: a learner's own copy, never over work that is there, opened in JupyterLab."""

import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cnn_course.cli import main as course_main
from cnn_lesson.command import cli, lab, learn, pythons
from cnn_lesson.command.plain_path import plain_path
from cnn_lesson.items import NOTEBOOKS

FIRST = f"{NOTEBOOKS[0]}.ipynb"


@pytest.fixture
def lesson(root, tmp_path, monkeypatch) -> Path:
    """A lesson that a test may change."""
    folder = tmp_path / "lesson"
    shutil.copytree(root / "notebooks" / "cnn", folder)
    monkeypatch.setattr(cli.learn, "lesson_folder", lambda: folder)
    return folder


@pytest.fixture
def mine(tmp_path) -> Path:
    """A folder of a learner's, not made yet, with a name that needs care."""
    return tmp_path / "my work [1]" / "cnn"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def learned(mine: Path, capsys) -> str:
    assert cli.main(["learn", str(mine), "--no-open"]) == 0
    return capsys.readouterr().out


def test_a_learner_gets_every_notebook(lesson, mine, capsys):
    """Is there a copy of each, and is said where?"""
    said = learned(mine, capsys)
    assert {name: data for name, data in contents(mine).items() if name.endswith(".ipynb")} == (
        contents(lesson)
    )
    place, standing = said.splitlines()
    assert str(mine) in place
    assert standing.startswith("0 of ") and standing.endswith("in S0 of 01-convolution.")


def test_done_twice_changes_nothing(lesson, mine, capsys):
    """Is the same command also the one to go on with, work and all?"""
    learned(mine, capsys)
    (mine / FIRST).write_text("my work")
    before = contents(mine)
    assert len(learned(mine, capsys).splitlines()) == 2
    assert contents(mine) == before


def test_a_newer_lesson_stands_beside_the_work(lesson, mine, capsys):
    """Does work stay, is the new stub beside it, and does one line say so, once?"""
    learned(mine, capsys)
    (mine / FIRST).write_text("my work")
    (lesson / FIRST).write_text("a newer lesson")
    said = learned(mine, capsys)
    beside = f"{NOTEBOOKS[0]}-new.ipynb"
    assert (
        said.splitlines()[0] == f"{FIRST} stays as you left it; this lesson's version is {beside}"
    )
    assert (mine / FIRST).read_text() == "my work"
    assert (mine / beside).read_text() == "a newer lesson"
    (mine / beside).write_text("my newer work")
    (lesson / FIRST).write_text("the newest lesson")
    assert f"{NOTEBOOKS[0]}-new-2.ipynb" in learned(mine, capsys)
    before = contents(mine)
    assert len(learned(mine, capsys).splitlines()) == 2
    assert contents(mine) == before


@pytest.mark.parametrize("note", [None, "{", "[]", '{"01-convolution.ipynb": 7}'])
def test_work_that_nobody_handed_out_is_safe_too(lesson, mine, capsys, note):
    """What if the work came by mail, or the note of the last time is gone or damaged?"""
    mine.mkdir(parents=True)
    (mine / FIRST).write_text("my work")
    if note is not None:
        (mine / learn.NOTE).write_text(note)
    learned(mine, capsys)
    before = contents(mine)
    assert before[FIRST] == b"my work"
    assert before[f"{NOTEBOOKS[0]}-new.ipynb"] == contents(lesson)[FIRST]
    (mine / learn.NOTE).unlink()
    learned(mine, capsys)
    assert contents(mine) == before


def test_a_link_or_a_folder_in_the_way_is_left_alone(lesson, mine, capsys, tmp_path):
    """Is nothing written through a link that leads to nowhere, or over a folder?"""
    mine.mkdir(parents=True)
    (mine / FIRST).symlink_to(tmp_path / "nowhere")
    (mine / f"{NOTEBOOKS[1]}.ipynb").mkdir()
    learned(mine, capsys)
    assert not (tmp_path / "nowhere").exists()
    assert (mine / f"{NOTEBOOKS[1]}-new.ipynb").is_file()


def test_a_notebook_thrown_away_comes_back(lesson, mine, capsys):
    """How does somebody begin again?"""
    learned(mine, capsys)
    (mine / FIRST).unlink()
    learned(mine, capsys)
    assert contents(mine)[FIRST] == contents(lesson)[FIRST]


def test_the_lesson_itself_is_nobodys_folder(lesson, capsys):
    """Are the stubs kept that grading fills gaps from?"""
    before = contents(lesson)
    assert cli.main(["learn", str(lesson), "--no-open"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert contents(lesson) == before


def test_a_file_in_place_of_the_folder_is_one_sentence(lesson, tmp_path, capsys):
    """What does somebody read who names a file?"""
    (tmp_path / "file").write_text("")
    assert cli.main(["learn", str(tmp_path / "file"), "--no-open"]) == 1
    assert capsys.readouterr().err.startswith("cnn-lesson: File exists: ")


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_a_python_without_tensorflow_is_one_line(lesson, mine, monkeypatch, capsys, version):
    """Does somebody with another Python read which ones there are builds for?"""
    monkeypatch.setattr(pythons.sys, "version_info", version)
    assert cli.main(["learn", str(mine)]) == 1
    said = capsys.readouterr().err
    assert "Python 3.11 to 3.13" in said and f"this is 3.{version[1]}" in said
    assert said.count("\n") == 1
    assert not mine.exists()


def test_without_jupyterlab_the_notebooks_are_there_all_the_same(lesson, mine, monkeypatch, capsys):
    """Is it one sentence, after the copy was made?"""
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["learn", str(mine)]) == 1
    assert (mine / FIRST).exists()
    assert capsys.readouterr().err.count("\n") == 1


def test_jupyterlab_gets_folder_notebook_and_options(lesson, mine, monkeypatch):
    """Does it open the first notebook, with the options that were asked for?"""
    started = []
    monkeypatch.setattr(
        lab.subprocess,
        "Popen",
        lambda command, env, cwd: started.append((command, env)) or Done(),
    )
    asked = ["learn", str(mine), "--lab=--no-browser --port=8899"]
    assert cli.main(asked) == 7
    assert CliRunner().invoke(course_main, asked).exit_code == 7
    for command, environment in started:
        assert command[:3] == [sys.executable, "-m", "jupyterlab"]
        assert {"--no-browser", "--port=8899"} <= set(command)
        assert command[-1] == str(mine.resolve() / FIRST)
        first = environment["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0]
        assert (Path(first) / "labconfig" / "page_config.json").is_file()


class Done:
    """A JupyterLab that has been interrupted once, and then closed."""

    interrupted = False

    def wait(self) -> int:
        if not self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt
        return 7


@pytest.mark.slow
def test_jupyterlab_hides_what_is_an_instructors(lesson, mine):
    """Does the page switch Formgrader's menus and the news off, and leave Validate on?"""
    code = (
        "import json; from jupyterlab_server.config import get_page_config;"
        "print(json.dumps(get_page_config([])['disabledExtensions']))"
    )
    environment = lab.environment(os.environ, learn.SETTINGS)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    hidden = json.loads(done.stdout)
    assert {"@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:menu"} <= set(hidden)
    assert "@jupyterlab/apputils-extension:announcements" in hidden
    assert "@jupyter/nbgrader:validate-assignment" not in hidden


def test_extensions_are_found_wherever_the_environment_lies(monkeypatch, tmp_path):
    """Are Validate and the pictures there in ``C++ [1]``, which Jupyter reads as a pattern?"""
    from jupyter_server.config_manager import BaseJSONConfigManager

    prefix = tmp_path / "C++ kurs [1]" / ".venv"
    settings = prefix / "etc" / "jupyter" / "jupyter_server_config.d"
    settings.mkdir(parents=True)
    (settings / "any.json").write_text('{"ServerApp": {"jpserver_extensions": {"any": true}}}')
    (prefix / "share" / "jupyter" / "labextensions" / "any").mkdir(parents=True)
    (prefix / "share" / "jupyter" / "labextensions" / "any" / "package.json").write_text("{}")
    monkeypatch.setattr(lab.sys, "prefix", str(prefix))
    given = lab.environment({"JUPYTER_PATH": "theirs"}, learn.SETTINGS)
    *_, place = given["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    found = BaseJSONConfigManager(config_dir=place).get("jupyter_server_config")
    assert found["ServerApp"]["jpserver_extensions"] == {"any": True}
    ours, theirs = given["JUPYTER_PATH"].split(os.pathsep)
    assert glob.glob(f"{ours}/labextensions/*/package.json") and theirs == "theirs"


def test_two_processes_agree_on_the_plain_name_of_a_folder(monkeypatch, tmp_path):
    """Is a folder that was entered through a link known by that link, and by no other?"""
    course = tmp_path / "course [1]"
    course.mkdir()
    link = tmp_path / "plain"
    link.symlink_to(course, target_is_directory=True)
    monkeypatch.setenv("PWD", str(link))
    plain_path.cache_clear()
    assert plain_path(course) == link
    monkeypatch.setenv("PWD", str(tmp_path))
    plain_path.cache_clear()
    assert plain_path(course) not in (link, course)
