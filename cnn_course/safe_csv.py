"""CSV that a spreadsheet shows as it is meant: quoted, UTF-8, and never run as a formula.

A spreadsheet takes text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line break for a
formula (CWE-1236; ASVS 1.2.10, where the cure is the same: a single quote in front). A program
that splits at another separator than the comma sees beginnings in the middle of a text, too, so
what follows a separator is treated alike. Numbers are written as numbers and never changed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from cnn_course.pages import number
from cnn_course.visible import without_unseen
from nbsandbox.atomic import write_bytes

BOM = "\ufeff"
"""At the front of files made for spreadsheets: Excel reads UTF-8 only with it."""

_FORMULA = re.compile(r"(^|[,;|\t\r\n][ \"]*)(?=[=+\-@\t\r\n＝＋－＠])")
DECIMALS = 4


class Verbatim(str):
    """A word of ours that a platform wants as it is, such as Moodle's ``-`` for no grade."""

    __slots__ = ()


def harmless(text: str) -> str:
    """The text with a single quote before everything that a spreadsheet would run.

    Control and direction characters, which would show it as what it is not, are left out.
    """
    return _FORMULA.sub(r"\1'", without_unseen(text))


def cell(value: object) -> str:
    """What a field holds: nothing for None, a number for a number, text that is safe."""
    if value is None:
        return ""
    if isinstance(value, Verbatim):
        return str(value)
    if isinstance(value, int | float):
        return number(value, DECIMALS)
    return harmless(str(value))


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Header and rows as CSV (RFC 4180): commas, quotes doubled, lines that end in CR LF."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([cell(value) for value in row] for row in rows)
    return stream.getvalue()


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], bom: bool = False
) -> Path:
    """Write a CSV file in one step; its path."""
    text = csv_text(header, rows)
    write_bytes(path, (BOM * bom + text).encode("utf-8", "replace"))
    return path
