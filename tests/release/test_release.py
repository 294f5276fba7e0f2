"""What learners get: one wheel in a zip, which works on a machine that is not like this one."""

import json
import os
import re
import shlex
import subprocess
import sysconfig
import tomllib
import venv
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from cnn_course.cli import main
from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, Project
from cnn_course.release import pack, wheel
from cnn_lesson.command.pythons import which
from cnn_lesson.items import ITEMS, NOTEBOOKS
from tests.support.small_course import make_course

SYSTEMS = ("Windows", "macOS", "Linux", "Colab")
MOST_MB = 4
UNLIKE_POSIX = """\
'''A machine that has nothing of what Windows lacks, but for Python's own library.'''
import builtins, os, signal, sysconfig, sys

LACKING = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "crypt", "spwd"}
OWN = sysconfig.get_path("stdlib")
PACKAGES = os.path.join(OWN, "site-packages")
found = builtins.__import__

def importing(name, scope=None, *rest, **more):
    where = (scope or {}).get("__file__") or ""
    own = where.startswith(OWN) and not where.startswith(PACKAGES)
    if name.partition(".")[0] in LACKING and not own:
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return found(name, scope, *rest, **more)

builtins.__import__ = importing
for name in ("fork", "forkpty", "getuid", "geteuid", "getgid", "setsid", "killpg", "mkfifo"):
    if hasattr(os, name):
        delattr(os, name)
for name in ("SIGKILL", "SIGALRM", "SIGHUP", "SIGUSR1", "alarm", "setitimer"):
    if hasattr(signal, name):
        delattr(signal, name)
"""
SOLVE = """\
import json, sys
import nbformat
from IPython.core.interactiveshell import InteractiveShell

stub, solution = (nbformat.read(path, as_version=4) for path in sys.argv[1:])
answers = {cell.id: cell.source for cell in solution.cells}
shell, points = InteractiveShell.instance(), {}
for cell in stub.cells:
    if cell.cell_type != "code":
        continue
    about = cell.metadata.get("nbgrader", {})
    done = shell.run_cell(cell.source if about.get("locked") else answers[cell.id])
    done.raise_error()
    if about.get("grade"):
        points[cell.id] = done.result.points
print("POINTS", json.dumps(points))
"""


@pytest.fixture(scope="module")
def made(root, tmp_path_factory) -> Path:
    """The zip of this project."""
    return pack.write_pack(Project(root), tmp_path_factory.mktemp("release") / pack.NAME)


@pytest.fixture(scope="module")
def unpacked(made) -> Path:
    """The folder that somebody sees who has unpacked it."""
    with zipfile.ZipFile(made) as opened:
        opened.extractall(made.parent)
    return made.parent / pack.FOLDER


@pytest.fixture(scope="module")
def built(unpacked) -> Path:
    """The wheel in it."""
    (path,) = unpacked.glob("*.whl")
    return path


def names_in(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as opened:
        return set(opened.namelist())


def metadata_of(path: Path) -> str:
    with zipfile.ZipFile(path) as opened:
        (name,) = (name for name in opened.namelist() if name.endswith(".dist-info/METADATA"))
        return opened.read(name).decode()


def test_the_wheel_has_the_lesson_and_nothing_of_an_instructors(root, built):
    """Are stubs, images and licences in it, and neither solutions, masters nor held-out images?"""
    names = names_in(built)
    folders = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert folders == {"cnn_lesson"}
    assert {f"cnn_lesson/notebooks/{name}.ipynb" for name in NOTEBOOKS} <= names
    assert {"cnn_lesson/data/mnist.npz", "cnn_lesson/data/LICENSE.md"} <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    code = {path.relative_to(root).as_posix() for path in (root / "cnn_lesson").rglob("*.py")}
    assert code <= names
    with zipfile.ZipFile(built) as opened:
        text = "".join(opened.read(n).decode() for n in names if n.endswith((".ipynb", ".py")))
    for marker in ("BEGIN SOLUTION", "BEGIN MARK SCHEME", "BEGIN HIDDEN TESTS", "check_hidden"):
        assert marker not in text


def test_the_stubs_in_it_are_those_that_are_graded(root, unpacked, built):
    """Are they the same bytes in the wheel, beside it, and in notebooks/?"""
    with zipfile.ZipFile(built) as opened:
        for name in NOTEBOOKS:
            stub = (root / "notebooks" / "cnn" / f"{name}.ipynb").read_bytes()
            assert opened.read(f"cnn_lesson/notebooks/{name}.ipynb") == stub
            assert (unpacked / f"{name}.ipynb").read_bytes() == stub


def test_it_asks_for_what_learners_need(root, built):
    """Is no package of an instructor's installed, and do the Pythons fit?"""
    said = metadata_of(built)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = re.findall(r"^Requires-Dist: ([a-z-]+)", said, re.MULTILINE)
    assert sorted(asked) == sorted(re.match("[a-z-]+", line)[0] for line in project["dependencies"])
    assert not {"click", "rich", "dask", "sphinx", "pytest"} & set(asked)
    assert "Provides-Extra" not in said
    (python,) = re.findall(r"^Requires-Python: (.+)$", said, re.MULTILINE)
    assert set(python.split(",")) == set(project["requires-python"].split(","))


def test_it_is_small(made):
    """Can it be sent by mail?"""
    assert made.stat().st_size < MOST_MB * 1e6


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_equal_content_is_an_equal_file(root, made, tmp_path, umask):
    """Does the zip change only with the lesson, whoever makes it?"""
    before = os.umask(umask)
    try:
        again = pack.write_pack(Project(root), tmp_path / pack.NAME)
    finally:
        os.umask(before)
    assert again.read_bytes() == made.read_bytes()


def test_another_lesson_is_another_version(tmp_path):
    """Does pip install the corrected lesson, or say that it has that version?"""
    content = {"cnn_lesson/notebooks/01.ipynb": b"a"}
    other = {"cnn_lesson/notebooks/01.ipynb": b"b"}
    assert wheel.mark(content) == wheel.mark(dict(content)) != wheel.mark(other)
    version = tomllib.loads(wheel.pyproject(content))["project"]["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+\+h[0-9a-f]{7}", version)


def test_each_system_has_its_two_lines(unpacked, built):
    """Does START.md say it for each, with names that are in the folder?"""
    start = (unpacked / "START.md").read_text(encoding="utf-8")
    assert which() in start and "{" not in start
    sections = dict(re.findall(r"^## (\w+).*?$(.*?)(?=^## |\Z)", start, re.MULTILINE | re.DOTALL))
    for system in SYSTEMS:
        block = re.search(r"```\n(.*?)```", sections[system], re.DOTALL)[1]
        assert block.count("\n") == 2
    assert f"%pip install --no-deps {built.name}" in start
    lines = (unpacked / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"./{built.name}"
    assert all("==" in line for line in lines[1:])
    assert any(line.startswith("tensorflow==") for line in lines)
    assert any(line.startswith("nbgrader==") for line in lines)
    assert not any(line.startswith(("click", "rich")) for line in lines)


def test_a_bare_python_reads_whether_it_fits(unpacked, tmp_path):
    """What does check_env.py say to somebody who has only unpacked the zip?"""
    venv.create(tmp_path / "bare")
    done = run(tmp_path / "bare" / "bin" / "python", "check_env.py", cwd=unpacked)
    assert done.returncode == 1
    assert re.fullmatch(r"check_env: Python 3\.\d+ fits, and the lesson is not .+\n", done.stderr)


@pytest.mark.slow
def test_release_says_where_the_zip_is(tmp_path, monkeypatch):
    """Does the verb make the stubs, the zip, and the entry in the gradebook?"""
    course = make_course(tmp_path)
    monkeypatch.chdir(course.root)
    done = CliRunner().invoke(main, ["release"])
    assert done.exit_code == 0, done.output
    assert str(course.root / pack.OUTPUT) in done.output
    assert (course.root / pack.OUTPUT).is_file() and (course.root / "gradebook.db").exists()


def test_without_stubs_there_is_no_zip(tmp_path):
    """Is it one sentence, and nothing is left behind?"""
    course = make_course(tmp_path)
    with pytest.raises(CourseError, match="cnn-lesson build"):
        pack.write_pack(course, tmp_path / "out" / pack.NAME)
    assert not (tmp_path / "out").exists()


def test_without_setuptools_it_says_what_to_install(root, tmp_path, monkeypatch):
    """Does somebody who installed only the course know what is missing?"""
    monkeypatch.setattr(wheel.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(CourseError, match="pip install setuptools"):
        wheel.build_wheel(Project(root), tmp_path)


@pytest.fixture(scope="module")
def elsewhere(built, tmp_path_factory) -> Path:
    """The Python of an empty environment with the wheel; other packages are this one's.

    None of the project itself is among them: a `.pth` in a folder that a `.pth` names is not read.
    """
    folder = tmp_path_factory.mktemp("elsewhere") / "env"
    try:
        venv.create(folder, with_pip=True)
    except subprocess.CalledProcessError:
        pytest.skip("this Python lacks ensurepip (Debian: python3-venv)")
    python = folder / "bin" / "python"
    install = "-m pip --disable-pip-version-check install --quiet --no-index --no-deps"
    subprocess.run([python, *shlex.split(install), built], check=True)
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    Path(own, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    Path(own, "windows_like.py").write_text(UNLIKE_POSIX)
    Path(own, "windows_like.pth").write_text("import windows_like\n")
    return python


def run(python: Path, *words: object, cwd: Path) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(
        [python, *map(str, words)], cwd=cwd, env=environment, capture_output=True, text=True
    )


@pytest.mark.slow
def test_a_machine_like_windows_is_one(elsewhere, tmp_path):
    """Does the pretence bite: are modules and calls gone, and the instructor's packages, too?"""
    for gone in ("import fcntl", "import pwd", "os.fork", "signal.SIGKILL", "import cnn_course"):
        assert run(elsewhere, "-c", f"import os, signal\n{gone}", cwd=tmp_path).returncode == 1


@pytest.mark.slow
def test_the_lesson_is_solved_on_a_machine_like_windows(elsewhere, root, tmp_path):
    """Do the stubs that `learn` hands out, filled in, earn every automatic point there?"""
    learned = run(elsewhere, "-m", "cnn_lesson", "learn", "mine", "--no-open", cwd=tmp_path)
    assert learned.returncode == 0, learned.stderr
    assert (elsewhere.parent / "cnn-lesson").exists()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda name: solve(elsewhere, root, tmp_path, name), NOTEBOOKS))


def solve(python: Path, root: Path, folder: Path, name: str) -> None:
    """Fill a stub with the solution's answers, run it, and look at what each check gave."""
    stub = folder / "mine" / f"{name}.ipynb"
    solution = root / SOLUTIONS / "cnn" / f"{name}.ipynb"
    done = run(python, "-c", SOLVE, stub, solution, cwd=folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    cells = nbformat.read(stub, as_version=4).cells
    graded = [
        cell.id
        for cell in cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    ]
    earned = json.loads(done.stdout.rsplit("POINTS", 1)[1])
    assert earned == {item: ITEMS[item].points for item in graded} and graded
