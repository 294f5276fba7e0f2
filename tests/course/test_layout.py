"""The rules of the layout: which way imports go, how fast they are, what no file may name."""

import ast
import graphlib
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

CONFIG = "nbgrader_config.py"
IMPORT_LIMIT_S = 0.3
PACKAGES = ("cnn_lesson", "cnn_course", "nbsandbox")
HEAVY = ("tensorflow", "keras")


def words(text: str) -> list[str]:
    """The words, whose dots keep this file from naming what it looks for."""
    return text.replace("·", "").split()


INDEX_HOSTS = words("py·pi.org python·hosted registry.npm·js deb.deb·ian.org")
FOLDERS_HERE = words("/wo·rk/ /ro·ot/ /tmp/l·ab")
MAKERS = words("ag·ent sub·ag·ent cla·ude anth·ropic chat·gpt copi·lot")
FORBIDDEN = re.compile(
    "|".join(
        [re.escape(host) for host in INDEX_HOSTS]
        + [rf"(?<![\w.~-]){folder}" for folder in FOLDERS_HERE]
        + [rf"(?<!user-)\b{maker}s?\b" for maker in MAKERS]
    ),
    re.IGNORECASE,
)


def modules(root: Path) -> dict[str, Path]:
    """Every module of the package by its full name, settings that nbgrader runs left out."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
        if path.name != CONFIG
    }


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of the package that a file imports, at its top or inside a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & set(known) or {node.module}
    return found & set(known)


@pytest.fixture(scope="module")
def graph(root):
    known = modules(root)
    return {name: imports(path, known) for name, path in known.items()}


def is_course(name: str) -> bool:
    return name.startswith("cnn_course")


def test_there_is_no_import_cycle(graph):
    """Can the modules be put in an order in which each imports only earlier ones?"""
    cycle = []
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        cycle = error.args[1]
    assert not cycle


def test_the_layers_hold(root):
    """Do imports go one way, between the packages and inside the instructors' one?"""
    code = "from importlinter.cli import lint_imports_command as main; main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def run_python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def seconds(code: str) -> float:
    """The shortest of five runs in a fresh interpreter."""
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        run_python(code)
        runs.append(time.perf_counter() - start)
    return min(runs)


def test_the_package_is_imported_at_once():
    """Does `import cnn_lesson` cost less than 0.3 s?"""
    assert seconds("import cnn_lesson") - seconds("pass") < IMPORT_LIMIT_S


@pytest.mark.parametrize("side", ["learner", "course"])
def test_importing_the_package_loads_no_tensorflow(graph, side):
    """Is TensorFlow imported only inside the functions that need it?"""
    names = [name for name in graph if is_course(name) == (side == "course")]
    names = [name for name in names if not name.endswith("__main__")]
    code = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\n"
    loaded = run_python(code + f"print([name for name in {HEAVY} if name in sys.modules])")
    assert loaded.strip() == "[]"


def test_masters_lie_outside_the_folder_that_is_copied(root):
    """Would a release carry the solutions along?"""
    assert list((root / "source").glob("*.py"))
    assert not list((root / "source" / "cnn").rglob("*.py"))


def project_files(root: Path) -> list[Path]:
    """The files that git tracks, and those that it would."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=root, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this folder is not a git repository")
    return [root / name for name in filter(None, done.stdout.split("\0"))]


def test_no_file_names_an_index_a_machine_or_its_makers(root):
    """Does every file make sense anywhere, to anyone?"""
    found = []
    for path in project_files(root):
        if path.suffix == ".npz" or not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            where = f"{path.relative_to(root)}:{number}"
            found += [f"{where}: {hit}" for hit in FORBIDDEN.findall(line)]
    assert not found


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [
        ("index-url = https://" + INDEX_HOSTS[0] + "/simple", True),
        ("made in " + FOLDERS_HERE[0] + "main", True),
        ("an " + MAKERS[0] + " wrote this", True),
        ("User-" + MAKERS[0].title() + ": lesson", False),
        ("course" + FOLDERS_HERE[0] + "sheet", False),
        ("a magenta reagent", False),
    ],
)
def test_the_search_bites(line, forbidden):
    """Does the pattern find what it must, and leave innocent lines alone?"""
    assert bool(FORBIDDEN.search(line)) == forbidden


def test_tests_have_no_network(request):
    """Is what leaves this machine refused at once, in child processes too where that can be?"""
    with pytest.raises(OSError, match="without a network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OSError, match="without a network"):
        socket.create_connection(("lesson.example", 80), timeout=1)
    if request.config.network == "cut off":
        interfaces = run_python("import socket; print(socket.if_nameindex())")
        assert interfaces.strip() == "[(1, 'lo')]"


def test_tests_reach_their_own_machine():
    """Can a test still talk to a server that it started?"""
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5):
            pass
