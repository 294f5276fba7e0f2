"""Reading what was handed in: in processes with limits, each file on its own."""

import json
import os
import time

import pytest

from cnn_course.grade import reading
from cnn_course.grade.door import TOO_MUCH_MEMORY
from cnn_course.grade.reading import Bounds, Reader, read_all

FINE = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1"}]})


@pytest.fixture
def fine(tmp_path):
    """A small notebook."""
    path = tmp_path / "fine.ipynb"
    path.write_text(FINE)
    return path


def is_fine(handed) -> bool:
    """Whether the small notebook was read."""
    return handed.notebook is not None and handed.notebook["cells"][0]["source"] == "x = 1"


def test_files_come_back_in_their_order(tmp_path):
    """Is each file's content returned at its place, whoever reads it?"""
    paths = []
    for number in range(20):
        paths.append(tmp_path / f"{number}.ipynb")
        paths[-1].write_text(FINE.replace("x = 1", f"x = {number}"))
    read = [handed.notebook["cells"][0]["source"] for handed in read_all(paths, 3)]
    assert read == [f"x = {number}" for number in range(20)]


def test_what_takes_too_much_memory_costs_only_itself(tmp_path, fine):
    """Does a notebook over the limit on memory get a sentence, and the next one read?"""
    heavy = tmp_path / "heavy.ipynb"
    heavy.write_text('{"cells": [], "metadata": [' + ",".join(['{"a":[1]}'] * 1_500_000) + "]}")
    one, two = read_all([heavy, fine], 1, Bounds(memory_mb=250))
    assert one.sentence == TOO_MUCH_MEMORY
    assert is_fine(two)


def test_what_takes_too_long_costs_only_itself(tmp_path, fine):
    """Does a notebook over the limit on time get a sentence after it, and the next one read?"""
    slow = tmp_path / "slow.ipynb"
    slow.write_text('{"cells": [], "metadata": [' + ",".join(["{}"] * 8_000_000) + "]}")
    reader = Reader(Bounds(seconds=0.1, memory_mb=4096))
    try:
        reader.start()
        start = time.monotonic()
        assert "takes longer than 0.1 s" in reader.read(slow).sentence
        assert time.monotonic() - start < 5
    finally:
        reader.stop()
    assert all(map(is_fine, read_all([fine], 1)))


def test_a_reader_that_dies_costs_only_its_file(fine):
    """Is a reader that was killed replaced, with a sentence for the file it read?"""
    reader = Reader(Bounds())
    try:
        assert is_fine(reader.read(fine))
        os.kill(reader.pid, 9)
        assert "reading it ended the process" in reader.read(fine).sentence
        assert is_fine(reader.read(fine))
    finally:
        reader.stop()


def test_no_reader_is_left(fine):
    """Do readers end when all is read, also when that is cut short?"""
    import psutil

    before = set(psutil.Process().children(recursive=True))
    read_all([fine] * 4, 2)
    with pytest.raises(ZeroDivisionError), reading.all_read([fine] * 50, 2) as handed:
        next(handed)
        raise ZeroDivisionError
    left = set(psutil.Process().children(recursive=True)) - before
    assert [process for process in left if "spawn_main" in " ".join(process.cmdline())] == []
