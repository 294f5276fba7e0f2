"""An entry of the training cache: one sealed .npz with arrays and a JSON text, never a pickle.

Submissions can read the cache, and must not find trained weights there to help themselves to. So
an entry is sealed with a secret that follows from the training itself: who has the network, the
data and the seed to ask for it has earned it, and nobody else can use it. The seal is a keyed
stream of NumPy's Philox: a lock for a drawer, not for a bank.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nbsandbox.atomic import write_bytes

ABOUT = "about"


@dataclass(frozen=True)
class Entry:
    """What a training led to: `about` is plain data, `arrays` every variable afterwards."""

    about: dict[str, Any]
    arrays: list[np.ndarray]

    def names(self) -> dict[str, int]:
        """How many automatic names of each kind it gave away. Raises for a damaged entry."""
        return {name: int(count) for name, count in self.about["names"].items()}


def shapes_and_dtypes(arrays: Iterable[Any]) -> list[tuple[tuple[int, ...], str]]:
    """Shape and type of each array or variable."""
    return [(tuple(array.shape), str(array.dtype)) for array in arrays]


def entry_path(folder: Path, key: str) -> Path:
    """Where the entry for a key is, or would be."""
    return folder / f"{key}.fit"


def read_entry(folder: Path, key: str, secret: str) -> Entry | None:
    """The entry for a key; None where there is none, or one that is damaged or another's.

    The seal and the file's own check sums find that out. Nothing in it is run: no pickles are read.
    """
    try:
        unsealed = io.BytesIO(sealed(entry_path(folder, key).read_bytes(), secret))
        with np.load(unsealed, allow_pickle=False) as file:
            about = json.loads(file[ABOUT].tobytes())
            arrays = [file[f"v{number}"] for number in range(about["arrays"])]
            return Entry(about, arrays)
    except Exception:  # whatever a broken file leads to, the network can still be trained
        return None


def write_entry(folder: Path, key: str, secret: str, entry: Entry) -> None:
    """Write an entry in one step, so that nobody ever reads half of it. Raises OSError."""
    about = {**entry.about, "arrays": len(entry.arrays)}
    named: dict[str, Any] = {f"v{number}": array for number, array in enumerate(entry.arrays)}
    named[ABOUT] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    open_entry = io.BytesIO()
    np.savez(open_entry, **named)
    write_bytes(entry_path(folder, key), sealed(open_entry.getvalue(), secret))


def sealed(data: bytes, secret: str) -> bytes:
    """Data sealed with a secret of at least 32 hexadecimal digits; sealed again, it is open."""
    stream = np.random.Philox(key=int(secret[:32], 16)).random_raw(len(data) // 8 + 1)
    return (np.frombuffer(data, np.uint8) ^ stream.view(np.uint8)[: len(data)]).tobytes()
