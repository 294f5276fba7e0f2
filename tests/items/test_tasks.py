"""The task of each item in its notebook: does it say what the item reads?"""

import re

import nbformat
import pytest

from cnn_lesson.items import (
    NOTEBOOKS,
    checked,
    choose_layer,
    dense_vs_conv,
    error_clinic,
    ingredients,
    summary,
    trim_or_drop,
)


def tasks(root):
    """{item: text and given code from the check before it, or the section's start, to its own}."""
    found = {}
    for name in NOTEBOOKS:
        cells = nbformat.read(root / "notebooks" / "cnn" / f"{name}.ipynb", 4).cells
        text = ""
        for cell in cells:
            asked = re.search(r'^check\("([\w-]+)"\)', cell.source, re.MULTILINE)
            if asked:
                found[asked[1]], text = text, ""
            else:
                text += cell.source + "\n"
    return found


@pytest.fixture(scope="module")
def written(root):
    return tasks(root)


KEYS = {
    "ingredients": ingredients.RIGHT,
    "summary": summary.ROWS,
    "error-clinic": error_clinic.PATIENTS,
    "dense-vs-conv": dense_vs_conv.COUNTS,
    "choose-layer": choose_layer.CARDS,
    "trim-or-drop": (*trim_or_drop.NETWORKS, "parameters", "train", "validation"),
}


@pytest.mark.parametrize("item", KEYS)
def test_the_keys_that_an_item_reads_stand_in_its_task(item, written):
    """And every key of a table?"""
    assert [key for key in KEYS[item] if f'"{key}"' not in written[item]] == []


@pytest.mark.parametrize("item", checked(), ids=lambda item: item.id)
def test_the_names_that_an_item_reads_stand_in_its_task(item, written):
    """Is a learner told every name under which the check looks for an answer?"""
    task = written[item.id]
    missing = [name for name in item.names if not re.search(rf"\b{name}\b", task)]
    assert missing == []
