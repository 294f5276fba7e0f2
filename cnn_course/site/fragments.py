"""The parts of the site's pages that are made from the lesson, as MyST Markdown."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import replace

from cnn_course.errors import CourseError
from cnn_course.site.launch import Launch
from cnn_course.site.lesson import FIGURES, Page, Shown
from cnn_course.site.settings import FILE
from cnn_lesson.items import ITEMS, OBJECTIVES

DOWNLOADS = "downloads"
"""Folder of the site that holds what can be downloaded."""

ELSEWHERE = """\
## Without installing anything

The page of each notebook has two more buttons.

**Open in Colab** needs a Google account, and the notebook needs one more line: add a code cell at
the top, run it once, then go on.

```
{install}
```

It brings the lesson's own package. TensorFlow, NumPy and Matplotlib are there already, in versions
that this lesson was not tried with: figures in the text may differ in the last digit. If an import
asks for a newer Keras, run `%pip install --upgrade keras` and restart. The Validate button is not
there; the `check` cells are. Save a copy to Drive, or your answers are gone with the tab.

**Open in Binder** needs no account. It installs everything first, which takes minutes. Computers
there are small: notebook 1 runs well, the trainings of notebooks 2 and 3 are slow. Download your
notebook before you leave.
"""


def objectives() -> str:
    """A list of what is learned, each with the notebooks that ask for it."""
    lines = []
    for number, text in OBJECTIVES.items():
        asked = {item.notebook: None for item in ITEMS.values() if item.objective == number}
        links = ", ".join(f"[{name[:2].lstrip('0')}](lesson/{name}.ipynb)" for name in asked)
        lines.append(f"1. {text[0].upper()}{text[1:]} · notebook {links}")
    return "\n".join(lines) + "\n"


def cards(pages: Iterable[Page], faces: Mapping[str, str]) -> str:
    """The lesson's notebooks with a picture each. Raises CourseError for a face that is not one."""
    made = []
    for page in pages:
        picture = face(page, faces.get(page.name, ""))
        image = (
            "" if picture is None else f"{replace(picture, alt=picture.title).element(FIGURES)}>"
        )
        number, _, title = page.title.partition(" · ")
        minutes = " · {} minutes, at home {}".format(*page.minutes) if page.minutes else ""
        made.append(
            f'<li><a href="lesson/{page.name}.html">{image}<span class="kicker">Notebook '
            f"{html.escape(number)}{minutes}</span><strong>{html.escape(title or page.title)}"
            "</strong></a></li>"
        )
    return f'<ul class="cards">\n{chr(10).join(made)}\n</ul>\n'


def face(page: Page, begins: str) -> Shown | None:
    """The picture whose text begins so; the first one unless told; None where there is none."""
    for picture in page.pictures:
        if html.unescape(picture.alt).startswith(begins):
            return picture
    if begins:
        raise CourseError(f"{FILE}: {page.name} shows no figure that begins with {begins!r}")
    return None


def bar(name: str, launch: Launch) -> str:
    """What can be done with a notebook, below its introduction."""
    links = [f'<a href="../{DOWNLOADS}/{name}.ipynb" download>Download this notebook</a>']
    if launch:
        links.append(f'<a href="{launch.colab(name)}">Open in Colab</a>')
        links.append(f'<a href="{launch.binder(name)}">Open in Binder</a>')
    links.append('<a href="../start.html">How to start</a>')
    return f'<p class="bar">{" ".join(links)}</p>'


def elsewhere(launch: Launch) -> str:
    """How to work without installing anything; nothing where no repository is named."""
    return ELSEWHERE.format(install=launch.install()) if launch else ""


def contents(lesson: Iterable[str], glossary: bool) -> str:
    """The table of contents: learn, teach, hack; notes and scripts hang on the teachers' page."""
    learn = [
        "How to start <start>",
        *lesson,
        "Pictures to touch <touch>",
        *(["teaching/glossary"] if glossary else []),
    ]
    parts = {"Learn": learn, "Teach": ["What there is <teach>"], "Hack": ["What to change <hack>"]}
    return "\n".join(
        "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```", ""])
        for caption, names in parts.items()
    )


def note_links(notes: Iterable[str]) -> str:
    """Links to teaching notes and scripts, by their titles."""
    lines = "".join(f"- [](/{name})\n" for name in notes)
    return lines or "The teaching notes are not on this site; the project has them.\n"


def slide_links(pages: Iterable[Page], decks: Iterable[str]) -> str:
    """Links to the slides of each notebook."""
    titles = {page.name: page.title for page in pages}
    lines = "".join(
        f'<li><a href="slides/{deck}.html">{html.escape(titles.get(deck, deck))}</a></li>'
        for deck in decks
    )
    return f"<ul>{lines}</ul>\n" if lines else "No slides came with this site.\n"
