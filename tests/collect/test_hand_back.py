"""There and back: what a platform gave out, and what it takes back, read by its own rules."""

import json
import re
import zipfile

import nbformat
import pytest
from click.testing import CliRunner

from cnn_course.cli import main
from cnn_course.collect.collect import collect
from cnn_course.collect.hand_back import as_notebook, hand_back
from cnn_course.errors import CourseError
from tests.support.downloads import FIRST, SECOND, THIRD, course, filled, moodle, packed, zip_at

NAMES = (FIRST, SECOND, THIRD)


@pytest.fixture
def project(tmp_path):
    """A course."""
    return course(tmp_path / "course (2)")


def give_feedback(project, *without: str) -> None:
    """A feedback page for each notebook of each learner, and the index of the class."""
    folder = project.root / "feedback"
    for learner in (project.root / "submitted").iterdir():
        if learner.name.startswith(".") or learner.name in without:
            continue
        pages = folder / learner.name / "cnn"
        pages.mkdir(parents=True)
        for name in NAMES:
            text = f"<html><body>{name} of {learner.name}<pre>a\n\nb</pre></body></html>"
            (pages / f"{name}.html").write_text(text, encoding="utf-8")
    (folder / "index.html").write_text("<html><body>everybody's points</body></html>")


def read(path) -> dict[str, bytes]:
    """What is in a zip."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def as_moodle(name: str, participants: set[int]) -> tuple[int, str] | None:
    """Participant and file, as Moodle's importer of feedback finds them in a path."""
    parts = name.split("/")
    if parts[-1].startswith((".", "~")):
        return None
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not info[1].isdigit() or int(info[1]) not in participants:
            continue
        if info[2:4] == ["assignsubmission", "file"]:
            rest = "/".join([*(info[4:] or [""]), *parts])
            return int(info[1]), rest.lstrip("/")
    return None


def as_canvas(name: str) -> tuple[int, int]:
    """User and attachment, as Canvas takes them from a file's name."""
    user, attachment = [part for part in name.split("_") if re.fullmatch(r"\d+", part)][:2]
    return int(user), int(attachment)


def as_ilias(names: list[str], members: set[int]) -> set[tuple[int, str]]:
    """Members and files, as ILIAS finds them in a zip of feedback."""
    found = set()
    for name in names:
        root, folder, file = name.split("/")
        assert root.startswith("multi_feedback")
        user = int(folder.split("_")[-1])
        if user in members and not file.startswith("."):
            found.add((user, file))
    return found


@pytest.mark.parametrize("form", ["file_/", "file/", "file_"])
def test_moodle_finds_every_participant(project, tmp_path, form):
    """Does each learner get all pages back, from folders of both kinds and flat names?"""
    people = {"Ada Lovelace": 101, "Müller Größ": 102, "van der Au": 103}
    names = {f"{name}_{n}_assignsubmission_{form}{FIRST}.ipynb" for name, n in people.items()}
    collect(project, [zip_at(tmp_path / "all.zip", dict.fromkeys(names, filled(FIRST)))])
    give_feedback(project)
    back = hand_back(project)
    files = read(back.zips["moodle"])
    assert not back.without
    found = {as_moodle(name, set(people.values())) for name in files}
    assert found == {(n, f"feedback-{b}.html") for n in people.values() for b in NAMES}
    assert not any(b"everybody" in content for content in files.values())
    assert all(str(n).encode() in files[x] for x in files for n in people.values() if f"_{n}_" in x)


def test_canvas_gets_the_names_that_came_in_as_what_they_say(project, tmp_path):
    """Is each file under its very name, a notebook a notebook and a zip a zip?"""
    came = {
        f"muellermax_LATE_4001_77_{FIRST}-1.ipynb": filled(FIRST),
        f"muellermax_LATE_4001_78_{SECOND}.ipynb": filled(SECOND),
        "rayzoe_4002_79_all.zip": packed({f"{n}.ipynb": filled(n) for n in NAMES}),
    }
    collect(project, [zip_at(tmp_path / "submissions.zip", came)])
    give_feedback(project)
    files = read(hand_back(project, "canvas").zips["canvas"])
    assert set(files) == set(came)
    assert {as_canvas(name) for name in files} == {(4001, 77), (4001, 78), (4002, 79)}
    notebook = nbformat.reads(files[f"muellermax_LATE_4001_77_{FIRST}-1.ipynb"].decode(), 4)
    nbformat.validate(notebook)
    assert "01-convolution of muellermax 4001" in notebook.cells[0].source
    assert "\n\n" not in notebook.cells[0].source
    inner = tmp_path / "inner.zip"
    inner.write_bytes(files["rayzoe_4002_79_all.zip"])
    assert set(read(inner)) == {f"feedback-{name}.html" for name in NAMES}


def test_ilias_gets_one_folder_for_each_member(project, tmp_path):
    """Are folders those that came in, in one that ILIAS looks for, without folders in them?"""
    came = {
        f"Müller_Max_mm12_4001/20261120101500_{FIRST}.ipynb": filled(FIRST),
        f"von der Au_Eva_eva_v_4002/cnn/{SECOND}.ipynb": filled(SECOND),
    }
    collect(project, [zip_at(tmp_path / "Abgaben.zip", came)])
    give_feedback(project)
    files = read(hand_back(project, "ilias").zips["ilias"])
    wanted = {(n, f"feedback-{b}.html") for n in (4001, 4002) for b in NAMES}
    assert as_ilias(list(files), {4001, 4002}) == wanted


def test_who_gets_nothing_back_is_named(project, tmp_path, monkeypatch):
    """Are learners without pages and from a folder listed, with exit code 1?"""
    paths = moodle("Ada", 101, "a.ipynb") + moodle("Ben", 102, "a.ipynb")
    collect(project, [zip_at(tmp_path / "m.zip", dict.fromkeys(paths, filled(FIRST)))])
    collect(project, [zip_at(tmp_path / "class.zip", {"eve/a.ipynb": filled(FIRST)})])
    give_feedback(project, "Ben 102")
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(main, ["hand-back"])
    assert result.exit_code == 1
    assert "hand-back/moodle.zip: pages of 1" in result.output
    assert "left out: Ben 102: there is no feedback page" in result.output
    assert (
        "left out: eve: the work came in a folder; the pages are in feedback/eve/" in result.output
    )


def test_the_same_feedback_makes_the_same_zip(project, tmp_path):
    """Is a second zip the same bytes?"""
    paths = moodle("Ada", 101, "a.ipynb")
    collect(project, [zip_at(tmp_path / "m.zip", dict.fromkeys(paths, filled(FIRST)))])
    give_feedback(project)
    first = hand_back(project).zips["moodle"].read_bytes()
    assert hand_back(project).zips["moodle"].read_bytes() == first


def test_a_resubmission_is_given_back_under_its_new_name(project, tmp_path):
    """Does Canvas get the attachment of the hand-in that was graded?"""
    one = {f"ada_4001_77_{FIRST}.ipynb": filled(FIRST)}
    two = {f"ada_4001_95_{FIRST}-1.ipynb": filled(FIRST, 5)}
    collect(project, [zip_at(tmp_path / "one.zip", one)])
    collect(project, [zip_at(tmp_path / "two.zip", two, (2026, 12, 1, 9, 0, 0))])
    give_feedback(project)
    assert set(read(hand_back(project).zips["canvas"])) == set(two)


@pytest.mark.parametrize("when", ["before collecting", "before grading", "for another platform"])
def test_too_early_gets_one_sentence(project, tmp_path, when):
    """Is it said what has to be done first?"""
    why = {
        "before collecting": "nothing was collected",
        "before grading": "run `cnn-lesson grade`",
        "for another platform": "nobody's work came from canvas",
    }[when]
    if when != "before collecting":
        paths = moodle("Ada", 101, "a.ipynb")
        collect(project, [zip_at(tmp_path / "m.zip", dict.fromkeys(paths, filled(FIRST)))])
    if when == "for another platform":
        give_feedback(project)
    with pytest.raises(CourseError, match=why):
        hand_back(project, "canvas")


def test_feedback_as_a_notebook_runs_nothing():
    """Is it one cell of Markdown a page, without outputs and code?"""
    notebook = json.loads(as_notebook([b"<html><body>one</body></html>", b"two"]))
    assert [cell["cell_type"] for cell in notebook["cells"]] == ["markdown", "markdown"]
