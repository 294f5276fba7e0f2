"""Slides of the lesson: one page for each notebook, with all it needs inside, notes included.

nbconvert's slides exporter makes them from the talk and the built notebooks. reveal.js comes with
the package sphinx-revealjs, which is installed like every other dependency: pinned, never fetched
while slides are made or shown.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, STUBS, Project
from cnn_course.teach.deck import deck
from cnn_course.teach.talk import Talk, talks
from nbsandbox.atomic import write_text

SLIDES = Path("build") / "slides"
TEMPLATE = "slides_template"
REVEAL_PACKAGE = "sphinx_revealjs"
REVEAL_FOLDER = Path("_static") / "revealjs"
REVEAL_FILES = {
    "reveal_js": "dist/reveal.js",
    "reveal_css": "dist/reveal.css",
    "notes_js": "plugin/notes/notes.js",
    "licence": "LICENSE",
}
OWN_FILES = {"page_css": "page.css", "deck_css": "deck.css", "start_js": "start.js"}

_HEADING = re.compile(r"<(/?)h[1-6]\b(?=[^>]*>)")


def make_slides(project: Project, folder: Path) -> list[Path]:
    """Write ``<folder>/<notebook>.html`` for each notebook; the paths. Raises CourseError."""
    exporter = slides_exporter()
    parts = page_parts()
    pages = {
        folder / f"{talk.notebook}.html": page_of(project, talk, exporter, parts)
        for talk in talks(project)
    }
    for path, page in pages.items():
        write_text(path, page)
    return list(pages)


def page_of(project: Project, talk: Talk, exporter: object, parts: dict[str, str]) -> str:
    """The slides of one talk, as a page. Raises CourseError where a notebook is missing."""
    shown = deck(
        talk,
        read_notebook(project, STUBS, talk.notebook),
        read_notebook(project, SOLUTIONS, talk.notebook),
    )
    page, _ = exporter.from_notebook_node(shown, resources={"parts": parts})
    return page


def read_notebook(project: Project, stage: str, name: str) -> NotebookNode:
    """A built notebook. Raises CourseError where it is missing or broken."""
    import nbformat

    path = project.notebook(stage, name)
    shown = path.relative_to(project.root)
    try:
        return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"there is no {shown}: `cnn-lesson build` makes it") from None
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise CourseError(f"{shown} cannot be read: `cnn-lesson build` makes it anew") from error


def slides_exporter() -> object:
    """The exporter of nbconvert, with the page of this folder around them."""
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    class Exporter(SlidesExporter):
        template_extension = ".html"

        def default_filters(self) -> object:
            yield from super().default_filters()
            yield "below_clip", below_clip

    folder = Path(__file__).parent
    return Exporter(
        config=Config(),
        template_name=TEMPLATE,
        extra_template_basedirs=[str(folder)],
        exclude_anchor_links=True,
    )


def below_clip(element: str) -> str:
    """HTML with every heading made an h3, as it stands below a clip's."""
    return _HEADING.sub(r"<\1h3", element)


def page_parts() -> dict[str, str]:
    """Scripts and styles that go into each page. Raises CourseError where reveal.js is missing."""
    own = Path(__file__).parent / TEMPLATE
    files = {name: own / file for name, file in OWN_FILES.items()}
    files |= {name: reveal_folder() / file for name, file in REVEAL_FILES.items()}
    try:
        return {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    except FileNotFoundError as error:
        raise CourseError(
            f"the slides need {Path(error.filename).name} of reveal.js: install what "
            "requirements.lock names; `make slides` does"
        ) from None


def reveal_folder() -> Path:
    """Where reveal.js is. Raises CourseError where it is not installed."""
    found = importlib.util.find_spec(REVEAL_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CourseError(
            "the slides need reveal.js: install sphinx-revealjs, as in requirements.lock; "
            "`make slides` does"
        )
    return Path(next(iter(found.submodule_search_locations))) / REVEAL_FOLDER
