"""The embedded images, and the way to the full sets."""

import http.server
import importlib
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from cnn_lesson import datasets
from cnn_lesson.datasets import DatasetError, fashion_mnist, mnist

both = pytest.mark.parametrize("dataset", [mnist, fashion_mnist], ids=lambda d: d.name)


@both
def test_shapes_mirror_keras(dataset):
    """Are images uint8 (n, 28, 28) and labels (n,), 4,000 and 500 of them?"""
    (x_train, y_train), (x_test, y_test) = dataset.load_data()
    assert x_train.shape == (4000, 28, 28) and y_train.shape == (4000,)
    assert x_test.shape == (500, 28, 28) and y_test.shape == (500,)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert x_train.min() == 0 and x_train.max() == 255


@both
def test_every_class_is_there_equally_often_and_named(dataset):
    """Ten classes, each with as many images as the others, and a name for each?"""
    (_, y_train), (_, y_test) = dataset.load_data()
    assert np.bincount(y_train).tolist() == [400] * 10
    assert np.bincount(y_test).tolist() == [50] * 10
    assert len(set(dataset.class_names)) == 10


@both
def test_instant_checks_have_pictures_of_their_own(dataset):
    """Are there 500 that `load_data` gives nobody, balanced, and the same at each call?"""
    x, y = datasets.instant_images(dataset.name)
    assert x.shape == (500, 28, 28) and x.dtype == y.dtype == np.uint8
    assert np.bincount(y).tolist() == [50] * 10
    given = {image.tobytes() for images, _ in dataset.load_data() for image in images}
    assert not given & {image.tobytes() for image in x}
    assert np.array_equal(x, datasets.instant_images(dataset.name)[0])


@both
def test_order_is_shuffled(dataset):
    """Does any part of the training images hold all classes, as a validation part must?"""
    (_, y_train), _ = dataset.load_data()
    assert np.bincount(y_train[-400:], minlength=10).min() >= 20


@both
def test_two_loads_agree_and_are_independent(dataset):
    """Does a learner who overwrites an image get it back by loading again?"""
    (first, _), _ = dataset.load_data()
    first[0] = 99
    (second, _), _ = dataset.load_data()
    assert (second[0] != 99).any()
    assert np.array_equal(first[1:], second[1:])


@both
def test_missing_file_is_one_clear_sentence(dataset, tmp_path, monkeypatch):
    """Is it said what is missing and what to do?"""
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    with pytest.raises(DatasetError, match=r"\.npz is missing: install") as caught:
        dataset.load_data()
    assert caught.value._render_traceback_() == [str(caught.value)]


@pytest.mark.parametrize("content", [b"", b"not a zip", "half"])
def test_damaged_file_is_one_clear_sentence(content, tmp_path, monkeypatch):
    """Is an empty, foreign or cut file reported as damaged, in one line?"""
    whole = (datasets.DATA / "mnist.npz").read_bytes()
    cut = whole[: len(whole) // 2] if content == "half" else content
    (tmp_path / "mnist.npz").write_bytes(cut)
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    with pytest.raises(DatasetError, match="mnist.npz is damaged") as caught:
        mnist.load_data()
    assert "\n" not in str(caught.value)


@pytest.fixture
def reachable(monkeypatch, tmp_path):
    """A server of this machine in place of the one that Keras fetches from; what it was asked."""
    asked = []

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monkeypatch.setattr(datasets, "KERAS_STORE", f"http://127.0.0.1:{server.server_port}/")
        yield asked
        server.shutdown()


@pytest.fixture
def keras_loads(monkeypatch):
    """Sets what Keras' own loader of the digits does."""
    pytest.importorskip("keras")
    module = importlib.import_module("keras.src.datasets.mnist")
    return lambda load: monkeypatch.setattr(module, "load_data", load)


@both
def test_full_set_without_network_says_what_to_do(dataset, tmp_path, monkeypatch):
    """Is there one line instead of a long wait and a traceback?"""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    with pytest.raises(DatasetError, match=rf"use {dataset.name}\.load_data\(\)") as caught:
        dataset.load_data(full=True)
    assert "\n" not in str(caught.value)


def test_full_set_that_fails_halfway_says_why(reachable, keras_loads):
    """Does a broken download end in one line that keeps the reason?"""

    def broken():
        raise OSError("connection reset\nby peer")

    keras_loads(broken)
    with pytest.raises(DatasetError, match="connection reset by peer"):
        mnist.load_data(full=True)
    assert reachable == ["/mnist.npz"]


def test_full_set_on_disk_needs_no_network(reachable, keras_loads, tmp_path):
    """Is a full set that Keras has stored already used without asking the network?"""
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "mnist.npz").touch()
    keras_loads(lambda: "all 70,000")
    assert mnist.load_data(full=True) == "all 70,000"
    assert reachable == []


def test_a_silent_server_is_given_up(monkeypatch, tmp_path):
    """Does the question whether there is a network end, even where nobody answers?"""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(datasets, "PROBE_LIMIT_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        monkeypatch.setattr(datasets, "KERAS_STORE", address)
        start = time.monotonic()
        with pytest.raises(DatasetError, match="none is in reach"):
            mnist.load_data(full=True)
    assert time.monotonic() - start < 2


@pytest.fixture
def covered_keras(monkeypatch):
    """Keras with its loaders covered, and uncovered again after the test."""
    pytest.importorskip("keras")
    for home in datasets.KERAS_HOMES:
        for dataset in (mnist, fashion_mnist):
            module = importlib.import_module(f"{home}.{dataset.name}")
            monkeypatch.setattr(module, "load_data", module.load_data)
    datasets.offline_keras_datasets()
    return importlib.import_module("keras")


def test_the_seeds_own_line_works_without_network(covered_keras, monkeypatch, tmp_path, capsys):
    """Does `from keras.datasets import fashion_mnist` give images, and say which, in one line?"""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    from keras.datasets import fashion_mnist as keras_fashion

    (x_train, _), (x_test, _) = keras_fashion.load_data()
    assert x_train.shape == (4000, 28, 28) and x_test.shape == (500, 28, 28)
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "4,000 + 500" in said


def test_whoever_is_online_gets_the_real_thing(covered_keras, reachable, keras_loads, capsys):
    """Is the full set passed through, without a word?"""
    keras_loads(lambda: "all 70,000")
    assert covered_keras.datasets.mnist.load_data() == "all 70,000"
    assert capsys.readouterr().out == ""


def test_graded_runs_never_ask_the_network(covered_keras, reachable, monkeypatch):
    """Do all submissions meet the same images, on whatever machine they are graded?"""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    (x_train, _), _ = covered_keras.datasets.mnist.load_data()
    assert len(x_train) == 4000 and reachable == []


def test_covering_twice_still_reaches_keras(covered_keras, reachable, keras_loads):
    """Does a second call of `prepare` not cover the cover?"""
    datasets.offline_keras_datasets()
    keras_loads(lambda: "all 70,000")
    assert covered_keras.datasets.mnist.load_data() == "all 70,000"


@pytest.mark.parametrize("shape", [(3, 28, 28), (3, 28, 28, 1), (28, 28)])
def test_shuffling_moves_pixels_and_loses_none(shape):
    """Is it one order for all images, the same every time, and is the shape kept?"""
    images = np.arange(np.prod(shape)).reshape(shape)
    moved = datasets.shuffle_pixels(images)
    assert moved.shape == shape and not np.array_equal(moved, images)
    assert np.array_equal(moved, datasets.shuffle_pixels(images))
    assert np.array_equal(np.sort(moved, axis=None), images.ravel())
    assert np.all(np.diff(moved, axis=0) == 28 * 28) or len(shape) == 2


def test_import_loads_no_tensorflow():
    """Do `cnn_lesson.datasets` and `cnn_lesson.runtime` come without Keras?"""
    code = (
        "import sys, cnn_lesson.datasets, cnn_lesson.runtime;"
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'IPython')))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
