"""The figures that notebooks quote and thresholds rest on."""

import json

import pytest

from cnn_course import seed_study

MEASURED = json.loads(seed_study.MEASURED.read_text())
FIT_LIMIT_S = 30
names = pytest.mark.parametrize("name", seed_study.RECIPES)


@names
def test_every_recipe_is_measured_as_it_stands(name):
    """Is there an entry for each recipe, with the seeds and the epochs of today?"""
    found, recipe = MEASURED[name], seed_study.RECIPES[name]
    assert found["seeds"] == len(found["runs"]) == recipe.seeds
    assert found["epochs"] == recipe.epochs


@names
def test_a_training_can_be_repeated_exactly(name):
    """Did the first seed give the same figures twice?"""
    assert MEASURED[name]["repeats_exactly"] is True


@names
def test_no_learner_waits_longer_than_allowed(name):
    """Does every fit stay below the limit?"""
    assert MEASURED[name]["seconds"] < FIT_LIMIT_S


def test_the_lessons_network_reaches_what_it_must():
    """0.955 on digits it has not seen, in no more than twelve epochs?"""
    assert MEASURED["lesson"]["unseen"]["mean"] >= 0.955
    assert MEASURED["lesson"]["epochs"] <= 12
    assert MEASURED["lesson"]["parameters"] == 596_042


def test_five_layers_fit_their_budget():
    """Are there at least three different right answers within 20,000 parameters?"""
    small = [name for name in MEASURED if name.startswith("five-")]
    assert len(small) >= 3
    assert all(MEASURED[name]["parameters"] <= 20_000 for name in small)


def test_shuffled_pixels_cost_the_convolution_more():
    """Does the worst convolution on shuffled digits still fall further than any Dense network?"""
    for part in seed_study.UNSEEN:
        conv = MEASURED["conv"][part]["min"] - MEASURED["conv-shuffled"][part]["max"]
        dense = MEASURED["dense"][part]["max"] - MEASURED["dense-shuffled"][part]["min"]
        assert conv > dense


def test_a_spread_names_its_four_figures():
    """Lowest, median, mean, highest?"""
    assert seed_study.spread([1.0, 2.0, 6.0]) == {"min": 1, "median": 2, "mean": 3, "max": 6}


def test_an_unknown_name_is_refused(capsys):
    """Does a misspelt recipe end with what there is, and nothing trained?"""
    assert seed_study.main(["lessen"]) == 2
    assert "no recipe lessen; there are lesson, " in capsys.readouterr().out


@pytest.mark.slow
def test_a_new_seed_lands_near_the_measured_ones():
    """Would a seed that nobody tried pass, too?"""
    recipe = seed_study.RECIPES["dense"]
    found = seed_study.run_once(recipe, 77, seed_study.load(recipe))
    assert found["parameters"] == MEASURED["dense"]["parameters"]
    for part in seed_study.UNSEEN:
        assert abs(found[part] - MEASURED["dense"][part]["median"]) < 0.03
