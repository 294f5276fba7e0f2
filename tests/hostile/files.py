"""Attacks by the files themselves: broken, huge, linked, and neighbours that shadow modules."""

import json
import os
import shutil
from pathlib import Path

from .attack import Attack, changed, code_cell, first, instead, path_in


def _shadow(folder: Path) -> None:
    """Modules and settings beside the notebook, under names that others import."""
    lie = (
        "import sys, re\n"
        "from IPython import get_ipython\n"
        "shell = get_ipython()\n"
        "def lie(lines):\n"
        "    found = re.search(r'(?:check|hand_out)\\(', ''.join(lines))\n"
        "    return ['3\\n'] if found else lines\n"
        "if shell: shell.input_transformers_cleanup.append(lie)\n"
        "def __getattr__(name): return lambda *a, **k: None\n"
    )
    for name in (
        "numpy",
        "keras",
        "tensorflow",
        "sitecustomize",
        "usercustomize",
        "json",
        "nbgrader_config",
    ):
        (folder / f"{name}.py").write_text(lie)
    (folder / "cnn_lesson").mkdir()
    for name in ("__init__", "checks", "arithmetic", "figures", "guesses", "runtime"):
        (folder / "cnn_lesson" / f"{name}.py").write_text(lie)


def _shadow_data(folder: Path) -> None:
    """The same without ``.py`` in its name: a module in a zip file, and the cell that takes it."""
    import zipfile

    with zipfile.ZipFile(folder / "data.csv", "w") as archive:
        archive.writestr("cnn_lesson/__init__.py", "__path__ = []\n")
        archive.writestr("cnn_lesson/checks.py", "check = hint = hand_out = lambda *a: 3\n")
        archive.writestr("cnn_course/__init__.py", "")
        archive.writestr("cnn_course/hidden.py", "check_hidden = lambda *a: 3\n")
        archive.writestr("nbsandbox/training_cache.py", "install = lambda *a: None\n")
    first(
        "import sys\n"
        "for name in [name for name in sys.modules if name.split('.')[0] == 'cnn_lesson']:\n"
        "    del sys.modules[name]\n"
        "sys.path.insert(0, 'data.csv')\n"
        "import cnn_lesson.checks"
    )(folder)


def _linked(folder: Path) -> None:
    path_in(folder).unlink()
    path_in(folder).symlink_to(folder.parents[1] / "honest" / "cnn" / path_in(folder).name)


def _linked_folder(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(folder.parents[1] / "honest" / "cnn")


def _linked_source(folder: Path) -> None:
    path_in(folder).unlink()
    path_in(folder).symlink_to(folder.parents[2] / "source" / "cnn" / path_in(folder).name)


def _links_beside(folder: Path) -> None:
    """Links that would be copied, or written through."""
    for name, target in (("gradebook", "gradebook.db"), ("all", "submitted"), ("source", "source")):
        (folder / name).symlink_to(folder.parents[2] / target)
    first(
        "import os, pathlib\n"
        "for path in pathlib.Path('.').glob('*/**/*.ipynb'):\n"
        "    print('FOUND' + '!', path, path.read_bytes()[:20])\n"
        "try: open('gradebook', 'a').write('hostile-7f3a')\n"
        "except OSError: pass"
    )(folder)


def _pipe(folder: Path) -> None:
    path_in(folder).unlink()
    os.mkfifo(path_in(folder))


def _folder(folder: Path) -> None:
    path_in(folder).unlink()
    path_in(folder).mkdir()


def _missing_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def _old(folder: Path) -> None:
    """The notebook as nbformat 3, its check cells as numbers."""
    cells = [
        {"cell_type": "code", "language": "python", "input": "3", "outputs": [], "metadata": {},
         "prompt_number": 1}
    ]  # fmt: skip
    old = {"metadata": {"name": "../../x"}, "nbformat": 3, "nbformat_minor": 0,
           "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    path_in(folder).write_text(json.dumps(old))


def _many_cells(notebook: dict) -> None:
    notebook["cells"] += [{**code_cell("0"), "id": f"n{n}"} for n in range(20_000)]


def _surrogates(notebook: dict) -> None:
    notebook["cells"].insert(0, code_cell("'\ud800 \x00 \u202e \x1b[2J'"))
    notebook["metadata"]["\ud800"] = "\ud800"


FILES = [
    Attack("json-broken", "broken JSON", lambda folder: path_in(folder).write_text(
        path_in(folder).read_text()[:-300])),
    Attack("json-empty", "an empty file", instead("")),
    Attack("json-list", "JSON that is no notebook", instead("[1, 2, 3]")),
    Attack("json-number", "JSON that is no notebook", instead('{"nbformat": "four", "cells": 7}')),
    Attack("json-deep", "JSON 300 000 levels deep", instead("[" * 300_000)),
    Attack("bytes", "no text at all", instead(bytes(range(256)) * 100)),
    Attack("nbformat-old", "old nbformat", _old),
    Attack("nbformat-new", "unknown nbformat", changed(
        lambda notebook: notebook.update(nbformat=99, nbformat_minor=9))),
    Attack("no-cells", "a notebook without cells", changed(
        lambda notebook: notebook.update(cells=[]))),
    Attack("missing", "missing notebook", lambda folder: path_in(folder).unlink()),
    Attack("missing-folder", "missing folder", _missing_folder),
    Attack("huge", "a huge notebook: 30 MB", changed(
        lambda notebook: notebook["cells"].append(code_cell("#" + "x" * 30_000_000)))),
    Attack("many-cells", "a huge notebook: 20 000 cells", changed(_many_cells)),
    Attack("surrogates", "letters that are none", changed(_surrogates)),
    Attack("link", "symlink to another's notebook", _linked),
    Attack("link-folder", "symlink to another's folder", _linked_folder),
    Attack("link-source", "symlink to the solutions", _linked_source),
    Attack("links-beside", "symlinks beside the notebook", _links_beside),
    Attack("pipe", "a pipe in place of the notebook", _pipe),
    Attack("folder", "a folder in place of the notebook", _folder),
    Attack("shadow", "modules that shadow numpy and the lesson", _shadow),
    Attack("shadow-zip", "a package in a data file that shadows the lesson", _shadow_data),
]  # fmt: skip
