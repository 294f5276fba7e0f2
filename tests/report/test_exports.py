"""The grades in the forms that learning platforms import."""

import csv
import io

import pytest

from cnn_course.collect.people import enrol
from cnn_course.report import canvas, ilias, moodle, writing
from cnn_course.report.graded_class import Person
from cnn_course.report.grades import Grade, Grades, grades_of
from cnn_course.report.reading import export, read_class
from cnn_course.safe_csv import Verbatim, cell, csv_text, harmless
from tests.support.graded_class import POINTS, class_of, make_gradebook, make_project, opened, store

PEOPLE = (
    Person("ada", "Ada", "Müller, Dr.", "ada@uni.example", "4001"),
    Person("bo", 'Bo "Bobby"', "李", "bo@uni.example", "sis-77"),
    Person("eve", "two\nlines", "=HYPERLINK(1)", "-x@uni.example", "@sum"),
)
GRADES = Grades("CNN lesson", 100.0, tuple(map(Grade, PEOPLE, (87.5, None, 42.0))))


def table(path) -> list[list[str]]:
    """The file read back; a platform reads UTF-8 and is not given a BOM."""
    content = path.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def test_canvas_has_the_columns_of_its_own_export(tmp_path):
    """Are header, points possible, names, ids and empty grades as Canvas takes them?"""
    header, possible, ada, bo, eve = table(canvas.write(GRADES, tmp_path / "canvas.csv"))
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "CNN lesson"]
    assert possible == ["    Points Possible", "", "", "", "", "100"]
    assert ada == ["Müller, Dr., Ada", "4001", "", "ada", "", "87.5"]
    assert bo == ['李, Bo "Bobby"', "", "sis-77", "bo", "", ""]
    assert eve == ["'=HYPERLINK(1), two\nlines", "", "'@sum", "eve", "", "42"]


def test_moodle_has_a_column_to_find_a_user_by(tmp_path):
    """Do id number, email and username have a column each, and is no grade a dash?"""
    header, ada, bo, eve = table(moodle.write(GRADES, tmp_path / "moodle.csv"))
    names = ["First name", "Last name", "ID number", "Email address", "Username"]
    assert header == [*names, "CNN lesson"]
    assert ada == ["Ada", "Müller, Dr.", "4001", "ada@uni.example", "ada", "87.5"]
    assert bo[-1] == "-"
    assert eve == ["two\nlines", "'=HYPERLINK(1)", "'@sum", "'-x@uni.example", "eve", "42"]


@pytest.mark.parametrize(
    ("people", "key", "header", "missing"),
    [
        ([("a", "a@x", "1"), ("b", "", "2")], "ID number", ["ID number", "Username"], []),
        ([("a", "a@x", "1"), ("b", "b@x", "")], "Email address", ["Email address", "Username"], []),
        ([("a", "a@x", ""), ("b", " ", "")], "Email address", ["Email address", "Username"], ["b"]),
        ([("a", "", ""), ("b", "", "")], "Username", ["Username"], []),
    ],
)
def test_moodle_gets_no_cell_that_it_could_book_on_somebody_else(
    tmp_path, people, key, header, missing
):
    """Has every row every column that Moodle can be told to find people by?"""
    who = [Person(name, "F", "L", email, number) for name, email, number in people]
    grades = Grades("CNN lesson", 100.0, tuple(Grade(person, 50.0) for person in who))
    columns, *rows = table(moodle.write(grades, tmp_path / "moodle.csv"))
    assert columns == ["First name", "Last name", *header, "CNN lesson"]
    assert all(cell.strip() for row in rows for cell in row[2:])
    assert (moodle.key_of(grades), moodle.left_out(grades)) == (key, missing)
    assert len(rows) == len(people) - len(missing)


def test_who_is_missing_in_moodles_file_is_named(tmp_path, monkeypatch):
    """Does the report say whom Moodle's file leaves out, and by which column to map it?"""
    project = make_project(tmp_path)
    make_gradebook(project, {"ada": {}, "bo": {}}, {"ada": 3}, {"ada": {"email": "a@b.example"}})
    monkeypatch.setattr(writing, "write_page", lambda *_: tmp_path / "index.html")
    (line,) = (x for x in writing.write_report(project).remarks if "moodle.csv" in x)
    assert "mapped by Email address" in line
    assert "who has none: bo;" in line


def test_who_is_not_on_the_list_of_participants_is_named(tmp_path, monkeypatch):
    """After `cnn-lesson people`, does the report mark who is not on the list?"""
    project = make_project(tmp_path)
    make_gradebook(project, {"ada": {}, "bo": {}}, {"ada": 3, "bo": 3})
    (tmp_path / "list.csv").write_text("Username,Last name\nada,Lovelace\n")
    enrol(project, tmp_path / "list.csv")
    monkeypatch.setattr(writing, "write_page", lambda *_: tmp_path / "index.html")
    remarks = writing.write_report(project).remarks
    assert any("Not on the list of participants: bo;" in line for line in remarks)


@pytest.mark.parametrize("folder", ["cnn-lesson (1)", "C++ kurs", "50% & [x] {y}"])
def test_who_left_the_student_table_is_in_no_file(tmp_path, monkeypatch, folder):
    """After `nbgrader db student remove`, is the learner gone from every table, and named?"""
    (tmp_path / folder).mkdir()
    project = make_project(tmp_path / folder)
    make_gradebook(project, {"ada": {}, "bo": {}}, {"ada": 3, "bo": 3})
    for name in ("ada", "bo"):
        store(project, name, {})
    with opened(project) as gradebook:
        gradebook.remove_student("bo")
    monkeypatch.setattr(writing, "write_page", lambda *_: tmp_path / "index.html")
    paths = writing.write_report(project)
    written = [*paths.grades.values(), paths.learners]
    assert all("ada" in path.read_text("utf-8") for path in written)
    assert not any("bo" in path.read_text("utf-8") for path in written)
    assert any("Not in the student table" in line and "bo" in line for line in paths.remarks)
    assert not any("bo" in line for line in writing.write_report(project, anonymous=True).remarks)


def test_ilias_updates_only_whom_it_can_find(tmp_path):
    """Are all columns there in their order, and rows without a number or a grade passed over?"""
    header, ada, bo, eve = table(ilias.write(GRADES, tmp_path / "status.csv"))
    assert header == list(ilias.COLUMNS)
    assert ada[:7] == ["1", "4001", "ada", "Müller, Dr.", "Ada", "passed", "87.5"]
    assert bo[:1] + bo[5:7] == ["0", "notgraded", ""]
    assert eve[:1] + eve[5:7] == ["0", "failed", "42"]
    assert all(row[7:] == [""] * 4 for row in (ada, bo, eve))


@pytest.mark.parametrize(("share", "status"), [(0.42, "passed"), (0.43, "failed")])
def test_the_pass_mark_can_be_chosen(tmp_path, share, status):
    """Does exactly the mark pass, and less fail?"""
    assert table(ilias.write(GRADES, tmp_path / "status.csv", share))[-1][5] == status


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-x", "'-x"),
        ("@sum", "'@sum"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("＝1", "'＝1"),
        ("Bo;=1+1", "Bo;'=1+1"),
        ('Bo;"=1"', 'Bo;"\'=1"'),
        ("two\n=lines", "two\n'=lines"),
        ("a\0b", "ab"),
        ("\u202e=1", "'=1"),
        ("\x1b[2Jada\u2066", "[2Jada"),
        ("O'Neil-Smith", "O'Neil-Smith"),
        ("ada@uni.example", "ada@uni.example"),
        ("李, Dr. Bo (née X)", "李, Dr. Bo (née X)"),
        ("", ""),
    ],
)
def test_no_text_is_a_formula(text, safe):
    """Is a quote put in front of what a spreadsheet would run, and nowhere else?"""
    assert harmless(text) == safe


@pytest.mark.parametrize(
    ("value", "written"),
    [(-1.5, "-1.5"), (0.0, "0"), (-0.0, "0"), (87, "87"), (1 / 3, "0.3333"), (None, "")],
)
def test_numbers_stay_numbers(value, written):
    """Is a negative number left without a quote, and no zero written as -0?"""
    assert cell(value) == written
    assert cell(Verbatim("-")) == "-"


def test_quoting_is_that_of_csv():
    """Are commas, quotes and line breaks inside a field, and do lines end in CR LF?"""
    text = csv_text(["a"], [['x, "y"\nz']])
    assert text == 'a\r\n"x, ""y""\nz"\r\n'


def test_grades_have_points_off_and_wait_for_essays():
    """Is lateness taken off, never below 0, and has nobody half a grade?"""
    from dataclasses import replace

    book = class_of({"ada": {}, "ben": {"fashion-why": None}, "cem": {"q3": 0}})
    late = [replace(each, penalty=each.penalty + 200) for each in book.learners]
    ada, ben, cem = grades_of(book).all
    assert (ada.points, ben.points, cem.points) == (100, None, 97)
    assert grades_of(replace(book, learners=(late[0],))).all[0].points == 0


def test_grades_without_marked_essays_say_so():
    """Is the grade then the automatic part, of 92 points, under that title?"""
    waits = {"fashion-why": None, "trim-or-drop-why": None}
    grades = grades_of(class_of({"ada": waits, "ben": waits | {"q3": 0}}))
    assert grades.title == "CNN lesson, automatic part"
    assert (grades.out_of, [grade.points for grade in grades.all]) == (92, [92, 89])


def test_all_files_come_from_nbgraders_student_table(tmp_path, monkeypatch):
    """Do names, email and platform id of the gradebook reach every file?"""
    project = make_project(tmp_path)
    who = {"first_name": "Ada", "last_name": "Lovelace", "email": "a@b.example"}
    who["lms_user_id"] = "4001"
    make_gradebook(project, {"ada": {"q3": 0}}, {"ada": 3}, {"ada": who})
    with opened(project) as gradebook:
        gradebook.add_student("zoe", first_name="Zoë", lms_user_id="4002")
    monkeypatch.setattr(writing, "write_page", lambda *_: tmp_path / "index.html")
    paths = writing.write_report(project)
    canvas_rows, moodle_rows = (table(paths.grades[name]) for name in ("Canvas", "Moodle"))
    assert canvas_rows[2] == ["Lovelace, Ada", "4001", "", "ada", "", "95"]
    assert canvas_rows[3] == ["Zoë", "4002", "", "zoe", "", ""]
    assert moodle_rows[1] == ["Ada", "Lovelace", "4001", "ada", "95"]
    assert table(paths.grades["ILIAS"])[2][:6] == ["0", "4002", "zoe", "", "Zoë", "notgraded"]


def test_nbgraders_export_has_its_columns_and_numbers(tmp_path):
    """Is it nbgrader's own file for plain names?"""
    from nbgrader.plugins import CsvExportPlugin

    project = make_project(tmp_path)
    make_gradebook(project, POINTS, {"ada": 4, "ben": 2.5, "cem": 0, "dana": 1})
    with opened(project) as gradebook:
        gradebook.add_student("zoe")
        plugin = CsvExportPlugin()
        plugin.to = str(tmp_path / "theirs.csv")
        plugin.export(gradebook)
    ours = export(project, tmp_path / "ours.csv")
    theirs = (tmp_path / "theirs.csv").read_text(encoding="utf-8")
    assert sorted(ours.read_text(encoding="utf-8").split()) == sorted(theirs.split())


def test_nbgraders_export_keeps_its_columns_with_any_name(tmp_path):
    """Does a name with a comma stay in its column?"""
    project = make_project(tmp_path)
    make_gradebook(project, {"ada": {}}, people={"ada": {"last_name": "Müller, Dr."}})
    header, row = table(export(project, tmp_path / "grades.csv"))
    assert row[header.index("last_name")] == "Müller, Dr."
    assert row[header.index("max_score")] == "100.0"
    assert read_class(project).learners[0].person.last_name == "Müller, Dr."
