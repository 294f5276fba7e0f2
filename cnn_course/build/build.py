"""From the masters to the three sets of notebooks; all of them are ready before one is replaced."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.execute import execute
from cnn_course.build.masters import read_master
from cnn_course.build.notebooks import STAMP, fingerprint, read_notebook, write_notebook
from cnn_course.build.stubs import make_stubs
from cnn_course.build.views import solution_view, source_view
from cnn_course.errors import CourseError, refusal
from cnn_course.nbgrader_settings import cell_limit_s, settings
from cnn_course.project import SOLUTIONS, SOURCE, STUBS, Project, choose
from cnn_lesson.items import ITEMS, Item

Notebooks = dict[str, NotebookNode]


def build(
    project: Project,
    only: str | None = None,
    *,
    solutions: bool = True,
    force: bool = False,
    items: Mapping[str, Item] = ITEMS,
    say: Callable[[str], None] = lambda line: None,
    measured: Callable[[dict[str, dict[str, float]]], object] = lambda seconds: None,
) -> list[Path]:
    """Make the notebooks of all masters, or of one; the files that were replaced.

    ``measured`` is told the seconds that each cell of a solution took, by notebook and cell id.

    Raises CourseError, and leaves every file as it was, for a master that cannot be built, a cell
    of a solution that fails, or an edit in ``source/cnn`` that would be lost (unless ``force``).
    """
    sources = source_notebooks(project, only, items)
    if not force:
        refuse_to_lose(project, sources)
    seconds: dict[str, dict[str, float]] = {}
    limit_s = cell_limit_s(settings(project))
    with workshop(project.root) as work:
        for name, notebook in sources.items():
            write_notebook(notebook, work.notebook(SOURCE, name))
        say(f"{SOURCE}, {STUBS}: {', '.join(sources)}")
        make_stubs(project, work)
        for name, notebook in sources.items() if solutions else ():
            say(f"{SOLUTIONS}: running {name}")
            seconds[name] = {}
            solved = solve(notebook, name, work, limit_s, seconds[name])
            write_notebook(solved, work.notebook(SOLUTIONS, name))
        replaced = publish(work, project, sources)
    measured(seconds)
    return replaced


def source_notebooks(project: Project, only: str | None, items: Mapping[str, Item]) -> Notebooks:
    """The instructor's view of each master, by name."""
    paths = {path.stem: path for path in project.masters()}
    names = [choose([*paths], only)] if only else [*paths]
    return {name: source_view(read_master(paths[name], items), items) for name in names}


def refuse_to_lose(project: Project, sources: Notebooks) -> None:
    """Raise CourseError where a notebook in ``source/cnn`` was edited since it was built."""
    for name, notebook in sources.items():
        path = project.notebook(SOURCE, name)
        if not path.exists():
            continue
        found = read_notebook(path)
        now = fingerprint(found)
        built = found.metadata.get(STAMP, {}).get("fingerprint")
        if now not in (built, fingerprint(notebook)):
            raise CourseError(
                f"{path} was edited: `cnn-lesson adopt {name}` takes the edit into the master, "
                "`cnn-lesson build --force` drops it"
            )


@contextmanager
def workshop(root: Path) -> Generator[Project]:
    """A folder of the project's layout, on the same disk, that is gone afterwards.

    Raises CourseError where something cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".build-", dir=root) as folder:
            yield Project(Path(folder))
    except OSError as error:
        raise CourseError(f"nothing was replaced: {refusal(error)}") from error


def solve(
    source: NotebookNode, name: str, work: Project, limit_s: float, seconds: dict[str, float]
) -> NotebookNode:
    """The solution of an instructor's notebook, executed; ``seconds`` is told what cells took."""
    folder = work.notebook(SOLUTIONS, name).parent
    folder.mkdir(parents=True, exist_ok=True)
    return execute(solution_view(source), name, folder, limit_s, seconds)


def publish(work: Project, project: Project, names: Iterable[str]) -> list[Path]:
    """Move what was made to its place, each file in one step; where they went."""
    replaced = []
    for stage in (SOURCE, STUBS, SOLUTIONS):
        for name in names:
            made, place = work.notebook(stage, name), project.notebook(stage, name)
            if made.exists():
                _move(made, place)
                replaced.append(place)
    return replaced


def _move(made: Path, place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(made, place)
    except OSError as error:
        raise CourseError(f"{place} cannot be replaced ({error.strerror}): build again") from error
