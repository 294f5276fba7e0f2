"""What counts as tuned: a lead beyond chance, or an experiment whose result is read rightly."""

import keras
import numpy as np
import pytest
from keras.layers import AveragePooling2D, BatchNormalization, MaxPooling2D

from cnn_course import held_out
from cnn_lesson.checks import judge
from cnn_lesson.datasets import fashion_mnist, instant_images
from cnn_lesson.items import ITEMS
from tests.items.test_network_items import clothes, curves, expect, experiment
from tests.support.bank_models import question_1, verdict
from tests.support.by_heart import by_heart

RIGHT = {
    "better": {},
    "better, spelt otherwise": {"said": "Better "},
    "worse": {"gain": -0.03, "said": "worse"},
    "within chance": {"gain": 0.005, "said": "within chance"},
    "within chance, with an underscore": {"gain": -0.01, "said": "within_chance"},
    "chance": {"gain": 0.0, "said": "chance"},
    "in a sentence": {"gain": -0.03, "said": "It is worse than fashion_history"},
    "with a reason": {
        "gain": 0.005,
        "said": "within chance, as 0.005 is better by too little",
    },
    "misspelt": {"said": "beter"},
    "at the edge of chance": {"gain": 0.02, "said": "within chance"},
    "at the edge, seen from the other side": {"gain": 0.02, "said": "better"},
    "at the edge below": {"gain": -0.02, "said": "worse"},
}


@pytest.fixture(scope="module")
def plain():
    keras.utils.set_random_seed(5)
    return clothes()


@pytest.fixture(scope="module")
def other():
    keras.utils.set_random_seed(6)
    return clothes(question_1(dropout=0.25))


@pytest.mark.parametrize("reading", RIGHT)
def test_an_experiment_read_rightly_counts_whatever_came_of_it(plain, other, reading):
    """Is better, worse or within chance worth the same, if it is true?"""
    expect(verdict("fashion", experiment(plain, other, **RIGHT[reading])), 5)


ONE_THING = {
    "dropout": lambda: question_1(dropout=0.5),
    "feature maps": lambda: question_1(filters=64),
    "units": lambda: question_1(256),
    "a pooling more": lambda: question_1(more=[MaxPooling2D(2)]),
    "normalised": lambda: question_1(more=[BatchNormalization(momentum=0.9)]),
    "what does not show": question_1,
}


@pytest.mark.parametrize("change", ONE_THING)
def test_one_thing_may_be_anything(plain, change):
    """Is each piece of advice in the text an experiment, a learning rate, too?"""
    expect(verdict("fashion", experiment(plain, clothes(ONE_THING[change]()))), 5)


def test_more_epochs_are_one_thing_by_themselves(plain, other):
    """Does the history tell that training was longer, and that this came on top?"""
    longer = curves(0.98, epochs=4)
    again = clothes()
    expect(verdict("fashion", experiment(plain, again, tuned_history=longer)), 5)
    expect(verdict("fashion", experiment(plain, other, tuned_history=longer)), 3, "more than one")


WRONG = {
    "nothing recorded": ({"tuned_history": None, "tuned_is": None}, "keep fashion_history"),
    "no word": ({"tuned_is": None}, "say in tuned_is"),
    "the first history lost": ({"fashion_history": None}, "keep fashion_history and tuned_history"),
    "a history without validation": ({"tuned_history": {"loss": [2, 1]}}, "keep fashion_history"),
    "a history of another network": ({"tuned_history": curves(0.3)}, "keep fashion_history"),
    "luck called better": ({"gain": 0.007}, "a difference within chance"),
    "luck called worse": ({"gain": 0.007, "said": "worse"}, "a difference within chance"),
    "read the wrong way round": ({"said": "worse"}, "take the last val_accuracy"),
    "a lead called chance": ({"said": "within chance"}, "take the last val_accuracy"),
    "a number": ({"said": 0.03}, 'called "0.03"'),
    "the training part": (
        {"tuned_history": curves(0.92, training=0.999)},
        "the accuracy on the training part was compared",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_what_was_not_recorded_or_misread_is_said(plain, other, mistake):
    """Does each slip cost the points of tuning only, and hear what it is?"""
    changes, text = WRONG[mistake]
    expect(verdict("fashion", experiment(plain, other, **changes)), 3, text)


def test_the_first_network_under_another_name_is_no_second(plain):
    """Is `tuned_model = fashion_model` seen, whatever is said of it?"""
    for said in ("better", "within chance"):
        given = experiment(plain, plain, gain=0, said=said)
        expect(verdict("fashion", given), 3, "the same network under another name")


def test_two_changes_at_once_tell_nothing(plain):
    """Is a network with two changes refused as an experiment?"""
    both = clothes(question_1(dropout=0.2, more=[AveragePooling2D(2)]))
    expect(verdict("fashion", experiment(plain, both)), 3, "more than one thing was changed")


def test_a_lead_beyond_chance_needs_no_record(plain):
    """Does a network that is clearly better count, however much was changed?"""
    keras.utils.set_random_seed(7)
    weak = clothes()
    kernel, bias = weak.layers[-1].get_weights()
    bias[3] = -1000
    weak.layers[-1].set_weights([kernel, bias])
    both = clothes(question_1(64, dropout=0.2))
    answers = {"fashion_model": weak, "tuned_model": both}
    expect(verdict("fashion", answers), 5)
    worse = {"fashion_model": both, "tuned_model": weak}
    expect(verdict("fashion", worse), 2, "keep fashion_history")


def test_an_experiment_is_made_with_a_trained_network(plain):
    """Is a network that never learned no result?"""
    expect(verdict("fashion", experiment(plain, question_1())), 3, "better than guessing")
    hidden = experiment(plain, np.zeros(3))
    expect(verdict("fashion", hidden), 3, "tuned_model")


def judged(answers, images):
    """The verdict on answers, measured on these images."""
    return judge(ITEMS["fashion"], ITEMS["fashion"].gather(answers, {}), {}, images)


@pytest.mark.slow
def test_a_lead_that_was_seen_counts_when_graded_unless_it_was_learned():
    """Does a real lead stay one, and one on pictures of the check learned by heart not?"""
    (x, y), _ = fashion_mnist.load_data()
    weak, strong = by_heart(x[:300], y[:300]), by_heart(x, y)
    honest = {"fashion_model": weak, "tuned_model": strong}
    for images in (instant_images, held_out.load):
        assert judged(honest, images).points >= 2
    crib = {"fashion_model": strong, "tuned_model": by_heart(*instant_images("fashion_mnist"))}
    assert "tuned_model" in str(judged(crib, instant_images).earned)
    assert "tuned_model" not in str(judged(crib, held_out.load).earned)
