"""Reading a summary: role, output shape and parameters of five layers, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cnn_lesson.checking.contract import Check, Unseen
from cnn_lesson.checking.evidence import (
    Evidence,
    as_dict,
    as_items,
    as_number,
    as_shape,
    entry,
    plain,
    yours,
)
from cnn_lesson.checking.misconceptions import (
    CONV_PARAMETERS_DEEP,
    CONV_SHAPE,
    DENSE_PARAMETERS,
    DENSE_SHAPE,
    FLATTEN_SHAPE,
    NO_PARAMETERS,
    POOL_SHAPE,
    Layer,
    Rule,
)
from cnn_lesson.items import ITEMS
from cnn_lesson.verdict import Finding, Verdict, shortened, still_open, wrong_kind

ROLES = ("input", "hidden", "output")
CELLS = ("role", "output shape", "parameters")
_KINDS = (
    '"input", "hidden" or "output"',
    "a tuple of whole numbers, without the None",
    "a whole number",
)
_KIND = "a dict: for each letter its role, its output shape and its number of parameters"


class Row(NamedTuple):
    """One layer of the summary: its role, the rules of its shape and count, its sizes."""

    role: str
    shape: Rule
    parameters: Rule
    layer: Layer

    @property
    def right(self) -> tuple[object, ...]:
        """The three cells of this row."""
        return self.role, self.shape.right(self.layer), self.parameters.right(self.layer)


ROWS = {
    "A": Row("hidden", CONV_SHAPE, CONV_PARAMETERS_DEEP, Layer(32, 32, 3, 5, 8)),
    "B": Row("hidden", POOL_SHAPE, NO_PARAMETERS, Layer(28, 28, 8, 2, 8)),
    "C": Row("hidden", CONV_SHAPE, CONV_PARAMETERS_DEEP, Layer(14, 14, 8, 3, 16)),
    "D": Row("hidden", FLATTEN_SHAPE, NO_PARAMETERS, Layer(12, 12, 16, 1, 16)),
    "E": Row("output", DENSE_SHAPE, DENSE_PARAMETERS, Layer(12, 12, 16, 3, 10)),
}

_ROLE_THOUGHTS = {
    ("hidden", "input"): (
        "the first thing that computes is taken for the input",
        "which row of the summary only states a shape?",
    ),
    ("hidden", "output"): (
        "a layer on the way is taken for the answer",
        "which layer's numbers leave the network?",
    ),
    ("output", "hidden"): (
        "the last layer is taken for one on the way",
        "which layer's numbers leave the network?",
    ),
    ("output", "input"): (
        "the two ends are mixed up",
        "which layer's numbers leave the network?",
    ),
}
_SHAPE_THOUGHT = "what comes in from the row above, and what does this layer do to it?"
_COUNT_THOUGHT = "what does one kernel or unit need, and how many are there?"


def _gather(answers: Mapping[str, object], inputs: Evidence) -> Evidence:
    return {"value": plain(answers.get("parts"))}


def _judge(evidence: Evidence, inputs: Evidence, unseen: Unseen) -> Verdict:
    """A share of the points for each right cell, and what the first wrong ones look like."""
    points, value = ITEMS["summary"].points, entry(evidence, "value")
    table = as_dict(value)
    if table is None:
        return (
            still_open("summary", ITEMS["summary"].points, _KIND)
            if value is None
            else _unreadable(value)
        )
    given = {letter: _cells(table.get(letter)) for letter in ROWS}
    if all(cell is None for cells in given.values() for cell in cells):
        return still_open("summary", ITEMS["summary"].points, _KIND)
    marks = {letter: _marks(ROWS[letter], cells) for letter, cells in given.items()}
    right = sum(sum(row) for row in marks.values())
    count = len(CELLS) * len(ROWS)
    return Verdict(
        "summary",
        points if right == count else round(points * right / count, 1),
        points,
        _findings(given, marks),
        (f"{right} of {count} cells",) if right else (),
    )


def _unreadable(value: object) -> Verdict:
    return wrong_kind("summary", ITEMS["summary"].points, yours(value), _KIND)


def _cells(row: object) -> list[object]:
    """Role, shape and parameters as they were given; None for what is missing."""
    mapping = as_dict(row)
    cells = as_items(row) if mapping is None else list(mapping.values())
    if cells is None and row is not None:
        cells = [row]
    return (cells or [])[:3] + [None] * (3 - len(cells or []))


def _role(value: object) -> str | None:
    named = [role for role in ROLES if isinstance(value, str) and role in value.lower()]
    return named[0] if len(named) == 1 else None


_READ = (_role, as_shape, as_number)


def _marks(row: Row, cells: list[object]) -> list[bool]:
    return [read(cell) == right for read, cell, right in zip(_READ, cells, row.right, strict=True)]


def _findings(given: dict[str, list[object]], marks: dict[str, list[bool]]) -> tuple[Finding, ...]:
    wrong = [(letter, n) for letter in ROWS for n in range(len(CELLS)) if not marks[letter][n]]
    filled = [(letter, n) for letter, n in wrong if given[letter][n] is not None]
    findings = [_finding(letter, n, given[letter][n]) for letter, n in filled]
    return shortened(findings, len(wrong) - len(filled))


def _finding(letter: str, n: int, value: object) -> Finding:
    says, thought = _named(ROWS[letter], n, _READ[n](value))
    kind = "" if thought else _KINDS[n]
    return Finding("", yours(value), kind, says, thought, about=f"{letter}, {CELLS[n]}")


def _named(row: Row, n: int, value: object) -> tuple[str, str]:
    """What a readable but wrong cell looks like, and a thought; nothing for an unreadable one."""
    if value is None:
        return "", ""
    if n == 0:
        return _ROLE_THOUGHTS[row.role, str(value)]
    rule, fallback = (row.shape, _SHAPE_THOUGHT) if n == 1 else (row.parameters, _COUNT_THOUGHT)
    named = rule.explain([value], [(row.layer,)])
    return (named.says, named.thought) if named else ("", fallback)


SUMMARY = Check(
    "summary",
    _gather,
    _judge,
    hints=(
        "go from top to bottom: what leaves one row enters the next",
        "shapes: a kernel of k takes k - 1 off rows and columns, the number of kernels becomes the "
        "channels; pooling divides rows and columns; Flatten multiplies everything",
        "parameters: (kernel rows x kernel columns x channels that come in, and one bias) for each "
        "kernel; (inputs and one bias) for each unit; what only picks or rearranges has none",
    ),
)
