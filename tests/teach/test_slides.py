"""Slides: what is on them, what must not be, and that they fit, with no network."""

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest
from click.testing import CliRunner

from cnn_course.cli_teach import slides as command
from cnn_course.errors import CourseError
from cnn_course.project import SOLUTIONS, STUBS, Project
from cnn_course.teach import slides as module
from cnn_course.teach.deck import deck
from cnn_course.teach.minutes import at_home
from cnn_course.teach.pagination import PROSE_WORDS
from cnn_course.teach.slides import below_clip, make_slides
from cnn_course.teach.talk import talks
from tests.support.accessibility import browsing, violations_of
from tests.support.small_deck import CODE_OF_FIGURE, DOT, FEEDBACK, NAME, SECRET, TALK, make_deck

FETCHING = {"src", "href", "srcset", "data", "poster", "action"}
LEAST_PROSE_PX, LEAST_CODE_PX = 24, 20
ON_SLIDE = """() => {
  const slide = Reveal.getCurrentSlide(), box = slide.querySelector(".prose, .cell");
  const said = [...slide.querySelectorAll(".frame *")].filter(
    e => [...e.childNodes].some(c => c.nodeType === 3 && c.textContent.trim()));
  const sizes = kind => said.filter(e => !!e.closest("pre, code") === kind)
    .map(e => parseFloat(getComputedStyle(e).fontSize));
  return {cell: slide.dataset.cell,
    over: Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth),
    prose: Math.min(...sizes(false), 99), code: Math.min(...sizes(true), 99)};
}"""


SHARP = 2.9  # pixels of a figure for each of the page


class Page(HTMLParser):
    """The slides of a page: for each its place in the talk, what it shows, what its notes say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.slides, self.fetched, self.headings, self.inside = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag != "a":  # a link is followed by hand, and fetches nothing
            self.fetched += [values[name] for name in FETCHING & values.keys()]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "section":
            self.slides.append({**values, "shown": "", "notes": ""})
        if tag == "aside":
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if tag == "aside":
            self.inside.pop()

    def handle_data(self, data):
        if self.slides:
            self.slides[-1]["notes" if self.inside else "shown"] += data


@pytest.fixture
def small(tmp_path):
    project = make_deck(tmp_path)
    [path] = make_slides(project, tmp_path / "slides")
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def real(root, tmp_path_factory):
    """The slides of the real course, by notebook."""
    folder = tmp_path_factory.mktemp("slides")
    return {path.stem: path for path in make_slides(Project(root), folder)}


def shown(page: Page, cell: str) -> str:
    return "".join(s["shown"] for s in page.slides if s["data-cell"] == cell)


def notes(page: Page, cell: str) -> str:
    return "".join(s["notes"] for s in page.slides if s["data-cell"] == cell)


def test_every_step_has_its_slide_with_its_words(small, tmp_path):
    """Does each step of the talk become a slide, in order, with what to say and to do?"""
    places = [(s["data-clip"], s["data-step"], s["data-cell"]) for s in small.slides]
    assert list(dict.fromkeys(places)) == [
        ("", "0", "title"),
        (f"{NAME}-1", "1", "intro-01"),
        (f"{NAME}-1", "2", "s1-01"),
        (f"{NAME}-1", "3", "s1-02"),
        (f"{NAME}-2", "1", "s1-03"),
        (f"{NAME}-2", "2", "convolve-answer"),
        (f"{NAME}-2", "3", "convolve"),
    ]
    assert "a small notebook & a quick one" in notes(small, "intro-01")
    assert "2 seconds" in notes(small, "s1-01")
    assert "s1-03" in notes(small, "s1-03")
    assert "Learners fill in" in notes(small, "convolve-answer")


def test_a_figure_has_the_slide_for_itself(small, tmp_path):
    """Does a figure keep its text equivalent, and do the notes say what to run?"""
    text = (tmp_path / "slides" / f"{NAME}.html").read_text(encoding="utf-8")
    assert 'alt="One grey dot"' in text and DOT in text
    assert "figures" not in shown(small, "s1-02")
    assert CODE_OF_FIGURE in notes(small, "s1-02")


def test_no_answer_is_shown(small, tmp_path):
    """Is an answer cell its open blank, and a check cell without its verdict?"""
    text = (tmp_path / "slides" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in shown(small, "convolve-answer")
    assert "check" in shown(small, "convolve")
    assert FEEDBACK not in text and SECRET not in re.sub("<[^>]+>", "", text)
    assert "42" not in shown(small, "convolve-answer")


def test_printed_text_is_shown_without_the_colours_of_a_terminal(small):
    """Is what a cell printed there, as text, below its code?"""
    assert "3 < 4" in shown(small, "s1-03") and "\x1b" not in shown(small, "s1-03")


def test_headings_go_down_by_one():
    """Do a notebook's headings stand below those of the clips?"""
    assert below_clip("<h1 id='x'>A</h1><hr><h2>B</h2>") == "<h3 id='x'>A</h3><hr><h3>B</h3>"


def test_pages_say_their_language_title_and_licence(small, tmp_path):
    """Does a page know its language, its title, and whose reveal.js it is?"""
    text = (tmp_path / "slides" / f"{NAME}.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text and "<title>A small notebook" in text
    assert "Hakim El Hattab" in text and "Permission is hereby granted" in text
    assert small.headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(small.headings))


@pytest.mark.parametrize(("stage", "said"), [(STUBS, "notebooks"), (SOLUTIONS, "solutions")])
def test_a_missing_notebook_is_one_sentence(tmp_path, stage, said):
    """Is it said which notebook is missing, and what makes it?"""
    project = make_deck(tmp_path)
    project.notebook(stage, NAME).unlink()
    with pytest.raises(CourseError, match=f"no {said}/cnn/{NAME}.ipynb: `cnn-lesson build`"):
        make_slides(project, tmp_path / "slides")
    assert not (tmp_path / "slides").exists()


def test_a_broken_notebook_is_one_sentence(tmp_path):
    """Does half a notebook end in a sentence?"""
    project = make_deck(tmp_path)
    project.notebook(SOLUTIONS, NAME).write_text('{"cells": [', encoding="utf-8")
    with pytest.raises(CourseError, match="cannot be read: `cnn-lesson build`"):
        make_slides(project, tmp_path / "slides")


def test_a_talk_of_a_cell_that_is_gone_is_one_sentence(tmp_path):
    """Is the clip named whose cell the notebook lacks?"""
    project = make_deck(tmp_path, TALK.replace("s1-03", "s9-99"))
    with pytest.raises(CourseError, match=f"{NAME}-2: there is no cell s9-99"):
        make_slides(project, tmp_path / "slides")


def test_without_reveal_js_it_is_said_what_to_install(tmp_path, monkeypatch):
    """Does a machine without reveal.js say where it comes from?"""
    monkeypatch.setattr(module, "REVEAL_PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(CourseError, match="install sphinx-revealjs"):
        make_slides(make_deck(tmp_path), tmp_path / "slides")


def test_the_command_says_where_the_slides_are(tmp_path, monkeypatch):
    """Does `cnn-lesson slides` end with what was made?"""
    project = make_deck(tmp_path)
    monkeypatch.chdir(project.root)
    run = CliRunner().invoke(command)
    assert run.exit_code == 0, run.output
    assert f"build/slides/{NAME}.html" in run.output and "S shows the speaker's notes" in run.output
    project.notebook(SOLUTIONS, NAME).unlink()
    assert "Error: there is no solutions/cnn" in CliRunner().invoke(command).output


def test_the_real_slides_fetch_nothing_and_miss_no_step(root, real):
    """Is every step of every talk on its notebook's page, which needs no other file?"""
    for talk in talks(Project(root)):
        page = Page(real[talk.notebook].read_text(encoding="utf-8"))
        steps = [(c.name, s.cell, s.words) for c in talk.clips for s in c.steps]
        found = {(s["data-clip"], s["data-cell"]): s["notes"] for s in page.slides}
        assert all(place.startswith(("data:", "#")) for place in page.fetched), page.fetched
        for clip, cell, words in steps:
            said = " ".join(found[clip, cell].split())
            assert " ".join(words.split()) in said


def test_slides_of_what_can_wait_say_so(root, real):
    """Does whoever teaches the hour see which slides belong to it?"""
    for name, path in real.items():
        stub = nbformat.read(Project(root).notebook(STUBS, name), as_version=4)
        home = at_home(stub)
        slides = Page(path.read_text(encoding="utf-8")).slides
        cells = {slide["data-cell"] for slide in slides if slide.get("data-cell")}
        assert cells & home and cells - home
        for slide in slides:
            if not slide["shown"]:  # the frame around a clip
                continue
            marked = "at home" in slide["shown"].lstrip().partition("\n")[0]
            assert marked == (slide.get("data-cell") in home), slide["data-cell"]


def test_the_real_slides_hold_no_line_of_a_solution(root, real):
    """Is any line that only the solution of an answer has on a slide?"""
    for name, path in real.items():
        page = Page(path.read_text(encoding="utf-8"))
        text = "\n".join(slide["shown"] for slide in page.slides)
        stub, solution = (
            {c.id: c for c in nbformat.read(Project(root).notebook(stage, name), 4).cells}
            for stage in (STUBS, SOLUTIONS)
        )
        for cell in solution.values():
            if cell.id in stub and cell.metadata.get("nbgrader", {}).get("solution"):
                own = set(cell.source.splitlines()) - set(stub[cell.id].source.splitlines())
                assert not [line for line in own if len(line.strip()) > 12 and line in text]


def test_no_slide_has_more_words_than_one_reads(root):
    """Are there at most 60 words of prose on each, and a title on the first?"""
    project = Project(root)
    for talk in talks(project):
        stub, solution = (
            nbformat.read(project.notebook(stage, talk.notebook), 4) for stage in (STUBS, SOLUTIONS)
        )
        title, *slides = deck(talk, stub, solution).cells
        assert title.source.startswith("# ") and title.metadata.slideshow.data["step"] == "0"
        for slide in slides:
            if slide.cell_type == "markdown" and slide.metadata.slideshow.slide_type != "notes":
                lines = [line for line in slide.source.splitlines() if not line.startswith("|")]
                told = sum(any(map(str.isalnum, word)) for word in " ".join(lines).split())
                assert told <= PROSE_WORDS, (slide.metadata.slideshow.data["cell"], told)


def test_pictures_on_slides_are_as_sharp_as_a_beamer(root, real):
    """Is each figure on a slide that of the solution, with three pixels for each of the page?"""
    for name, path in real.items():
        text, shown = path.read_text(encoding="utf-8"), 0
        for cell in nbformat.read(Project(root).notebook(SOLUTIONS, name), 4).cells:
            for output in cell.get("outputs", ()):
                png = output.get("data", {}).get("image/png", "").strip()
                if png and png in text:
                    wide = int.from_bytes(base64.b64decode(png)[16:20], "big")
                    assert wide >= SHARP * output.metadata["image/png"]["width"], cell.id
                    shown += 1
        assert shown == len(re.findall(r'<img [^>]*src="data:', text))


@pytest.mark.browser
def test_real_slides_fit_and_are_readable_from_afar(real):
    """Is nothing cut off, nothing small, nothing fetched, on any slide, when opened as a file?"""
    asked, wrong = [], []
    with browsing(1280) as show:
        for path in real.values():
            page = show(path)
            page.set_viewport_size({"width": 1280, "height": 720})
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.reload()
            page.wait_for_function("window.Reveal && Reveal.isReady()")
            for _ in range(page.evaluate("Reveal.getTotalSlides()")):
                slide = page.evaluate(ON_SLIDE)
                small = slide["prose"] < LEAST_PROSE_PX or slide["code"] < LEAST_CODE_PX
                if small or slide["over"] > 1:
                    wrong.append(f"{path.stem}: {slide}")
                page.keyboard.press("ArrowRight")
    assert not wrong
    pages = {path.as_uri() for path in real.values()}
    assert {url for url in asked if not url.startswith("data:")} == pages


@pytest.mark.browser
def test_speaker_view_works_from_a_folder(tmp_path):
    """Does S open the notes of the slide that is shown, without a server?"""
    make_slides(make_deck(tmp_path), tmp_path / "slides")
    with browsing(1280) as show:
        page = show(tmp_path / "slides" / f"{NAME}.html")
        page.wait_for_function("window.Reveal && Reveal.isReady()")
        with page.expect_popup() as popup:
            page.keyboard.press("s")
        for words in ("Begin when everybody", "small notebook"):
            popup.value.locator(".speaker-controls-notes .value", has_text=words).wait_for()
            page.keyboard.press("ArrowRight")
        popup.value.locator(".speaker-controls-notes .value", has_text="Guess how large").wait_for()


@pytest.mark.browser
def test_slides_are_accessible_wide_and_narrow(real):
    """Does axe-core find anything serious, and does a phone have to scroll sideways?"""
    assert violations_of([real["03-exercises"]]) == []
    with browsing(390) as show:
        for path in real.values():
            width = show(path).evaluate("document.documentElement.scrollWidth")
            assert width <= 390, path.name
