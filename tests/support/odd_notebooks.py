"""Notebooks as editors, browsers, accidents and attackers leave them, drawn or listed by name."""

import json
from typing import Any

from hypothesis import strategies as st

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(), max_size=12)  # lone surrogates among them
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def rarely(usual: st.SearchStrategy) -> st.SearchStrategy:
    """What is usually there, or anything."""
    return st.one_of(usual, usual, usual, JSON)


ATTACHMENTS = st.dictionaries(
    st.text(st.characters(), max_size=6),
    rarely(st.dictionaries(st.sampled_from(["image/png", "image/svg+xml"]), rarely(st.text()))),
    max_size=2,
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": rarely(st.sampled_from(["code", "markdown", "raw", "heading", "odd"])),
        "source": rarely(st.text(st.characters(), max_size=20) | st.lists(st.text(), max_size=3)),
        "input": rarely(st.text()),
        "level": JSON,
        "id": rarely(st.sampled_from(["a", "b", "q3", "", "ö", "x" * 65])),
        "metadata": rarely(
            st.fixed_dictionaries(
                {},
                optional={
                    "nbgrader": rarely(
                        st.fixed_dictionaries(
                            {"grade_id": rarely(st.sampled_from(["q3", "q3-answer", "convolve"]))}
                        )
                    ),
                    "tags": JSON,
                    "id": JSON,
                },
            )
        ),
        "outputs": JSON,
        "execution_count": JSON,
        "attachments": rarely(ATTACHMENTS),
        "outputExpanded": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": rarely(st.lists(rarely(CELLS), max_size=6))},
    optional={
        "nbformat": rarely(st.sampled_from([3, 4, 99])),
        "nbformat_minor": rarely(st.integers(0, 99)),
        "metadata": JSON,
        "worksheets": rarely(st.lists(st.fixed_dictionaries({"cells": st.lists(CELLS)}))),
    },
)


def as_bytes(value: Any, encoding: str = "utf-8") -> bytes:
    """A JSON value as it stands in a file."""
    return json.dumps(value, ensure_ascii=encoding == "utf-8").encode(encoding, "replace")
