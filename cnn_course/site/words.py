"""Words that a notebook links to its own list of words: on the site they link to the glossary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

PLACE = "/teaching/glossary.md"
LIST = "## Words"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_INSIDE = re.compile(r"\[([^\]]+)\]\(#([^)]+)\)")


def headings(glossary: Path) -> list[str]:
    """The terms that a glossary explains."""
    return _HEADING.findall(glossary.read_text(encoding="utf-8"))


def link_words(notebook: NotebookNode, terms: Sequence[str]) -> None:
    """Link words to the glossary, and leave out the notebook's own list where all of it is there.

    Other links inside the notebook become plain words: the site names headings otherwise.
    """
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _INSIDE.sub(lambda found: _linked(found, terms), cell.source)
    if terms:
        notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith(LIST)]


def _linked(found: re.Match, terms: Sequence[str]) -> str:
    term = term_of(found[1], terms) if f"## {found[2]}" == LIST else None
    return found[1] if term is None else f"[{found[1]}]({PLACE}#{anchor(term)})"


def term_of(words: str, terms: Sequence[str]) -> str | None:
    """The term that words are a form of, as batches of batch; None where there is none."""
    forms = (term for term in terms if words.lower().startswith(term.lower()))
    return max(forms, key=len, default=None)


def anchor(term: str) -> str:
    """The anchor of a heading, as MyST makes it."""
    return re.sub(r"[^\w -]", "", term.lower()).replace(" ", "-")
