"""Small MNIST and Fashion-MNIST sets that need no network, loaded as Keras loads them.

    from cnn_lesson.datasets import mnist

    (x_train, y_train), (x_test, y_test) = mnist.load_data()

Where the images come from, and their licences, is written in ``data/LICENSE.md``.
"""

import functools
import importlib
import os
import threading
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

Split = tuple[np.ndarray, np.ndarray]
"""Images, uint8 (n, 28, 28), and their labels, uint8 (n,)."""

DATA = Path(__file__).parent / "data"
INSTANT = DATA / "instant.npz"
KERAS_STORE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
PROBE_LIMIT_S = 4.0
KERAS_HOMES = ("keras.datasets", "keras._tf_keras.keras.datasets")
"""Where learners find the loaders: ``keras.datasets`` and ``tensorflow.keras.datasets``."""


class DatasetError(Exception):
    """Says in one sentence why images are not there and what to do about it."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class Dataset:
    """Ten classes of grey 28x28 images; mirrors a module of ``keras.datasets``."""

    name: str
    class_names: tuple[str, ...]
    full_files: tuple[str, ...]

    def load_data(self, full: bool = False) -> tuple[Split, Split]:
        """``(x_train, y_train), (x_test, y_test)``: 4,000 and 500 images, uint8 (n, 28, 28).

        Every class is there equally often, in a fixed shuffled order. With ``full=True`` all
        60,000 and 10,000 images come through ``keras.datasets``, which downloads them once.
        Raises DatasetError where a file is missing, damaged, or cannot be downloaded.
        """
        if full:
            return self._load_full()
        arrays = read_arrays(DATA / f"{self.name}.npz")
        return (arrays["x_train"], arrays["y_train"]), (arrays["x_test"], arrays["y_test"])

    def _load_full(self) -> tuple[Split, Split]:
        if not self._full_set_in_reach():
            raise DatasetError(
                f"The full {self.name} set needs a network once, and none is in reach: "
                f"connect and try again, or use {self.name}.load_data(), which needs none."
            )
        keras_loader = _keras_loader(f"keras.datasets.{self.name}")
        try:
            return keras_loader()
        except Exception as error:
            reason = " ".join(str(error).split())[:120]
            raise DatasetError(
                f"The full {self.name} set could not be loaded ({reason}): "
                f"try again later, or use {self.name}.load_data(), which needs no network."
            ) from None

    def _full_set_in_reach(self) -> bool:
        home = Path(os.path.expanduser(os.environ.get("KERAS_HOME", "~/.keras"))) / "datasets"
        if all((home / file).is_file() for file in self.full_files):
            return True
        return _answers(KERAS_STORE + Path(self.full_files[0]).name)


mnist = Dataset(
    name="mnist",
    class_names=tuple("0123456789"),
    full_files=("mnist.npz",),
)

fashion_mnist = Dataset(
    name="fashion_mnist",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    full_files=tuple(
        f"fashion-mnist/{part}-ubyte.gz"
        for part in ("train-labels-idx1", "train-images-idx3")
        + ("t10k-labels-idx1", "t10k-images-idx3")
    ),
)


def instant_images(name: str) -> Split:
    """The 500 images of ``mnist`` or ``fashion_mnist`` that instant checks measure on.

    Images uint8 (500, 28, 28) and labels (500,); ``load_data`` gives none of them, so no network
    learned from them by mistake. Raises DatasetError where the file is missing or damaged.
    """
    arrays = read_arrays(INSTANT)
    return arrays[f"x_{name}"], arrays[f"y_{name}"]


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """All arrays of an npz file by name. Raises DatasetError where it cannot be read."""
    try:
        kept = _unpacked(path, path.stat().st_mtime_ns)
        return {name: array.copy() for name, array in kept.items()}
    except FileNotFoundError:
        trouble = "is missing"
    except Exception:  # NumPy, zip and zlib each have their own for a damaged file
        trouble = "is damaged"
    raise DatasetError(f"The image file {path.name} {trouble}: install the lesson again.")


@functools.lru_cache(maxsize=4)  # a check asks for the same images ten times
def _unpacked(path: Path, changed_ns: int) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def offline_keras_datasets() -> None:
    """Let ``keras.datasets.mnist`` and ``fashion_mnist`` work without a network, too.

    Whoever is online, or has the full set already, still gets the full set. Everybody else, and
    every graded run, gets the embedded images, and one line that says so.
    """
    for dataset in (mnist, fashion_mnist):
        for home in KERAS_HOMES:
            module = importlib.import_module(f"{home}.{dataset.name}")
            module.load_data = _with_fallback(dataset)
            module.class_names = dataset.class_names


def _with_fallback(dataset: Dataset) -> Callable[..., tuple[Split, Split]]:
    def load_data(*_path: str) -> tuple[Split, Split]:
        if os.environ.get("NBGRADER_EXECUTION") == "autograde":
            reason = "graded runs use the embedded images"
        else:
            try:
                return dataset.load_data(full=True)
            except DatasetError:
                reason = "the full set is out of reach"
        print(f"{dataset.name}: {reason}, so here are 4,000 + 500 images of it.")
        return dataset.load_data()

    return load_data


def _keras_loader(module: str) -> Callable[[], tuple[Split, Split]]:
    """Keras' own loader, also after ``offline_keras_datasets`` has covered it."""
    return importlib.import_module(module.replace("keras.", "keras.src.", 1)).load_data


def _answers(url: str) -> bool:
    """True if the address answers in time; asked in a thread, as name look-ups know no limit."""
    answers = []

    def ask() -> None:
        request = urllib.request.Request(url, method="HEAD")
        with suppress(Exception):  # whatever goes wrong, there is no network to speak of
            with urllib.request.urlopen(request, timeout=PROBE_LIMIT_S) as reply:
                answers.append(reply.status == 200)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PROBE_LIMIT_S)
    return any(answers)


def shuffle_pixels(images: np.ndarray) -> np.ndarray:
    """The same pictures, all their pixels in another order, the same order in each of them.

    Takes (n, 28, 28), (n, 28, 28, 1) or one picture (28, 28), and gives the same shape back.
    """
    images = np.asarray(images)
    order = np.random.RandomState(28).permutation(28 * 28)  # RandomState never changes its numbers
    return images.reshape(-1, 28 * 28)[:, order].reshape(images.shape)
