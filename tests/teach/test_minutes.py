"""Minutes: are those that the notebooks say what the rule gives, and is the hour an hour?"""

import ast
import builtins
from itertools import pairwise

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.project import SOLUTIONS, STUBS, Project
from cnn_course.teach import minutes
from cnn_course.teach.timeline import read_run_times
from cnn_lesson.items import ITEMS, NOTEBOOKS

ROUNDED = 0.5
CORE_AT_MOST = 58
"""Of an hour in which nothing is free: so two minutes are left for whoever needs them."""


@pytest.fixture(scope="module")
def stubs(root):
    return {name: nbformat.read(Project(root).notebook(STUBS, name), 4) for name in NOTEBOOKS}


def headings(stub):
    """The first cell of each section, by its name."""
    found = {}
    for cell in stub.cells:
        if name := minutes.SECTION.search(cell.source):
            found[name[1]] = cell.source
    return found


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_minutes_are_those_of_the_rule(stubs, name):
    """Does each section say what a beginner takes, in the hour and at home?"""
    told = {section: minutes.said(text) for section, text in headings(stubs[name]).items()}
    for section, found in minutes.sections(stubs[name]).items():
        hour, home = told[section]
        assert abs(hour - found.hour) <= ROUNDED, (section, found)
        assert abs(home - found.home) <= ROUNDED, (section, found)


def test_a_notebook_says_the_sum_of_its_sections(stubs):
    """Is the first line of a notebook true?"""
    for stub in stubs.values():
        told = [minutes.said(text) for text in headings(stub).values()]
        hour, home = (sum(part) for part in zip(*told, strict=True))
        assert f"**In the hour: {hour} minutes. At home: {home} minutes.**" in stub.cells[0].source


def test_the_core_path_is_an_hour(stubs):
    """Can a group do all that is marked, with nobody talking for longer than the text?"""
    told = [minutes.said(text) for stub in stubs.values() for text in headings(stub).values()]
    found = [part for stub in stubs.values() for part in minutes.sections(stub).values()]
    assert 50 <= sum(hour for hour, _ in told) <= CORE_AT_MOST
    assert sum(part.hour for part in found) <= CORE_AT_MOST


def test_the_hour_waits_as_long_as_was_measured(root, stubs):
    """Has each cell that takes time the minutes for it, on a machine that is half as fast again?"""
    measured = read_run_times(Project(root))
    for name, stub in stubs.items():
        home = minutes.at_home(stub)
        for cell in stub.cells:
            if minutes.TRAINS & {*cell.metadata.get("tags", ())} and cell.id not in home:
                assert 1.5 * measured[name][cell.id] / 60 <= minutes.TRAIN, cell.id
            elif cell.id not in home and not cell.id.startswith("intro"):  # OPEN has those
                look = minutes.LOOK * ("figure" in cell.metadata.get("tags", ()))
                assert measured[name].get(cell.id, 0) / 60 <= minutes.RUN + look, cell.id


def test_nothing_of_the_hour_is_free():
    """Is a notebook opened, what comes last read, and what is handed in validated, in minutes?"""
    first, last = "## S1\n\n*In the hour: 1 minute.*", "## Take-aways\n\none two"
    progress = new_code_cell("progress()", metadata={"tags": ["progress"]})
    cells = [new_markdown_cell(first), new_markdown_cell(last), progress]
    found = minutes.sections(new_notebook(cells=cells))["S1"]
    assert found.hour == pytest.approx(minutes.OPEN + 6 / minutes.WORDS_A_MINUTE)
    read = 3 / minutes.WORDS_A_MINUTE + minutes.LOOK
    assert found.home == pytest.approx(read + minutes.VALIDATE)


def test_whoever_stays_in_the_hour_knows_where_to_go_on(stubs):
    """Does the last cell of the hour lead on, and do the take-aways say that they are for home?"""
    for name, following in pairwise(NOTEBOOKS):
        home = minutes.at_home(stubs[name])
        text = [cell for cell in stubs[name].cells if minutes.WORDS not in cell.source]
        last = [cell.source for cell in text if cell.id not in home][-1]
        assert f"In the hour go on with [{following}]({following}.ipynb)" in last
    for stub in stubs.values():
        (taken,) = (cell.source for cell in stub.cells if minutes.TAKE_AWAYS in cell.source)
        assert "*At home, when all above is done.*" in taken


def names(tree, context):
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}


def test_the_hour_needs_nothing_of_home(root):
    """Is every name that a cell of the hour reads made in the hour, and nowhere else?"""
    for name in NOTEBOOKS:
        solution = nbformat.read(Project(root).notebook(SOLUTIONS, name), 4)
        home, known = minutes.at_home(solution), {*dir(builtins)}
        for cell in solution.cells:
            if cell.cell_type == "code" and cell.id not in home:
                tree = ast.parse(cell.source)
                known |= names(tree, ast.Store) | _made(tree)
                assert names(tree, ast.Load) <= known, cell.id


def _made(tree):
    """The names of functions, their arguments, and imports."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return (
        {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
        | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        | {
            a.asname or a.name
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for a in node.names
        }
        | {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)}
    )


def test_what_is_marked_at_home_is_what_the_table_of_the_core_says(stubs):
    """Do notebooks, plans and report agree on what the hour holds?"""
    for stub in stubs.values():
        at_home = False
        for cell in stub.cells:
            if minutes.SECTION.search(cell.source):
                at_home = minutes.home_only(cell.source)
            at_home = at_home or minutes.AT_HOME in cell.source
            if cell.metadata.get("nbgrader", {}).get("grade"):
                assert at_home == (not ITEMS[cell.id].in_hour), cell.id


def test_every_item_has_minutes_and_a_place():
    """Is none forgotten, and none both in the hour and begun there?"""
    for item in ITEMS.values():
        assert 0 <= item.hour <= item.minutes and item.minutes > 0
        assert bool(item.hour_part) == (0 < item.hour < item.minutes)
    assert ITEMS["q3"].place == "in the hour" and ITEMS["convolve"].place == "at home"
    assert ITEMS["error-clinic"].place == "one patient in the hour, the rest at home"


def code_minutes(source, **metadata):
    """What the rule says of one code cell."""
    cells = [new_markdown_cell("## S1"), new_code_cell(source, metadata=metadata)]
    section = minutes.sections(new_notebook(cells=cells))["S1"]
    return section.home - minutes.VALIDATE - 1 / minutes.WORDS_A_MINUTE


def test_given_code_is_read_name_by_name():
    """Does a longer cell take longer, and one that is folded, or is the learner's own, not?"""
    source, words = "x = convolve(image, 3.5)  # a map", 6
    assert code_minutes(source) == pytest.approx(minutes.RUN + words / minutes.CODE_A_MINUTE)
    assert code_minutes(source, jupyter={"source_hidden": True}) == pytest.approx(minutes.RUN)
    own = {"solution": True, "grade": False, "locked": False, "grade_id": "convolve-answer"}
    assert code_minutes(source, nbgrader=own) == pytest.approx(minutes.RUN)
    assert code_minutes('reveal("x", 1)') == pytest.approx(minutes.RUN)
    guess = code_minutes("weights = 4\nmy_guess = None") - minutes.GUESS
    assert guess == pytest.approx(4 / minutes.CODE_A_MINUTE)


def test_the_rule_counts_words_cells_and_items():
    """Is a section the sum of its reading, its cells, its runs and its items?"""
    text = "## S1 · One\n\n*In the hour: 2 minutes · at home: 1 minute.* " + "word " * 139
    grade = {"nbgrader": {"grade": True, "locked": True, "grade_id": "q3"}}
    cells = [
        new_markdown_cell(text),
        new_code_cell("x = 1"),
        new_code_cell("x = fit()", metadata={"tags": ["progress"]}),
        new_markdown_cell("word " * 60),
        new_code_cell("figures.x()", metadata={"tags": ["figure"]}),
        new_code_cell("check", id="q3", metadata=grade),
        new_markdown_cell("### At home · More"),
        new_code_cell("my_guess = None"),
        new_markdown_cell("## Take-aways\n\none two"),
        new_code_cell("progress()", metadata={"tags": ["progress"]}),
        new_markdown_cell("## Words\n\n" + "word " * 600),
    ]
    found = minutes.sections(new_notebook(cells=cells))["S1"]
    words = 210 / minutes.WORDS_A_MINUTE  # of which TRAIN's are read while it trains
    runs = minutes.RUN + minutes.LOOK + minutes.CHECK + 4 / minutes.CODE_A_MINUTE
    assert found.hour == pytest.approx(minutes.OPEN + words + runs + ITEMS["q3"].minutes)
    last = minutes.LOOK + minutes.VALIDATE
    assert found.home == pytest.approx(6 / minutes.WORDS_A_MINUTE + minutes.GUESS + last)
    assert found.items == ["q3"] and minutes.said(text) == (2, 1)
