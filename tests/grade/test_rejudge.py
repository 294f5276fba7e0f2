"""An item judged again from what is stored, nothing run; and a learner whom nbgrader refuses."""

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade import evidence_store
from cnn_course.grade.conditions import Settings, class_seed
from cnn_course.grade.evidence_store import EVIDENCE
from cnn_course.grade.grader import grade
from cnn_course.grade.judging import inputs_for
from cnn_course.grade.rejudge import judge_again
from cnn_course.project import AUTOGRADED, SUBMITTED, WORK
from cnn_lesson.checking.evidence import pack, unpack
from cnn_lesson.checks import gather
from cnn_lesson.items import ITEMS
from tests.support.graded_course import a_course, enter, gradebook, hand_in, mark, row, stored

pytestmark = pytest.mark.slow  # each makes and grades a course

ITEM = "q3"


def progress(learner, done, of):
    """Nobody looks."""


@pytest.fixture
def course(root, tmp_path):
    """Two graded learners whose right answer to an item was judged to be wrong."""
    project = a_course(root, tmp_path)
    for learner in ("ben", "mara"):
        submission = hand_in(project, learner, lambda draft: draft.solve(until="q4"))
        enter(project, submission, {"convolve": 7})
    return project


def keep_evidence(project, learner):
    """Store what a run of the learner's notebook hands out, whose answer is right."""
    inputs = inputs_for(ITEMS[ITEM].notebook, class_seed(project.root / WORK))
    handed = gather(ITEMS[ITEM], {"answer_q3": 4}, unpack(inputs[ITEM]))
    place = project.root / WORK / EVIDENCE / learner
    evidence_store.keep(place, {ITEM: pack(handed)}, {ITEM: inputs[ITEM]})


def test_a_mended_judge_needs_no_run(course):
    """Is the one item judged anew for who has evidence, the rest left, the others named?"""
    keep_evidence(course, "mara")
    mark(course, "mara", "convolve", 3, comment="see me", extra=1)
    done = judge_again(course, course.root / SUBMITTED, ITEM, Settings(), progress)
    assert [result.learner for result in done.results] == ["mara"]
    assert row(course, "mara", ITEM).points == ITEMS[ITEM].points
    assert row(course, "ben", ITEM).points == 0
    assert row(course, "mara", "convolve").points == 4
    assert row(course, "mara", "convolve").comment == "see me"
    assert stored(course, "mara").verdicts[ITEM].points == ITEMS[ITEM].points
    assert any("no evidence for q3 that fits: ben" in remark for remark in done.remarks)


SAID = {"q33": "no judge decides on 'q33'", "fashion-why": "no judge", ITEM: "no evidence"}


def test_what_cannot_be_judged_again_is_said(course):
    """Is an item without a judge, or without evidence, told from one that was judged?"""
    for item, means in SAID.items():
        with pytest.raises(CourseError, match=means):
            judge_again(course, course.root / SUBMITTED, item, Settings(), progress)


def test_whom_nbgrader_refuses_stops_nobody(course):
    """Is a learner that nbgrader cannot store that learner's line, and are the others entered?"""
    with gradebook(course) as opened:
        for learner in ("ben", "mara"):
            opened.remove_submission("cnn", learner)
    in_the_way = course.root / AUTOGRADED / "ben"
    (in_the_way / "cnn").rename(course.root / "put aside")
    in_the_way.rmdir()
    in_the_way.write_text("a file where the folder should be")
    done = grade(course, course.root / SUBMITTED, Settings(store=False))
    assert [result.learner for result in done.results] == ["mara"]
    assert "nbgrader refused ben" in done.refused["ben"]
    assert row(course, "mara", "convolve").points == 7
