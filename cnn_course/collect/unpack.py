"""A stranger's zip or folder, opened with limits, in a folder of its own.

Names out of an archive are never used as paths: each file is written under a number, and its name
is kept beside it as text. So nothing can be written anywhere else, whatever the archive says.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cnn_course.collect import zip_entries
from cnn_course.errors import CourseError
from cnn_course.learner_id import is_device

MEGA = 2**20
_CHUNK = 2**16
_ZIP, _EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")
NOT_OPENED = (
    *(".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".epub", ".jar", ".whl"),
    *(".keras", ".npz", ".pt", ".pth"),
)
"""Files that are zips by nature and hold no submission."""
NOISE = frozenset(
    ["__macosx", ".ipynb_checkpoints", "__pycache__", ".ds_store", "thumbs.db", "desktop.ini"]
    + [".git", ".idea", ".vscode", ".virtual_documents"]
)
DEEPEST, LONGEST = 50, 500
_ALONE = "; if it holds a whole class, collect it by itself"
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(RuntimeError, ValueError, OverflowError, LookupError),
)
"""What Python's zipfile raises for one that is damaged."""


class _TooMuch(Exception):
    """A zip in the download holds more than it may."""


@dataclass(frozen=True)
class Limits:
    """How much a download may unpack to."""

    total_mb: float = 8_000
    file_mb: float = 100
    count: int = 200_000
    ratio: float = 200
    """Times as many bytes as the archive has; the first ``spare_mb`` are free."""
    spare_mb: float = 50
    depth: int = 3
    """Zips in zips."""
    directory_mb: float = 16
    upload_mb: float = 300
    upload_count: int = 2_000
    """What one zip in the download may hold, so that nobody uses up what all others have."""


@dataclass(frozen=True)
class Found:
    """A file: its names from the outermost folder in, where its bytes are, its date in UTC."""

    parts: tuple[str, ...]
    path: Path
    date: datetime | None = None

    @property
    def name(self) -> str:
        """The names as one path, to be shown."""
        return "/".join(self.parts)


@dataclass(frozen=True)
class LeftOut:
    """Something that was not taken, and why."""

    name: str
    why: str


@dataclass
class Unpacker:
    """Opens downloads into the folder ``into``; what it finds and leaves out adds up."""

    into: Path
    limits: Limits = field(default_factory=Limits)
    found: list[Found] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    noise: list[tuple[str, ...]] = field(default_factory=list)
    """Files that systems and editors leave behind, passed over."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _written: int = 0
    _seen: int = 0
    _upload: tuple[int, int] | None = None
    """What was seen and written before the zip in the download that is open now."""

    def _sizes(self) -> tuple[int, int, int]:
        return len(self.found), len(self.left_out), len(self.noise)

    def add(self, download: Path) -> None:
        """Take a zip, a folder or a file. Raises CourseError where there is none."""
        if download.is_dir():
            for path in self._files_in(download):
                self._add_file(path, _names(path.relative_to(download)))
        elif not download.is_file():
            raise CourseError(f"there is no file or folder {download}")
        elif _is_zip(download, download.name):
            self._open(download, (), 1, _changed(download))
        elif download.suffix.lower() in OTHER_ARCHIVES:
            raise CourseError(f"{download} is no zip: unpack it, and give the folder")
        else:
            self._add_file(download, (download.name,))

    def _add_file(self, path: Path, parts: tuple[str, ...]) -> None:
        about = path.lstat()
        if is_noise(parts):
            self.noise.append(parts)
        elif stat.S_ISLNK(about.st_mode):
            self._leave(parts, "a link")
        elif not stat.S_ISREG(about.st_mode):
            self._leave(parts, "no file, but a device or a pipe")
        elif not os.access(path, os.R_OK):
            self._leave(parts, "the system does not let it be read")
        elif why := _name_refusal(parts) or self._refusal(about.st_size):
            self._leave(parts, why)
        else:
            self._take(Found(parts, path, _changed(path)), 1)

    def _files_in(self, folder: Path) -> Iterator[Path]:
        """Every entry that is no folder, in order; links are not followed."""

        def closed(error: OSError) -> None:
            self._leave((str(error.filename),), "the system does not let this folder be read")

        for place, folders, names in os.walk(folder, onerror=closed, followlinks=False):
            folders.sort()
            links = [name for name in folders if os.path.islink(os.path.join(place, name))]
            for name in sorted([*names, *links]):
                yield Path(place, name)

    def _refusal(self, size: int) -> str:
        self._seen += 1
        self._refuse_greed()
        if self._seen > self.limits.count:
            return f"more than {self.limits.count} files"
        if size > self.limits.file_mb * MEGA:
            return f"{size / MEGA:.0f} MB, over the limit of {self.limits.file_mb:g} MB"
        return ""

    def _take(self, found: Found, depth: int) -> None:
        if not _is_zip(found.path, found.parts[-1]):
            self.found.append(found)
        elif depth > self.limits.depth:
            self._leave(found.parts, f"a zip in more than {self.limits.depth} zips")
        elif self._upload is None:
            self._open_upload(found, depth)
        else:
            self._open(found.path, found.parts, depth, found.date)

    def _open_upload(self, zipped: Found, depth: int) -> None:
        """Take a zip in the download; one that holds too much is left out as a whole."""
        before = self._sizes()
        self._upload = self._seen, self._written
        try:
            self._open(zipped.path, zipped.parts, depth, zipped.date)
        except _TooMuch as error:
            for taken in self.found[before[0] :]:
                taken.path.unlink(missing_ok=True)
            for told, kept in zip((self.found, self.left_out, self.noise), before, strict=True):
                del told[kept:]
            self._seen, self._written = self._upload
            self._leave(zipped.parts, str(error))
        finally:
            self._upload = None

    def _refuse_greed(self) -> None:
        """Raise _TooMuch where the zip in the download that is open has more than it may."""
        seen, written = self._upload or (self._seen, self._written)
        if self._seen - seen > self.limits.upload_count:
            raise _TooMuch(f"more than {self.limits.upload_count} files in a zip{_ALONE}")
        if self._written - written > self.limits.upload_mb * MEGA:
            raise _TooMuch(f"more than {self.limits.upload_mb:g} MB in a zip{_ALONE}")

    def _open(self, path: Path, parts: tuple[str, ...], depth: int, date: datetime | None) -> None:
        """Take what is in a zip of that date; what breaks it is said of what is left."""
        before = self._sizes()
        try:
            if zip_entries.directory_bytes(path) > self.limits.directory_mb * MEGA:
                raise ValueError("its table of contents is too long")
            with zipfile.ZipFile(path) as archive:
                spare = int(self.limits.spare_mb * MEGA)
                left = int(path.stat().st_size * self.limits.ratio) + spare
                for entry in archive.infolist():
                    about = Found(parts, path, zip_entries.entry_date(entry) or date)
                    left -= self._take_entry(archive, entry, about, depth, left)
        except (*_BROKEN, OSError) as error:
            self._leave(parts or (path.name,), f"a zip that cannot be opened ({error})")
        if parts and self._sizes() == before:
            self._leave(parts, "a zip with no file in it")

    def _take_entry(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, zipped: Found, depth: int, left: int
    ) -> int:
        """Take one entry, of at most ``left`` bytes; how many it had.

        ``zipped`` is the zip, with the entry's date.
        """
        parts = zipped.parts
        name = zip_entries.entry_name(entry)
        inner = tuple(part for part in name.split("/") if part not in ("", "."))
        if not inner or name.endswith("/"):
            return 0
        if is_noise(inner):
            self.noise.append((*parts, *inner))
            return 0
        climbs = name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in inner
        why = "a path that leads out of the zip" if climbs else _name_refusal(inner)
        why = why or zip_entries.refusal(entry) or self._refusal(entry.file_size)
        if why:
            self._leave((*parts, name), why)
            return 0
        path = self.into / f"{next(self._numbers):07d}"
        try:
            size = self._write(archive, entry, path, left)
        except (*_BROKEN, OSError) as error:
            path.unlink(missing_ok=True)
            self._leave((*parts, *inner), str(error) or "damaged")
            return 0
        self._take(Found((*parts, *inner), path, zipped.date), depth + 1)
        return size

    def _write(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, left: int
    ) -> int:
        """Write the entry's bytes, counted as they come: what its header says is not believed."""
        size = 0
        self.into.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as source, path.open("xb") as target:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                self._written += len(chunk)
                self._refuse_greed()
                if size > self.limits.file_mb * MEGA:
                    raise ValueError(f"over the limit of {self.limits.file_mb:g} MB")
                if size > left or self._written > self.limits.total_mb * MEGA:
                    raise ValueError("the zip unpacks to more than the limit")
                target.write(chunk)
        return size

    def _leave(self, parts: tuple[str, ...], why: str) -> None:
        self.left_out.append(LeftOut("/".join(parts), why))


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _names(path: Path) -> tuple[str, ...]:
    """A path's names in composed letters; bytes that are no UTF-8 are read as a zip's are."""
    return tuple(
        unicodedata.normalize("NFC", zip_entries.decoded(os.fsencode(p))) for p in path.parts
    )


def is_noise(parts: tuple[str, ...]) -> bool:
    """Whether a file with these names is one that a system or an editor leaves behind."""
    hidden = any(part.startswith(".") and part != ".." for part in parts[:-1])
    known = any(part.casefold() in NOISE for part in parts)
    return hidden or known or parts[-1].startswith("._")


def _name_refusal(parts: tuple[str, ...]) -> str:
    if not parts:
        return "it has no name"
    if any(is_device(part) for part in parts):
        return "Windows keeps this name for a device"
    if len(parts) > DEEPEST:
        return f"more than {DEEPEST} folders deep"
    if any(len(part) > LONGEST for part in parts):
        return f"a name of more than {LONGEST} letters"
    return ""


def _is_zip(path: Path, name: str) -> bool:
    """By its first bytes, whatever it is called; office files and the like are left closed."""
    if name.lower().endswith(NOT_OPENED):
        return False
    with path.open("rb") as file:
        return file.read(4) in (_ZIP, _EMPTY_ZIP)
