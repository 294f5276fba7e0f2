"""Evidence: any object becomes plain data, travels through a file, and is read without trust."""

import io
import json
import zipfile
from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cnn_lesson.checking import evidence as e
from cnn_lesson.checking import reading as r


class Liar:
    """Says that it is an int, and fails at everything."""

    @property
    def __class__(self):
        return int

    def __str__(self):
        raise RuntimeError("no")

    __repr__ = __len__ = __iter__ = __eq__ = __hash__ = __str__


class Tensor:
    """Has the two marks of a tensor."""

    shape = (2,)

    def __init__(self, refuses=False):
        self.refuses = refuses

    def __array__(self, dtype=None, copy=None):
        if self.refuses:
            raise TypeError("symbolic")
        return np.arange(2)


class Worded(Exception):
    def __str__(self):
        raise RuntimeError("no")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (np.bool_(False), False),
        (3, 3),
        (np.int8(3), 3),
        (2.5, 2.5),
        (np.float32(2.5), 2.5),
        ("text", "text"),
        (np.str_("text"), "text"),
        ((1, (2, None)), [1, [2, None]]),
        (range(3), [0, 1, 2]),
        ({3}, {"set": [3]}),
        ({"a": (1,), 2: None}, {"dict": [["a", [1]], [2, None]]}),
        (OrderedDict(a=1), {"dict": [["a", 1]]}),
        (len, {"odd": "a function"}),
        (lambda: 0, {"odd": "a function"}),
        (object(), {"odd": "an object"}),
        (b"bytes", {"odd": "a bytes"}),
        (1j, {"odd": "a complex number"}),
        (2 + 0j, 2.0),
        (Fraction(6, 2), 3),
        (Fraction(1, 2), 0.5),
        (Decimal("3.0"), 3),
        (Decimal("1e400000"), float("inf")),
        ({"a": 1}.values(), [1]),
        (10**400, {"odd": "a number beyond all bounds"}),
        (np.array(["a"]), ["a"]),
        (np.array(["a", 1, None], dtype=object), ["a", 1, None]),
        (np.array([object()]), {"odd": "an array of Python objects"}),
        (np.array([1 + 1j]), {"odd": "an array of complex numbers"}),
        (Tensor(refuses=True), {"odd": "a Tensor"}),
    ],
)
def test_everything_has_a_plain_form(value, plain):
    """Does any object become numbers, text, lists, dicts, or the name of what it is?"""
    assert e.plain(value) == plain


def test_an_object_that_lies_is_only_odd():
    """Is an object that pretends to be a number, and fails at everything, named and no more?"""
    assert e.plain(Liar()) == {"odd": "a Liar"}
    assert e.plain([Liar(), 1]) == [{"odd": "a Liar"}, 1]


def test_arrays_and_tensors_are_copied():
    """Is an array its own copy, and a tensor an array?"""
    mine = np.zeros(2)
    taken = e.plain(mine)
    mine += 1
    assert taken.tolist() == [0, 0]
    assert e.plain(Tensor()).tolist() == [0, 1]
    assert e.plain(np.array([[1, Fraction(1, 2)]], dtype=object)).tolist() == [[1, 0.5]]
    assert e.plain(np.array([2 + 1e-15j])).tolist() == [2]
    assert type(e.plain(np.ma.array([1]))) is np.ndarray


def test_deep_and_endless_things_end():
    """Are a list that holds itself, a long range and a long text cut off?"""
    endless = []
    endless.append(endless)
    json.dumps(e.plain(endless))
    assert len(e.plain(range(10**12))) == e.ITEM_LIMIT
    assert len(e.plain("x" * 10**6)) == e.TEXT_LIMIT


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (160, 160),
        (160.0, 160),
        (2.5, 2.5),
        (np.array(7), 7),
        (np.array([7.0]), 7),
        (True, None),
        (np.array(True), None),
        ("160", None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (np.array(["7"]), None),
        (np.zeros(2), None),
        ([7], None),
        (None, None),
        ({"odd": "x"}, None),
    ],
)
def test_numbers_are_finite_and_no_truth_values(value, number):
    """Is a number read from all its forms, and from nothing else?"""
    assert r.as_number(value) == number


def test_whole_floats_become_ints():
    """Is 160.0 as good as 160?"""
    assert isinstance(r.as_number(160.0), int)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([[1, 2], [3, 4]], (2, 2)),
        ([np.zeros(3), np.ones(3)], (2, 3)),
        (np.zeros((0, 2)), (0, 2)),
        (5, ()),
        ([[1, 2], [3]], None),
        ([1, "2"], None),
        ([1, None], None),
        ([{"odd": "x"}], None),
        ([10**400], None),
        ("text", None),
        ({"dict": []}, None),
        (np.array(["a"]), None),
        (np.zeros(2, [("a", int)]), None),
    ],
)
def test_arrays_are_numeric(value, shape):
    """Is an array read from nested lists, and from nothing that is not all numbers?"""
    array = r.as_array(value)
    assert shape == (None if array is None else array.shape)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ([None, 24, 24], (24, 24)),
        ("24×24", (24, 24)),
        ("(24, 24, 1)", (24, 24, 1)),
        ("(None, 24)", (24,)),
        ("24 by 24", (24, 24)),
        (784, (784,)),
        (np.array([2.0, 3.0]), (2, 3)),
        ("twenty", None),
        ("24,560.5", None),
        ([None], None),
        ([], None),
        ([2.5], None),
        ([True, 1], None),
        (["24"], (24,)),
        ([1, 24, 24, 1], (24, 24, 1)),
        ("24 rows and 24 columns", (24, 24)),
        ([[24, 24]], (24, 24)),
        ([np.zeros(2), 1], None),
        (np.zeros((2, 2)), None),
        ({"set": [24]}, (24,)),
        (None, None),
    ],
)
def test_shapes_are_whole_numbers(value, shape):
    """Is a shape read from a tuple, an array or a text, without its batch axis?"""
    assert r.as_shape(value) == shape


def test_dicts_and_lists_are_read_without_trust():
    """Are pairs that are no pairs, and keys that are no keys, left out?"""
    assert r.as_dict({"dict": [["a", 1], ["b"], 7, [[], 1], [None, 2], [3, 4]]}) == {"a": 1, 3: 4}
    assert r.as_dict({"dict": 5}) is None
    assert r.as_dict([1]) is None
    assert r.as_items({"set": [1]}) == r.as_items([1]) == [1]
    assert r.as_items({"set": 5}) is None
    assert r.as_items("ab") is None
    assert r.entry({"a": 1}, "a") == 1
    assert r.entry([], "a") is None
    assert r.is_odd(None) and r.is_odd({"odd": "x"}) and not r.is_odd(0)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing yet (None)"),
        (160, "160"),
        (0.1 + 0.2, "0.3"),
        (True, "True"),
        ("160", "the text '160'"),
        ("x" * 100, "a text of 100 letters"),
        ("a\x1b[31m\nb", "the text 'a[31m b'"),
        ([24, 28], "(24, 28)"),
        ([24], "(24,)"),
        ([None, "a", 2.5], "(None, 'a', 2.5)"),
        ([[1, 2], [3, 4]], "[[1, 2], [3, 4]]"),
        ([[1], [2, 3]], "a list of 2"),
        ([0] * 50, "an array of shape (50,)"),
        (np.array([[0.1234567]]), "[[0.123]]"),
        (np.zeros((4, 4)), "an array of shape (4, 4)"),
        ({"odd": "a function"}, "a function"),
        ({"set": [1, 2]}, "a set of 2"),
        ({"set": 5}, "a set of 0"),
        ({"dict": [["a", 1], ["b", [1]]]}, "a dict {'a': 1, 'b': …}"),
        (10**20, "a number beyond all bounds"),
    ],
)
def test_what_a_learner_gave_is_told_in_a_few_words(value, words):
    """Is any plain value one short line?"""
    assert r.yours(value) == words


numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(
    numbers
    | st.binary()
    | st.complex_numbers()
    | arrays(
        st.sampled_from([float, int, bool, np.uint8, "U3", complex]), array_shapes(max_side=3)
    ),
    lambda some: st.lists(some) | st.dictionaries(numbers, some) | st.tuples(some, some),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_plain_data_survives_the_way_through_a_file(value):
    """Does what was packed come back the same, whatever it was?"""
    plain = e.plain(value)
    packed = e.pack({"value": plain})
    back = e.unpack(packed)
    assert e.pack(back) == packed
    assert isinstance(r.yours(back["value"]), str)
    for read in (r.as_array, r.as_number, r.as_shape, r.as_dict, r.as_items, r.is_odd):
        read(back["value"])


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return stream.getvalue()


def saved(array, **options):
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def text(tree):
    return saved(np.frombuffer(tree.encode(), np.uint8))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zip",
        saved(np.zeros(3)),
        zipped(),
        zipped(tree=b"no array"),
        zipped(tree=saved(np.array([{"a": 1}], object), allow_pickle=True)),
        zipped(tree=text("no json")),
        zipped(tree=text("[" * 100_000)),
        zipped(tree=text('{"__array__": "a0"}')),
        zipped(tree=text('{"__array__": []}')),
        zipped(tree=text('{"__array__": "a0"}'), a0=saved(np.array([print]), allow_pickle=True)),
        zipped(tree=saved(np.zeros(8))[:-20]),
    ],
    ids=range(12),
)
def test_forged_files_are_refused_in_one_sentence(data):
    """Are bytes that are no evidence a ValueError, whatever they are?"""
    with pytest.raises(ValueError, match="this is no evidence file"):
        e.unpack(data)


def test_a_bomb_is_not_unpacked(monkeypatch):
    """Is a small file that would fill the memory refused before it is read?"""
    monkeypatch.setattr(e, "FILE_LIMIT_BYTES", 10_000)
    bomb = zipped(tree=text("{}"), a0=saved(np.zeros(100_000)))
    assert len(bomb) < 10_000
    with pytest.raises(ValueError, match="more than 10000 bytes"):
        e.unpack(bomb)


class DataFrame:
    """As pandas has it, as far as ``plain`` asks."""

    def __init__(self, columns):
        self.columns = columns

        self.index = next(iter(columns.values()))

    def to_dict(self):
        return self.columns

    def to_numpy(self):
        return np.array([[*column.values()] for column in self.columns.values()]).T


DataFrame.__module__ = "pandas.core.frame"


def test_a_table_without_names_is_a_list_of_rows():
    """Is a DataFrame that is only numbers read as an array is?"""
    assert e.plain(DataFrame({0: {0: 1, 1: 2}, 1: {0: 3, 1: 4}})) == [[1, 3], [2, 4]]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({"A ": 1, "other": 2}, {"a": 1}),
        (DataFrame({"a": {0: 1}, "b": {0: 2}}), {"a": 1, "b": 2}),
        (DataFrame({"n": {"a": 1, "b": 2}}), {"a": {"n": 1}, "b": {"n": 2}}),
        (DataFrame({0: {"a": 1, "b": 2}}), {"a": 1, "b": 2}),
        ({"n": {"a": 1}, "m": {"a": 2}}, {"a": {"n": 1, "m": 2}}),
        ({"a": {"n": 1}}, {"a": {"n": 1}}),
        ([("a", 1)], {}),
        (None, {}),
    ],
)
def test_tables_are_read_by_the_names_that_were_asked_for(table, found):
    """Are spelling, and the way a table lies, of no importance?"""
    assert r.by_name(table, ("a", "b")) == found
    plain = r.read_by_name(e.plain(table), ("a", "b"))
    assert (plain or {}) == found


@pytest.mark.parametrize(
    ("value", "number"),
    [("160", 160), ("1.", 1), ("12,560", 12560), ("four", 4), ([7], 7), ("= 2.5", 2.5)]
    + [("160?", None), ("1e3", None), ([1, 2], None), (True, None), ("", None), ("9" * 70, None)],
)
def test_numbers_that_people_write_are_read(value, number):
    """Is a number read from a text, or from a list of one, where it can mean one thing only?"""
    assert r.written_number(value) == number


@pytest.mark.parametrize(
    ("value", "option"),
    [("4", 4), ("4.", 4), ("(4)", 4), ("option 4", 4), ("d", 4), ("D)", 4), ("four", 4), ([4], 4)]
    + [("4. all rows of it", 4), (5, None), ("e", None), ("4 or 3", None), (True, None)],
)
def test_options_are_read_by_number_letter_or_word(value, option):
    """Is an option read in all the ways in which people tick one?"""
    assert r.as_option(value, 4) == option


@pytest.mark.parametrize(
    ("value", "word"),
    [("Channels", "channel"), ("ch", "channel"), ("r", "row"), (["row"], "row")]
    + [("not row", None), ("isn't row", None), ("row or column", None), ("c", None), ("", None)],
)
def test_one_word_of_a_few_is_read(value, word):
    """Is a word found in a text or from its beginning, and never against what the text says?"""
    assert r.one_of(("row", "column", "channel"), value) == word
