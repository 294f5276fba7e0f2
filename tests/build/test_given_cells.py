"""Given cells bear a second run, and need no answer that may be missing."""

import ast

import jupytext
import pytest

from cnn_lesson.items import NOTEBOOKS

CLINIC = "from keras import Input, Model, Sequential"


def cells(root, name):
    """The sources of a master's code cells, and whether each is given."""
    notebook = jupytext.read(root / "source" / f"{name}.py")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(cell.source, "answer" not in cell.metadata) for cell in code]


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name != "01-convolution"])
def test_no_given_cell_changes_what_an_earlier_one_made(root, name):
    """May each be run twice, since none makes a name out of itself?

    In notebook 1 a kernel takes a step with each run: that is what the cell is for.
    """
    for source, given in cells(root, name):
        for statement in ast.walk(ast.parse(source)) if given else ():
            if isinstance(statement, ast.Assign):
                made = {
                    n.id for t in statement.targets for n in ast.walk(t) if isinstance(n, ast.Name)
                }
                read = {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}
                assert not made & read, ast.unparse(statement)


def test_the_clinic_and_the_shuffling_import_their_layers(root):
    """Does a blank left open in Question 1 leave the error clinic and S6 alone?"""
    given = [source for source, given in cells(root, "02-mnist-cnn") if given]
    imports = "from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D"
    assert sum(imports in source for source in given) == 2
    assert any(CLINIC in source for source in given)
