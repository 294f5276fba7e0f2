"""The folder that Sphinx reads: hand-written pages, lesson pages, notes, and what is made of them.

A page may show only what is there when the site is made; talks and teaching notes may be missing,
notebooks may not.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from cnn_course.build.notebooks import read_notebook, write_notebook
from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, STUBS, Project
from cnn_course.release.pack import NAME as PACK
from cnn_course.release.pack import write_pack
from cnn_course.site import fragments, touch
from cnn_course.site.lesson import FIGURES, Page, lesson_page
from cnn_course.site.settings import FILE, Settings, read_settings
from cnn_course.site.words import headings, link_words
from cnn_course.teach.slides import make_slides
from cnn_course.teach.talk import has_talks
from cnn_course.teach.timeline import TEACHING

WEBSITE = "website"
GLOSSARY = "glossary.md"
NOTES = ("notes.md", "plans.md", "profiles.md", "check-list.md", "class.md")
EXTRA, MADE, LESSON = "extra", "made", "lesson"
APART = "---\norphan: true\nnosearch: true\n---\n\n"
"""What keeps a page out of the menu, out of Before and Next, and out of the search: the notes hold
answers, so they are reached from the teachers' page alone."""
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#:\s]+)(#[^)\s]*)?\)")


def prepare(project: Project, folder: Path, teaching: bool = False) -> None:
    """Fill the folder that Sphinx reads, with the teaching notes where they are asked for.

    Raises CourseError where something is missing.
    """
    website = project.root / WEBSITE
    if not website.is_dir():
        raise CourseError(f"there is no folder {website}: the site's own pages belong there")
    settings = read_settings(website)
    shutil.copytree(website, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FILE))
    pages = lesson_pages(project)
    notes = copy_notes(project, folder, settings.teaching or teaching)
    slides = make_decks(project, folder)
    write_lesson(pages, settings, folder, f"{TEACHING}/{GLOSSARY}" in notes)
    write_downloads(project, folder)
    touch.write_script(folder / EXTRA / touch.FOLDER)
    write_fragments(pages, settings, notes, slides, folder / MADE)


def lesson_pages(project: Project) -> list[Page]:
    """The pages of all notebooks. Raises CourseError where a stub or a solution is missing."""
    names = [path.stem for path in project.masters()]
    for stage in (STUBS, SOLUTIONS):
        for path in (project.notebook(stage, name) for name in names):
            if not path.is_file():
                raise CourseError(f"there is no {path}: `cnn-lesson build` makes it")
    return [
        lesson_page(name, *(read_notebook(project.notebook(s, name)) for s in (STUBS, SOLUTIONS)))
        for name in names
    ]


def write_lesson(
    pages: Iterable[Page], settings: Settings, folder: Path, glossary: bool = True
) -> None:
    """Write the notebooks that Sphinx reads, and their pictures beside them."""
    figures = folder / EXTRA / FIGURES
    figures.mkdir(parents=True)
    terms = headings(folder / TEACHING / GLOSSARY) if glossary else []
    for page in pages:
        link_words(page.notebook, terms)
        first = page.notebook.cells[0]
        first.source += "\n\n" + fragments.bar(page.name, settings.launch)
        write_notebook(page.notebook, folder / LESSON / f"{page.name}.ipynb")
        for picture in page.pictures:
            (figures / picture.file).write_bytes(picture.png)


def write_downloads(project: Project, folder: Path) -> None:
    """Write what learners take home: each notebook, and all of them with their package."""
    downloads = folder / EXTRA / fragments.DOWNLOADS
    downloads.mkdir(parents=True)
    for path in project.notebooks(STUBS):
        shutil.copy(path, downloads)
    write_pack(project, downloads / PACK)


def copy_notes(project: Project, folder: Path, shown: bool) -> list[str]:
    """Copy the glossary and, where they are shown, notes and scripts; their names in order."""
    teaching = project.root / TEACHING
    wanted = [teaching / GLOSSARY]
    if shown:
        wanted += [teaching / name for name in NOTES] + sorted(teaching.glob("script/*.md"))
    there = {path.relative_to(project.root).as_posix() for path in wanted if path.is_file()}
    for name in there:
        text = (project.root / name).read_text(encoding="utf-8")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        said = unlinked(text, project.root, name, there)
        apart = "" if name == f"{TEACHING}/{GLOSSARY}" else APART
        (folder / name).write_text(apart + said, encoding="utf-8")
    order = [path.relative_to(project.root).as_posix() for path in wanted]
    return [name for name in order if name in there]


def unlinked(text: str, root: Path, name: str, there: Iterable[str]) -> str:
    """The text with links to files of the project that the site leaves out turned into words."""

    def plain(match: re.Match) -> str:
        target = ((root / name).parent / match[2]).resolve()
        if not target.exists() or any(target == (root / other).resolve() for other in there):
            return match[0]
        return match[1]

    return _LINK.sub(plain, text)


def make_decks(project: Project, folder: Path) -> list[str]:
    """Make the slides of a course that has talks; the names of the decks."""
    if not has_talks(project):
        return []
    return [path.stem for path in make_slides(project, folder / EXTRA / "slides")]


def write_fragments(
    pages: list[Page], settings: Settings, notes: list[str], slides: list[str], folder: Path
) -> None:
    """Write the made parts that the hand-written pages include."""
    names = [page.name for page in pages]
    glossary = f"{TEACHING}/{GLOSSARY}"
    shown = [name for name in notes if name != glossary]
    made = touch.places() | {
        "objectives": fragments.objectives(),
        "cards": fragments.cards(pages, settings.faces),
        "elsewhere": fragments.elsewhere(settings.launch),
        "notes": fragments.note_links(shown),
        "slides": fragments.slide_links(pages, slides),
        "contents": fragments.contents([f"{LESSON}/{name}" for name in names], glossary in notes),
    }
    folder.mkdir()
    for name, text in made.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
