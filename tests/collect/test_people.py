"""Lists of participants in the forms that platforms give them."""

import itertools
import shlex
import sqlite3
import subprocess

import pytest
from click.testing import CliRunner

from cnn_course.cli import main
from cnn_course.collect.collect import collect
from cnn_course.collect.people import enrol
from cnn_course.collect.roster import read_roster
from cnn_course.collect.who import load_people
from cnn_course.errors import CourseError
from cnn_course.grade import gradebook_file
from tests.support.downloads import FIRST, course, enrolled, filled, moodle, zip_at
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


FORMS = {
    "names": "First name,Last name\n{first},{last}\n",
    "addresses": "First name,Last name,Email address\n{first},{last},{mail}\n",
    "worksheet": "Identifier,Full name,Email address\nParticipant 5,{first} {last},{mail}\n",
    "logins": "Username,First name,Last name,Email address\n{login},{first},{last},{mail}\n",
}
EVA = {"first": "Eva", "last": "Ek", "mail": "eva@uni.example", "login": "ee1"}


@pytest.mark.parametrize(("one", "other"), list(itertools.permutations(FORMS, 2)))
def test_one_person_of_two_lists_is_one_row(tmp_path, one, other):
    """Whatever each list says of her, is she once in the student table, and never gone?"""
    project = course(tmp_path / "course")
    enrolled(project, FORMS[one].format(**EVA))
    done = enrolled(project, FORMS[other].format(**EVA))
    with opened(project) as gradebook:
        assert len(gradebook.students) == 1
        assert gradebook.students[0].first_name == "Eva"
    assert (done.new, len(done.updated), done.left) == ([], 1, [])


def test_a_list_takes_away_nothing_that_another_one_knew(tmp_path):
    """Are two of one name still told apart by number, after a list without numbers?"""
    project = course(tmp_path / "course")
    people = [f"{n},Ada Lovelace,ada{n}@uni.example" for n in (5, 6)]
    enrolled(project, "\n".join(["Identifier,Full name,Email address", *people]))
    enrolled(
        project,
        "First name,Last name,Email address\n"
        "Ada,Lovelace,ada6@uni.example\nAda,Lovelace,ada5@uni.example\n",
    )
    paths = [moodle("Ada Lovelace", n, "a.ipynb")[0] for n in (5, 6)]
    outcome = collect(project, [zip_at(tmp_path / "a.zip", dict.fromkeys(paths, filled(FIRST)))])
    assert sorted(outcome.works) == ["ada5@uni.example", "ada6@uni.example"]


def test_whom_a_list_finds_under_another_name_is_one_row(tmp_path):
    """Where the second list tells that the work of a stranger is hers, is she there once?"""
    project = course(tmp_path / "course")
    enrolled(project, FORMS["addresses"].format(**EVA))
    married = {moodle("Eva Ohm", 5, "a.ipynb")[0]: filled(FIRST)}
    collect(project, [zip_at(tmp_path / "all.zip", married)])
    done = enrolled(project, FORMS["worksheet"].format(**EVA))
    with opened(project) as gradebook:
        assert [(s.id, s.email) for s in gradebook.students] == [("Eva Ohm 5", EVA["mail"])]
    assert done.merged == {"eva@uni.example": "Eva Ohm 5"}
    assert (done.left, done.unknown) == ([], [])


def test_a_row_with_work_is_never_taken_out(tmp_path):
    """Where both rows of a person have work, do both stay, and is it said?"""
    project = course(tmp_path / "course")
    enrolled(project, FORMS["addresses"].format(**EVA))
    with opened(project) as gradebook:
        gradebook.add_assignment("cnn")
        gradebook.add_submission("cnn", "eva@uni.example")
    married = {moodle("Eva Ohm", 5, "a.ipynb")[0]: filled(FIRST)}
    collect(project, [zip_at(tmp_path / "all.zip", married)])
    done = enrolled(project, FORMS["worksheet"].format(**EVA))
    with opened(project) as gradebook:
        assert {s.id for s in gradebook.students} == {"Eva Ohm 5", "eva@uni.example"}
    assert done.twice == {"eva@uni.example": "Eva Ohm 5"}
    assert done.left == []


@pytest.mark.parametrize("name", ["$(touch pwned)", "a; touch pwned", "O'Brien", "{a,b}", "!!"])
def test_a_command_to_copy_runs_nothing_of_a_name(tmp_path, monkeypatch, name):
    """Does a shell take the name in the advice for one word, whatever is in it?"""
    project = course(tmp_path / "course")
    with opened(project) as gradebook:
        gradebook.add_student(name)
    roster = tmp_path / "list.csv"
    roster.write_text(FORMS["names"].format(**EVA))
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(main, ["people", str(roster)])
    (line,) = (line for line in result.output.splitlines() if "student remove" in line)
    advice = line.partition("if they left: ")[2]
    assert shlex.split(advice)[-2:] == [name, "--force"]
    printed = subprocess.run(["bash", "-c", f"printf '%s\n' {advice}"], capture_output=True)
    assert printed.stdout.decode().splitlines()[-2] == name


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
