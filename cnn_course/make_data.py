"""Makes the embedded image files: ``python -m cnn_course.make_data``.

From the original files of MNIST and Fashion-MNIST, whose sums are checked: what is trained on is
drawn from the 60,000 training images, the rest from the 10,000 test images, whose writers wrote
none of the former. The same originals give the same files, byte for byte.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cnn_course import originals
from cnn_course.held_out import HELD_OUT
from cnn_lesson.datasets import DATA, INSTANT, Split

CLASSES = 10
FROM_TRAIN = {"train": 400}
FROM_TEST = {"test": 50, "instant": 50, "held_out": 100}
"""Images of each class: trained on, tested on, for instant checks, and for the grader."""
SEED = 7
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def main() -> None:
    """Write the three files that learners get and the one that graders keep."""
    apart: dict[str, dict[str, np.ndarray]] = {"instant": {}, "held_out": {}}
    for name in originals.SUMS:
        parts = parts_of(originals.load(name))
        assert_all_different(parts)
        write_npz(DATA / f"{name}.npz", arrays_of(parts, "train", "test"))
        for part, arrays in apart.items():
            arrays |= {f"x_{name}": parts[part][0], f"y_{name}": parts[part][1]}
    write_npz(INSTANT, apart["instant"])
    write_npz(HELD_OUT, apart["held_out"])


def parts_of(whole: dict[str, Split]) -> dict[str, Split]:
    """``train`` of the 60,000; ``test``, ``instant`` and ``held_out`` of the 10,000."""
    drawn = ((whole["train"], FROM_TRAIN), (whole["t10k"], FROM_TEST))
    return {
        part: take(pool, index)
        for pool, per_class in drawn
        for part, index in draw(pool, per_class).items()
    }


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
