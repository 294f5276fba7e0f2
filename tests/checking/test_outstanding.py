"""An answer whose cell raised is told so, with the line, until the cell runs well."""

import types

import nbformat
import pytest
from nbclient import NotebookClient

from cnn_lesson.checking import outstanding
from cnn_lesson.checking.outstanding import defined, said


@pytest.fixture(autouse=True)
def nothing_raised(monkeypatch):
    monkeypatch.setattr(outstanding, "_raised", {})


def ran(source, cell_id=None):
    """The outcome of a cell as IPython tells it."""
    before = during = None
    try:
        code = compile(source, "<cell>", "exec")
    except SyntaxError as error:
        before = error
    else:
        try:
            exec(code, {})
        except Exception as error:
            during = error
    info = types.SimpleNamespace(raw_cell=source, cell_id=cell_id)
    result = types.SimpleNamespace(info=info, error_before_exec=before, error_in_exec=during)
    outstanding._after(result)


def told(*names):
    return [each.said for each in outstanding.outstanding(names)]


def test_the_error_of_a_cell_belongs_to_the_names_it_defines():
    """Is it told to the items that read one of these names, and to no other?"""
    ran("conv1 = 3\nconv2 = conv1 + 'x'")
    assert told("conv2", "model") and not told("history")
    assert told("conv1")[0].startswith("TypeError")


def test_it_is_forgotten_once_the_cell_runs():
    """Is a mended cell mended, with a cell's id or without one?"""
    for cell_id in (None, "q1-b"):
        ran("model = 1 / 0", cell_id)
        assert told("model")
        ran("model = 1", cell_id)
        assert not told("model")


def test_a_cell_without_an_id_is_mended_by_what_gives_its_names_a_value():
    """Does a mended cell count whose other names were others, and is its last error told only?"""
    ran("f = 1 / 0\ntrial = f")
    ran("def f(image):\n    return image\nother = f(")
    assert [each.split()[0] for each in told("f")] == ["ZeroDivisionError:", "SyntaxError"]
    ran("f = 2 / 0\ntrial = other = 3")
    assert [each.split()[0] for each in told("f")] == ["ZeroDivisionError:"]
    ran("import math\ndef f(image):\n    local = image\n    return local")
    assert not told("f") and told("trial")


def test_names_inside_of_a_function_are_none_of_its_cell():
    """Is an error told to the items whose names the cell itself gives a value?"""
    ran("def f(x):\n    history = x\nt = [model for model in f(1)]")
    assert told("f", "t") and not told("history") and not told("model")


def test_what_python_cannot_read_is_said_without_a_file():
    """Is the file of a cell, which nobody has ever seen, left out?"""
    ran("model = 24 x 24")
    assert told("model") == ["SyntaxError in line 1: invalid syntax · model = 24 x 24"]


IMPORTS = {
    "a wrong name": "from keras.layers import Conv2d, Input",
    "another name": "from keras.layers import Convolutional2D, Input",
    "a blank": "from keras.layers import ______2D, Input",
    "the library": "from kerras.layers import Conv2D, Input",
}


@pytest.mark.parametrize("way", IMPORTS)
def test_what_follows_from_another_cell_is_not_told(way):
    """Is the cell told that should have given a name, and not the ones that miss it?"""
    ran(IMPORTS[way])
    ran("conv1 = Conv2D(16)")
    ran("model = conv1")
    (only,) = told("conv1", "model")
    assert "ImportError" in only or "ModuleNotFoundError" in only
    ran("from math import sin as Conv2D, cos as Input")
    ran("conv1 = nothing")
    assert len(told("conv1")) == 1 and "'nothing' is not defined" in told("conv1")[0]


def test_a_name_that_no_cell_gives_is_told():
    """Is an import that failed no cause of a name that is not like any of its own?"""
    ran("import kerras as k")
    ran("model = window_sum")
    assert len(told("model")) == 1 and "window_sum" in told("model")[0]
    ran("model = model")
    assert len(told("model")) == 1


def test_another_cell_does_not_mend_it():
    """Does a cell that runs leave the errors of others alone?"""
    ran("model = 1 / 0", "a")
    ran("other = 1", "b")
    assert told("model")


def test_the_first_cell_that_raised_is_told_first_however_often_it_is_run():
    """Does the cause stand before what follows from it, also after a second try?"""
    ran("model = 1 / 0", "layers")
    ran("model = layer_that_is_missing", "way")
    ran("model = 2 / 0", "layers")
    first, second = told("model")
    assert first.startswith("ZeroDivisionError") and second.startswith("NameError")


def test_a_stub_that_nobody_wrote_in_raised_nothing():
    """Is an untouched cell still open, and one with lines below its raise told of it?"""
    ran("def f():\n    return 1\n\n# YOUR CODE HERE\nraise NotImplementedError()")
    assert not told("f")
    ran("# YOUR CODE HERE\nraise NotImplementedError()\nmodel = 3")
    assert "take it out" in told("model")[0]


def test_what_python_cannot_read_is_told_with_its_line():
    """Is a SyntaxError an error of the names that the cell would define?"""
    ran("model = 3\nhistory = model.fit(1,, 2)")
    assert told("history")[0].startswith("SyntaxError in line 2")


def test_names_of_a_cell():
    """Are assignments, loops, functions and tuples found?"""
    source = "a, b = 1, 2\ndef c(x):\n    y = x\nfor d in []:\n    e = d\nf: int = 3\ng.h = 4"
    assert {*defined(source)} >= {"a", "b", "c", "d", "e", "f"}
    assert "g" not in {*defined(source)}


def test_what_keras_says_is_one_sentence():
    """Is a long message cut down to what it says?"""
    text = "Exception encountered when calling Sequential.call().\n\nit does not fit\n\nArguments"
    assert said(ValueError(text + " received by Sequential.call():\n • x"), "").endswith(
        "it does not fit"
    )


@pytest.mark.slow
def test_a_check_says_first_what_raised():
    """In a notebook: does the check say the error and its line, and neither open nor untrue?"""
    cells = [
        "from cnn_lesson.checks import check\n"
        "from cnn_lesson.runtime import prepare\nprepare(1)\nimport keras\nimport numpy as np\n"
        "from keras.layers import *",
        "conv1 = Conv2D(16, 3, activation='relu')\nconv2 = Conv2D(32, 3, activation='relu')\n"
        "mpool, flat = MaxPooling2D(2), Flatten()\n"
        "dense1, dense2 = Dense(128, 'relu'), Dense(10, 'softmax')",
        "x_inputs = Input((28, 28, 1))\n\nx = conv1(x_inputs)\nx = conv1(x)\n"
        "model = keras.Model(x_inputs, x)",
        "str(check('q1'))",
        "model = 3\nhistory = model.fit(1)",
        "str(check('train'))",
        "falls = conv",
        "str(check('dense-vs-conv'))",
        "shuffled = keras.Sequential([Dense(3)]).fit(np.ones((2, 2)), np.ones(2))",
        "str(check('dense-vs-conv'))",
        "check('Q1')",
        "hint = check\ncheck(q1)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, allow_errors=True, timeout=300, kernel_name="python3").execute()
    q1, train = (notebook.cells[n].outputs[-1].data["text/plain"] for n in (3, 5))
    unquoted, unfitted = (notebook.cells[n].outputs[-1].data["text/plain"] for n in (7, 9))
    assert "raised ValueError in line 4" in q1 and "conv1 used twice" in q1
    assert "this layer has weights for another number of channels" in q1
    assert "stands in quotes" in unquoted and "compile comes before fit" in unfitted
    assert "raised AttributeError in line 2" in train and "still open" not in train
    assert notebook.cells[10].outputs[0].traceback == ["there is no item 'Q1': did you mean 'q1'?"]
    assert '"q1"' in notebook.cells[11].outputs[0].traceback[0]
