"""What is fuzzed of the ways in: the door for notebooks, the unpacker, the readers of platforms."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import nbformat

from cnn_course.collect.platforms import PLATFORMS, choose, recognise, without_wrapper
from cnn_course.collect.recognise import Recogniser
from cnn_course.collect.roster import read_roster
from cnn_course.collect.unpack import Limits, Unpacker
from cnn_course.collect.who import new_id
from cnn_course.errors import CourseError
from cnn_course.grade.door import sources
from cnn_course.learner_id import BadLearnerId, learner_id
from cnn_course.project import Project
from tests.support import downloads

COLLECTOR = Recogniser(Project(downloads.ROOT))
SMALL = Limits(total_mb=2, file_mb=1, count=30, ratio=20, spare_mb=0.2, depth=2)


def notebooks() -> list[bytes]:
    """The stubs, and what converters and old formats make of them."""
    small = {"cells": [{"cell_type": "code", "source": ["a\n", "b"], "metadata": {}, "id": "x"}]}
    heading = {"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "input": "x"}]}]}
    picture = {"x.png": {"image/png": "AAAA"}}
    essay = {"cells": [{"cell_type": "markdown", "source": "x", "attachments": picture}]}
    first = downloads.FIRST
    return [
        *(json.dumps(each).encode() for each in (small, heading, essay)),
        json.dumps(small, ensure_ascii=False).encode("utf-16"),
        downloads.filled(first),
        downloads.without_ids(first),
        downloads.format_3(first),
    ]


def check_door(data: bytes) -> None:
    """Any bytes are a notebook that nbformat calls valid and that can be stored, or a sentence."""
    handed = sources(data)
    if handed.notebook is None:
        one_line(handed.sentence)
    else:
        nbformat.validate(nbformat.from_dict(handed.notebook))
        json.dumps(handed.notebook, ensure_ascii=False).encode()
    for note in handed.notes:
        one_line(note)


def one_line(text: str) -> None:
    """Raise AssertionError for what is no sentence that a terminal can show."""
    assert text and text.isprintable(), repr(text)


def check_cells(data: bytes) -> None:
    """Any bytes are one of the lesson's notebooks to the collector, or there is a reason."""
    with tempfile.NamedTemporaryFile(suffix=".ipynb") as file:
        file.write(data)
        file.flush()
        found = COLLECTOR.look_at(Path(file.name))
    if not found.notebook:
        one_line(found.why)


def archives() -> list[bytes]:
    """Zips as platforms make them, with links and with zips in them."""
    moodle = dict.fromkeys(downloads.moodle("Ada Bee", 7, "a.ipynb", "b.ipynb"), b"{}" * 50)
    inner = downloads.packed(moodle)
    return [
        inner,
        downloads.packed({"Ada_1_assignsubmission_file_/all.zip": inner, "x/y.txt": b"z" * 999}),
        downloads.packed({"../up.ipynb": b"{}", "/root.ipynb": b"{}", "C:\\w.ipynb": b"{}"}),
        downloads.link("link.ipynb", "/etc/passwd"),
        downloads.from_windows("Müller.ipynb", b"{}"),
        downloads.packed({"bomb.ipynb": b"0" * 900_000}),
    ]


def check_archive(data: bytes) -> None:
    """Whatever a zip says, files lie in the one folder, are few and small, and have names."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "download.zip").write_bytes(data)
        unpacker = Unpacker(folder / "own", SMALL)
        try:
            unpacker.add(folder / "download.zip")
        except CourseError as reason:
            one_line(str(reason).replace(place, ""))
        written = [path for path in folder.rglob("*") if path.name != "download.zip"]
        assert all(path.is_relative_to(folder / "own") for path in written)
        assert not any(path.is_symlink() for path in written)
        files = [path for path in written if path.is_file()]
        assert len(files) <= SMALL.count
        assert sum(path.stat().st_size for path in files) <= SMALL.total_mb * 2**20
        for found in unpacker.found:
            assert found.parts and found.path.is_file()
            found.name.encode()


def names() -> list[bytes]:
    """Lists of paths as the platforms write them."""
    lists = [
        downloads.moodle("Ada Bee", 7, "a.ipynb"),
        ["beeada_late_123_456_a.ipynb", "doeann_124_457_a-1.ipynb"],
        ["Abgaben/Bee_Ada_ab12cd_1/20261116093000_a.ipynb"],
        ["ada+cnn+2026-11-16 09:30:00 UTC+x/a.ipynb"],
        ["submitted/ada/cnn/a.ipynb", "submitted/bob/a.ipynb"],
    ]
    return ["\n".join(each).encode() for each in lists]


def check_names(data: bytes) -> None:
    """Whatever files are called, whose they are is an id that can be one, or nobody's."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    files = [parts for line in lines if (parts := tuple(filter(None, line.split("/"))))]
    if not files:
        return
    for platform in {choose(files), *PLATFORMS}:
        for parts in without_wrapper(files, platform, "download"):
            origin = recognise(parts, platform)
            if origin is not None:
                try:
                    new = new_id(origin)
                except BadLearnerId as reason:
                    one_line(str(reason))
                else:
                    assert learner_id(new) == new


def rosters() -> list[bytes]:
    """Lists of participants in the forms that platforms export."""
    plain = "First name,Last name,Email address,Username\nAda,Bee,ada@example.org,ada\n"
    return [
        plain.encode(),
        plain.replace(",", ";").encode("utf-8-sig"),
        plain.replace(",", "\t").encode("utf-16"),
        'Student,ID,SIS Login ID\n"Bee, Ada",7,ada\n    Points Possible,,\n'.encode("cp1252"),
        b"sep=;\nNachname;Vorname;Matrikelnummer\nM\xfcller;J\xf6rg;123\n",
    ]


def check_roster(data: bytes) -> None:
    """Any bytes are a list of people, or one sentence says why not."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place, "people.csv")
        path.write_bytes(data)
        try:
            assert read_roster(path)
        except CourseError as reason:
            one_line(str(reason))
