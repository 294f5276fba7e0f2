"""What a plain assignment's warm kernels have imported: what its masters name, and no more."""

import pytest

from cnn_course.assignments.running import WARM, preloaded


@pytest.mark.parametrize(
    "files, wanted",
    [
        ({"ps.ipynb": "total = 1"}, ()),
        ({"ps.ipynb": "import pandas as pd"}, ("pandas",)),
        (
            {"ps.ipynb": "%matplotlib inline", "code/tools.py": "import numpy"},
            set(WARM) - {"pandas"},
        ),
        ({"ps.ipynb": "x = 1", "data.csv": "pandas"}, ()),
    ],
)
def test_only_what_is_named_is_imported(files, wanted, tmp_path):
    """Do notebooks and the modules beside them decide, in any folder of the assignment?"""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert set(preloaded(tmp_path)) == set(wanted)


def test_without_masters_everything_is(tmp_path):
    """Is an assignment that stands in the gradebook only run as warm as can be?"""
    assert preloaded(tmp_path / "gone") == WARM
