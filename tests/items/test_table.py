"""The table of items: complete, and summing to 100."""

from collections import Counter

from cnn_lesson.items import ITEMS, NOTEBOOKS, OBJECTIVES, automatic_points


def test_points_sum_to_a_hundred():
    """Is the whole lesson worth 100 points, each item a whole number of them?"""
    assert sum(item.points for item in ITEMS.values()) == 100
    assert all(isinstance(item.points, int) and item.points > 0 for item in ITEMS.values())


def test_every_objective_has_an_item_that_a_computer_checks():
    """Are all eleven learning objectives asked for?"""
    asked = {item.objective for item in ITEMS.values() if not item.manual}
    assert asked == set(OBJECTIVES) == set(range(1, 12))


def test_items_name_what_they_need():
    """Does each checked item name its answers, each manual one none, all a known notebook?"""
    for item in ITEMS.values():
        assert item.manual == (not item.names)
        assert all(name.isidentifier() for name in item.names)
        assert item.notebook in NOTEBOOKS


def test_answers_of_a_notebook_do_not_get_in_each_others_way():
    """Is a name asked for by one item only? The trained model is that of Question 1."""
    for notebook in NOTEBOOKS:
        names = [
            name
            for item in ITEMS.values()
            if item.notebook == notebook
            for name in item.names
            if name != "model"
        ]
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_sections_run_in_order():
    """Do the items stand in the order of the sections?"""
    sections = [int(item.section[1:]) for item in ITEMS.values()]
    assert sections == sorted(sections)


def test_the_computer_and_a_person_share_a_hundred_points():
    """Do the three notebooks give what the computer can give, and people the rest?"""
    by_hand = sum(item.points for item in ITEMS.values() if item.manual)
    assert sum(map(automatic_points, NOTEBOOKS)) == automatic_points() == 100 - by_hand
