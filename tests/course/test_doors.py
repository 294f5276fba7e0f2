"""The doors of the project: README, Makefile, the lock, the environment, what a push runs."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

DOORS = ("Makefile", "check_env.py", "pyproject.toml", "requirements.lock", "README.md", "LICENSE")
REQUIREMENT = re.compile(r"^([a-z0-9-]+)(?:\[([a-z0-9,-]+)\])?==[\w.+!]+( ; .+)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
NEEDS_NO_ENVIRONMENT = {"help", "clean"}


@pytest.fixture
def check_env(root):
    spec = importlib.util.spec_from_file_location("check_env", root / "check_env.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copied(root, tmp_path):
    """The doors and the package in a folder whose name needs care."""
    folder = tmp_path / "a lesson & a 'half'"
    folder.mkdir()
    for name in DOORS:
        shutil.copy(root / name, folder)
    junk = shutil.ignore_patterns("__pycache__")
    shutil.copytree(root / "cnn_lesson", folder / "cnn_lesson", ignore=junk)
    return folder


@pytest.fixture(scope="module")
def targets(root) -> dict[str, str]:
    """Each target that help lists, with what it needs."""
    text = (root / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z]+):(.*?) +## .+$", text, re.MULTILINE))


@pytest.fixture(scope="module")
def lock(root) -> list[str]:
    """The lines of requirements.lock without comments."""
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def run(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, "MAKEFLAGS": "", "MAKELEVEL": "0", **settings}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


# README and Makefile


def test_the_readme_is_short_and_opens_with_two_commands(root):
    """Does a reader know within five lines what to type?"""
    lines = (root / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100
    assert [line.split("  ")[0] for line in lines[3:5]] == ["make grade", "make test"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_target_that_a_page_names_exists(root, targets, name):
    """Does each command of the page work as it is written?"""
    text = (root / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE))
    assert named <= set(targets)
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (root / link).exists(), link


def test_every_target_makes_its_environment_first(targets):
    """Can any target be the first one somebody types?"""
    without = {name for name, needs in targets.items() if "$(ENV)" not in needs}
    assert without == NEEDS_NO_ENVIRONMENT


def test_help_lists_what_readers_look_for(root, targets):
    """Does a bare `make` say what there is?"""
    assert {"lesson", "build", "grade", "test", "lint", "bench"} <= set(targets)
    listed = [line.split("\t")[0] for line in run(root, "make").stdout.splitlines()]
    assert listed == list(targets)


def test_a_push_runs_what_the_readme_names(root):
    """Does CI need anything that a reader is not told about?"""
    script = (root / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line for line in script.splitlines() if line and not line.startswith("#")]
    assert commands[0] == "set -euo pipefail"
    assert commands[1].startswith("cd ")
    assert commands[2:] == ["make test"]
    assert os.access(root / ".ci" / "run", os.X_OK)
    for workflow in (root / ".github" / "workflows").iterdir():
        text = workflow.read_text("utf-8")
        assert re.findall(r"^ +- run: (.+)$", text, re.MULTILINE) == ["bash .ci/run"]
        for action in re.findall(r"uses: (.+)", text):
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_says_what_it_left_out(root, tmp_path, workers):
    """Is there one line for each reason, with how many tests it concerns, and the sum last?"""
    (tmp_path / "conftest.py").write_bytes((root / "tests" / "conftest.py").read_bytes())
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        "@pytest.mark.skipif(True, reason='no moon here')\n"
        "@pytest.mark.parametrize('night', range(3))\n"
        "def test_moon(night): pass\n"
        "def test_sun(): pytest.skip('no sun here')\n"
        "def test_earth(): pass\n"
    )
    pytest_here = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", workers]
    done = run(tmp_path, *pytest_here, PYTHONPATH=str(root))
    assert re.match(r"1 passed, 4 skipped in ", done.stdout.splitlines()[-1])
    said = done.stdout.split("left out here, and why")[1].splitlines()
    assert said[1:3] == ["    3  no moon here", "    1  no sun here"]


# The lock


def test_the_lock_holds_nothing_but_pins_and_hashes(lock):
    """Is every package one exact file, whatever index serves it?"""
    assert not [line for line in lock if not (REQUIREMENT.match(line) or HASH.match(line))]
    bare = [line for line, after in zip(lock, lock[1:], strict=False) if REQUIREMENT.match(line)
            and not HASH.match(after)]  # fmt: skip
    assert not bare


def test_the_lock_knows_every_dependency(root, lock):
    """Was the lock made again after pyproject.toml changed?"""
    pinned = {match[1] for match in map(REQUIREMENT.match, lock) if match}
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    assert set(re.findall(r'"([a-z-]+)>=', text)) <= pinned


def test_the_lock_names_the_extras_that_packages_ask_for(lock):
    """Does pip take the version that is pinned where a newer one is out?

    A package that is pinned without its extra is looked up anew by whoever asks for it with one.
    """
    pinned = {match[1]: match[2] or "" for match in map(REQUIREMENT.match, lock) if match}
    asked = {
        (canonicalize_name(each.name), extra)
        for package in metadata.distributions()
        for each in map(Requirement, package.requires or ())
        if not each.marker or each.marker.evaluate({"extra": ""})
        for extra in each.extras
    }
    assert ("jsonschema", "format-nongpl") in asked
    assert {one for one in asked if one[1] not in pinned.get(one[0], "").split(",")} == set()


# The environment


def test_python_too_old_is_one_sentence(copied):
    """What does somebody read whose only Python is 3.8?"""
    pretend = "import runpy, sys; sys.version_info = (3, 8, 18); sys.argv[1:] = ['--make'];"
    code = f"{pretend} runpy.run_path('check_env.py', run_name='__main__')"
    done = run(copied, sys.executable, "-c", code, PATH="")
    assert done.returncode == 1
    assert done.stderr.startswith("check_env: Python 3.11 to 3.13 is needed, and this is 3.8;")
    assert done.stderr.count("\n") == 1
    assert not (copied / ".venv").exists()


@pytest.fixture
def only_on_the_path(monkeypatch, tmp_path):
    """Puts one program, which prints what it is told to, on a PATH that has no other."""

    def put(name: str, says: str) -> None:
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho {says}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(program.parent))

    return put


@pytest.mark.parametrize("this", [(3, 8, 18), (3, 10, 14), (3, 14, 0)])
def test_another_python_is_found(check_env, monkeypatch, only_on_the_path, this):
    """Is python3.11 used where python3 is too old, or too new for TensorFlow?"""
    only_on_the_path("python3.11", "/somewhere/python3.11")
    monkeypatch.setattr(check_env.sys, "version_info", this)
    assert check_env.fitting_python("uv") == "/somewhere/python3.11"


def test_where_no_python_fits_uv_fetches_one_and_both_are_named(
    check_env, monkeypatch, only_on_the_path, capsys
):
    """Does somebody with Python 3.14 and uv get an environment, and read why it is another one?"""
    only_on_the_path("uv", "uv 0.9")
    monkeypatch.setattr(check_env.sys, "version_info", (3, 14, 0))
    asked = []
    monkeypatch.setattr(check_env, "run", lambda *commands: asked.append(commands) or False)
    with pytest.raises(check_env.Trouble):
        check_env.make_environment("uv")
    assert [command[:5] for command in asked[0]][0] == ["uv", "venv", "--clear", "--python", "3.12"]
    assert len(asked) == 1  # pip has no Python to start with
    said = capsys.readouterr().out
    assert f"{sys.executable} is Python 3.14, for which" in said and "3.12, which uv fetch" in said


def test_an_old_python_can_read_check_env(root):
    """Is the script that says 'too old' free of what an old Python cannot parse?"""
    tree = ast.parse((root / "check_env.py").read_text(encoding="utf-8"))
    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, too_new)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            assert not node.returns and not node.args.kwonlyargs


@pytest.mark.slow
def test_no_index_in_reach_is_one_sentence(copied):
    """What does somebody read who has no network, and half an environment of another project?"""
    stray = {"PYTHONPATH": "/nowhere", "VIRTUAL_ENV": "/nowhere", "PIP_TARGET": "/nowhere"}
    empty = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = run(copied, "make", "UV=", f"PYTHON={sys.executable}", "lint", **stray, **empty)
    assert done.returncode == 2
    said = done.stderr.splitlines()
    assert said[0].startswith("check_env: no package index is in reach")
    assert len(said) == 2  # the other line is make's own
    assert (copied / ".venv" / "install.log").exists()
    assert not (copied / ".venv" / "made-in").exists()


@pytest.mark.parametrize(
    ("made_in", "made_again"), [("/somewhere/else\n", True), ("{here}\n", False)]
)
def test_an_environment_from_another_folder_is_made_again(copied, made_in, made_again):
    """Does `make` notice that the folder was moved or copied together with .venv?"""
    (copied / ".venv").mkdir()
    (copied / ".venv" / "made-in").write_text(made_in.format(here=os.path.realpath(copied)))
    planned = run(copied, "make", "--dry-run", "test").stdout
    assert ("check_env.py --make" in planned) == made_again
    assert "-m pytest" in planned


def test_settings_of_other_environments_are_left_behind(check_env):
    """Do stale variables lose, and those that say where packages come from stay?"""
    stale = {"VIRTUAL_ENV": "x", "PYTHONPATH": "x", "PIP_TARGET": "x", "UV_PYTHON": "x"}
    wanted = {"PIP_INDEX_URL": "x", "UV_DEFAULT_INDEX": "x", "PIP_CERT": "x", "HOME": "x"}
    assert check_env.clean_environment({**stale, **wanted}) == {**wanted, "PIP_USER": "0"}


@pytest.mark.parametrize(
    ("log", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("Failed to establish a new connection", "is there a network?"),
        ("error: Network connectivity is disabled", "is there a network?"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "is not the one that requirements.lock names"),
        ("The virtual environment was not created: ensurepip is missing", "python3-venv"),
        ("something never seen", "could not be installed"),
    ],
)
def test_what_went_wrong_is_named(check_env, log, sentence):
    """Does each kind of trouble get its own sentence?"""
    assert sentence in check_env.reason(log)


def test_without_make_the_doctor_answers(root):
    """Does `python3 check_env.py` say what `cnn-lesson doctor` says?"""
    done = run(root, sys.executable, "check_env.py")
    assert "confinement" in done.stdout and done.stderr == ""


def test_every_place_names_the_same_pythons(root, check_env):
    """Do package, lock, checks, pages and CI agree on the versions that TensorFlow is built for?"""
    from cnn_lesson.command import pythons

    oldest, newest = ("{}.{}".format(*version) for version in (check_env.OLDEST, check_env.NEWEST))
    assert (pythons.OLDEST, pythons.NEWEST) == (check_env.OLDEST, check_env.NEWEST)
    project = (root / "pyproject.toml").read_text(encoding="utf-8")
    after = f"{check_env.NEWEST[0]}.{check_env.NEWEST[1] + 1}"
    assert f'requires-python = ">={oldest},<{after}"' in project
    assert f'target-version = "py{oldest.replace(".", "")}"' in project
    every = [f"3.{minor}" for minor in range(check_env.OLDEST[1], check_env.NEWEST[1] + 1)]
    assert re.findall(r"Python :: (3\.\d+)", project) == every
    assert f"--python-version {oldest} " in (root / "Makefile").read_text(encoding="utf-8")
    workflow = (root / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    assert json.loads(re.search(r"python: (\[.+\])", workflow)[1]) == every
    for page in ("README.md", "website/start.md", "Makefile"):
        assert f"{oldest} to {newest}" in (root / page).read_text(encoding="utf-8"), page


# The package


def test_the_wheel_carries_data_and_licences(copied, tmp_path):
    """Does an installed lesson have its images, without anything fetched?"""
    pytest.importorskip("setuptools", minversion="77")
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(tmp_path)!r})"
    done = run(copied, sys.executable, "-c", build)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(copied).as_posix()
        for path in (copied / "cnn_lesson").rglob("*")
        if path.is_file()
    }
    assert wanted <= packed
    assert any(name.endswith("licenses/LICENSE") for name in packed)


def test_credit_is_given(root):
    """Is the lesson that inspired this one named, and are both licences?"""
    assert "de Back" in (root / "CITATION.cff").read_text(encoding="utf-8")
    licence = (root / "LICENSE").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in licence
    assert "CC BY 4.0" in licence
