"""Lists of participants in the forms that platforms give them."""

import sqlite3

import pytest
from click.testing import CliRunner

from cnn_course.cli import main
from cnn_course.collect.people import enrol
from cnn_course.collect.roster import read_roster
from cnn_course.collect.who import load_people
from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file
from tests.support.downloads import course
from tests.support.graded_class import opened

LISTS = {
    "Moodle, participants": (
        "First name,Last name,Email address,Groups\nMax,Müller,max@uni.example,A\n"
    ),
    "Moodle, worksheet": (
        "Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade\n"
        "Participant 4001,Max Müller,991,max@uni.example,Submitted,,100.00\n"
    ),
    "Moodle, German worksheet": (
        '"ID","Vollständiger Name","E-Mail-Adresse","Status"\n'
        '"Teilnehmer/in4001","Max Müller","max@uni.example","Abgegeben"\n'
    ),
    "Canvas": (
        "Student,ID,SIS User ID,SIS Login ID,Section,CNN lesson (7)\n"
        "    Points Possible,,,,,100\n"
        '"Müller, Max",4001,991,max@uni.example,One,12\n'
        '"Student, Test",1,,abc,One,\n'
    ),
    "ILIAS, members": (
        "Nachname;Vorname;Benutzername;E-Mail;Matrikelnummer\nMüller;Max;mm12;max@uni.example;991\n"
    ),
    "ILIAS, status file": (
        "update,usr_id,login,lastname,firstname,status,mark\n0,4001,mm12,Müller,Max,notgraded,\n"
    ),
    "a tab between": "First name\tLast name\tUsername\nMax\tMüller\tmm12\n",
    "Excel's first line": "sep=;\nFirst name;Last name;Username\nMax;Müller;mm12\n",
}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", LISTS)
def test_every_form_of_list_has_the_same_person(tmp_path, kind, encoding):
    """Are name and numbers found, whatever separator, header and encoding, and nobody else?"""
    path = tmp_path / "list.csv"
    path.write_bytes(LISTS[kind].encode(encoding))
    (entry,) = read_roster(path)
    assert entry.name in ("Max Müller",)
    assert entry.wanted_id in ("mm12", "max@uni.example")
    if "4001" in LISTS[kind]:
        assert "4001" in (entry.number, entry.participant)
    if "991" in LISTS[kind]:
        assert entry.matriculation == "991"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no list of participants"),
        (b"a,b\n1,2\n", "is no list of participants"),
        (b"First name,Last name,Username\n", "nobody in it"),
        (b"PK\x03\x04xlsx", "is a spreadsheet: open it and save it as CSV"),
    ],
)
def test_what_is_no_list_gets_one_sentence(tmp_path, content, why):
    """Is it said what is wrong and what would be right?"""
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=why):
        read_roster(path)
    with pytest.raises(CourseError, match="cannot be read"):
        read_roster(tmp_path / "gone.csv")


def test_the_student_table_has_names_and_nobody_is_invented_or_removed(tmp_path, monkeypatch):
    """Are people added and renamed, one who left listed with the way out, and marks left alone?"""
    project = course(tmp_path / "course")
    with opened(project) as gradebook:
        gradebook.add_student("mm12", first_name="M.")
        gradebook.add_student("gone", first_name="Gone")
    roster = tmp_path / "list.csv"
    roster.write_text(
        "Username,First name,Last name,Email address,ID\nmm12,Max,Müller,m@uni.example,4001\n"
        "new1,Eva,Ek,,4002\n.bad,Bad,Name,,4003\n"
    )
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(main, ["people", str(roster)])
    assert result.exit_code == 1
    assert "left out: “.bad” cannot be a learner's id" in result.output
    assert "not on the list: gone; if they left: nbgrader db student remove" in result.output
    assert "student table: 1 new, 1 updated" in result.output
    with opened(project) as gradebook:
        table = {s.id: (s.first_name, s.last_name, s.lms_user_id) for s in gradebook.students}
    assert table["mm12"] == ("Max", "Müller", "4001")
    assert table["gone"] == ("Gone", None, None)
    assert set(table) == {"mm12", "new1", "gone"}


def test_twice_is_as_good_as_once(tmp_path):
    """Is the same list again only an update, and kept for collecting?"""
    project = course(tmp_path / "course")
    with opened(project):
        pass
    roster = tmp_path / "list.csv"
    roster.write_text("Username,First name,Last name\nmm12,Max,Müller\n")
    assert enrol(project, roster).new == ["mm12"]
    again = enrol(project, roster)
    assert (again.new, again.updated, again.left) == ([], ["mm12"], [])
    assert load_people(project.root / ".grading").entries["mm12"].last == "Müller"
    assert (project.root / ".grading" / "people.json").stat().st_mode & 0o077 == 0


def test_a_gradebook_in_use_gets_one_sentence(tmp_path, monkeypatch):
    """Where another program holds the gradebook for long, is it said what to do?"""
    monkeypatch.setattr(gradebook_file, "LOCK_WAIT_S", 0.2)
    project = course(tmp_path / "course")
    with opened(project):
        pass
    roster = tmp_path / "list.csv"
    roster.write_text("Username,First name,Last name\nmm12,Max,Müller\n")
    with sqlite3.connect(project.root / "gradebook.db") as database:
        database.execute("BEGIN EXCLUSIVE")
        with pytest.raises(CourseError, match="close Formgrader"):
            enrol(project, roster)
        database.rollback()
