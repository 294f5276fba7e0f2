"""How long a clip takes: words, silences, and run times as they were measured."""

import json
import math

import pytest

from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.teach.talk import Clip, Step, Talk, talk_path
from cnn_course.teach.timeline import (
    CLIP_LIMIT_S,
    clip_seconds,
    count_words,
    moments,
    overlong,
    read_run_times,
    run_times_path,
    shown,
    step_seconds,
    write_run_times,
)
from tests.support.small_course import NAME, make_course

WORDS_OF_A_MINUTE = " ".join(["word"] * 130)


def test_a_step_is_its_run_its_words_and_its_pause():
    """Do 130 words, a pause of five seconds and a run of two make 67 seconds?"""
    assert step_seconds(Step("s1-01", WORDS_OF_A_MINUTE, 5), {"s1-01": 2}) == pytest.approx(67)


def test_a_cell_that_was_not_measured_takes_no_time():
    """Is a cell without a run time one that runs at once?"""
    assert step_seconds(Step("s1-01", WORDS_OF_A_MINUTE), {"s1-02": 9}) == pytest.approx(60)


@pytest.mark.parametrize(
    ("text", "number"),
    [("", 0), ("one – two", 2), ("28 by 28", 3), ("It's 0.14.\n\nNext", 3), ("well-known", 1)],
)
def test_words_are_what_is_said(text, number):
    """Is a dash between two words no word, and a number one?"""
    assert count_words(text) == number


def test_moments_follow_each_other_without_a_gap():
    """Does each step begin where the one before it ends, and the last end with the clip?"""
    clip = Clip("n", 1, "t", (Step("a", "one two", 5), Step("b", "three"), Step("c", "four", 2)))
    times = {"b": 3.5}
    found = list(moments(clip, times))
    assert found[0].start_s == 0 and found[-1].end_s == pytest.approx(clip_seconds(clip, times))
    assert [m.start_s for m in found[1:]] == [m.end_s for m in found[:-1]]
    assert found[1].words_s - found[1].start_s == 3.5
    assert found[0].end_s - found[0].silence_s == 5


def test_a_clip_over_the_limit_is_named():
    """Is a clip of five minutes refused in a sentence, and one of four not?"""
    four, five = (
        Clip("n", n, "t", tuple(Step(f"c{m}", WORDS_OF_A_MINUTE) for m in range(n))) for n in (4, 5)
    )
    assert clip_seconds(four, {}) == pytest.approx(CLIP_LIMIT_S)
    said = list(overlong(Talk("n", (four, five)), {}))
    assert said == ["n-5: it takes 5:00, more than 4:00: cut words or make two clips of it"]


def test_run_times_count_towards_the_limit():
    """Can a slow cell make a clip too long?"""
    clip = Clip("n", 1, "t", (Step("a", "word"),))
    assert list(overlong(Talk("n", (clip,)), {"a": 300}))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (187.2, "3:07"), (600, "10:00")]
)
def test_a_time_is_shown_in_minutes_and_seconds(seconds, text):
    """Does it read as people write it?"""
    assert shown(seconds) == text


@pytest.fixture
def course(tmp_path):
    course = make_course(tmp_path)
    talk_path(course, NAME).write_text("# T\n\n## a\n\nWords.\n")
    return course


def test_measured_times_are_rounded_up_and_short_ones_left_out(course):
    """Is 2.01 s written as 2.1, 3 s as 3.0, and a blink not at all?"""
    assert write_run_times(course, {NAME: {"a": 2.01, "b": 0.04, "c": 3.0}})
    assert read_run_times(course) == {NAME: {"a": 2.1, "c": 3.0}}


def test_chance_does_not_change_a_known_time(course):
    """Does a build on a busy day leave the scripts alone, and a real change not?"""
    write_run_times(course, {NAME: {"a": 2.0, "b": 2.0, "c": 0.1, "gone": 1}})
    write_run_times(course, {NAME: {"a": 3.1, "b": 8.0, "c": 0.06, "d": 0.15}})
    assert read_run_times(course) == {NAME: {"a": 2.0, "b": 8.0, "c": 0.1}}


def test_notebooks_that_were_not_run_keep_their_times(course):
    """Does `build --only` keep the rest, and drop what has no master any more?"""
    run_times_path(course).parent.mkdir()
    run_times_path(course).write_text(json.dumps({NAME: {"a": 1.0}, "09-gone": {"x": 1.0}}))
    other = "02-other"
    course.master(other).write_text("# %%\n1\n")
    talk_path(course, other).write_text("# T\n\n## a\n\nWords.\n")
    write_run_times(course, {other: {"a": 5}})
    assert read_run_times(course) == {NAME: {"a": 1.0}, other: {"a": 5.0}}


def test_a_course_without_talks_gets_no_file(tmp_path):
    """Does a course that has no video need nothing of it?"""
    course = make_course(tmp_path)
    assert write_run_times(course, {NAME: {"a": 1}}) == []
    assert not run_times_path(course).exists()


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"n": 3}', '{"n": {"a": "x"}}', '{"n": {"a": -1}}', '{"n": {"a": NaN}}']
)
def test_damaged_run_times_are_one_sentence(course, text):
    """Does it say which file, and what makes it anew?"""
    run_times_path(course).parent.mkdir(exist_ok=True)
    run_times_path(course).write_text(text)
    with pytest.raises(CourseError, match="teaching/run-times.json cannot be read .* anew"):
        read_run_times(course)


def test_missing_run_times_are_one_sentence(course):
    """Is it said how to get them?"""
    with pytest.raises(CourseError, match="no teaching/run-times.json: `cnn-lesson build`"):
        read_run_times(course)


def test_the_lesson_has_real_run_times(root):
    """Are the committed times those of cells that exist, in tenths of a second?"""
    project = Project(root)
    for name, cells in read_run_times(project).items():
        stub = json.loads(project.notebook("notebooks", name).read_text("utf-8"))
        assert set(cells) <= {cell["id"] for cell in stub["cells"]}
        assert all(math.isclose(seconds * 10, round(seconds * 10)) for seconds in cells.values())
        assert 0 < sum(cells.values()) < 300
