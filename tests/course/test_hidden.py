"""The check that counts differs from the one that learners see only in what it draws."""

from cnn_course import hidden
from cnn_course.hidden import HIDDEN_SEED, check_hidden
from cnn_lesson import checks
from cnn_lesson.datasets import instant_images


def test_other_inputs_and_other_images(monkeypatch):
    """Are seed and images the grader's own, and the rest passed on?"""
    asked = {}
    monkeypatch.setattr(hidden, "check", lambda item, **options: asked.update(options, item=item))
    check_hidden("q3", namespace={"answer_q3": 4})
    assert asked["item"] == "q3" and asked["namespace"] == {"answer_q3": 4}
    assert asked["seed"] == HIDDEN_SEED != checks.VISIBLE_SEED
    hidden_pictures, _ = asked["unseen"]("mnist")
    seen, _ = instant_images("mnist")
    assert len(hidden_pictures) == 2 * len(seen) == 1000
    assert not {picture.tobytes() for picture in hidden_pictures} & {p.tobytes() for p in seen}


def test_a_right_answer_is_right_there_too():
    """Does the hidden verdict give full points where the visible one does?"""
    verdict = check_hidden("q3", namespace={"answer_q3": 4})
    assert verdict.points == verdict.out_of
