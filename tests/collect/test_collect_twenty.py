"""Twenty submissions as classes really hand them in, and what each gets."""

import unicodedata

import pytest
from click.testing import CliRunner

from cnn_course.cli import main
from cnn_course.collect.collect import collect
from tests.support.downloads import (
    FIRST,
    SECOND,
    THIRD,
    course,
    filled,
    format_3,
    from_windows,
    handed_in,
    link,
    packed,
    stub,
    without_ids,
    zip_at,
)

A, B, C = filled(FIRST), filled(SECOND), filled(THIRD)
HIDDEN = ".ipynb_checkpoints/01-convolution-checkpoint.ipynb"
SET = {f"{FIRST}.ipynb": A, f"{SECOND}.ipynb": B, f"{THIRD}.ipynb": C}
ALL = (FIRST, SECOND, THIRD)
NFD = unicodedata.normalize("NFD", "Jörg Bäcker")


def below(folder: str) -> dict[str, bytes]:
    """The three notebooks in a folder."""
    return {f"{folder}/{name}": content for name, content in SET.items()}


def named(*names: str) -> dict[str, bytes]:
    """The three notebooks under names of the learner's own."""
    return dict(zip(names, (A, B, C), strict=False))


# What a learner uploaded, and which of the three notebooks are found in it.
MOODLE = {
    "1 as it should be": ("Ada Lovelace", SET, ALL),
    "2 the browser's (1)": ("Ben Ali", named("01-convolution (1).ipynb"), (FIRST,)),
    "3 Kopie von": ("Cem Öz", named("Kopie von 01.ipynb", "Kopie von 02.ipynb"), ALL[:2]),
    "4 -Copy1 beside the stub": (
        "Dana Roe",
        {"01-convolution.ipynb": stub(FIRST), "01-convolution-Copy1.ipynb": A},
        (FIRST,),
    ),
    "5 a zip of a folder": (
        "Eva Ek",
        {"abgabe.zip": packed(below("cnn"))},
        ALL,
    ),
    "6 deeper folders": ("Finn Fox", below("home/finn/cnn"), ALL),
    "7 a zip from a Mac": (
        "Gül Gün",
        {
            "cnn.zip": packed(
                {f"cnn/{n}": b for n, b in SET.items()}
                | {"__MACOSX/cnn/._01-convolution.ipynb": b"\0"}
            )
        },
        ALL,
    ),
    "8 checkpoints beside": (
        "Hao Han",
        {
            ".ipynb_checkpoints/01-convolution-checkpoint.ipynb": stub(FIRST),
            "01-convolution.ipynb": A,
        },
        (FIRST,),
    ),
    "9 an umlaut in two letters": (NFD, SET, ALL),
    "10 a zip in a zip": ("Ida Ito", {"a.zip": packed({"b.zip": packed(SET)})}, ALL),
    "11 a zip from Windows": (
        "Jan Jung",
        {"a.zip": from_windows("Übung/Lösung_größer.ipynb", B)},
        (SECOND,),
    ),
    "12 named after oneself": ("Kim Koh", {"kim.ipynb": C, "kim2.ipynb": A}, (FIRST, THIRD)),
    "13 without nbgrader's metadata": ("Lea Lam", {"x.ipynb": without_ids(SECOND)}, (SECOND,)),
    "14 format of 2014": ("Mia Mun", {"alt.ipynb": format_3(FIRST)}, (FIRST,)),
    "15 UTF-16 from an editor": ("Noa Nam", {"n.ipynb": A.decode().encode("utf-16")}, (FIRST,)),
    "16 with data and a module beside": (
        "Ole Orr",
        SET | {"data/my pictures.csv": b"1,2", "helper.py": b"x = 1"},
        ALL,
    ),
    "17 only an HTML export": ("Pia Poe", {"01-convolution.html": b"<!DOCTYPE html><html>"}, ()),
    "18 an empty file and a PDF": ("Quinn Qi", {f"{FIRST}.ipynb": b"", "a.pdf": b"%PDF-1.7"}, ()),
    "19 a damaged upload": ("Ria Rao", {f"{FIRST}.ipynb": A[: len(A) // 2]}, ()),
    "20 only a link": ("Sam Sun", {"a.zip": link("01-convolution.ipynb", "/etc/passwd")}, ()),
}


def uploads() -> dict[str, bytes]:
    """All twenty in Moodle's download of all submissions."""
    files = {}
    for number, (name, sent, _) in enumerate(MOODLE.values(), start=101):
        for own, content in sent.items():
            files[f"{name}_{number}_assignsubmission_file_/{own}"] = content
    return files


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The twenty, collected once; the project and what was said."""
    folder = tmp_path_factory.mktemp("twenty")
    project = course(folder / "cnn-lesson (1)")
    return project, collect(project, [zip_at(folder / "CNN-Lesson-77.zip", uploads())])


@pytest.mark.parametrize("case", MOODLE)
def test_each_of_twenty_gets_what_was_handed_in(collected, case):
    """Is every notebook found that is in a submission, whatever it is called and packed in?"""
    project, outcome = collected
    name, sent, wanted = MOODLE[case]
    learner = f"{unicodedata.normalize('NFC', name)} {100 + int(case.split()[0])}"
    files = handed_in(project, learner)
    assert {n for n in ALL if f"{n}.ipynb" in files} == set(wanted)
    if wanted:
        assert files["timestamp.txt"].startswith(b"2026-11-1")
        assert all(b"answer = " in files[f"{n}.ipynb"] for n in wanted), "a stub is no answer"
    else:
        assert not files
        said = {**outcome.without, **{x.name: x.why for x in outcome.left_out}}
        assert any(name in who or learner == who for who in said)


def test_files_beside_are_kept(collected):
    """Do data files and modules come along?"""
    files = handed_in(collected[0], "Ole Orr 116")
    assert files["data/my pictures.csv"] == b"1,2"
    assert files["helper.py"] == b"x = 1"


def test_twice_changes_nothing(collected, tmp_path):
    """Is everything as it was after the same download again, without a backup?"""
    project, _ = collected
    before = {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files_of(project)}
    again = collect(project, [zip_at(tmp_path / "CNN-Lesson-77.zip", uploads())])
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in files_of(project)} == before
    assert again.backup is None
    assert not any(plan.changed for plan in again.deliveries)


def files_of(project):
    """Every file in submitted/."""
    return [path for path in sorted((project.root / "submitted").rglob("*")) if path.is_file()]


def test_the_command_lists_them_and_fails_where_somebody_is_left_out(tmp_path, monkeypatch):
    """Does the list name everybody, and is the exit code 1 because four sent nothing usable?"""
    project = course(tmp_path / "course")
    monkeypatch.chdir(project.root)
    result = CliRunner().invoke(main, ["collect", str(zip_at(tmp_path / "all.zip", uploads()))])
    assert result.exit_code == 1, result.output
    assert "read as Moodle" in result.output
    assert "no notebook: Pia Poe 117 sent 01-convolution.html: the file is a web" in result.output
    assert "Ria Rao 119 sent 01-convolution.ipynb: the file is cut off" in result.output
    assert "a link" in result.output
    assert "several: Dana Roe 104: 01-convolution is 01-convolution-Copy1.ipynb" in result.output
    assert "16 collected, 0 resubmitted, 0 as they were" in result.output
    assert "No list of participants is known" in result.output
