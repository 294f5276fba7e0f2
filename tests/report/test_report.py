"""The numbers of the class report."""

import json
import math
from dataclasses import replace

import pytest

from cnn_course.errors import CourseError
from cnn_course.grade.results import Run
from cnn_course.report.graded_class import ClassBook
from cnn_course.report.item_analysis import (
    RUN_WORDS,
    failures,
    misconceptions,
    needs,
    section_names,
    sections,
    start,
)
from cnn_course.report.item_statistics import correlation, measures
from cnn_course.report.reading import read_class
from cnn_lesson.items import ITEMS
from tests.support.graded_class import (
    POINTS,
    class_of,
    learner,
    make_gradebook,
    make_project,
    opened,
    store,
)

TOTAL = 100
AUTOMATIC = 92


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


def test_difficulty_and_discrimination_agree_with_a_computation_by_hand():
    """Do four learners and three items give what paper and pencil give?

    Points (all other items are right for everybody, so they only shift the rest):

                  ingredients (4)  convolve (7)  edge-kernel (4)
        ada              4              7              4
        ben              2              7              0
        cem              2              0              4
        dana             0              0              0

    Difficulty: 8 of 16 = 0.5; 14 of 28 = 0.5; 8 of 16 = 0.5.

    Discrimination of ingredients: distances from the mean 2, 0, 0, −2 (squares: 8). Rest, convolve
    and edge-kernel: 11, 7, 4, 0, distances 5.5, 1.5, −1.5, −5.5 (squares: 65). Product: 11 + 11.
        r = 22 / √(8 · 65) = 0.9648
    convolve: 3.5, 3.5, −3.5, −3.5 (49). Rest 8, 2, 6, 0: 4, −2, 2, −4 (40). Product 14.
        r = 14 / √(49 · 40) = 0.3162; the same as the point-biserial formula for right or wrong:
        (mean rest of the right − of the wrong) / s · √(p·q) = (5 − 3) / √10 · 0.5 = 0.3162
    edge-kernel: 2, −2, 2, −2 (16). Rest 11, 9, 2, 0: 5.5, 3.5, −3.5, −5.5 (85). Product 8.
        r = 8 / √(16 · 85) = 0.2169
    """
    found = {measure.item.id: measure for measure in measures(class_of())}
    wanted = {"ingredients": 0.9648, "convolve": 0.3162, "edge-kernel": 0.2169}
    for item, discrimination in wanted.items():
        assert found[item].difficulty == 0.5
        assert found[item].discrimination == pytest.approx(discrimination, abs=5e-5)
    assert found["convolve"].discrimination == pytest.approx((5 - 3) / math.sqrt(10) * 0.5)
    assert found["q3"].difficulty == 1 and found["q3"].discrimination is None
    counts = found["ingredients"].counts
    assert counts == {"right": 1, "partly": 2, "not yet": 1, "open": 0, "waiting": 0}


@pytest.mark.parametrize(
    "pairs",
    [[], [(1, 2)], [(1, 2), (3, 4)], [(1, 1), (1, 2), (1, 3)], [(0.1, 5), (0.2, 5), (0.3, 5)]],
)
def test_a_correlation_that_is_undefined_is_none(pairs):
    """Are too few learners, and a side that does not vary, no division by zero?"""
    assert correlation(pairs) is None


def test_points_agree_with_nbgraders_gradebook(project):
    """Are the averages those that nbgrader computes itself, essays marked by hand included?"""
    make_gradebook(project, POINTS, {"ada": 4, "ben": 2.5, "cem": 0, "dana": 1})
    book = read_class(project)
    with opened(project) as gradebook:
        average = gradebook.average_assignment_score("cnn")
        parts = {n: gradebook.average_notebook_score(n, "cnn") for n in ("01-convolution",)}
    totals = [each.points(book.counted) for each in book.learners]
    assert sum(totals) / len(totals) == pytest.approx(average)
    mean = sum(
        measure.difficulty * measure.item.points
        for measure in measures(book)
        if measure.item.notebook == "01-convolution"
    )
    assert mean == pytest.approx(parts["01-convolution"])
    assert book.out_of == TOTAL


def test_unmarked_essays_are_left_out_until_somebody_marks_one(project):
    """Are points first of 92, and of 100 as soon as one essay is marked?"""
    make_gradebook(project, POINTS)
    book = read_class(project)
    assert (book.essays_wait, book.out_of) == (True, AUTOMATIC)
    ada = book.learners[0]
    marked = replace(ada, marks=ada.marks | {"fashion-why": learner("x", {}).marks["fashion-why"]})
    book = replace(book, learners=(marked, *book.learners[1:]))
    assert (book.essays_wait, book.out_of) == (False, TOTAL)


def test_an_unmarked_essay_has_no_difficulty():
    """Do the zeros that nbgrader gives to empty essays stay out of the numbers?"""
    waits = {"fashion-why": None, "trim-or-drop-why": None}
    empty = learner("eve", {"fashion-why": 0, "trim-or-drop-why": 0}, open_=True)
    book = ClassBook((learner("ada", waits), empty))
    found = {measure.item.id: measure for measure in measures(book)}
    assert found["fashion-why"].difficulty is None
    assert found["fashion-why"].counts["waiting"] == found["fashion-why"].counts["open"] == 1


def test_the_gradebook_wins_and_findings_come_from_the_results(project):
    """Does a correction by hand count, and does its misconception go away?"""
    make_gradebook(project, {"ada": {"q3": 0, "q2": 1}})
    store(project, "ada", {"q3": 0, "q2": 1})
    with opened(project) as gradebook:
        gradebook.find_grade("q3", "01-convolution", "cnn", "ada").manual_score = 3.0
    book = read_class(project)
    marks = book.learners[0].marks
    assert (marks["q3"].points, marks["q3"].state, marks["q3"].findings) == (3, "right", ())
    assert marks["q2"].state == "partly"
    assert [habit.item for habit in misconceptions(book)] == ["q2"]


def test_misconceptions_are_counted_by_learner():
    """Does a learner with the same slip twice count once, and is the most frequent one first?"""
    book = class_of(POINTS)
    twice = book.learners[1].marks["ingredients"]
    twice = replace(twice, findings=twice.findings * 2)
    ben = replace(book.learners[1], marks=book.learners[1].marks | {"ingredients": twice})
    found = misconceptions(replace(book, learners=(book.learners[0], ben, *book.learners[2:])))
    counts = [(habit.item, habit.learners) for habit in found]
    assert counts == [("ingredients", 3), ("convolve", 2), ("edge-kernel", 2)]


def test_sections_are_ranked_by_what_was_lost_in_begun_answers():
    """Is a section that nobody reached counted apart, and not taught again first?"""
    late = learner("eve", {"five-layers": 0}, open_=True)
    book = class_of()
    ranked = sections(replace(book, learners=(*book.learners, late)), {"S1": "By hand"})
    first = ranked[0]
    assert (first.title, first.lost, first.stuck) == ("S1 · By hand", 2 * 7 + 2 * 4, 3)
    assert (first.hardest, first.all_in_hardest) == ("convolve", False)
    last = next(section for section in ranked if section.id == "S9")
    assert (last.lost, last.unreached, last.late) == (0, 7, 1)
    assert ranked.index(last) == 2  # behind S1 and S0, before those that lost nothing


def test_who_needs_a_hand():
    """Is it those with few points, and those whose notebook failed, and nobody else?"""
    none = dict.fromkeys(ITEMS, 0)
    stopped = {"02-mnist-cnn": Run("out_of_time", "a cell ran longer than 60 s")}
    failed = replace(learner("cem", {}), runs=stopped)
    book = ClassBook((learner("ada", {}), learner("ben", none), failed))
    why = {each.name: needs(book, each) for each in book.learners}
    assert why["ada"] == []
    assert why["ben"] == ["0% of the points"]
    assert why["cem"] == ["02-mnist-cnn: a cell ran longer than 60 s"]
    assert [start(book, each) for each in book.learners] == ["", "S0", ""]


def test_an_essay_that_waits_makes_nobody_need_a_hand():
    """Is the share of a learner that of the points that are marked?"""
    half = {"fashion-why": None, "q1": 0, "error-clinic": 0, "convolve": 0, "five-layers": 0}
    half |= {"trim-or-drop": 0, "train": 0, "summary": 0}
    book = ClassBook((learner("ada", {}), learner("ben", half)))
    assert book.out_of == TOTAL
    assert book.share(book.learners[1]) == (TOTAL - 4 - 48) / (TOTAL - 4) == 0.5
    assert needs(book, book.learners[1]) == []


def test_every_end_of_a_run_has_words():
    """Is there a sentence for each state that running can report?"""
    from nbsandbox import runner

    source = open(runner.__file__, encoding="utf-8").read()
    for state in RUN_WORDS:
        assert state in source, state
    assert failures(replace(learner("x", {}), runs={"01-convolution": Run("died")})) == [
        "01-convolution: stopped in the middle"
    ]


def test_every_section_has_a_name_in_the_masters(root):
    """Do the headings of the masters name each section of the items?"""
    from cnn_course.project import Project

    names = section_names(Project(root))
    assert {item.section for item in ITEMS.values()} <= set(names)


def test_without_masters_sections_have_no_names(tmp_path):
    """Is a report still written where source/ is missing?"""
    from cnn_course.project import Project

    assert section_names(Project(tmp_path)) == {}


def test_nothing_graded_is_one_sentence(project):
    """Is it said what to do, and is no gradebook made by looking for one?"""
    with pytest.raises(CourseError, match="nothing is graded yet.*cnn-lesson grade"):
        read_class(project)
    assert not (project.root / "gradebook.db").exists()


def test_an_empty_gradebook_is_one_sentence(project):
    """Is a gradebook without a submission no crash?"""
    make_gradebook(project, {})
    with pytest.raises(CourseError, match="nothing is graded|no grades of this lesson"):
        read_class(project)


def test_a_gradebook_of_another_course_is_named_and_left_alone(project):
    """Does it keep every byte, and are the grader's own results still reported?"""
    path = project.root / "gradebook.db"
    with opened(project, "history") as gradebook:
        gradebook.add_assignment("essay")
    before = path.read_bytes()
    with pytest.raises(CourseError, match="no grades of this lesson"):
        read_class(project)
    store(project, "ada", {"q3": 0})
    book = read_class(project)
    assert book.learners[0].points(book.counted) == AUTOMATIC - ITEMS["q3"].points
    assert "no grades of this lesson" in book.remarks[0]
    assert path.read_bytes() == before


def test_a_gradebook_that_is_no_database_is_one_sentence(project):
    """Is the file named, with what to do?"""
    (project.root / "gradebook.db").write_text("not a database " * 100)
    with pytest.raises(CourseError, match=r"gradebook\.db is damaged: put a good copy"):
        read_class(project)


def test_without_a_gradebook_the_results_are_reported(project):
    """Are points then those of the automatic grading, and is that said?"""
    store(project, "ada", {})
    book = read_class(project)
    assert book.out_of == AUTOMATIC and book.share(book.learners[0]) == 1
    assert "no gradebook" in book.remarks[0]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"learner": "ben"}', "points as text", "a note that is a list", "no finding"],
)
def test_a_damaged_result_costs_its_findings_only(project, content):
    """Do the gradebook's points stay, and is it said that findings are missing?"""
    make_gradebook(project, POINTS)
    for name in POINTS:
        store(project, name, POINTS[name])
    path = project.root / ".grading" / "results" / "ben.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    if content == "points as text":
        stored["verdicts"]["q3"]["points"] = "three"
    elif content == "a note that is a list":
        stored["runs"]["01-convolution"]["note"] = ["x"]
    elif content == "no finding":
        stored["verdicts"]["q3"]["findings"] = 7
    spoilt = content.startswith(("points", "a note", "no"))
    path.write_text(json.dumps(stored) if spoilt else content, encoding="utf-8")
    book = read_class(project)
    ben = next(each for each in book.learners if each.name == "ben")
    assert not ben.found and ben.points(book.counted) == AUTOMATIC - 2 - 4
    assert any("1 of 4 learners" in remark for remark in book.remarks)


def test_only_damaged_results_are_one_sentence(project):
    """Is a folder of broken files told from an empty one?"""
    store(project, "ada", {})
    (project.root / ".grading" / "results" / "ada.json").write_text("{")
    with pytest.raises(CourseError, match="none of the 1 stored results can be read"):
        read_class(project)


def test_learners_of_the_gradebook_without_a_submission_are_absent(project):
    """Are they named apart, and kept out of the numbers?"""
    make_gradebook(project, {"ada": {}})
    with opened(project) as gradebook:
        gradebook.add_student("zoe", first_name="Zoë")
    book = read_class(project)
    assert [person.learner for person in book.absent] == ["zoe"]
    assert [each.name for each in book.learners] == ["ada"]
