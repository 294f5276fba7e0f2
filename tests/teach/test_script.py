"""The script of the video: what it holds, that it is up to date, and what is said of a bad talk."""

import re

import pytest

from cnn_course.build.build import build
from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.teach import script
from cnn_course.teach.cell_view import screens
from cnn_course.teach.script import (
    faults,
    script_path,
    scripts,
    stale_scripts,
    write_scripts,
)
from cnn_course.teach.talk import talk_path, talks
from cnn_course.teach.timeline import clip_seconds, read_run_times, run_times_path
from tests.support.small_course import NAME, make_course

TALK = """\
# Why so small?

## s1-01
Is one idea enough? I think so.

> pause 4

## convolve-answer
Fill it in.

## convolve
Check it.

# What else?

## s2-02
It shows the time.
"""
SHORTEST_S, LONGEST_S = 20 * 60, 28 * 60


def test_every_clip_names_cells_that_exist_in_order_and_keeps_within_four_minutes(root):
    """Can this lesson's script be recorded as it stands?"""
    assert list(faults(Project(root))) == []


def test_the_whole_takes_about_twenty_five_minutes(root):
    """Is it neither a sketch nor a lecture?"""
    project = Project(root)
    times = read_run_times(project)
    seconds = sum(
        clip_seconds(clip, times[talk.notebook]) for talk in talks(project) for clip in talk.clips
    )
    assert SHORTEST_S <= seconds <= LONGEST_S


def test_the_committed_script_is_what_the_talk_makes(root):
    """Was `cnn-lesson script` run after the last change of a talk or a master?"""
    assert list(stale_scripts(Project(root))) == []


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    course = make_course(tmp_path_factory.mktemp("script"))
    build(course, solutions=False)
    return course


@pytest.fixture
def course(made):
    """A small course with a talk and run times; what a test changes is undone."""
    talk_path(made, NAME).write_text(TALK)
    run_times_path(made).parent.mkdir(exist_ok=True)
    run_times_path(made).write_text('{"01-small": {"s2-02": 2.5, "convolve": 0.3}}')
    yield made
    for path in script_path(made, NAME).parent.glob("*.md"):
        path.unlink()


def test_a_step_says_when_what_how_and_what_to_say(course):
    """Could somebody record from it who has never seen the lesson?"""
    text = scripts(course)[script_path(course, NAME)]
    assert text.startswith("# Video script: 01-small\n")
    assert "| 01-small-1 | Why so small? | 0:10 | `s1-01` `convolve-answer` `convolve` |" in text
    first = text[text.index("### 0:00 · `s1-01`") :]
    for part in (
        "**On screen:** prose: S1 · One idea",
        "> Is one idea enough? I think so.",
        "**Pause for the guess:** 4 seconds. *Is one idea enough?*",
        "### 0:07 · `convolve-answer`",
        "**On screen:** answer, under “S1 · One idea”: def convolve(image, kernel, stride=1):",
        "### 0:09 · `convolve`",
        "Run it while the answer above is still open. It runs for 0.3 s.",
        "## 2 · What else?",
        "### 0:00 · `s2-02`",
        "It runs for 2.5 s.",
    ):
        assert part in first
        first = first[first.index(part) :]


def test_an_answer_cell_is_shown_as_the_stub_has_it(course):
    """Does the script keep the solution to itself?"""
    text = scripts(course)[script_path(course, NAME)]
    assert "# YOUR CODE HERE" in text and "np.sum" not in text


def test_two_scripts_of_one_talk_are_the_same_bytes(course):
    """Does nothing in it depend on the moment it is made?"""
    (path,) = write_scripts(course)
    before = path.read_bytes()
    assert write_scripts(course) == [path] and path.read_bytes() == before


def test_a_script_is_stale_after_any_change(course):
    """Are a changed word, a changed time, a missing and a stray script each named?"""
    assert list(stale_scripts(course)) == [
        "teaching/script/01-small.md is missing: `cnn-lesson script` makes it"
    ]
    (path,) = write_scripts(course)
    assert list(stale_scripts(course)) == []
    talk_path(course, NAME).write_text(TALK.replace("Check it.", "Check it now."))
    (path.parent / "09-old.md").write_text("")
    assert list(stale_scripts(course)) == [
        "teaching/script/01-small.md is not what the talk says: `cnn-lesson script` makes it anew",
        "teaching/script/09-old.md belongs to no master: delete it",
    ]


def test_a_fault_in_a_talk_makes_no_script(course):
    """Is nothing written for a cell that does not exist, and is the cell named?"""
    talk_path(course, NAME).write_text(TALK.replace("s2-02", "s9-99"))
    with pytest.raises(CourseError, match="01-small-2: there is no cell s9-99 in 01-small"):
        write_scripts(course)
    assert not script_path(course, NAME).exists()


def test_a_clip_that_is_too_long_makes_no_script(course):
    """Is it the run times, too, that count?"""
    run_times_path(course).write_text('{"01-small": {"s2-02": 300}}')
    with pytest.raises(CourseError, match="01-small-2: it takes 5:0"):
        write_scripts(course)


def test_a_notebook_that_was_never_measured_has_a_script(course):
    """Is a new notebook no obstacle, before its solution has run?"""
    run_times_path(course).write_text("{}")
    assert write_scripts(course)


def test_a_notebook_that_was_not_built_is_one_sentence(tmp_path):
    """Is it said that there is no stub to look at?"""
    course = make_course(tmp_path)
    talk_path(course, NAME).write_text(TALK)
    run_times_path(course).parent.mkdir()
    run_times_path(course).write_text("{}")
    with pytest.raises(CourseError, match="01-small.ipynb is no readable notebook"):
        write_scripts(course)


def test_a_disk_that_is_full_is_one_sentence(course, monkeypatch):
    """Is what the system refuses said in a sentence?"""

    def full(path, text):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(script, "write_text", full)
    with pytest.raises(CourseError, match="the scripts cannot be written: No space left"):
        write_scripts(course)


def test_every_kind_of_cell_is_recognised(root):
    """Do prose, figures, guesses, reveals, answers and checks each get their own instruction?"""
    kinds = {
        screen.kind
        for name in ("01-convolution", "02-mnist-cnn", "03-exercises")
        for screen in screens(Project(root), name).values()
    }
    assert kinds == set(script.TO_DO)


@pytest.mark.parametrize(
    ("cell", "kind", "title"),
    [
        ("s0-05", "figure", "Seven boxes, A to G: which ingredient is each?"),
        ("s1-03", "figure", "A picture of … × … numbers"),
        ("s3-02", "figure", "the figure of figures.pooling"),
        ("s0-08", "guess", "my_guess = None"),
        ("q3", "check", 'check("q3")'),
    ],
)
def test_a_screen_has_a_title(root, cell, kind, title):
    """Does the reader know which figure is meant?"""
    screen = screens(Project(root), "01-convolution")[cell]
    assert (screen.kind, screen.title) == (kind, title)


def test_the_script_tells_what_is_asked_and_no_solution(root):
    """Are the code blocks of the committed scripts those of the stubs?"""
    for name, text in ((path.stem, path.read_text("utf-8")) for path in scripts(Project(root))):
        stubs = {screen.source for screen in screens(Project(root), name).values()}
        blocks = re.findall(r"```python\n(.*?)\n```", text, re.DOTALL)
        assert set(blocks) <= stubs
