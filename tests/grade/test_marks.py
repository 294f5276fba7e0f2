"""What people give (marks, corrections, extra points, comments) through all that comes after it."""

import shutil

import nbformat
import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import feedback
from cnn_course.grade.gradebook import Course
from cnn_course.project import ASSIGNMENT, FEEDBACK, SOURCE, STUBS, WORK, Project
from cnn_course.report.reading import read_class
from cnn_lesson.items import NOTEBOOKS
from tests.support.graded_course import a_course, enter, essays, gradebook, hand_in, mark, row

POINTS = {"convolve": 7, "q3": 1}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg"
    "=="
)


@pytest.fixture(scope="module")
def marked(root, tmp_path_factory):
    """A course in which mara is graded, and a person has marked, corrected and commented."""
    course = a_course(root, tmp_path_factory.mktemp("marked"))
    enter(course, hand_in(course, "mara", essays), POINTS)
    mark(course, "mara", "fashion-why", 3, comment="well *seen*")
    mark(course, "mara", "trim-or-drop-why", 2.5)
    mark(course, "mara", "q3", 2, comment="nearly <script>alert(1)</script>")
    mark(course, "mara", "convolve", None, extra=1)
    return course


@pytest.fixture
def course(marked, tmp_path):
    """A copy of it."""
    shutil.copytree(marked.root, tmp_path, dirs_exist_ok=True)
    return Project(tmp_path)


def page(course, number):
    path = course.root / FEEDBACK / "mara" / ASSIGNMENT / f"{NOTEBOOKS[number]}.html"
    return path.read_text("utf-8")


def test_a_regrade_asks_for_no_mark_again(course):
    """Do marks, a correction, extra points and comments stay, and count, after a regrade?"""
    enter(course, hand_in(course, "mara", essays), POINTS)
    assert (row(course, "mara", "fashion-why").points, row(course, "mara", "q3").points) == (3, 2)
    assert row(course, "mara", "trim-or-drop-why").points == 2.5
    assert row(course, "mara", "convolve").points == 8
    assert row(course, "mara", "fashion-why").comment == "well *seen*"


def test_a_mark_is_asked_for_again_where_the_answer_is_another_one(course):
    """Does a new essay not keep the old one's mark without a word, and only that essay?"""

    def second_thoughts(draft):
        essays(draft)
        draft.write("fashion-why", "I changed my mind.")

    enter(course, hand_in(course, "mara", second_thoughts), POINTS)
    changed = row(course, "mara", "fashion-why")
    assert (changed.points, changed.again, changed.comment) == (None, 3, "well *seen*")
    assert row(course, "mara", "trim-or-drop-why").points == 2.5
    assert row(course, "mara", "q3").points == 2
    assert any("fashion-why" in remark for remark in read_class(course).remarks)
    feedback.renew(course)
    assert "3 points were given for an earlier answer" in page(course, 2)


def test_a_correction_is_looked_at_again_where_its_answer_changed(course):
    """Are corrected points not kept for another answer?"""

    def another(draft):
        essays(draft)
        draft.write("q3-answer", "answer_q3 = 17")

    enter(course, hand_in(course, "mara", another), POINTS)
    assert (row(course, "mara", "q3").points, row(course, "mara", "q3").again) == (None, 2)
    assert row(course, "mara", "fashion-why").points == 3


def test_pages_show_what_people_gave_without_a_run(course):
    """Does `feedback` show marks, corrections, extra points and comments, and run no script?"""
    feedback.renew(course)
    first, third = page(course, 0), page(course, 2)
    assert "corrected by a person · 2 of" in first and "nearly" in first
    assert "1 extra with them" in first
    assert "marked by a person · 3 of" in third and "well <em>seen</em>" in third
    assert "<script" not in first
    index = (course.root / FEEDBACK / "index.html").read_text("utf-8")
    assert '<td class="number">15.5</td>' in index  # 8 + 2 + 3 + 2.5


def test_pictures_pasted_into_an_essay_are_on_its_page(course):
    """Does a reader see what the learner saw?"""

    def with_picture(draft):
        essays(draft)
        cell = draft.cell("fashion-why")
        cell.source = "See ![mine](attachment:mine.png)"
        cell["attachments"] = {"mine.png": {"image/png": PIXEL}}

    enter(course, hand_in(course, "mara", with_picture), POINTS)
    feedback.renew(course)
    assert f'src="data:image/png;base64,{PIXEL}"' in page(course, 2)
    assert "img-src data:" in page(course, 2)


def change(course, stage, name, what):
    path = course.notebook(stage, name)
    made = nbformat.read(path, as_version=4)
    what(made)
    nbformat.write(made, path)


def test_an_item_that_is_dropped_moved_or_worth_more_keeps_what_was_given(course):
    """Do marks and people come along, with a copy first, and is every change said?"""
    cells = []

    def take_out(made):
        kept = [c for c in made.cells if not c.id.startswith(("q3", "trim-or-drop-why"))]
        cells.extend(c for c in made.cells if c.id.startswith("trim-or-drop-why"))
        made.cells = kept
        for cell in kept:
            if cell.id == "fashion-why":
                cell.metadata.nbgrader.points += 2

    for stage in (SOURCE, STUBS):
        cells.clear()
        for name in (NOTEBOOKS[0], NOTEBOOKS[2]):
            change(course, stage, name, take_out)
        change(course, stage, NOTEBOOKS[1], lambda made: made.cells.extend(cells))
    sentences = Course(course, course.root / WORK).register()
    said = "\n".join(sentences)
    assert "dropped: q3, q3-answer" in said
    assert "in another notebook: trim-or-drop-why" in said
    assert "with other points: fashion-why" in said
    assert "only in the copy: what mara was given for q3" in said
    assert len(list(course.root.glob("gradebook.before-*.db"))) == 1
    assert row(course, "mara", "convolve").points == 8
    assert (
        row(course, "mara", "fashion-why").again,
        row(course, "mara", "fashion-why").out_of,
    ) == ((3, 6))
    moved = row(course, "mara", "trim-or-drop-why")
    assert (moved.notebook, moved.points) == (NOTEBOOKS[1], 2.5)


def test_an_assignment_that_cannot_be_entered_leaves_the_gradebook_as_it_was(course, monkeypatch):
    """Is nothing lost where nbgrader fails half way?"""

    def fails(self):
        raise CourseError("the disk is full")

    change(course, SOURCE, NOTEBOOKS[0], lambda made: made.cells.pop())
    change(course, SOURCE, NOTEBOOKS[0], lambda made: drop(made, "q3"))
    monkeypatch.setattr(Course, "_generate", fails)
    with pytest.raises(CourseError, match="disk is full"):
        Course(course, course.root / WORK).register()
    assert row(course, "mara", "q3").points == 2
    assert row(course, "mara", "fashion-why").comment == "well *seen*"


def drop(made, item):
    made.cells = [cell for cell in made.cells if not cell.id.startswith(item)]


def test_late_work_loses_what_the_late_plugin_says(course):
    """Does the timestamp reach nbgrader's plugin, and do page and report show what it took?"""
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(
            "\nfrom nbgrader.plugins import BasePlugin\n"
            "class Two(BasePlugin):\n"
            "    def late_submission_penalty(self, student_id, score, total_seconds_late):\n"
            "        return 2.0\n"
            "c.AssignLatePenalties.plugin_class = Two\n"
        )
    with gradebook(course) as opened:
        opened.update_or_create_assignment(ASSIGNMENT, duedate="2026-11-20 12:00:00 UTC")
    submission = hand_in(course, "mara", essays)
    (submission.folder / "timestamp.txt").write_text("2026-11-21 12:00:00 UTC")
    result = enter(course, submission, POINTS)
    assert result.late_s == 24 * 3600
    feedback.renew(course)
    assert "2 points off for handing in late" in page(course, 0)
    (mara,) = read_class(course).learners
    assert mara.penalty == 4  # two notebooks with points, never more than there are


def test_a_stamp_that_is_none_is_left_behind(course):
    """Does a learner's timestamp.txt that is no time stop nothing?"""
    submission = hand_in(course, "mara", essays)
    (submission.folder / "timestamp.txt").write_text("yesterday-ish\x00")
    assert enter(course, submission, POINTS).late_s == 0
    shutil.rmtree(submission.folder)


def test_who_was_taken_out_has_no_row_in_the_index(course):
    """Is a learner who left and was removed from the student table in no table?"""
    enter(course, hand_in(course, "olli"), {})
    with gradebook(course) as opened:
        opened.remove_student("olli")
    feedback.renew(course)
    assert "olli" not in (course.root / FEEDBACK / "index.html").read_text("utf-8")
