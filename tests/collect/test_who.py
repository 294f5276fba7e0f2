"""Names in a download and names on a list: one person is one learner, and two are never one."""

import re
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnn_course.collect.collect import collect
from cnn_course.collect.listing import lines
from cnn_course.collect.platforms import recognise
from cnn_course.collect.roster import Entry
from cnn_course.collect.unpack import Limits
from cnn_course.collect.who import People
from tests.support.downloads import (
    FIRST,
    SECOND,
    course,
    enrolled,
    filled,
    handed_in,
    moodle,
    packed,
    zip_at,
)

LETTERS = st.text("abcdeéöøßИΩ王יع'’-_., &<>()#", min_size=1, max_size=12)
NAMES = LETTERS.filter(lambda name: any(map(str.isalpha, name)))


def in_moodles_zip(name: str) -> str:
    """The name as Moodle makes a folder of it (downloader.php, clean_param with PARAM_FILE)."""
    name = re.sub(r"[\x00-\x1f&<>\"`|':\\/]", "", name.replace("_", " "))
    return re.sub(r"\.\.+", "", name)


def found(people: People, name: str) -> list[str]:
    """The learners that a folder of Moodle's may mean."""
    origin = recognise(moodle(name, 5, "a.ipynb")[0].split("/"), "moodle")
    return people.find(origin) if origin else []


@given(NAMES, NAMES)
def test_a_name_as_moodle_writes_it_is_that_persons(first, last):
    """Is whoever is on the list found by the folder, whatever letters Moodle leaves out?"""
    people = People({"her": Entry(first, last), "no": Entry("Zyx", "Wvut"), "nameless": Entry()})
    for name in (f"{first} {last}", f"{last} {first}"):
        assert found(people, in_moodles_zip(name)) == ["her"]


@pytest.mark.parametrize("name", ["Max Müller", "Max Muller", "Max Mueller", "Li Li", "Li"])
def test_the_very_name_comes_before_a_similar_one(name):
    """Where several names are alike, is the one that is letter by letter the same taken?"""
    names = ["Max Müller", "Max Muller", "Max Mueller", "Li", "Li Li"]
    people = People({each: Entry(full=each) for each in names})
    assert found(people, name) == [name]


def two_adas(project, number: int) -> dict[str, bytes]:
    """A folder of one of two people of one name, whose numbers are no list's."""
    return {moodle("Ada Lovelace", number, "a.ipynb")[0]: filled(FIRST, number)}


def test_two_people_are_never_one_learner(tmp_path):
    """Where a list has a name once and a download twice, is nobody given the other's work?"""
    project = course(tmp_path / "course")
    enrolled(project, "First name,Last name,Email address\nAda,Lovelace,ada@uni.example\n")
    both = two_adas(project, 5) | two_adas(project, 6)
    both |= {moodle("Ben Ali", 7, "a.ipynb")[0]: filled(SECOND)}
    outcome = collect(project, [zip_at(tmp_path / "two.zip", both)])
    assert handed_in(project, "ada@uni.example") == {}
    assert handed_in(project, "Ben Ali 7")
    assert {left.name.split("/")[0] for left in outcome.nobody} == {
        f"Ada Lovelace_{number}_assignsubmission_file_" for number in (5, 6)
    }
    assert "two people" in outcome.ambiguous[0]
    assert outcome.somebody_is_left_out


def test_who_was_collected_before_stays_who_it_is(tmp_path):
    """Does the one whose number is known keep the work, and only the other get a question?"""
    project = course(tmp_path / "course")
    enrolled(project, "First name,Last name,Email address\nAda,Lovelace,ada@uni.example\n")
    collect(project, [zip_at(tmp_path / "one.zip", two_adas(project, 5))])
    both = two_adas(project, 6) | two_adas(project, 5)
    outcome = collect(project, [zip_at(tmp_path / "two.zip", both)])
    assert handed_in(project, "ada@uni.example")[f"{FIRST}.ipynb"] == filled(FIRST, 5)
    assert [left.name.split("_")[1] for left in outcome.nobody] == ["6"]
    assert len(outcome.ambiguous) == 1


EMPTY = packed({})
NOTHING = {
    "an empty zip": {"leer.zip": EMPTY},
    "an empty zip in a zip": {"a.zip": packed({"b.zip": EMPTY})},
    "only folders": {"a.zip": packed({"cnn/": b"", "cnn/data/": b""})},
    "only what a Mac leaves": {"a.zip": packed({"__MACOSX/cnn/._01.ipynb": b"\0"})},
    "only checkpoints": {".ipynb_checkpoints/01-checkpoint.ipynb": filled(FIRST)},
    "a file of no bytes": {"a.zip": b""},
    "half a zip": {"a.zip": packed({"01.ipynb": filled(FIRST)})[:300]},
    "a list of another system": {".DS_Store": b"\0", "Thumbs.db": b"\0"},
}


@pytest.mark.parametrize("wrapped", ["", "Abgaben/"])
@pytest.mark.parametrize("what", NOTHING)
def test_whoever_uploaded_something_stands_in_the_list(tmp_path, what, wrapped):
    """Is a learner named whose upload holds nothing that is a notebook, and the exit code 1?"""
    project = course(tmp_path / "course")
    files = {moodle("Ben Ali", 7, "a.ipynb")[0]: filled(SECOND)}
    files |= {moodle("Cem Dağ", 8, "a.ipynb")[0]: filled(SECOND)}
    files |= {moodle("Eva Ek", 9, name)[0]: content for name, content in NOTHING[what].items()}
    files = {wrapped + name: content for name, content in files.items()}
    outcome = collect(project, [zip_at(tmp_path / "all.zip", files)])
    assert handed_in(project, "Ben Ali 7")
    assert outcome.somebody_is_left_out
    assert [line for line in lines(outcome) if "Eva Ek" in line]


def test_what_a_system_leaves_is_nobodys_upload(tmp_path):
    """Are files that a Mac puts around and into everybody's folders passed over, and no more?"""
    project = course(tmp_path / "course")
    files = {f"Abgaben/{name}/a.ipynb": filled(FIRST) for name in ("ben", "cem")}
    files |= dict.fromkeys((f"__MACOSX/{name}/._a" for name in [*files, "Abgaben"]), b"\0")
    files |= {"Abgaben/.DS_Store": b"\0", "Abgaben/ben/.DS_Store": b"\0", ".backup/x/a.ipynb": b""}
    outcome = collect(project, [zip_at(tmp_path / "Abgaben.zip", files)])
    assert handed_in(project, "ben")
    assert handed_in(project, "cem")
    assert not outcome.somebody_is_left_out


GREEDY = {
    "many files": {f"{n}.txt": b"" for n in range(2_500)},
    "a table that names one file often": {},
    "many bytes": {f"{n}.bin": bytes(9 * 2**20) for n in range(12)},
    "many zips": {f"{n}.zip": packed({"x": b""}) for n in range(2_500)},
}


@pytest.mark.parametrize("what", GREEDY)
def test_one_upload_takes_nothing_from_the_others(tmp_path, what):
    """Is a zip of very many files or bytes one line, and everybody else's work taken?"""
    project = course(tmp_path / "course")
    greedy = repeated(3_000) if what.startswith("a table") else packed(GREEDY[what])
    files = {
        moodle("Ada Bee", 1, "a.ipynb")[0]: filled(FIRST),
        moodle("Eva", 2, "x.zip")[0]: greedy,
    }
    files |= {moodle("Zoe Zed", 3, "a.zip")[0]: packed({"a.ipynb": filled(SECOND)})}
    limits = Limits(count=2_600, total_mb=110, upload_count=2_000, upload_mb=100)
    outcome = collect(project, [zip_at(tmp_path / "all.zip", files)], limits=limits)
    assert handed_in(project, "Ada Bee 1")
    assert handed_in(project, "Zoe Zed 3")
    told = [line for line in lines(outcome) if "Eva" in line]
    assert told
    assert sum(map(len, told)) < 1_000


def repeated(times: int) -> bytes:
    """A zip whose table of contents names its one file that often."""
    whole = packed({"a": b"x" * 100})
    end, table = whole.rfind(b"PK\x05\x06"), whole.rfind(b"PK\x01\x02")
    entry = whole[table:end]
    last = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, times, times, len(entry) * times, table, 0)
    return whole[:table] + entry * times + last
