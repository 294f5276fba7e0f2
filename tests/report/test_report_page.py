"""The report's page and files."""

import csv
import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from cnn_course.cli_report import report
from cnn_course.report import anonymous, page
from cnn_course.report.graded_class import ClassBook, Person
from cnn_course.report.grades import grades_of
from cnn_course.report.page import write_page
from cnn_course.report.plots import bins
from cnn_course.report.tables import write_items, write_learners
from cnn_course.report.writing import write_report
from cnn_lesson.drawing.picture import Picture
from cnn_lesson.items import ITEMS
from tests.support.accessibility import (
    DESKTOP,
    PHONE,
    browsing,
    overflowing,
    violations_of,
)
from tests.support.graded_class import (
    POINTS,
    class_of,
    learner,
    make_gradebook,
    make_project,
    opened,
    store,
)

SCRIPT = "<script>alert('mara')</script>"
NAMES = ("annegret", "bartholomäus", "李小龙", 'O\'Neil, "Bo"', "edeltraud", "ferdi")
LAPTOP, LEAST_GAP_PX = 1200, 12
CUT = """() => [...document.querySelectorAll(".table")]
  .filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel)"""
GAP = """() => {
  const [count, next] = document.querySelector("td.many").parentElement.querySelectorAll("td");
  return parseFloat(getComputedStyle(count).paddingRight);
}"""
ALONE = 'link href=|src="(?!data:)|@import|url\\((?!data:)|https?://'


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@pytest.fixture
def sketched(monkeypatch):
    """Figures of one point each, where a test reads nothing but the words."""
    sketch = Picture(b"png", "the words that stand for a picture", 1, 1)
    names = ("totals", "losses", "states")
    monkeypatch.setattr(page, "_figures", lambda *_: dict.fromkeys(names, sketch))


def text_of(book: ClassBook, project) -> str:
    """The page of a class."""
    path = write_page(book, {"S1": "Convolution by hand"}, project.root / "report", project.root)
    return path.read_text(encoding="utf-8")


def rows_of(path) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet reads it."""
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("sketched")
def test_the_first_screen_says_how_it_went_and_what_to_teach_again(project):
    """Does the head of the page name the median, the section and who needs a hand?"""
    head = text_of(class_of(), project).split("</header>")[0]
    assert "4 learners, median 92.5 of 100 points" in head
    assert "S1 · Convolution by hand" in head
    none = {"eve": dict.fromkeys(ITEMS, 0)}
    assert "1 learner needs a hand" in text_of(class_of({**POINTS, **none}), project)


@pytest.mark.usefixtures("sketched")
def test_what_learners_are_called_is_text(project):
    """Is a learner called like a script shown, and not run?"""
    text = text_of(class_of({SCRIPT: {}, "</table>": {}}), project)
    assert "<script" not in text
    assert "&lt;script&gt;" in text and "&lt;/table&gt;" in text


@pytest.mark.usefixtures("sketched")
def test_the_page_stands_alone(project):
    """Does it load nothing, forbid scripts, and tell phones its width?"""
    text = text_of(class_of(), project)
    assert not re.search(ALONE, text.replace("http-equiv", ""))
    assert "default-src 'none'" in text and 'name="viewport"' in text


class Outline(HTMLParser):
    """Headings, pictures without words and header cells without a scope."""

    def __init__(self):
        super().__init__()
        self.levels, self.silent, self.loose = [], 0, 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.silent += tag == "img" and len(given.get("alt", "")) < 20
        self.loose += tag == "th" and "scope" not in given


def test_headings_pictures_and_tables_can_be_heard(project):
    """Are headings in order, has every picture words, and every header cell a scope?"""
    outline = Outline()
    outline.feed(text_of(class_of(), project))
    levels = outline.levels
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    assert (outline.silent, outline.loose) == (0, 0)


@pytest.mark.parametrize(
    "points",
    [
        {"ada": {}},
        {name: {} for name in NAMES},
        {name: {"q3": 0} for name in NAMES},
        {name: dict.fromkeys(ITEMS, 0) for name in NAMES},
        {"ada": dict.fromkeys(ITEMS, 0)},
    ],
    ids=["one learner", "all right", "an item nobody solved", "all wrong", "one, nothing"],
)
def test_a_class_of_any_kind_has_a_report(project, points):
    """Is there no crash and no division by zero?"""
    book = class_of(points)
    assert "nan" not in re.sub(r"base64,[^\"]*", "", text_of(book, project))
    rows = rows_of(write_items(book, project.root / "items.csv"))
    assert len(rows) == len(ITEMS)
    assert all(row["discrimination"] == "" for row in rows if row["item"] == "q3")


@pytest.mark.usefixtures("sketched")
def test_an_item_nobody_began(project):
    """Is it counted as never begun, and not taught again first?"""
    open_ = dict.fromkeys([item for item, about in ITEMS.items() if about.section == "S9"], 0)
    book = ClassBook(tuple(learner(name, open_, open_=True) for name in NAMES))
    text = text_of(book, project)
    assert "Nobody lost a point on what they began" in text
    assert "S9 (6 learners, 42 points)" in text


def test_bins_hold_every_share():
    """Do 0, full marks and extra points have a place, and 30 % its own?"""
    assert bins([0, 0.3, 1, 1.04]) == [1, 0, 0, 1, 0, 0, 0, 0, 0, 2]


def test_tables_come_back_through_csv(project):
    """Do names with commas, quotes, line breaks and other letters survive, and numbers too?"""
    names = (*NAMES, "two\nlines")
    book = class_of({name: {"q3": 1.5} for name in names})
    rows = rows_of(write_learners(book, project.root / "learners.csv"))
    assert [row["learner"] for row in rows] == list(names)
    assert {row["points"] for row in rows} == {"98.5"}


def test_the_table_and_the_grade_files_have_the_same_points(project):
    """Is what being late costs a column of its own, so that the two can be compared?"""
    book = class_of({"ada": {}, "ben": {"q3": 0}})
    book = replace(book, learners=tuple(replace(x, penalty=6.0) for x in book.learners))
    rows = rows_of(write_learners(book, project.root / "learners.csv"))
    final = [grade.points for grade in grades_of(book).all]
    assert [float(row["points"]) - float(row["off_for_late"]) for row in rows] == final


def test_the_same_class_gives_the_same_bytes(project):
    """Is the report deterministic?"""
    files = []
    for _ in range(2):
        text = text_of(class_of(), project)
        write_items(class_of(), project.root / "items.csv")
        files.append((text, (project.root / "items.csv").read_bytes()))
    assert files[0] == files[1]


def graded_with_names(project) -> None:
    """A gradebook and results full of names, also where one would not look for them."""
    people = {
        name: {"first_name": f"Given{place}", "last_name": f"Family{place}", "email": "x@y.example"}
        for place, name in enumerate(NAMES)
    }
    points = {name: {"q3": place % 4} for place, name in enumerate(NAMES)}
    make_gradebook(project, points, people=people)
    for name in NAMES:
        store(project, name, points[name], note=f"put back: a cell of {name}")
    with opened(project) as gradebook:
        gradebook.add_student("hieronymus", last_name="Absent")


@pytest.mark.usefixtures("sketched")
def test_a_report_without_names_has_none(project):
    """Is no name of anybody in any file that may be handed on?"""
    graded_with_names(project)
    paths = write_report(project, anonymous=True)
    written = list((project.root / "report").rglob("*.*"))
    assert sorted(written) == sorted([paths.page, paths.items, paths.learners])
    text = "".join(path.read_text(encoding="utf-8") for path in written)
    for name in (*NAMES, "O&#39;Neil", "Given", "Family", "example", "hieronymus", "Absent"):
        assert name not in text, name
    assert "learner 1" in text and "learner 6" in text


def test_numbers_follow_neither_the_alphabet_nor_the_rank_and_stay(project):
    """Are numbers drawn by lot, kept, and is a latecomer's number a new one?"""
    first = anonymous.numbers_for(NAMES, project.root)
    assert sorted(first.values()) == [1, 2, 3, 4, 5, 6]
    assert anonymous.numbers_for(reversed(NAMES), project.root) == first
    later = anonymous.numbers_for([*NAMES, "aaron"], project.root)
    assert later == first | {"aaron": 7}
    again = (anonymous.numbers_for(NAMES, project.root / str(n)) for n in range(5))
    drawn = {tuple(numbers[name] for name in NAMES) for numbers in again}
    assert len(drawn) > 1
    assert (project.root / anonymous.NUMBERS).stat().st_mode & 0o077 == 0


def test_damaged_numbers_are_drawn_again(project):
    """Is a broken list of numbers no crash, and never the same number for two?"""
    for content in ("{", "[]", '{"a": "1"}', '{"a": 1, "b": 1}'):
        (project.root / anonymous.NUMBERS).write_text(content)
        assert sorted(anonymous.numbers_for(["a", "b"], project.root).values()) == [1, 2]


@pytest.mark.usefixtures("sketched")
def test_the_command_says_where_everything_is(project, monkeypatch):
    """Does `cnn-lesson report` name the files and what still waits?"""
    graded_with_names(project)
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(report)
    assert done.exit_code == 0, done.output
    assert "Essays of 6 learners wait" in done.output
    for name in ("index.html", "items.csv", "learners.csv", "canvas.csv", "status.csv"):
        assert name in done.output
    text = (project.root / "report" / "index.html").read_text(encoding="utf-8")
    assert "of 92 points" in text and "hieronymus" in text


def test_the_command_fails_with_one_sentence(project, monkeypatch):
    """Is a class that is not graded one line and a failure?"""
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(report)
    assert done.exit_code == 1
    assert done.output == (
        "Error: nothing is graded yet, so there is nothing to report: run `cnn-lesson grade`\n"
    )


@pytest.mark.usefixtures("sketched")
def test_links_lead_to_files_that_are_there(project):
    """Are feedback pages and teaching notes linked where they exist, and not otherwise?"""
    book = class_of({"O'Neil, 李": {}})
    assert "feedback/" not in text_of(book, project)
    feedback = project.root / "feedback" / "O'Neil, 李" / "cnn" / "01-convolution.html"
    notes = project.root / "teaching" / "notes.md"
    for path in (feedback, notes):
        path.parent.mkdir(parents=True)
        path.write_text("x")
    text = text_of(book, project)
    assert "../feedback/O%27Neil%2C%20%E6%9D%8E/cnn/01-convolution.html" in text
    assert 'href="../teaching/notes.md"' in text


@pytest.mark.browser
def test_axe_finds_nothing_serious(project):
    """Is the page accessible on a phone and on a desktop, and does it not scroll sideways?"""
    waits = {"fashion-why": None, "trim-or-drop-why": None}
    some = {f"{name} {place}": waits for place in range(3) for name in NAMES}
    book = class_of({**POINTS, **some, "eve": dict.fromkeys(ITEMS, 0)})
    book = ClassBook(book.learners, (Person("absent"),), ("Something is missing.",))
    pages = [write_page(book, {"S1": "By hand"}, project.root / "report", project.root)]
    assert violations_of(pages) == []
    assert violations_of(pages, (DESKTOP,), "dark") == []
    assert overflowing(pages, PHONE) == []


@pytest.mark.browser
def test_no_table_is_cut_on_a_laptop(project):
    """Is the last column of each table there at 1200 pixels, and no number glued to a name?"""
    path = write_page(class_of(), {"S1": "By hand"}, project.root / "report", project.root)
    with browsing(LAPTOP) as show:
        shown = show(path)
        assert shown.evaluate(CUT) == []
        gap = shown.evaluate(GAP)
    assert gap > LEAST_GAP_PX


@pytest.mark.usefixtures("sketched")
def test_headline_and_bars_speak_of_the_same_points(project):
    """Are essays that wait left out of both, once some are marked?"""
    some = {"ada": {"fashion-why": None}, "ben": {}, "cem": {"fashion-why": 0}}
    head = text_of(class_of(some), project).split("</header>")[0]
    assert "3 learners, median 100% of the points marked so far" in head
    assert "From 96% to 100%." in head and "points." not in head.split("lead")[1].split(".")[0]


@pytest.mark.usefixtures("sketched")
def test_the_table_of_items_says_what_the_hour_holds(project):
    """Can what was not reached in the hour be told from what is for home?"""
    text = text_of(class_of(), project)
    assert ">in the hour<" in text and ">at home<" in text
    assert "one patient in the hour, the rest at home" in text
