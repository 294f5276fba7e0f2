"""The words of the video: how they are read, and what this lesson's words must and must not say."""

import re

import pytest

from cnn_course.build.masters import read_master
from cnn_course.build.regions import SOLUTION
from cnn_course.build.views import cell_ids
from cnn_course.errors import CourseError
from cnn_course.project import Project
from cnn_course.teach.cell_view import screens
from cnn_course.teach.talk import (
    has_talks,
    misplaced,
    parse_talk,
    read_talk,
    talk_path,
    talks,
)
from tests.support.small_course import MASTER, NAME, make_course

TALK = """\
# Why a window?

## s1-01

Would you look
everywhere at once?

Nobody does.

> pause 5

## s1-02
It moves.

# What does it find?
## s2-01
Edges & corners.
"""


def test_a_talk_is_clips_of_steps_with_words_and_pauses():
    """Is each heading a clip or a cell, each paragraph one line, each quotation a silence?"""
    first, second = parse_talk(TALK, "01-small", "source/x").clips
    assert (first.name, first.title) == ("01-small-1", "Why a window?")
    assert (second.name, second.number, second.steps[0].cell) == ("01-small-2", 2, "s2-01")
    step, last = first.steps
    assert (step.cell, step.pause_s) == ("s1-01", 5)
    assert step.words == "Would you look everywhere at once?\n\nNobody does."
    assert (last.words, last.pause_s) == ("It moves.", 0)


MALFORMED = [
    ("", "1: there is no clip"),
    ("Hello\n# A\n## a\nWords.", "1: this stands before the first line of a clip"),
    ("\n## a\nWords.", "2: this stands before the first line of a clip"),
    ("# A\nWords.\n## a\nWords.", "2: this stands before the first line of a cell"),
    ("#\n## a\nWords.", "1: this clip has no title"),
    ("# A\n", "1: the clip 'A' shows no cell"),
    ("# A\n## a\nWords.\n# B\n", "4: the clip 'B' shows no cell"),
    ("# A\n##\nWords.", "2: after '##' comes the id of one cell"),
    ("# A\n## a b\nWords.", "2: after '##' comes the id of one cell"),
    ("# A\n## a\n\n## b\nWords.", "2: there are no words to say to cell a"),
    ("# A\n## a\n> pause 5", "2: there are no words to say to cell a"),
    ("# A\n## a\nWords.\n### b\n", "4: headings are"),
    ("# A\n## a\nWords.\n> wait\n", "4: write '> pause 5'"),
    ("# A\n## a\nWords.\n> pause 0\n", "4: write '> pause 5'"),
    ("# A\n## a\nWords.\n> pause 999\n", "4: write '> pause 5'"),
    ("# A\n## a\nWords.\n> pause\n", "4: write '> pause 5'"),
    ("# A\n## a\nWords.\n> pause 5\nMore.", "5: a pause is the last thing in a step"),
    ("# A\n## a\nWords.\n> pause 5\n> pause 5", "5: a pause is the last thing in a step"),
    ("# A\n## a\nType `x`.", "3: '`' cannot be spoken"),
    ("# A\n## a\nA **kernel**.", "3: '*' cannot be spoken"),
    ("# A\n## a\n- one", "3: '-' cannot be spoken"),
    ("# A\n## a\na < b", "3: '<' cannot be spoken"),
    ("# A\n## a\n[a](b)", "3: '](' cannot be spoken"),
]


@pytest.mark.parametrize(("text", "said"), MALFORMED, ids=[said for _, said in MALFORMED])
def test_what_is_malformed_is_named_with_file_and_line(tmp_path, text, said):
    """Does one sentence say where to look, and no traceback?"""
    path = tmp_path / "source" / "01-small.talk.md"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(CourseError) as caught:
        read_talk(path)
    assert str(caught.value).startswith(f"source/01-small.talk.md:{said}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_text_is_one_sentence(tmp_path):
    """Is a talk in another encoding refused in words?"""
    path = tmp_path / "01-small.talk.md"
    path.write_bytes(b"# A\n## a\n\xff\xfe")
    with pytest.raises(CourseError, match="01-small.talk.md cannot be read"):
        read_talk(path)


def test_a_master_without_a_talk_is_named(tmp_path):
    """Is a missing talk one sentence that names the file?"""
    with pytest.raises(CourseError, match=f"there is no source/{NAME}.talk.md"):
        talks(make_course(tmp_path))


def test_a_talk_without_a_master_is_named(tmp_path):
    """Is a talk left over, or misspelt, not passed over in silence?"""
    course = make_course(tmp_path)
    for name in (NAME, "01-smal"):
        talk_path(course, name).write_text(TALK)
    with pytest.raises(CourseError, match="source/01-smal.talk.md has no master"):
        talks(course)


def test_a_course_can_do_without_a_video(tmp_path):
    """Is a course without any talk known as one, so that its build asks for none?"""
    course = make_course(tmp_path)
    assert not has_talks(course)
    talk_path(course, NAME).write_text(TALK)
    assert has_talks(course)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["s1-01", "s1-02", "s2-01"], []),
        (["s1-01", "s2-01"], ["n-1: there is no cell s1-02 in n"]),
        (["s1-02", "s1-01", "s2-01"], ["n-1: cell s1-02 stands before s1-01 in the notebook"]),
        (["s2-01", "s1-01", "s1-02"], ["n-2: cell s2-01 stands before s1-02 in the notebook"]),
    ],
)
def test_cells_that_are_missing_or_out_of_order_are_named(cells, said):
    """Does a talk drift from its notebook unseen?"""
    assert list(misplaced(parse_talk(TALK, "n", "x"), cells)) == said


def test_a_cell_that_is_shown_twice_is_named():
    """Would a clip go back to a cell without anybody noticing?"""
    talk = parse_talk("# A\n## a\nOne.\n## a\nTwo.", "n", "x")
    assert list(misplaced(talk, ["a"])) == ["n-1: cell a is shown twice"]


# The words of this lesson.


@pytest.fixture(scope="module")
def lesson(root_project):
    return talks(root_project)


@pytest.fixture(scope="module")
def root_project(pytestconfig):
    return Project(pytestconfig.rootpath)


def steps(lesson):
    return [(clip, step) for talk in lesson for clip in talk.clips for step in clip.steps]


def test_every_section_is_spoken_of(lesson):
    """Does each of S0 to S9 have a clip, so that every objective is touched?"""
    seen = {step.cell.split("-")[0] for _, step in steps(lesson)}
    assert {f"s{number}" for number in range(10)} <= seen


def test_every_clip_opens_with_a_question(lesson):
    """Is there something to wonder about in the first breath?"""
    for talk in lesson:
        for clip in talk.clips:
            opening = " ".join(re.split(r"(?<=[.?!])\s", clip.steps[0].words)[:3])
            assert "?" in opening, clip.name


def test_the_first_clip_says_what_for_and_the_last_one_says_goodbye(lesson):
    """Does a viewer know what to expect, and when it is over?"""
    assert "you can" in lesson[0].clips[0].steps[0].words
    assert "Goodbye" in lesson[-1].clips[-1].steps[-1].words


def test_a_task_stands_before_its_code(lesson, root_project):
    """Does each answer cell come after a slide that says what to do, in the same clip?"""
    for talk in lesson:
        cells = screens(root_project, talk.notebook)
        for clip in talk.clips:
            told = False
            for step in clip.steps:
                kind = cells[step.cell].kind
                assert kind != "answer" or told, f"{clip.name}: {step.cell}"
                told = kind in ("prose", "question") or (told and kind != "answer")


def test_nothing_is_revealed_before_a_pause(lesson, root_project):
    """Is there silence for the guess before the cell that tells?"""
    for talk in lesson:
        cells = screens(root_project, talk.notebook)
        for clip in talk.clips:
            paused = False
            for step in clip.steps:
                if cells[step.cell].kind == "reveal":
                    assert paused, f"{clip.name}: {step.cell}"
                    paused = False
                paused = paused or step.pause_s > 0


TAKE = "## Take-aways"
GIVES_AWAY = {
    "01-convolution": [
        "figures.before_after(\n    photo, lambda",
        "figures.flatten_order",
        TAKE,
    ],
    "02-mnist-cnn": [
        "**Two faults are silent.**",
        'plain = {kind: trained(kind, X_train) for kind in ("dense", "conv")}',
        "To a Dense layer the order",
        TAKE,
    ],
    "03-exercises": [
        "figures.confusion(fashion_test_labels",
        "The code runs unchanged",
        "Nearly all weights lie",
        "figures.accuracy_table_plot(",
        "my_model.summary()",
    ],
}
"""How cells begin whose text or output shows how an item is solved."""


def test_no_clip_shows_a_cell_that_gives_an_item_away(lesson, root_project):
    """Does everything that shows a solution stay off the screen?"""
    for talk in lesson:
        master = read_master(root_project.master(talk.notebook))
        cells = dict(zip(cell_ids(master.cells), (c.source for c in master.cells), strict=True))
        for start in GIVES_AWAY[talk.notebook]:
            assert sum(source.startswith(start) for source in cells.values()) == 1, start
        for clip in talk.clips:
            for step in clip.steps:
                telling = tuple(GIVES_AWAY[talk.notebook])
                assert not cells[step.cell].startswith(telling), (clip.name, step.cell)


SPOKEN = {
    "q3": ["24 × 24", "24 by 24", "24 rows", "twenty-four by", "option 4", "four is right"],
    "q4": ["160", "12,560", "12560", "144", "12,544", "a hundred and sixty"],
    "dense-vs-conv": ["50,192", "50192", "only conv", "only the conv", "conv falls", "0.820"],
    "q1": ["softmax", "MaxPooling2D", "then conv2", "then mpool"],
    "train": ["crossentropy", "cross-entropy", "a tenth of it"],
    "summary": ["608", "1168", "1,168", "2304", "2,304", "23050", "23,050", "14 by 14"],
    "error-clinic": [
        "channels axis is missing",
        "no channels axis and",
        "used twice",
        "channels first",
    ],
    "fashion-why": ["one outline", "same outline", "pullover", "0.86"],
    "q2": ["row by row; at", "rows are concatenated", "channel changes", "channels first"],
    "ingredients": ["BCDEF", "A is the input", "G is the output"],
}
"""What a speaker might let slip, whatever form the solution has in the master."""

NAMES = {"Conv2D", "MaxPooling2D", "conv", "conv1d", "conv2d", "dense", "channel", "conv_b"}
"""Answers that are words of the questions themselves; saying them gives nothing away."""


def says(words: str, phrase: str) -> bool:
    """Whether a phrase stands in the words as a whole, whatever the case."""
    return bool(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", words, re.IGNORECASE))


def solution_lines(source: str) -> list[str]:
    """The code lines of the solution regions in an answer cell."""
    regions = re.findall(rf"### BEGIN {SOLUTION}\n(.*?)### END {SOLUTION}", source, re.DOTALL)
    return [line.strip() for region in regions for line in region.splitlines() if line.strip()]


def blank_answers(source: str) -> list[str]:
    """What stands in the blanks of an answer cell, without quotation marks; single letters not."""
    answers = []
    for comment in re.findall(r"# blank: (.*)", source):
        for part in re.split(r",\s+(?![^()]*\))", comment):
            setting = re.fullmatch(r'activation="(\w+)"', part.strip())
            answer = setting[1] if setting else part.rsplit("=", 1)[0].strip().strip("\"'")
            answers.append(answer)
    return [answer for answer in answers if len(answer) > 2 and answer not in NAMES]


def answers_of(project: Project, notebook: str) -> list[str]:
    """Everything that a learner is to find in a notebook."""
    sources = [c.source for c in read_master(project.master(notebook)).cells if c.kind == "answer"]
    return [a for source in sources for a in solution_lines(source) + blank_answers(source)]


def test_the_answers_are_found_in_the_masters(root_project):
    """Does the search below look for anything?"""
    found = {name: answers_of(root_project, name) for name in GIVES_AWAY}
    assert {"3 * 3 * 1 * 16 + 16", "BCDEF"} <= set(found["01-convolution"])
    assert {"relu", "softmax", "sparse_categorical_crossentropy"} <= set(found["02-mnist-cnn"])
    assert len(found["03-exercises"]) > 20


def test_no_clip_says_the_answer_of_an_item(lesson, root_project):
    """Can a learner watch the video before doing the items?"""
    slips = [phrase for phrases in SPOKEN.values() for phrase in phrases]
    secret = {talk.notebook: answers_of(root_project, talk.notebook) + slips for talk in lesson}
    for clip, step in steps(lesson):
        told = [phrase for phrase in secret[clip.notebook] if says(step.words, phrase)]
        assert not told, f"{clip.name}, {step.cell}"


@pytest.mark.parametrize(
    "words",
    [
        "The shape is 24 by 24.",
        "So it needs 160 parameters.",
        "Write 3 * 3 * 1 * 16 + 16.",
        "The letters are BCDEF.",
        "Take Softmax for the last one.",
    ],
)
def test_the_search_bites(root_project, words):
    """Would a slip of the tongue be found?"""
    phrases = [phrase for phrases in SPOKEN.values() for phrase in phrases]
    assert any(says(words, p) for p in answers_of(root_project, "01-convolution") + phrases)


def test_a_notebook_may_do_without_a_talk(tmp_path):
    """Are the other notebooks' talks read where one has none?"""
    course = make_course(tmp_path, **{NAME: MASTER, "02-silent": MASTER})
    talk_path(course, NAME).write_text(TALK)
    assert [talk.notebook for talk in talks(course)] == [NAME]
