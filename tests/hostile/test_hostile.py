"""Hostile submissions, for real: what they gain, what they see, what they leave, whom they stop."""

import functools
import time

import nbformat
import pytest

from cnn_course.grade import executors, feedback, scoring
from cnn_course.grade.conditions import Settings, kept_warm
from cnn_course.grade.grader import Grader
from cnn_course.grade.jobs import Reply
from cnn_course.grade.judging import Judge
from cnn_course.grade.results import Result, Run
from cnn_course.grade.submissions import CleanSubmission, clean_all, find_submissions
from cnn_course.project import STUBS, Project
from cnn_lesson.items import ITEMS, NOTEBOOKS
from nbsandbox.confinement import levels
from nbsandbox.limits import Limits
from tests.hostile.attack import FULL, MARKER, NOTEBOOK, Attack
from tests.hostile.bank import BANK, ON_THE_MACHINE
from tests.hostile.course import (
    CANARY,
    fingerprints,
    furnish,
    hand_in,
    left_behind,
    listening,
)
from tests.support.confinement import CONFINED, at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # a whole bank, on a busy machine
LIMITS = Limits(
    cell_s=3, total_s=15, cpu_s=15, memory_mb=700, disk_mb=60, output_mb=2, evidence_mb=16
)
HONEST = [Attack(name, "honest work", lambda folder: None, FULL) for name in ("ada", "mona", "zoe")]
QUIET = Attack("untouched", "the stub, as it was handed out", lambda folder: None)
BOOKED = (
    *("displayhook", "raised", "evidence-huge-points", "loop", "net-visible", "net-invented"),
    *("odd-cells", "heavy-essay"),
)
"""Those whose results go on into nbgrader's gradebook, one or two of a kind."""


LEVELS = at(*CONFINED)
WHOLE = next((number for number in CONFINED if not levels.missing(number)), CONFINED[0])
"""The level that the whole bank is run at."""


class Graded:
    """What became of each submission, and of the course around them."""

    def __init__(self):
        self.points, self.seen, self.pages, self.notes = {}, {}, {}, {}
        self.refused, self.changed, self.calls, self.left, self.seconds = {}, [], [], [], 0.0
        self.replies = {}

    def add(self, reply, note, judge):
        """Judge a reply as the grader does; the note is on what was handed in."""
        verdicts = scoring.complete(judge.verdicts(reply.evidence), reply.name, reply.run)
        executed = nbformat.reads(reply.notebook, as_version=4)
        result = Result(reply.learner, "", {reply.name: reply.run}, verdicts)
        scored = scoring.enter(executed, verdicts)
        self.points[reply.learner] = result.points(reply.name)
        self.seen[reply.learner] = nbformat.writes(scored) + repr(reply.evidence)
        self.pages[reply.learner] = feedback.page_of(result, reply.name, scored, feedback.Marks())
        self.notes[reply.learner] = "; ".join(filter(None, (note, reply.run.note)))
        self.replies[reply.learner] = reply


def bank_at(level):
    """The attacks at a level: all at one of them, at another those that it is something to."""
    return [*BANK.values()] if level == WHOLE else ON_THE_MACHINE


def over(*names):
    """A test for each level, and for each of these attacks that there is at it."""
    return pytest.mark.parametrize(
        ("level", "name"),
        [
            pytest.param(*level.values, name, marks=level.marks, id=f"{level.id}-{name}")
            for level in LEVELS
            for name in names
            if BANK.get(name) in (None, *bank_at(*level.values))
        ],
    )


over_levels = pytest.mark.parametrize("level", LEVELS)


@pytest.fixture(scope="module")
def graded_at(root, tmp_path_factory):
    """By level, its bank graded two at a time, with honest submissions among them."""
    return functools.cache(lambda level: grade_bank(level, Project(root), tmp_path_factory))


@pytest.fixture
def graded(graded_at, level):
    """What became of the bank at the test's level."""
    return graded_at(level)


def grade_bank(level, original, tmp_path_factory):
    """Hand the attacks of a level in, grade them, and look at what is around them."""
    done = Graded()
    course = furnish(tmp_path_factory.mktemp("a course"), original)
    with pytest.MonkeyPatch.context() as patch, listening(course.root) as done.calls:
        patch.setenv("GRADER_TOKEN", CANARY)
        for attack in (*bank_at(level), *HONEST, QUIET):
            hand_in(attack, course, original)
        before = fingerprints(course.root)
        started = time.monotonic()
        run(course, done, level)
        done.seconds = time.monotonic() - started
        after = fingerprints(course.root)
    done.changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    done.left = left_behind() + marked_files(original.root / "cnn_lesson")
    return done


def marked_files(folder):
    """The files that have an attack's mark in their name or text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if MARKER in f"{path.name} {path.read_text('latin-1')}"]


def run(course, done, level):
    """Clean, run and judge every submission, as the grader does."""
    grader = Grader(course, Settings(limits=LIMITS, store=False, level=level))
    submissions, done.refused = find_submissions(course.root / "submitted")
    for learner, reason in done.refused.items():
        done.points[learner], done.notes[learner] = 0, reason
        done.seen[learner] = done.pages[learner] = ""
    cleaned = [only_one(entry) for entry in clean_all(submissions, course, 2).values()]
    notes = {entry.learner: "; ".join(entry.notes.values()) for entry in cleaned}
    jobs = [job for entry in cleaned for job in grader.jobs(entry, None)]
    with kept_warm(grader.settings), Judge(grader.seed) as judge:
        for reply in executors.run_all(jobs, executors.local(2)):
            done.add(reply, notes[reply.learner], judge)


def only_one(entry):
    """The one notebook of a submission that is attacked, or the first, which needs no training."""
    name = BANK[entry.learner].notebook if entry.learner in BANK else NOTEBOOK
    notes = {name: entry.notes[name]} if name in entry.notes else {}
    return CleanSubmission(entry.learner, {name: entry.notebooks[name]}, notes)


@pytest.fixture(scope="module")
def booked(root, graded_at, tmp_path_factory):
    """The gradebook's rows for some of them, entered as the grader does: judge, nbgrader, pages."""
    graded = graded_at(WHOLE)
    course = furnish(tmp_path_factory.mktemp("a gradebook"), Project(root))
    (course.root / "gradebook.db").unlink()
    grader = Grader(course, Settings(limits=LIMITS, store=False))
    grader.course.register()
    stubs = {name: course.notebook(STUBS, name).read_text("utf-8") for name in NOTEBOOKS}
    with Judge(grader.seed) as judge:
        for learner in BOOKED:
            others = Run("died", "not run here")
            replies = {name: Reply(learner, name, others, stubs[name], {}) for name in NOTEBOOKS}
            attacked = graded.replies[learner]
            replies[attacked.name] = attacked
            result = grader.finish(CleanSubmission(learner), "", replies, judge)
            grader.enter(result, course.root / "submitted" / learner / "cnn")
    return grader.course.rows()


@pytest.mark.parametrize("level", at(WHOLE))
@pytest.mark.parametrize("name", BOOKED)
def test_the_gradebook_gives_no_more(booked, name, level):
    """Does an attack gain nothing on its way into nbgrader's gradebook, where grades are read?"""
    rows = [row for row in booked if row.learner == name]
    assert {row.item: row.out_of for row in rows} == {i.id: i.points for i in ITEMS.values()}
    assert sum(row.points or 0 for row in rows) == BANK[name].earned


@over(*BANK)
def test_it_gets_the_points_it_has_earned(graded, name):
    """Does an attack gain nothing, and lose nothing but what it broke itself?"""
    assert graded.points[name] == BANK[name].earned, graded.notes[name]


@over("ada", "mona", "zoe", "honest")
def test_honest_work_among_them_gets_all_its_points(graded, name):
    """Does nobody else pay for an attack?

    Their figures were taken out to save time; no later cell needs one, so none is put back.
    """
    assert graded.points[name] == FULL
    assert graded.notes[name] == ""


@over_levels
def test_the_run_goes_on_to_its_end(graded, level):
    """Does every submission have a result, whatever the others did, and the stub none to show?"""
    honest = {"honest", *(each.name for each in HONEST)}
    assert set(graded.points) == {*(each.name for each in bank_at(level)), *honest, "untouched"}
    assert set(graded.refused) == {"missing-folder"}
    assert graded.points["untouched"] == 0


@over_levels
def test_nothing_outside_is_touched(graded):
    """Are course, gradebook, other submissions and the package as they were?"""
    assert graded.changed == []


@over_levels
def test_nothing_is_left_behind(graded):
    """Is no process running and no file lying about that an attack has made?"""
    assert graded.left == []


@over_levels
def test_nobody_calls_over_the_network(graded):
    """Did no submission reach even this machine?"""
    assert graded.calls == []


@over(*BANK)
def test_it_sees_nothing_that_is_not_its_own(graded, name):
    """Is nothing that it found, and no secret, in its outputs, evidence or page?"""
    for text in (graded.seen[name], graded.pages[name]):
        assert "FOUND!" not in text
        assert CANARY not in text


@over(*(name for name in BANK if name.startswith("script")))
def test_its_page_shows_no_script(graded, name):
    """Is every script of a learner's text and nothing else?"""
    page = graded.pages[name].lower()
    assert "<script" not in page
    assert "<img" not in page


def test_the_bank_is_large_enough():
    """Are there at least 40 attacks, each with a name of its own and a word on what it does?"""
    assert len(BANK) >= 40
    assert all(attack.what for attack in BANK.values())


@over("loop", "memory", "exit", "json-broken", "missing")
def test_one_line_says_what_happened(graded, name):
    """Can the instructor read in one line why a notebook was cut short?"""
    assert graded.notes[name]
    assert "\n" not in graded.notes[name]
