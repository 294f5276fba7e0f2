"""What notebooks bring along from Colab and others costs nothing where it is not needed."""

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from cnn_course.grade.jobs import SETTLE_IN

pytestmark = pytest.mark.slow

FINE = {
    "Colab's drive": "from google.colab import drive\ndrive.mount('/content/drive')\nx = 1",
    "Colab as a whole": "import google.colab\nx = 1",
    "Colab's files": "from google.colab import files as f\nf.download('model.keras')\nx = 1",
    "the version": "%tensorflow_version 2.x\nx = 1",
    "TensorBoard": "%load_ext tensorboard\n%tensorboard --logdir logs\nx = 1",
    "a backend": "%matplotlib nosuchbackend\nx = 1",
    "an extension": "%load_ext no_such_extension\nx = 1",
    "pip": "%pip install seaborne\nx = 1",
    "a library not used": "import numpy as np, seaborne as sns\nx = int(np.ones(1)[0])",
    "from a library not used": "from seaborne.objects import Plot\nx = 1",
    "a try": "try:\n    import google.colab\n    x = 2\nexcept ImportError:\n    x = 1",
}
WRONG = {
    "import seaborne as sns\nx = 1\nsns.set()": "No module named 'seaborne'",
    "from seaborne import set as s\ns()": "No module named 'seaborne'",
    "from numpy import nosuchname": "cannot import name 'nosuchname'",
    "import numpy.nosuchmodule": "No module named 'numpy.nosuchmodule'",
    "from keras.nosuch import layers": "No module named 'keras.nosuch'",
}


@pytest.fixture(scope="module")
def cells():
    """By its source, each case as run by a kernel that has settled in."""
    lines = [SETTLE_IN]
    for source in FINE.values():
        lines += ["x = 0", source, "print(x)"]
    lines += WRONG
    notebook = new_notebook(cells=[new_code_cell(line) for line in lines])
    NotebookClient(notebook, allow_errors=True, kernel_name="python3").execute()
    assert notebook.cells[0].outputs == []
    return notebook.cells


@pytest.mark.parametrize("habit", FINE)
def test_a_habit_of_another_place_costs_nothing(cells, habit):
    """Does the rest of the cell run?"""
    place = next(n for n, cell in enumerate(cells) if cell.source == FINE[habit])
    assert cells[place + 1].outputs[0].text == "1\n", cells[place].outputs


@pytest.mark.parametrize("source", WRONG)
def test_what_is_used_and_missing_says_so(cells, source):
    """Does a library that is missed where it is used raise the error that names it?"""
    cell = next(cell for cell in cells if cell.source == source)
    assert WRONG[source] in next(o.evalue for o in cell.outputs if o.output_type == "error")
