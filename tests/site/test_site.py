"""The static site: what learners and teachers find there, and what they must not find."""

import html
import importlib.util
import io
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

from cnn_course.cli_site import site as site_verb
from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, SOURCE, STUBS, Project
from cnn_course.site import links
from cnn_course.site import site as making
from cnn_course.site.answers import is_answer, telling
from cnn_course.site.fragments import bar, elsewhere, face, slide_links
from cnn_course.site.launch import Launch
from cnn_course.site.lesson import FOLDED, REVEAL, YOURS, Page, lesson_page
from cnn_course.site.settings import read_settings
from cnn_course.site.sources import copy_notes, lesson_pages, make_decks, unlinked
from cnn_course.site.words import link_words, term_of
from cnn_lesson.datasets import mnist
from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES
from tests.support.accessibility import (
    DESKTOP,
    PHONE,
    browsing,
    overflowing,
    violations_of,
)
from tests.support.small_course import make_course
from tests.support.small_deck import NAME as DECK
from tests.support.small_deck import make_deck

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("myst_nb") is None, reason="needs Sphinx and myst-nb"
)
SHORT = 12
"""Letters; a shorter line of a solution may well stand elsewhere, too."""


@pytest.fixture(scope="module")
def project(root) -> Project:
    return Project(root)


@pytest.fixture(scope="module")
def site(project, tmp_path_factory) -> Path:
    """The site of this project, in a folder with a space in its name."""
    output = tmp_path_factory.mktemp("a site") / "out"
    return making.make_site(project, output, teaching=True).parent


def pages(site: Path) -> list[Path]:
    """The pages that Sphinx made; slides have tests of their own."""
    return [path for path in sorted(site.rglob("*.html")) if "slides" not in path.parts]


def lessons(site: Path) -> dict[str, str]:
    """The lesson pages, by name."""
    paths = {name: site / "lesson" / f"{name}.html" for name in NOTEBOOKS}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def test_every_page_is_there(site, project):
    """Are the doors, the lesson, the glossary, the notes and the scripts on the site?"""
    wanted = {f"{name}.html" for name in ("index", "start", "teach", "hack", "search", "touch")}
    wanted |= {f"lesson/{name}.html" for name in NOTEBOOKS}
    notes = [f"teaching/{path.name}" for path in project.root.glob("teaching/*.md")]
    notes += [f"teaching/script/{name}.md" for name in NOTEBOOKS]
    wanted |= {note.replace(".md", ".html") for note in notes}
    assert wanted <= {path.relative_to(site).as_posix() for path in pages(site)}


def test_the_front_page_says_what_one_learns(site, project):
    """Are all objectives there, and each notebook with its minutes and a picture?"""
    front = (site / "index.html").read_text(encoding="utf-8")
    assert all(text[1:] in front for text in OBJECTIVES.values())
    cards = front.split('<ul class="cards">')[1].split("</ul>")[0]
    minutes = [page.minutes for page in lesson_pages(project)]
    assert re.findall(r"(\d+) minutes, at home (\d+)", cards) == minutes
    assert cards.count("<img ") == len(NOTEBOOKS)


def test_notes_stand_apart(site):
    """Do neither menu nor search lead a learner to the notes, while the teachers' page does?"""
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert '"kernel"' in index and '"cake"' not in index
    for text in lessons(site).values():
        assert "teaching/notes.html" not in text and "teaching/script" not in text
    assert "teaching/notes.html" in (site / "teach.html").read_text(encoding="utf-8")


@pytest.mark.browser
def test_code_is_copied_with_one_button(site):
    """Does the button say that it has copied?"""
    with browsing(DESKTOP) as show:
        page = show(site / "lesson" / "01-convolution.html")
        page.locator(".copy:visible").first.click()
        page.locator(".copy", has_text="Copied").wait_for()


def test_nothing_is_fetched_and_no_link_is_broken(site):
    """Does the site work from a folder, without a network?"""
    assert [*links.foreign(site), *links.broken(site)] == []
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    assert "url(" not in style and "@import" not in style


def test_no_solution_is_on_the_site(site, project):
    """Could a learner read any line of a solution region, or a blank's answer, anywhere?"""
    texts = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    words = [html.unescape(re.sub(r"<[^>]+>", "", text)) for text in texts]
    alts = [html.unescape(alt) for text in texts for alt in re.findall(r'alt="([^"]*)"', text)]
    found = [line for line in secret_lines(project) if any(line in text for text in words + alts)]
    assert found == []


def secret_lines(project: Project) -> set[str]:
    """The lines of the solutions' answers that no learner's notebook has."""
    known = "\n".join(cell.source for cell in cells_of(project, STUBS))
    answers = (cell for cell in cells_of(project, SOLUTIONS) if is_answer(cell))
    lines = {line.strip() for cell in answers for line in cell.source.splitlines()}
    secret = {line for line in lines if len(line) >= SHORT and line not in known}
    assert len(secret) > 50
    return secret


def cells_of(project: Project, stage: str) -> list[nbformat.NotebookNode]:
    """The cells of all notebooks of a stage."""
    paths = [project.notebook(stage, name) for name in NOTEBOOKS]
    return [cell for path in paths for cell in nbformat.read(path, as_version=4).cells]


def test_no_verdict_and_no_hidden_test_is_on_the_site(site):
    """Do check cells stand there without what they said of the solution?"""
    for text in lessons(site).values():
        assert "✔" not in text
        assert "check_hidden" not in text and "BEGIN SOLUTION" not in text


def test_figures_are_shown_with_their_words(site):
    """Is there a picture for nearly every figure cell, with alt text, and its file beside it?"""
    for text in lessons(site).values():
        images = re.findall(r"<img [^>]+>", text)
        assert len(images) >= 3
        assert all(re.search(r'alt="[^"]{10,}"', image) for image in images)
        assert "data:image" not in text


def test_the_download_starts_without_this_project(site):
    """Is the download what `make release` hands out, with START.md and one wheel?"""
    with zipfile.ZipFile(site / "downloads" / "cnn-lesson.zip") as pack:
        names = set(pack.namelist())
    assert {f"cnn-lesson/{name}.ipynb" for name in NOTEBOOKS} <= names
    assert {"cnn-lesson/START.md", "cnn-lesson/LICENSE"} <= names
    (wheel,) = (name for name in names if name.endswith(".whl"))
    with zipfile.ZipFile(site / "downloads" / "cnn-lesson.zip") as pack:
        with zipfile.ZipFile(io.BytesIO(pack.read(wheel))) as inside:
            packed = set(inside.namelist())
    assert {f"cnn_lesson/touch/walk.{kind}" for kind in ("js", "png")} <= packed
    assert "cnn_lesson/touch/touch.css" in packed


@pytest.mark.browser
def test_pages_have_no_violation(site):
    """Can everybody read the site, on a phone and on a desktop?

    Contrast takes nearly all of the time and all pages have one style sheet, so it is judged on one
    page of each kind.
    """
    kinds = ("index", "search", "start", "lesson/02-mnist-cnn", "teaching/plans")
    found = violations_of([site / f"{name}.html" for name in kinds], [DESKTOP])
    found += violations_of([site / f"{name}.html" for name in kinds], [DESKTOP], "dark")
    found += violations_of(pages(site), [PHONE, DESKTOP], without=["color-contrast"])
    assert found == []


@pytest.mark.browser
def test_pictures_to_touch_live_in_a_folder(site):
    """Do all three move on a page without a kernel, a server or a network?"""
    with browsing(DESKTOP) as show:
        page = show(site / "touch.html")
        for part in (".ct-walk", ".ct-pad", ".ct-stack"):
            page.locator(part).wait_for()
        page.get_by_role("button", name="Take a test picture").click()
        first = mnist.load_data()[1][1][0]
        page.wait_for_function(f"document.querySelector('[data-reading=\"{first}\"]')")


def test_a_still_leads_to_its_living_picture(site):
    """Does a lesson page show the still, and where it moves?"""
    for text in lessons(site).values():
        assert text.count('class="ct-still"') == text.count('href="../touch.html">Touch it') > 0


@pytest.mark.browser
def test_no_page_scrolls_sideways_on_a_phone(site):
    """Does every page fit a phone?"""
    assert overflowing(pages(site)) == []


# What the outputs may tell


def code(cell_id: str, source: str, output: str = "", **about: object) -> nbformat.NotebookNode:
    """A code cell that printed something."""
    cell = nbformat.v4.new_code_cell(source, id=cell_id)
    if output:
        cell.outputs = [nbformat.v4.new_output("stream", text=output)]
    if about:
        cell.metadata["nbgrader"] = {"grade_id": cell_id, **about}
    return cell


def notebook(answer: str) -> nbformat.NotebookNode:
    """A notebook with an answer, what depends on it, and a guess."""
    title = nbformat.v4.new_markdown_cell(
        "# 1 · Title\n\n**In the hour: 26 minutes. At home: 36 minutes.** "
        "See [Unit](#Words), [S9](#S9).",
        id="intro-01",
    )
    cells = [
        code("free", "given = 2\nprint(given)", "2\n"),
        code("q-answer", answer, "1\n", solution=True, grade=False),
        code("q", 'check("q")', "right\n", solution=False, grade=True),
        code("leak", "later = mine * 2\nprint(later)", "34\n"),
        code("far", "print(later)", "34\n"),
        code("guess", "my_guess = None"),
        code("way", "print(given)", "2\n"),
        code("reveal", "reveal(my_guess, 2)", "No guess this time. It is 2.\n"),
        code("helper", "def half(x):\n    return x / 2"),
        code("drawn", "figures.unit([1], [2], 0)"),
    ]
    for cell in cells[-2:]:
        cell.metadata["jupyter"] = {"source_hidden": True}
    return nbformat.v4.new_notebook(cells=[title, *cells])


@pytest.fixture
def page() -> Page:
    """The page of such a notebook."""
    return lesson_page("01-title", notebook("mine = None"), notebook("mine = 17"))


def shown(page: Page, cell_id: str) -> str:
    """What a cell of the page shows below it."""
    cell = next(cell for cell in page.notebook.cells if cell.id == cell_id)
    return "".join(o.get("text", "") + o.get("data", {}).get("text/html", "") for o in cell.outputs)


def test_an_output_that_depends_on_an_answer_is_left_out(page):
    """Is what an answer makes hidden, also at second hand, and everything else shown?"""
    assert shown(page, "free") == "2\n"
    assert shown(page, "leak") == shown(page, "far") == YOURS
    assert shown(page, "q-answer") == shown(page, "q") == ""
    assert "17" not in nbformat.writes(page.notebook)


def test_a_harmless_figure_of_an_answer_is_shown():
    """May learners see what a good network does, but not how it is built?"""
    answer = code("a", "model = 1", solution=True, grade=False)
    curves = code("curves", "figures.learning_curves(model.history)")
    cells = [answer, curves, code("summary", "model.summary()")]
    assert telling(nbformat.v4.new_notebook(cells=cells)) == {"a", "summary"}


def test_what_ends_a_guess_is_folded_away(page):
    """Must a reader open something before the guess is over?"""
    cells = {cell.id: cell for cell in page.notebook.cells}
    assert "hide-output" in cells["way"].metadata.tags
    assert "hide-cell" in cells["reveal"].metadata.tags
    assert cells["reveal"].metadata.mystnb["code_prompt_show"] == REVEAL
    assert shown(page, "reveal") == "It is 2.\n"


def test_code_that_is_folded_in_the_notebook_can_be_opened_on_the_page(page):
    """Is what makes a name one click away, and only the call of a figure gone?"""
    cells = {cell.id: cell for cell in page.notebook.cells}
    assert cells["helper"].metadata.tags == ["hide-input"]
    assert cells["helper"].metadata.mystnb["code_prompt_show"] == FOLDED
    assert cells["drawn"].metadata.tags == ["remove-input"]


def test_title_and_minutes_come_from_the_notebook(page):
    """Is nothing about a notebook said twice?"""
    assert (page.title, page.minutes) == ("1 · Title", ("26", "36"))


def test_words_lead_to_the_glossary(page):
    """Is a word of the notebook's list explained by the glossary, where the site has one?"""
    page.notebook.cells.append(nbformat.v4.new_markdown_cell("## Words\n\n- **Unit**: …"))
    link_words(page.notebook, ["Unit", "Batch"])
    first, last = page.notebook.cells[0].source, page.notebook.cells[-1].source
    assert "[Unit](/teaching/glossary.md#unit), S9." in first and not last.startswith("## Words")
    assert term_of("batches", ["Bat", "Batch"]) == "Batch" and term_of("lamp", ["Unit"]) is None


def test_points_of_the_solution_are_not_shown():
    """Is it left to the learner's own run where they stand?"""
    cells = [code("free", "given = 2"), code("stand", 'progress("01")')]
    assert telling(nbformat.v4.new_notebook(cells=cells)) == {"stand"}


def test_stub_and_solution_of_two_builds_are_refused():
    """Is a cell noticed that reads otherwise in the solution?"""
    stub = notebook("mine = None")
    stub.cells[1].source = "given = 3"
    with pytest.raises(CourseError, match="cell free of 01-title .* `cnn-lesson build`"):
        lesson_page("01-title", stub, notebook("mine = 17"))


# Launch links and settings


def test_there_are_no_buttons_unless_a_repository_is_named(site):
    """Is nobody sent to a place that does not exist?"""
    assert "Colab" not in bar("01-convolution", Launch()) and elsewhere(Launch()) == ""
    launch = read_settings(Path(__file__).parents[2] / "website").launch
    for name, text in lessons(site).items():
        assert ("colab.research" in text) == bool(launch)
        assert (html.escape(launch.colab(name)) in text) == bool(launch)


def test_buttons_point_to_the_right_notebook():
    """Do Colab and Binder open the learner's notebook of the named repository and branch?"""
    launch = Launch("someone/cnn", "v1/x")
    assert launch.colab("01-a").endswith("/github/someone/cnn/blob/v1/x/notebooks/cnn/01-a.ipynb")
    assert "/gh/someone/cnn/v1%2Fx?" in launch.binder("01-a")
    assert launch.binder("01-a").endswith("=lab%2Ftree%2Fnotebooks%2Fcnn%2F01-a.ipynb")
    made = bar("01-a", launch)
    assert launch.colab("01-a") in made and launch.binder("01-a") in made
    assert "pip install --no-deps git+https://github.com/someone/cnn@v1/x" in elsewhere(launch)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[launch]\nrepository = https://x.org/a/b\n", "repository is owner/name"),
        ("[launch]\nrepository = a/b\nbranch = two words\n", "is no name of a branch"),
        ("[teaching]\nshown = perhaps\n", "cannot be read"),
        ("repository = a/b\n", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path, text, said):
    """Does it say which file is wrong, and how?"""
    (tmp_path / "site.ini").write_text(text)
    with pytest.raises(CourseError, match=said) as caught:
        read_settings(tmp_path)
    assert "site.ini" in str(caught.value)


def test_a_front_picture_that_is_not_there_is_one_sentence(page):
    """Is a title that was changed in the lesson noticed, and not just left out?"""
    assert face(page, "") is None
    with pytest.raises(CourseError, match="shows no figure that begins with 'Cats'"):
        face(page, "Cats")


# What may be missing


def test_a_missing_notebook_is_one_sentence(tmp_path):
    """Does it say which file is missing and what makes it?"""
    (tmp_path / SOURCE).mkdir()
    (tmp_path / SOURCE / "01-a.py").touch()
    with pytest.raises(CourseError, match=r"there is no .*01-a\.ipynb: `cnn-lesson build`"):
        lesson_pages(Project(tmp_path))


def test_missing_programs_are_named(project, tmp_path, monkeypatch):
    """Does a machine without Sphinx get one sentence?"""
    monkeypatch.setattr(making, "BUILT_WITH", {"no_such_module": "sphinx"})
    with pytest.raises(CourseError, match="needs sphinx: `pip install sphinx`"):
        making.make_site(project, tmp_path / "out")


def test_a_folder_that_is_no_site_is_not_replaced(project, tmp_path):
    """Does a slip of the pen in --output cost nobody a file?"""
    (tmp_path / "thesis.txt").write_text("years")
    with pytest.raises(CourseError, match="is no site"):
        making.make_site(project, tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_the_verb_says_it_in_one_line(tmp_path, monkeypatch):
    """Does a folder without a website end with a sentence and exit code 1?"""
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(site_verb)
    assert result.exit_code == 1
    assert result.output.startswith("Error: there is no folder") and result.output.count("\n") == 1


def test_a_warning_of_sphinx_ends_the_making(tmp_path):
    """Is a broken link between notes told with its file, and nothing made?"""
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text('extensions = ["myst_parser"]\n')
    (source / "index.md").write_text("# A page\n\n[gone](gone.md)\n")
    with pytest.raises(CourseError, match=r"index\.md:3.*gone\.md"):
        making.run_sphinx(source, tmp_path / "out")


def test_notes_can_be_left_out(project, tmp_path):
    """Is a site for learners possible, with the glossary and without any answer?"""
    everything = copy_notes(project, tmp_path / "all", shown=True)
    assert copy_notes(project, tmp_path / "some", shown=False) == ["teaching/glossary.md"]
    assert "teaching/notes.md" in everything
    assert not read_settings(project.root / "website").teaching  # unless somebody says so
    assert not (tmp_path / "some" / "teaching" / "notes.md").exists()


def test_slides_are_made_with_the_site(tmp_path):
    """Are there decks on a site of a course with talks, and is a course without any no fault?"""
    assert make_decks(make_course(tmp_path / "mute"), tmp_path / "none") == []
    assert make_decks(make_deck(tmp_path / "spoken"), tmp_path / "all") == [DECK]
    assert (tmp_path / "all" / "extra" / "slides" / f"{DECK}.html").is_file()
    made = slide_links([Page("01-a", "1 · A title", (), None, ())], ["01-a"])
    assert '<a href="slides/01-a.html">1 · A title</a>' in made


def test_links_out_of_the_site_become_words(tmp_path):
    """Is a link to a file of the project kept as words, and a wrong link left to be found?"""
    (tmp_path / "README.md").touch()
    (tmp_path / "teaching").mkdir()
    (tmp_path / "teaching" / "plans.md").touch()
    text = "[a](../README.md), [b](plans.md#x), [c](gone.md), [d](https://x.org)"
    made = unlinked(text, tmp_path, "teaching/notes.md", {"teaching/plans.md"})
    assert made == "a, [b](plans.md#x), [c](gone.md), [d](https://x.org)"


def test_broken_links_are_found(tmp_path):
    """Are missing files, missing places and foreign scripts each one line?"""
    page = '<h1 id="top"></h1><a href="#top"></a><a href="#end"></a><a href="b.html"></a>'
    (tmp_path / "a.html").write_text(page + '<script src="https://x.org/a.js"></script>')
    assert [*links.broken(tmp_path)] == [
        "a.html links to #end, and there is no such place in that page",
        "a.html links to b.html, which is not there",
    ]
    assert [*links.foreign(tmp_path)] == ["a.html fetches https://x.org/a.js"]


def test_every_objective_has_a_notebook():
    """Can the front page send a reader to a notebook for each objective?"""
    assert {item.objective for item in ITEMS.values()} == set(OBJECTIVES)
