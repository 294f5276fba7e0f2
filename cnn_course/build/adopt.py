"""The way back: an edit made in a notebook of ``source/cnn`` goes into its master."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.build import workshop
from cnn_course.build.cells import MasterCell, render_cell
from cnn_course.build.masters import Master, parse_master, read_master
from cnn_course.build.notebooks import (
    STAMP,
    essence,
    fingerprint,
    read_notebook,
    write_notebook,
)
from cnn_course.build.views import master_source, short_metadata, source_view
from cnn_course.cell_kind import points
from cnn_course.errors import CourseError
from cnn_course.project import SOURCE, Project
from cnn_lesson.items import ITEMS, Item

Old = dict[str, tuple[NotebookNode, MasterCell]]
"""Cells as they were built and as they stand in the master, by id."""


@dataclass(frozen=True)
class Adoption:
    """A master as it is and as the notebook would have it, and what will be built from it."""

    path: Path
    before: str
    after: str
    built: NotebookNode

    @property
    def diff(self) -> str:
        """The change, as a unified diff; empty where there is none."""
        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        shown = f"{self.path.parent.name}/{self.path.name}"
        return "".join(unified_diff(old, new, shown, f"{shown} (adopted)"))


def adopt(project: Project, name: str, items: Mapping[str, Item] = ITEMS) -> Adoption:
    """What the master becomes when it takes over the notebook; nothing is written.

    Cells that were not edited stay as they stand in the master, letter by letter. Raises
    CourseError where the master was edited as well, or cannot say what the notebook says.
    """
    notebook = read_notebook(project.notebook(SOURCE, name))
    path = project.master(name)
    if not path.exists():
        return _proven(path, Master(name, "", ()), {}, notebook, items)
    master = read_master(path, items)
    built = source_view(master, items)
    was, now = notebook.metadata.get(STAMP, {}).get("fingerprint"), fingerprint(notebook)
    if now in (was, fingerprint(built)):
        return Adoption(path, master.text, master.text, built)
    if was != fingerprint(built):
        raise CourseError(
            f"{path} is not what the notebook was built from: it was edited as well, "
            "so bring the two edits together by hand"
        )
    return _proven(path, master, by_id(master, built), notebook, items)


def by_id(master: Master, built: NotebookNode) -> Old:
    """The cells of a notebook that was built from a master, each with its origin."""
    return {cell.id: (cell, mine) for cell, mine in zip(built.cells, master.cells, strict=True)}


def write_adoption(project: Project, adoption: Adoption) -> None:
    """Replace the master, and the notebook by what is built from it, each in one step."""
    name = adoption.path.stem
    with workshop(project.root) as work:
        write_notebook(adoption.built, work.notebook(SOURCE, name))
        work.master(name).write_text(adoption.after, encoding="utf-8")
        os.replace(work.master(name), adoption.path)
        os.replace(work.notebook(SOURCE, name), project.notebook(SOURCE, name))


def _proven(
    path: Path, master: Master, old: Old, notebook: NotebookNode, items: Mapping[str, Item]
) -> Adoption:
    """The adoption, once building the new master has given the notebook again."""
    after = adopted_text(master, old, notebook, items)
    shown = f"{path.parent.name}/{path.name} (as it would become)"
    built = source_view(parse_master(after, master.name, items, shown), items)
    for mine, theirs in zip(built.cells, notebook.cells, strict=True):
        if _said(mine, items) != _said(theirs, items):
            raise CourseError(
                f"{path} cannot say what cell {theirs.get('id')} says: a master holds text, tags "
                "and items; points stand in cnn_lesson/items/, pictures in cnn_lesson/figures.py"
            )
    return Adoption(path, master.text, after, built)


def _said(cell: NotebookNode, items: Mapping[str, Item]) -> tuple:
    attached = bool(cell.get("attachments"))
    return cell.cell_type, master_source(cell), short_metadata(cell, items), points(cell), attached


def adopted_text(
    master: Master, old: Old, notebook: NotebookNode, items: Mapping[str, Item] = ITEMS
) -> str:
    """The master's text with the notebook's cells: old ones as they stood, the others written."""
    texts = []
    for cell in notebook.cells:
        built, mine = old.get(cell.get("id"), (None, None))
        if built is not None and essence(built) == essence(cell):
            texts.append(mine.text)
        else:
            text = render_cell(cell.cell_type, master_source(cell), short_metadata(cell, items))
            texts.append(text.rstrip("\n") + (_gap(mine.text) if mine else "\n"))
    spaced = [text if _gap(text) != "\n" else _with_gap(text) for text in texts]
    return master.preamble + "".join(spaced).rstrip("\n") + "\n"


def _gap(text: str) -> str:
    return text[len(text.rstrip("\n")) :] or "\n"


def _with_gap(text: str) -> str:
    """The cell with the blank lines after it that a formatter wants: two after a function."""
    indented = text.rstrip("\n").split("\n")[-1].startswith(" ")
    return text.rstrip("\n") + "\n\n" + "\n" * indented
