"""A notebook written to take for ever: how long does making it safe take, and what is left?"""

import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from cnn_course import sanitise
from cnn_course.limited import Bounds, Died, LimitedProcess, TooSlow
from cnn_course.project import STUBS, Project
from cnn_course.safe_notebook import safe_notebook
from cnn_course.sanitise import CUT, FOUND, KEPT, LONG, looked_at, within_limits
from cnn_lesson.items import NOTEBOOKS

SECONDS = 3


@pytest.fixture(scope="module")
def process():
    """A process with limits that are passed soon."""
    made = LimitedProcess(sanitise._work, Bounds(SECONDS, 2048), "nb-sanitiser")
    yield made
    made.stop()


@pytest.fixture
def quick(monkeypatch, process):
    """Limits that are passed soon."""
    monkeypatch.setattr(sanitise, "_process", lambda: process)
    process.start()


def of_size(letters, pattern):
    """A text of a pattern."""
    return (pattern * (letters // len(pattern) + 1))[:letters]


@pytest.mark.slow
@pytest.mark.parametrize(
    "cell",
    [
        new_markdown_cell(of_size(1_000_000, "<!--")),
        new_raw_cell(of_size(1_000_000, "<!--")),
        new_markdown_cell(of_size(1_000_000, "\\begin{a}")),
        new_code_cell("1", outputs=[new_output("display_data", {"text/html": "<!--" * 250_000})]),
    ],
)
def test_a_text_that_takes_for_ever_is_cut(quick, cell):
    """Is the notebook there in seconds, safe and valid, with a word on what was left out?"""
    started = time.monotonic()
    safe, found = within_limits(new_notebook(cells=[new_markdown_cell("# mine"), cell]))
    assert time.monotonic() - started < 3 * SECONDS + 5, "it was waited for"
    assert FOUND in found
    assert safe.cells[0].source == "# mine"
    assert len(nbformat.writes(safe)) < 2 * (KEPT + 1000)
    nbformat.validate(safe)
    assert within_limits(safe) == (safe, [])


def test_many_texts_are_cut_together(monkeypatch):
    """Do two thousand cells, each short, stay within the limit, too?"""
    monkeypatch.setattr(sanitise, "_process", lambda: refusing)
    notebook = new_notebook(cells=[new_markdown_cell("x" * LONG) for _ in range(200)])
    safe, found = within_limits(notebook)
    assert FOUND in found
    assert sum(len(cell.source) for cell in safe.cells) <= sanitise.MANY + 200 * len(CUT)


class refusing:  # noqa: N801
    """A process that never makes it."""

    @staticmethod
    def ask(question):
        """Too much."""
        raise Died


def test_long_honest_texts_are_made_safe_as_short_ones_are(quick):
    """Is nothing cut of a long essay with a pasted picture and a long table?"""
    picture = f"![plot](data:image/png;base64,{'iVBORw0K' * 30_000})"
    table = "<table>" + "<tr><td>1</td><td>2</td></tr>" * 2000 + "</table>"
    essay = "\n\n".join(["I think that **shirts** look alike: $x^2$ and `code`."] * 500)
    cells = [new_markdown_cell(f"{essay}\n\n{picture}"), new_code_cell("1")]
    cells[1].outputs = [new_output("display_data", {"text/html": table})]
    notebook = new_notebook(cells=cells)
    assert within_limits(notebook) == safe_notebook(notebook)
    assert FOUND not in within_limits(notebook)[1]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_remark_is_about_what_the_learner_wrote(root, name):
    """Is the lesson's own text none, and the same link in an essay one?"""
    stub = nbformat.read(Project(root).notebook(STUBS, name), 4)
    given = {cell.source for cell in stub.cells if cell.cell_type != "code"}
    assert looked_at(stub, given) == ("", stub)
    link = "[more](../../other/02-mnist-cnn.ipynb)"
    stub.cells.append(new_markdown_cell(link))
    assert "a link that is not http" in looked_at(stub, given)[0]


def slow(question):
    """Works for as long as it is told."""
    time.sleep(float(question))
    return b"done"


def greedy(question):
    """Takes as much memory as it is told."""
    return bytes(len(bytearray(int(question))) % 7)


@pytest.mark.slow
def test_a_process_that_takes_too_long_or_too_much_is_replaced():
    """Is there an answer after both, and no process left?"""
    late = LimitedProcess(slow, Bounds(seconds=1), "nb-test")
    with pytest.raises(TooSlow, match="longer than 1 s"):
        late.ask(b"30")
    assert late.ask(b"0") == b"done"
    late.stop()
    assert late.pid is None
    heavy = LimitedProcess(greedy, Bounds(memory_mb=500), "nb-test")
    with pytest.raises(Died):
        heavy.ask(b"3000000000")
    assert heavy.ask(b"8") == b"\0"
    heavy.stop()
