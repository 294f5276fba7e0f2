"""Results on disk."""

from cnn_course.grade import results
from cnn_course.grade.results import Result, Run
from cnn_lesson.verdict import Finding, Verdict


def a_result() -> Result:
    """A learner with one right and one wrong answer."""
    finding = Finding(tried="28 × 28", yours="(26, 26)", misconception="the 3×3 habit")
    verdicts = {"q3": Verdict("q3", 0, 3, (finding,)), "q2": Verdict("q2", 2, 3, (), ("option",))}
    return Result("李 mara", "abc", {"01-convolution": Run(note="put back: q3")}, verdicts)


def test_a_result_survives_the_way_to_disk(tmp_path):
    """Does all of it come back?"""
    results.save(a_result(), tmp_path)
    assert results.load("李 mara", tmp_path) == a_result()


def test_points_are_added_up():
    """Are the points of a notebook and of all notebooks the sums of the verdicts?"""
    assert a_result().points() == a_result().points("01-convolution") == 2
    assert a_result().points("02-mnist-cnn") == 0


HUGE = (
    '{"learner": "x", "key": "k", "runs": {}, "verdicts": {"q3": {"item": "q3", "points": '
    f'{"9" * 400}, "out_of": 3, "findings": [], "earned": []}}}}}}'
)
"""Points of four hundred digits."""


def test_what_is_missing_or_damaged_is_no_result(tmp_path):
    """Is a file that was never written, or half written, simply not there?"""
    assert results.load("nobody", tmp_path) is None
    for content in ("", "{", "[]", '{"learner": "x"}', "[" * 100_000, HUGE):
        (tmp_path / "x.json").write_text(content)
        assert results.load("x", tmp_path) is None
