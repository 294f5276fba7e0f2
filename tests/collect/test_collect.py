"""Downloads of each platform, second downloads, and who is who."""

import json
import os
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnn_course.collect import deliver as delivering
from cnn_course.collect.collect import collect
from cnn_course.collect.ledger import load_ledger
from cnn_course.errors import CourseError
from tests.support.downloads import (
    FIRST,
    SECOND,
    THIRD,
    TUESDAY,
    course,
    enrolled,
    filled,
    from_windows,
    handed_in,
    moodle,
    packed,
    stub,
    zip_at,
)
from tests.support.graded_class import opened


@pytest.fixture
def project(tmp_path):
    """A course in a folder whose name is a pattern to some."""
    return course(tmp_path / "C++ kurs {1} [x]")


def learners(project) -> list[str]:
    """Who is in submitted/."""
    folder = project.root / "submitted"
    return sorted(p.name for p in folder.iterdir() if not p.name.startswith("."))


def test_canvas_names_say_who_and_late(project, tmp_path):
    """Are Canvas' users told apart by number, and LATE seen?"""
    outcome = collect(
        project,
        [
            zip_at(
                tmp_path / "submissions.zip",
                {
                    f"muellermax_LATE_4001_77_{FIRST}-1.ipynb": filled(FIRST),
                    f"muellermax_LATE_4001_78_{SECOND}.ipynb": filled(SECOND),
                    f"muellermax_4002_79_{FIRST}.ipynb": filled(FIRST),
                    "oconnorann_4003_80_my_1_2_work.ipynb": filled(THIRD),
                    "leelei_4004_text.html": b"<html>see you</html>",
                },
            )
        ],
    )
    assert learners(project) == ["muellermax 4001", "muellermax 4002", "oconnorann 4003"]
    assert set(handed_in(project, "muellermax 4001")) == {
        f"{FIRST}.ipynb",
        f"{SECOND}.ipynb",
        "timestamp.txt",
    }
    assert [who for who, work in outcome.works.items() if work.late] == ["muellermax 4001"]
    assert list(outcome.without) == ["leelei 4004"]
    assert outcome.somebody_is_left_out


def test_ilias_takes_the_later_upload_and_the_time_in_its_name(project, tmp_path):
    """Is a later upload better than a fuller one, and a stub never better?"""
    late = "Late Submission - "
    outcome = collect(
        project,
        [
            zip_at(
                tmp_path / "Abgaben.zip",
                {
                    f"Abgaben/Müller_Max_mm12_4001/20261118101500_{FIRST}.ipynb": filled(FIRST, 9),
                    f"Abgaben/Müller_Max_mm12_4001/20261120101500_{FIRST}.ipynb": filled(FIRST, 2),
                    f"Abgaben/Muster_Eva_eva_m_4002/{late}20261121000000_x.ipynb": filled(SECOND),
                    f"Abgaben/Roe_Dana_dr_4003/20261119000000_{FIRST}.ipynb": filled(FIRST),
                    f"Abgaben/Roe_Dana_dr_4003/20261120000000_{FIRST}.ipynb": stub(FIRST),
                    "Abgaben/status.csv": b"update,usr_id",
                },
            )
        ],
    )
    assert learners(project) == ["dr", "eva_m", "mm12"]
    assert handed_in(project, "mm12")[f"{FIRST}.ipynb"] == filled(FIRST, 2)
    assert handed_in(project, "dr")[f"{FIRST}.ipynb"] == filled(FIRST)
    local = datetime(2026, 11, 20, 10, 15).astimezone(UTC)
    stamp = handed_in(project, "mm12")["timestamp.txt"].decode()
    assert stamp == local.strftime("%Y-%m-%d %H:%M:%S")
    assert outcome.works["eva_m"].late
    assert [left.name for left in outcome.nobody] == ["Abgaben/status.csv"]
    assert not outcome.somebody_is_left_out


def test_nbgraders_inbound_takes_the_last_of_several_submissions(project, tmp_path):
    """Does the exchange's layout give learner, time and the newest submission?"""
    inbound = tmp_path / "inbound"
    for time, cells in (("10:00:00.000001", 5), ("12:30:00.000001", 2)):
        folder = inbound / f"ada+cnn+2026-11-20 {time} UTC+x-Y_z"
        folder.mkdir(parents=True)
        (folder / f"{FIRST}.ipynb").write_bytes(filled(FIRST, cells))
        (folder / "timestamp.txt").write_text(f"2026-11-20 {time} UTC")
    (inbound / "ben+ps1+2026-11-20 10:00:00 UTC").mkdir()
    (inbound / "ben+ps1+2026-11-20 10:00:00 UTC" / "p.ipynb").write_bytes(b"{}")
    outcome = collect(project, [inbound])
    assert learners(project) == ["ada"]
    assert handed_in(project, "ada")[f"{FIRST}.ipynb"] == filled(FIRST, 2)
    assert handed_in(project, "ada")["timestamp.txt"] == b"2026-11-20 12:30:00"
    assert [left.name.split("/")[0][:7] for left in outcome.nobody] == ["ben+ps1"]


def test_a_folder_of_learners_with_zips_and_two_spellings(project, tmp_path):
    """Is a folder's or a zip's name the learner, and are NFC and NFD one?"""
    folder = tmp_path / "class"
    for name, book in (("Jörg", FIRST), (unicodedata.normalize("NFD", "Jörg"), SECOND)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "a.ipynb").write_bytes(filled(book))
    zip_at(folder / "ada.zip", {f"ada/cnn/{FIRST}.ipynb": filled(FIRST)})
    (folder / "eve" / "cnn").mkdir(parents=True)
    (folder / "eve" / "cnn" / "x.ipynb").write_bytes(filled(THIRD))
    (folder / "index.html").mkdir()
    (folder / "index.html" / "x.ipynb").write_bytes(filled(THIRD))
    outcome = collect(project, [folder])
    assert learners(project) == ["Jörg", "ada", "eve"]
    assert {f"{FIRST}.ipynb", f"{SECOND}.ipynb"} <= set(handed_in(project, "Jörg"))
    assert any("“index.html” cannot be a learner's id" in line for line in outcome.ambiguous)
    assert outcome.somebody_is_left_out


def test_names_that_differ_in_capitals_only_are_asked_about(project, tmp_path):
    """Is the second one left out, with a sentence, and nothing mixed up?"""
    files = {"Ada/x.ipynb": filled(FIRST, 1), "ada/x.ipynb": filled(FIRST, 2)}
    outcome = collect(project, [zip_at(tmp_path / "class.zip", files)])
    assert learners(project) == ["Ada"]
    assert "differ in capital letters only" in outcome.ambiguous[0]


def test_a_later_hand_in_replaces_with_a_backup(project, tmp_path):
    """Is what was there in the backup, what the new one lacks kept, and it said?"""
    first = {moodle("Ada", 5, f"{FIRST}.ipynb")[0]: filled(FIRST, 1)}
    first |= {moodle("Ada", 5, f"{SECOND}.ipynb")[0]: filled(SECOND, 1)}
    collect(project, [zip_at(tmp_path / "one.zip", first)])
    second = {moodle("Ada", 5, "neu.ipynb")[0]: filled(FIRST, 4)}
    outcome = collect(project, [zip_at(tmp_path / "two.zip", second, TUESDAY)])
    files = handed_in(project, "Ada 5")
    assert files[f"{FIRST}.ipynb"] == filled(FIRST, 4)
    assert files[f"{SECOND}.ipynb"] == filled(SECOND, 1)
    kept = outcome.backup / "Ada 5" / "cnn" / f"{FIRST}.ipynb"
    assert kept.read_bytes() == filled(FIRST, 1)
    assert outcome.backup.parent == project.root / "submitted" / ".backup"
    assert outcome.deliveries[0].replaced == [FIRST]


@pytest.mark.parametrize("what", ["older", "stub", "corrected by hand"])
def test_nothing_better_is_overwritten(project, tmp_path, what):
    """Do an older hand-in, a later stub and an instructor's correction leave things as they are?"""
    path = moodle("Ada", 5, f"{FIRST}.ipynb")[0]
    now = zip_at(tmp_path / "now.zip", {path: filled(FIRST, 3)}, TUESDAY)
    collect(project, [now])
    there = project.root / "submitted" / "Ada 5" / "cnn" / f"{FIRST}.ipynb"
    if what == "older":
        again = zip_at(tmp_path / "old.zip", {path: filled(FIRST, 8)})
    elif what == "stub":
        again = zip_at(tmp_path / "late.zip", {path: stub(FIRST)}, (2026, 12, 1, 0, 0, 0))
    else:
        there.write_bytes(filled(FIRST, 3, by="corrected"))
        again = now
    before = handed_in(project, "Ada 5")
    outcome = collect(project, [again])
    assert handed_in(project, "Ada 5") == before
    assert outcome.backup is None


def test_a_broken_transfer_puts_everything_back(project, tmp_path, monkeypatch):
    """Where nbgrader cannot write, is every folder what it was before?"""
    path = moodle("Ada", 5, f"{FIRST}.ipynb")[0]
    collect(project, [zip_at(tmp_path / "one.zip", {path: filled(FIRST, 1)})])
    before = handed_in(project, "Ada 5")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(delivering, "_transfer", broken)
    with pytest.raises(OSError, match="No space"):
        collect(project, [zip_at(tmp_path / "two.zip", {path: filled(FIRST, 2)}, TUESDAY)])
    assert handed_in(project, "Ada 5") == before


def test_a_learners_notebook_of_another_course_does_not_take_a_place(project, tmp_path):
    """Is a foreign notebook with the lesson's name kept aside?"""
    foreign = json.dumps({"cells": [{"cell_type": "code", "source": "print(1)"}]}).encode()
    paths = moodle("Ada", 5, f"{FIRST}.ipynb", "mine.ipynb", "timestamp.txt")
    files = dict(zip(paths, (foreign, filled(FIRST), b"never"), strict=True))
    collect(project, [zip_at(tmp_path / "one.zip", files)])
    found = handed_in(project, "Ada 5")
    assert found[f"{FIRST}.ipynb"] == filled(FIRST)
    assert found[f"other/{FIRST}.ipynb"] == foreign
    assert found["timestamp.txt"] != b"never"


def test_flat_names_of_moodle_and_umlauts(project, tmp_path):
    """Are flat downloads and names in a code page of Windows read right?"""
    name = f"Müller Groß_12_assignsubmission_file_{FIRST}.ipynb"
    path = tmp_path / "flat.zip"
    path.write_bytes(from_windows(name, filled(FIRST)))
    collect(project, [path])
    assert learners(project) == ["Müller Groß 12"]
    assert load_ledger(project.root / ".grading").learners["Müller Groß 12"].is_flat


def test_the_list_of_participants_gives_ids(project, tmp_path):
    """Do Moodle's numbers of participants lead to logins, and twins by name to a question?"""
    enrolled(
        project,
        "Identifier,Full name,Email address,Username\n"
        "Participant 5,Ada Lovelace,ada@uni.example,al1\n"
        "Participant 6,Ada Lovelace,ada2@uni.example,al2\n",
    )
    paths = moodle("Ada Lovelace", 6, f"{FIRST}.ipynb") + moodle("Zoe Ray", 9, f"{FIRST}.ipynb")
    files = dict.fromkeys(paths, filled(FIRST))
    outcome = collect(project, [zip_at(tmp_path / "one.zip", files)])
    assert learners(project) == ["Zoe Ray 9", "al2"]
    assert not outcome.ambiguous
    assert outcome.remarks == ["Not on the list of participants: Zoe Ray 9."]


def test_without_numbers_two_of_one_name_are_asked_about(project, tmp_path):
    """Is a name that two people have nobody's, with a way out?"""
    enrolled(
        project,
        "First name,Last name,Email address\n"
        "Ada,Lovelace,ada@uni.example\nAda,Lovelace,ada2@uni.example\n"
        "Jörg,Groß,jg@uni.example\n",
    )
    paths = moodle("Ada Lovelace", 6, "a.ipynb") + moodle("Gross Joerg", 7, "a.ipynb")
    outcome = collect(project, [zip_at(tmp_path / "one.zip", dict.fromkeys(paths, filled(FIRST)))])
    assert learners(project) == ["jg@uni.example"]
    assert "may be ada@uni.example or ada2@uni.example" in outcome.ambiguous[0]
    assert "grading worksheet" in outcome.ambiguous[0]


def test_a_list_read_after_collecting_keeps_the_ids(project, tmp_path):
    """Does whoever was collected stay the same learner, now with a name?"""
    paths = moodle("Ada Lovelace", 6, "a.ipynb")
    download = zip_at(tmp_path / "one.zip", dict.fromkeys(paths, filled(FIRST)))
    collect(project, [download])
    enrolled(project, "First name,Last name,Email address\nAda,Lovelace,ada@uni.example\n")
    with opened(project) as gradebook:
        assert [(s.id, s.first_name, s.email) for s in gradebook.students] == [
            ("Ada Lovelace 6", "Ada", "ada@uni.example")
        ]
    assert collect(project, [download]).deliveries[0].learner == "Ada Lovelace 6"
    assert learners(project) == ["Ada Lovelace 6"]


@pytest.mark.parametrize("name", ["collected.json", "people.json"])
def test_a_damaged_file_of_ours_gets_one_sentence(project, tmp_path, name):
    """Is it named, with what to do, and nothing collected over it?"""
    (project.root / ".grading").mkdir()
    (project.root / ".grading" / name).write_text("[")
    with pytest.raises(CourseError, match=f"{name} is damaged"):
        collect(project, [zip_at(tmp_path / "one.zip", {"a/b.ipynb": b"{}"})])


def test_a_zip_without_dates_has_its_own(project, tmp_path):
    """Is the time of handing in that of the zip, where its entries have none?"""
    files = {moodle("Ada", 5, "a.ipynb")[0]: filled(FIRST)}
    download = zip_at(tmp_path / "one.zip", files, (1980, 1, 1, 0, 0, 0))
    os.utime(download, (1_795_000_000,) * 2)
    collect(project, [download])
    assert handed_in(project, "Ada 5")["timestamp.txt"] == b"2026-11-18 11:06:40"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(["a", "b", "A", "cnn", "other", "..", "con"]), min_size=1, max_size=4
        ),
        max_size=8,
    )
)
def test_files_and_folders_of_one_name_do_not_stop_the_others(tmp_path_factory, paths):
    """Whatever files a learner sends beside, do all get what they handed in, twice the same?"""
    folder = tmp_path_factory.mktemp("beside")
    project = course(folder / "course")
    files = {moodle("Ben", 6, "a.ipynb")[0]: filled(FIRST)}
    files |= {moodle("Ada", 5, "a.zip")[0]: packed({"1.ipynb": filled(SECOND)})}
    for number, parts in enumerate(paths):
        inner = packed({"/".join(parts): str(number).encode()})
        files[moodle("Ada", 5, f"x{number}.zip")[0]] = inner
    download = zip_at(folder / "one.zip", files)
    collect(project, [download])
    assert f"{FIRST}.ipynb" in handed_in(project, "Ben 6")
    before = handed_in(project, "Ada 5")
    assert f"{SECOND}.ipynb" in before
    assert not any(plan.changed for plan in collect(project, [download]).deliveries)
    assert handed_in(project, "Ada 5") == before


def test_collecting_submitted_itself_changes_nothing(project, tmp_path):
    """Is a folder that is laid out already only read, its backups passed over?"""
    path = moodle("Ada", 5, "a.ipynb")[0]
    collect(project, [zip_at(tmp_path / "one.zip", {path: filled(FIRST, 1)})])
    collect(project, [zip_at(tmp_path / "two.zip", {path: filled(FIRST, 2)}, TUESDAY)])
    outcome = collect(project, [project.root / "submitted"])
    assert [plan.learner for plan in outcome.deliveries] == ["Ada 5"]
    assert not outcome.deliveries[0].changed
    assert not outcome.somebody_is_left_out


def test_an_empty_download_says_so(project, tmp_path):
    """Is nothing to collect an error?"""
    with pytest.raises(CourseError, match="there is nothing in"):
        collect(project, [zip_at(tmp_path / "one.zip", {})])


def test_nbgraders_own_zip_collect_can_use_the_plugins(tmp_path):
    """Does `nbgrader zip_collect` with our extractor and collector lay out the same?"""
    from nbgrader.apps.zipcollectapp import ZipCollectApp
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from cnn_course.collect.plugins import PlatformCollector, SafeExtractor
    from cnn_course.project import Project

    root = tmp_path / "plain"
    plain = Project(root)
    course(root)
    archive = root / "downloaded" / "cnn" / "archive"
    archive.mkdir(parents=True)
    inner = packed({"../../../x": b"1", "Kopie von 1.ipynb": filled(FIRST)})
    zip_at(archive / "all.zip", {moodle("Ada", 5, "a.zip")[0]: inner})
    config = Config()
    config.CourseDirectory.root, config.CourseDirectory.assignment_id = str(root), "cnn"
    config.ZipCollectApp.extractor_plugin = SafeExtractor
    config.ZipCollectApp.collector_plugin = PlatformCollector
    app = ZipCollectApp(config=config)
    app.coursedir = CourseDirectory(parent=app)
    app.init_plugins()
    app.extract_archive_files()
    app.process_extracted_files()
    assert handed_in(plain, "Ada 5") == {f"{FIRST}.ipynb": filled(FIRST)}
    assert not (root / "x").exists()
