"""The one door for notebooks that were handed in: bytes become sources, or a sentence.

Only what grading needs is taken over: of each cell its type, source, id, what nbgrader wrote on
it and the pictures pasted into it. Everything else that an editor may write is dropped unseen, so
nothing in it can be wrong. This module loads no library: a reader process starts in a moment.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cnn_course.errors import CourseError
from cnn_course.grade.decoding import AGAIN, parsed

KEPT_LIMIT_MB = 10
"""What sources and pasted pictures of a notebook may weigh together; outputs do not count."""

CELL_COUNT_LIMIT = 2_000
LINE_COUNT_LIMIT = 200_000
"""Lines of all sources together: whoever reads on goes line by line."""
ID_LIMIT, FLAG_LIMIT = 64, 200

_ID = re.compile(rf"[a-zA-Z0-9_-]{{1,{ID_LIMIT}}}")
_KINDS = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown"}
_FLAGS = (
    "grade_id",
    "grade",
    "solution",
    "locked",
    "task",
    "points",
    "cell_type",
    "schema_version",
)
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Handed:
    """What came through the door: a notebook of plain data, or the sentence why there is none."""

    notebook: dict[str, Any] | None = None
    sentence: str = ""
    notes: list[str] = field(default_factory=list)


def sources(content: bytes) -> Handed:
    """The notebook in a file's bytes, as nbformat 4.5 calls it valid; never raises.

    Where there is none, ``sentence`` says in one true sentence what the file is instead.
    """
    try:
        value, note = parsed(content)
        cells, unreadable = _taken(value)
    except CourseError as error:
        return Handed(sentence=str(error))
    except MemoryError:
        return Handed(sentence=TOO_MUCH_MEMORY)
    notes = [note] if note else []
    if unreadable:
        notes.append(f"{unreadable} cell{'s' * (unreadable > 1)} without readable source left out")
    return Handed({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}, "", notes)


TOO_MUCH_MEMORY = (
    "the file takes more memory to read than a notebook may; clear its outputs, then save and "
    "hand it in again"
)


def _taken(value: object) -> tuple[list[dict], int]:
    """The cells that have a source, and how many have none. Raises CourseError without any."""
    raw = list(_raw_cells(value))
    if not raw:
        raise CourseError(f"the notebook has no cells; {AGAIN}")
    if len(raw) > CELL_COUNT_LIMIT:
        raise CourseError(f"{len(raw)} cells, over the limit of {CELL_COUNT_LIMIT}")
    cells = [cell for cell in map(_cell, raw) if cell is not None]
    if not cells:
        raise CourseError(f"none of its {len(raw)} cells has a readable source; {AGAIN}")
    weight = sum(map(_weight, cells))
    if weight > KEPT_LIMIT_MB * 2**20:
        size = f"{weight / 2**20:.0f} MB without its outputs"
        raise CourseError(f"{size}, over the limit of {KEPT_LIMIT_MB} MB")
    lines = sum(cell["source"].count("\n") + 1 for cell in cells)
    if lines > LINE_COUNT_LIMIT:
        raise CourseError(f"{lines} lines in its cells, over the limit of {LINE_COUNT_LIMIT}")
    _give_ids(cells)
    return cells, len(raw) - len(cells)


def _raw_cells(value: object) -> Iterator[object]:
    """The cells of a notebook of any format: 4 has a list of them, 3 has worksheets of them."""
    if not isinstance(value, dict):
        raise CourseError(f"the file holds JSON, but no notebook; {AGAIN}")
    if "cells" not in value and isinstance(value.get("content"), dict):
        value = value["content"]  # as a server of notebooks hands one out
    sheets = value.get("worksheets")
    if isinstance(value.get("cells"), list):
        yield from value["cells"]
    elif isinstance(sheets, list):
        for sheet in sheets:
            cells = sheet.get("cells") if isinstance(sheet, dict) else None
            yield from cells if isinstance(cells, list) else ()
    else:
        raise CourseError(f"the file holds JSON, but no notebook: it has no list of cells; {AGAIN}")


def _cell(raw: object) -> dict[str, Any] | None:
    """A cell with nothing but what is needed; None where it has no readable source."""
    if not isinstance(raw, dict):
        return None
    text = _text(raw["source"] if "source" in raw else raw.get("input"))
    if text is None:
        return None
    kind = _kind(raw)
    cell: dict[str, Any] = {"cell_type": kind, "metadata": _metadata(raw), "source": text}
    if raw.get("cell_type") == "heading" and raw.get("level") in range(1, 7):
        cell["source"] = "#" * int(raw["level"]) + f" {text}"
    if wanted := _id(raw):
        cell["id"] = wanted
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    elif pictures := _pictures(raw.get("attachments")):
        cell["attachments"] = pictures
    return cell


def _kind(raw: dict) -> str:
    """The type of a cell; one that does not say is code where it has been run, else plain text."""
    said = raw.get("cell_type")
    guess = "code" if said is None and {"outputs", "execution_count"} & set(raw) else "raw"
    return _KINDS.get(said, guess) if isinstance(said, str) else guess


def _text(value: object) -> str | None:
    """A source, as text or as a list of its lines, in letters that can be stored; None if neither.

    The lines end in line ends; some programs write them without any.
    """
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ("" if any("\n" in part for part in value) else "\n").join(value)
    if not isinstance(value, str):
        return None
    return mended(value).replace("\r\n", "\n").replace("\r", "\n")


def mended(text: str) -> str:
    """The text with a sign in place of each half of a letter that has lost its other half."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _id(raw: dict) -> str:
    """The cell's id, which Colab keeps in the metadata, or ""."""
    about = raw.get("metadata")
    hidden = about.get("id") if isinstance(about, dict) else None
    for wanted in (raw.get("id"), hidden):
        if isinstance(wanted, str) and _ID.fullmatch(wanted):
            return wanted
    return ""


def _metadata(raw: dict) -> dict[str, Any]:
    about = raw.get("metadata")
    if not isinstance(about, dict):
        return {}
    tags, grading = about.get("tags"), about.get("nbgrader")
    names = filter(_is_tag, tags) if isinstance(tags, list) else ()
    kept: dict[str, Any] = {"tags": unique} if (unique := list(dict.fromkeys(names))) else {}
    if isinstance(grading, dict) and isinstance(grading.get("grade_id"), str):
        flags = {key: grading[key] for key in _FLAGS if _is_flag(grading.get(key))}
        kept |= {"nbgrader": flags} if "grade_id" in flags else {}
    return kept


def _is_tag(value: object) -> bool:
    return isinstance(value, str) and _is_flag(value) and "," not in value and bool(value)


def _is_flag(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= FLAG_LIMIT and mended(value) == value
    return isinstance(value, (bool, int, float)) and abs(value) < 2**31


def _pictures(attachments: object) -> dict[str, dict[str, str]]:
    """The pictures pasted into a cell, by name; only kinds that can carry no script."""
    if not isinstance(attachments, dict):
        return {}
    kept = {}
    for name, bundle in attachments.items():
        if isinstance(bundle, dict):
            entries = {kind: _base64(bundle.get(kind)) for kind in _PICTURES}
            entries = {kind: data for kind, data in entries.items() if data}
            kept |= {mended(name): entries} if entries else {}
    return kept


def _base64(value: object) -> str:
    text = _text(value) or ""
    try:
        binascii.a2b_base64(text.encode("ascii"), strict_mode=False)
    except (binascii.Error, UnicodeEncodeError):
        return ""
    return re.sub(r"[^A-Za-z0-9+/=]", "", text)


def _weight(cell: dict) -> int:
    """The bytes of a cell's source and pictures, counted in letters where that is enough."""
    pictures = cell.get("attachments", {}).values()
    return len(cell["source"].encode()) + sum(len(data) for p in pictures for data in p.values())


def _give_ids(cells: list[dict]) -> None:
    """Let each cell have an id of its own: the first of its kind keeps it, others get a new one."""
    taken = {cell["id"] for cell in cells if "id" in cell}
    seen: set[str] = set()
    fresh = (f"cell-{number}" for number in range(2 * CELL_COUNT_LIMIT + 1))
    for cell in cells:
        if "id" not in cell or cell["id"] in seen:
            cell["id"] = next(name for name in fresh if name not in taken)
        seen.add(cell["id"])
