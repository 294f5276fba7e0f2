"""Strangers' zips: what is written, where, and what is left out."""

import io
import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnn_course.collect.safe_names import safe_path
from cnn_course.collect.unpack import Limits, Unpacker
from cnn_course.collect.zip_entries import decoded
from cnn_course.errors import CourseError
from tests.support.downloads import MONDAY, from_windows, link, packed

SMALL = Limits(total_mb=2, file_mb=1, count=30, ratio=20, spare_mb=0.2, depth=2)


def unpack(folder: Path, content: bytes, limits: Limits = SMALL) -> Unpacker:
    """A download unpacked into ``folder``/own."""
    folder.mkdir(parents=True, exist_ok=True)
    download = folder / "download.zip"
    download.write_bytes(content)
    unpacker = Unpacker(folder / "own", limits)
    unpacker.add(download)
    return unpacker


def everything(folder: Path) -> set[str]:
    """All paths below a folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


WORDS = st.sampled_from(
    ["..", ".", "", "/", "\\", "C:", "etc", "passwd", "~", "con", "NUL.txt", "a" * 300, "ä", "\0"]
    + ["\ud800", "\u202e", "..\\..", "own", "download.zip", "x.zip", "\n", "%2e%2e", "&|;", "$HOME"]
)
NAMES = st.lists(WORDS | st.text(max_size=8), min_size=1, max_size=6).map("/".join)
KINDS = st.sampled_from([0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])


@st.composite
def archives(draw, deep: int = 2) -> bytes:
    """Zips with hostile names, kinds and contents, in each other, and now and then damaged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for _ in range(draw(st.integers(0, 5))):
            entry = zipfile.ZipInfo("x", MONDAY)
            entry.filename = draw(NAMES).encode("utf-8", "replace").decode() or "x"
            entry.create_system = draw(st.sampled_from([0, 3]))
            entry.external_attr = draw(KINDS) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            nested = deep and draw(st.booleans())
            archive.writestr(entry, draw(archives(deep - 1)) if nested else draw(st.binary()))
    content = bytearray(stream.getvalue())
    if content and draw(st.booleans()):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=archives() | st.binary(max_size=400).map(lambda tail: b"PK\x03\x04" + tail))
def test_nothing_is_ever_written_outside(tmp_path_factory, content):
    """Whatever a zip says: is all that is written a plain file right in the unpacker's folder?"""
    world = tmp_path_factory.mktemp("world")
    unpacker = unpack(world / "here", content)
    written = everything(world) - {"here", "here/download.zip", "here/own"}
    assert all(Path(path).parent == Path("here/own") for path in written)
    assert all(stat.S_ISREG((world / path).lstat().st_mode) for path in written)
    own = {world / "here" / "own", world / "here"}
    assert all(found.path.parent in own for found in unpacker.found)
    assert sum((world / path).stat().st_size for path in written) <= SMALL.total_mb * 2**20


@given(st.lists(WORDS | st.text(), min_size=1, max_size=20))
def test_a_learners_name_of_a_file_never_leads_anywhere(parts):
    """Is the path that is made of any names a short relative one without any way up?"""
    path = safe_path([part for part in parts if part] or ["x"])
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert all(part.isprintable() and not part.startswith(".") for part in path.parts)
    assert all(len(part.encode()) <= 130 for part in path.parts)


REFUSED = {
    "a link": (link("01.ipynb", "/etc/passwd"), "a link"),
    "an absolute path": (packed({"/etc/x": b"1"}), "leads out"),
    "a climbing path": (packed({"a/../../x": b"1"}), "leads out"),
    "a climbing path of Windows": (packed({"..\\..\\x": b"1"}), "leads out"),
    "a drive": (packed({"C:/x": b"1"}), "leads out"),
    "a device": (packed({"a/NUL.ipynb": b"1"}), "device"),
    "too large": (packed({"x": os.urandom(2**20 + 1)}), "over the limit"),
    "a bomb": (packed({"x": bytes(2**20)}), "more than the limit"),
    "too many": (packed({f"{n}": b"1" for n in range(40)}), "more than 30 files"),
    "too deep": (packed({"a.zip": packed({"b.zip": packed({"c.zip": packed({})})})}), "zips"),
    "no zip": (b"PK\x03\x04 and nothing else", "cannot be opened"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_left_out_is_named_with_the_reason(tmp_path, case):
    """Is each hostile kind left out, and said so?"""
    content, why = REFUSED[case]
    unpacker = unpack(tmp_path, content)
    assert any(why in left.why for left in unpacker.left_out), unpacker.left_out


def test_the_rest_of_a_zip_with_one_bad_entry_is_taken(tmp_path):
    """Does one entry that is left out cost only itself?"""
    unpacker = unpack(tmp_path, packed({"../x": b"1", "good.ipynb": b"{}", "CON": b"1"}))
    assert [found.parts for found in unpacker.found] == [("good.ipynb",)]
    assert len(unpacker.left_out) == 2


def test_a_size_that_the_zip_lies_about_is_not_believed(tmp_path):
    """Is an entry that claims one byte and unpacks to a megabyte stopped?"""
    content = packed({"x": bytes(2**20 + 5)})
    lie = content.replace(struct.pack("<I", 2**20 + 5), struct.pack("<I", 1))
    unpacker = unpack(tmp_path, lie)
    assert all(found.path.stat().st_size <= 2**20 for found in unpacker.found)
    assert sum(path.stat().st_size for path in (tmp_path / "own").iterdir()) <= 2**20


def test_overlapping_entries_do_not_add_up(tmp_path):
    """Is a zip whose many entries share one body stopped at the limit for all together?"""
    content = packed({"x": os.urandom(2**19) + bytes(2**18)})
    twelve = packed({f"{n}.zip": content for n in range(12)})
    unpacker = unpack(tmp_path, twelve, Limits(total_mb=4, file_mb=1, spare_mb=50))
    assert sum(path.stat().st_size for path in (tmp_path / "own").iterdir()) <= 4.1 * 2**20
    assert any("more than the limit" in left.why for left in unpacker.left_out)


@pytest.mark.parametrize("page", ["cp437", "cp850", "utf-8"])
def test_names_packed_on_windows_read_right(tmp_path, page):
    """Do umlauts without the flag for UTF-8 come out as they were typed?"""
    unpacker = unpack(tmp_path, from_windows("Müller/Größe.ipynb", b"{}", page))
    assert unpacker.found[0].parts == ("Müller", "Größe.ipynb")


def test_the_extra_field_for_a_name_is_read(tmp_path):
    """Does Info-ZIP's own field for UTF-8 names count, where it belongs to the name?"""
    raw = b"M?ller.ipynb"
    field = b"\x01" + struct.pack("<I", zlib.crc32(raw)) + "Müller.ipynb".encode()
    entry = zipfile.ZipInfo(raw.decode(), MONDAY)
    entry.extra = struct.pack("<HH", 0x7075, len(field)) + field
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, b"{}")
    assert unpack(tmp_path, stream.getvalue()).found[0].parts == ("Müller.ipynb",)


@given(st.binary(max_size=30))
def test_any_bytes_are_a_name(raw):
    """Does no name break the reading?"""
    assert isinstance(decoded(raw), str)


def test_a_folder_is_read_where_it_is_and_its_links_are_not_followed(tmp_path):
    """Are files of a folder found, links left out, and nothing copied?"""
    folder = tmp_path / "class"
    (folder / "ada").mkdir(parents=True)
    (folder / "ada" / "x.ipynb").write_bytes(b"{}")
    (folder / "ada" / "y.ipynb").symlink_to("/etc/passwd")
    (folder / "eve").symlink_to("/etc")
    os.mkfifo(folder / "pipe")
    unpacker = Unpacker(tmp_path / "own", SMALL)
    unpacker.add(folder)
    assert [found.path for found in unpacker.found] == [folder / "ada" / "x.ipynb"]
    assert sorted(left.name for left in unpacker.left_out) == ["ada/y.ipynb", "eve", "pipe"]
    assert not (tmp_path / "own").exists()


def test_what_is_no_download_gets_one_sentence(tmp_path):
    """Is a missing file or another kind of archive said to be that?"""
    with pytest.raises(CourseError, match="there is no file or folder"):
        Unpacker(tmp_path).add(tmp_path / "gone.zip")
    (tmp_path / "a.7z").write_bytes(b"7z")
    with pytest.raises(CourseError, match="is no zip: unpack it"):
        Unpacker(tmp_path).add(tmp_path / "a.7z")


def test_a_keras_model_is_no_submission_to_unpack(tmp_path):
    """Does a zip by nature stay closed, as the learner's file beside?"""
    unpacker = unpack(tmp_path, packed({"a/model.keras": packed({"x": b"1"})}))
    assert [found.parts for found in unpacker.found] == [("a", "model.keras")]
