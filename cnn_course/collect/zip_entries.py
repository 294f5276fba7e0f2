"""What a zip says about its entries: names in whatever encoding, dates, what is not a file.

A name without the UTF-8 flag may be UTF-8 all the same (macOS, Info-ZIP), or the code page of
the Windows it was packed on. Info-ZIP's extra fields, where they are there, say it better.
"""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
UNICODE_PATH, UNIX_TIME = 0x7075, 0x5455
CODE_PAGES = ("cp850", "cp437", "cp1252")
"""Tried in this order after UTF-8: the first that makes letters of every byte above 127."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL = 66_000
_NO_DATE = 1980


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as its packer meant it, in composed letters, with slashes."""
    name = entry.orig_filename
    if not entry.flag_bits & UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        name = _unicode_path(entry, raw) or decoded(raw)
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def decoded(raw: bytes) -> str:
    """Bytes of a file's name as text."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for page in CODE_PAGES:
        text = raw.decode(page, "replace")
        if all(letter < "\x80" or unicodedata.category(letter) in ("Lu", "Ll") for letter in text):
            return text
    return raw.decode(CODE_PAGES[0], "replace")


def entry_date(entry: zipfile.ZipInfo) -> datetime | None:
    """When the entry was last changed, in UTC; None where the zip does not say.

    Without an extra field a zip has local time, and this machine's is taken for it.
    """
    extra = _extra(entry).get(UNIX_TIME, b"")
    try:
        if len(extra) >= 5 and extra[0] & 1:
            return datetime.fromtimestamp(struct.unpack("<i", extra[1:5])[0], UTC)
        if entry.date_time[0] <= _NO_DATE:
            return None
        return datetime(*entry.date_time).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def refusal(entry: zipfile.ZipInfo) -> str:
    """Why the entry is not unpacked, or ""."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "a link"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "no file, but a device or a pipe"
    if entry.flag_bits & ENCRYPTED_FLAG:
        return "packed with a password"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "packed in a way that is rarely used; pack it as a usual zip"
    return ""


def directory_bytes(path: Path) -> int:
    """How long a zip's table of contents is, before it is read; 0 where none is found."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(-min(file.tell(), _TAIL), os.SEEK_END)
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        return 0
    size = struct.unpack_from("<I", tail, end + 12)[0]
    end_64 = tail.rfind(_END_64)
    if 0 <= end_64 and len(tail) >= end_64 + 48:
        size = max(size % 0xFFFFFFFF, struct.unpack_from("<Q", tail, end_64 + 40)[0])
    return size


def _unicode_path(entry: zipfile.ZipInfo, raw: bytes) -> str:
    """The name in Info-ZIP's extra field, where it belongs to this very name."""
    extra = _extra(entry).get(UNICODE_PATH, b"")
    if len(extra) < 5 or struct.unpack_from("<I", extra, 1)[0] != zlib.crc32(raw):
        return ""
    return extra[5:].decode("utf-8", "replace")


def _extra(entry: zipfile.ZipInfo) -> dict[int, bytes]:
    return dict(_extra_fields(entry.extra))


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        yield kind, extra[4 : 4 + length]
        extra = extra[4 + length :]
