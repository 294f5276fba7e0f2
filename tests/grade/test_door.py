"""The door for notebooks that were handed in: bytes become sources, or one true sentence."""

import base64
import json
import zipfile
from copy import deepcopy
from io import BytesIO

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn_course.grade.door import CELL_COUNT_LIMIT, KEPT_LIMIT_MB, LINE_COUNT_LIMIT, sources
from tests.support import odd_notebooks
from tests.support.odd_notebooks import as_bytes

PICTURE = base64.b64encode(b"\x89PNG and so on").decode()


def assert_told(content: bytes) -> None:
    """A notebook that nbformat calls valid, or a sentence of one line; never both, never none."""
    handed = sources(content)
    assert (handed.notebook is None) == bool(handed.sentence)
    for line in (handed.sentence, *handed.notes):
        assert "\n" not in line and line.isprintable() and len(line) < 300
    if handed.notebook is not None:
        notebook = nbformat.from_dict(handed.notebook)
        nbformat.validate(notebook, relax_add_props=False)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        nbformat.writes(notebook).encode("utf-8")
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@settings(max_examples=300, deadline=None)
@given(
    odd_notebooks.NOTEBOOKS | odd_notebooks.JSON, st.sampled_from(["utf-8", "utf-16", "latin-1"])
)
def test_any_json_is_a_notebook_or_a_sentence(value, encoding):
    """Does any JSON at the door give a valid notebook or one sentence, and never an error?"""
    assert_told(as_bytes(value, encoding))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_notebook_or_a_sentence(content):
    """Do any bytes give one, too?"""
    assert_told(content)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_real_notebook_is_one_or_the_other(stub_bytes, data):
    """Does a real notebook with bytes cut out, doubled or changed give one or the other?"""
    start = data.draw(st.integers(0, len(stub_bytes)))
    end = data.draw(st.integers(start, min(start + 50, len(stub_bytes))))
    assert_told(stub_bytes[:start] + data.draw(st.binary(max_size=5)) + stub_bytes[end:])


@pytest.fixture(scope="module")
def stub_bytes(root) -> bytes:
    """The first notebook as learners get it."""
    return (root / "notebooks" / "cnn" / "01-convolution.ipynb").read_bytes()


@pytest.fixture
def stub(stub_bytes) -> dict:
    """The same as JSON, to be changed."""
    return json.loads(stub_bytes)


def texts(notebook: dict) -> list[str]:
    """The sources in a notebook, in order."""
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def each(change):
    """A habit that shows in every cell."""

    def changed(notebook: dict) -> None:
        for cell in notebook["cells"]:
            change(cell)

    return changed


def code(change):
    """A habit that shows in every code cell."""
    return each(lambda cell: change(cell) if cell["cell_type"] == "code" else None)


HABITS = {
    "ids with minor version 2": lambda n: n.update(nbformat_minor=2),
    "minor version 99": lambda n: n.update(nbformat_minor=99),
    "no outputs": code(lambda c: c.pop("outputs")),
    "no execution_count": code(lambda c: c.pop("execution_count")),
    "stream without name": code(lambda c: c.update(outputs=[{"output_type": "stream"}])),
    "display_data without metadata": code(
        lambda c: c.update(outputs=[{"output_type": "display_data", "data": {}}])
    ),
    "kernelspec without display_name": lambda n: n.update(metadata={"kernelspec": {"name": "x"}}),
    "markdown with outputs": each(lambda c: c.update(outputs=[], execution_count=None)),
    "transient": code(lambda c: c.update(transient={}, outputExpanded=False)),
    "tags twice": each(lambda c: c["metadata"].update(tags=["a", "a"])),
    "unknown keys": lambda n: n.update(vscode={}, cells=n["cells"], colab=3),
    "no metadata at all": lambda n: n.pop("metadata"),
    "no ids": each(lambda c: c.pop("id")),
    "the same id everywhere": each(lambda c: c.update(id="a")),
    "Colab's ids": each(lambda c: c["metadata"].update(id=c.pop("id"))),
    "source as one text": each(lambda c: c.update(source="".join(c["source"]))),
    "lines without line ends": each(lambda c: c.update(source="".join(c["source"]).split("\n"))),
    "as a server hands it out": lambda n: n.update(
        {"content": {**n}, "type": "notebook", "name": n.pop("cells") and "x.ipynb"}
    ),
    "25 MB of outputs": lambda n: n["cells"][1].update(outputs=["x" * 25_000_000]),
    "Windows' line ends": each(
        lambda c: c.update(source="".join(c["source"]).replace("\n", "\r\n"))
    ),
}


@pytest.mark.parametrize("habit", HABITS.values(), ids=HABITS)
def test_what_any_editor_writes_is_read(stub, habit):
    """Are all sources read, without a word, whatever else an editor wrote or left out?"""
    wanted = texts(stub)
    habit(stub)
    handed = sources(as_bytes(stub))
    assert handed.sentence == "" and handed.notes == []
    assert texts(handed.notebook) == wanted
    nbformat.validate(nbformat.from_dict(handed.notebook))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_is_read(stub, encoding):
    """Is a notebook read from any of Unicode's encodings, with or without a byte order mark?"""
    content = json.dumps(stub, ensure_ascii=False).encode(encoding)
    handed = sources(content)
    assert texts(handed.notebook) == texts(stub) and handed.notes == []


def test_latin_1_is_guessed_and_said(stub):
    """Is a notebook in an old encoding read, with a note that this is a guess?"""
    stub["cells"][0]["source"] = "naïve Größe"
    stub["cells"] = stub["cells"][:1]
    handed = sources(json.dumps(stub, ensure_ascii=False).encode("latin-1"))
    assert texts(handed.notebook) == ["naïve Größe"]
    assert "Latin-1" in handed.notes[0]


def test_format_3_is_read():
    """Are the cells of a notebook of 2014 found in their worksheets, with headings as such?"""
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Title"]},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": []},
    ]
    handed = sources(as_bytes({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert texts(handed.notebook) == ["## Title", "x = 1\ny = 2"]


def test_lone_surrogates_are_replaced(stub):
    """Is a letter that has lost its half replaced, so that the notebook can be stored?"""
    stub["cells"][0]["source"] = "a \ud800 b 😀"
    handed = sources(as_bytes(stub))
    assert texts(handed.notebook)[0] == "a \ufffd b 😀"


def test_pasted_pictures_are_kept_and_scripts_are_not():
    """Does an essay keep its picture, while an SVG and what is no base64 stay behind?"""
    attachments = {
        "image.png": {"image/png": PICTURE, "image/svg+xml": "<svg onload='x'/>"},
        "other.png": {"image/png": 'x" onerror="alert(1)'},
        "text": {"text/html": "<script>"},
    }
    cell = {"cell_type": "markdown", "source": "see", "attachments": attachments}
    [kept] = sources(as_bytes({"cells": [cell]})).notebook["cells"]
    assert kept["attachments"]["image.png"] == {"image/png": PICTURE}
    assert '"' not in str(kept["attachments"].get("other.png", {}).get("image/png", ""))
    assert "text" not in kept["attachments"]


def zipped() -> bytes:
    """A small ZIP archive."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", "b")
    return target.getvalue()


NONE = {
    "": "the file is empty",
    "nothing but blanks": "the file is empty",
    "cut off": "the file is cut off: it ends in the middle of line",
    "conflict": "merge-conflict markers in line 3 of the file",
    "web page": "the file is a web page",
    "script": "the file is a Python script",
    "prose": "it begins with 'Dear teacher",
    "list": "holds JSON, but no notebook",
    "object": "it has no list of cells",
    "no cells": "the notebook has no cells",
    "no sources": "none of its 4 cells has a readable source",
    "zip": "a ZIP archive",
    "pdf": "a PDF",
    "deep": "nested too deeply",
    "many": f"{CELL_COUNT_LIMIT + 1} cells, over the limit of {CELL_COUNT_LIMIT}",
    "large": f"over the limit of {KEPT_LIMIT_MB} MB",
    "long": f"{LINE_COUNT_LIMIT + 1} lines in its cells, over the limit of {LINE_COUNT_LIMIT}",
    "damaged": "the file is damaged: no JSON any more at line 1, column",
}


def content_of(kind: str, stub: dict) -> bytes:
    """The bytes of a file that is no notebook."""
    whole = json.dumps(stub, indent=1)
    lines = whole.split("\n")
    odd = [{"cell_type": "code"}, *({"source": value} for value in (3, {}, [4]))]
    return {
        "": b"",
        "nothing but blanks": b"\xef\xbb\xbf\n \0\0",
        "cut off": whole[:-300].encode(),
        "conflict": "\n".join([*lines[:2], "<<<<<<< HEAD", *lines[2:]]).encode(),
        "web page": b"<!DOCTYPE html>\n<html>",
        "script": b"# %%\nimport numpy",
        "prose": b"Dear teacher, I could not",
        "list": b"[1, 2]",
        "object": b'{"nbformat": 4}',
        "no cells": b'{"cells": []}',
        "no sources": as_bytes({"cells": odd}),
        "zip": zipped(),
        "pdf": b"%PDF-1.7",
        "deep": b"[" * 200_000,
        "many": as_bytes({"cells": [{"source": "x"}] * (CELL_COUNT_LIMIT + 1)}),
        "large": as_bytes({"cells": [{"source": "x" * (KEPT_LIMIT_MB * 2**20 + 1)}]}),
        "long": as_bytes({"cells": [{"source": "x\n" * 1000}] * 199 + [{"source": "\n" * 801}]}),
        "damaged": b'{"cells": [}]}',
    }[kind]


@pytest.mark.parametrize("kind", NONE)
def test_what_is_no_notebook_says_what_it_is(stub, kind):
    """Does the learner read in one true sentence what the file is instead?"""
    handed = sources(content_of(kind, stub))
    assert handed.notebook is None
    assert NONE[kind] in handed.sentence
    assert_told(content_of(kind, stub))


def test_numbers_of_any_length_are_no_reason_to_stop(stub):
    """Is a notebook read that holds a number of 5,000 digits somewhere?"""
    stub["cells"][1]["execution_count"] = 7
    content = json.dumps(stub).replace('"execution_count": 7', f'"execution_count": {"9" * 5000}')
    assert texts(sources(content.encode()).notebook) == texts(stub)


def test_cells_without_source_are_left_out_and_said(stub):
    """Are the other cells read, and does a note say how many were left out?"""
    broken = deepcopy(stub)
    broken["cells"][2]["source"] = {"a": 1}
    handed = sources(as_bytes(broken))
    assert len(handed.notebook["cells"]) == len(stub["cells"]) - 1
    assert handed.notes == ["1 cell without readable source left out"]
