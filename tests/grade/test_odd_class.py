"""A class of odd notebooks: the run goes on, and nobody's points change another's."""

import json
import random
import shutil
from copy import deepcopy

import nbformat
import pytest
from hypothesis import find, settings
from hypothesis.errors import NoSuchExample

from cnn_course.errors import CourseError
from cnn_course.grade.choosing import read_stubs
from cnn_course.grade.sample import Draft
from cnn_course.grade.submissions import Submission, clean, clean_all, find_submissions
from cnn_course.learner_id import learner_id
from cnn_course.project import Project
from cnn_lesson.items import NOTEBOOKS
from tests.support import odd_notebooks
from tests.support.odd_notebooks import as_bytes

FIRST, SECOND, THIRD = NOTEBOOKS
DRAWN = 200


@pytest.fixture(scope="module")
def project(root) -> Project:
    """The course."""
    return Project(root)


@pytest.fixture(scope="module")
def solved(project) -> dict:
    """The three notebooks with everything answered."""
    return Draft(project).solve().notebooks


def hand_in(folder, learner: str, **files) -> Submission:
    """A submission of these files, by their names."""
    place = folder / learner / "cnn"
    place.mkdir(parents=True)
    for name, content in files.items():
        content = content if isinstance(content, bytes) else nbformat.writes(content).encode()
        (place / name).write_bytes(content)
    return Submission(learner, place)


def answers(notebook) -> list[str]:
    """What stands in the answer cells."""
    return [c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]


NAMES = [
    "01-convolution (1).ipynb",
    "Kopie von 01-convolution.ipynb",
    "01-convolution-Copy1.ipynb",
    "Untitled.ipynb",
    "01-convolution.ipynb.txt",
    "0️⃣1 faltung.IPYNB",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("beside_a_stub", [True, False])
def test_content_decides_and_not_the_name(tmp_path, project, solved, name, beside_a_stub):
    """Is a filled notebook found under any name, also beside the untouched stub, and named?"""
    stub = read_stubs(project)[FIRST].notebook
    beside = {f"{FIRST}.ipynb": stub} if beside_a_stub else {}
    cleaned = clean(hand_in(tmp_path, "mara", **{name: solved[FIRST]}, **beside), project)
    assert answers(cleaned.notebooks[FIRST]) == answers(solved[FIRST])
    assert f"graded from the file {name}"[:30] in cleaned.notes[FIRST]
    assert ("also handed in" in cleaned.notes[FIRST]) == beside_a_stub


def test_notebooks_in_each_others_names_are_told_apart(tmp_path, project, solved):
    """Is the second notebook found in the first one's name, and the first in the third's?"""
    files = {f"{FIRST}.ipynb": solved[SECOND], f"{THIRD}.ipynb": solved[FIRST]}
    cleaned = clean(hand_in(tmp_path, "mara", **files), project)
    assert answers(cleaned.notebooks[FIRST]) == answers(solved[FIRST])
    assert answers(cleaned.notebooks[SECOND]) == answers(solved[SECOND])
    assert cleaned.notes[THIRD] == "not handed in"


def test_a_broken_copy_is_told_with_its_name(tmp_path, project):
    """Does the note say what is wrong with the one file that speaks of a notebook?"""
    cleaned = clean(hand_in(tmp_path, "mara", **{f"{FIRST} (1).ipynb": b"{"}), project)
    assert cleaned.notes[FIRST].startswith(f"{FIRST} (1).ipynb: the file is cut off")


def drawn(strategy, many: int) -> list:
    """That many values of a strategy, or a few fewer."""
    seen = []
    quick = settings(max_examples=many, database=None, deadline=None)
    with pytest.raises(NoSuchExample):
        find(strategy, seen.append, settings=quick, random=random.Random(1))
    return seen


def odd_files(stub: dict) -> list[bytes]:
    """Odd notebooks: drawn whole, or a solved one with drawn cells and bytes in it."""
    chance = random.Random(2)
    files = [as_bytes(value) for value in drawn(odd_notebooks.NOTEBOOKS, DRAWN // 3)]
    cells = drawn(odd_notebooks.CELLS, DRAWN // 2)
    while len(files) < DRAWN:
        odd = deepcopy(stub)
        for value in chance.choices(cells, k=8):
            odd["cells"].insert(chance.randrange(len(odd["cells"])), value)
            odd["cells"][chance.randrange(len(odd["cells"]))] = chance.choice(odd["cells"])
        content = as_bytes(odd)
        place = chance.randrange(len(content))
        cut = bytes([chance.randrange(256)]) if len(files) % 4 == 0 else b""
        files.append(content[:place] + cut + content[place:])
    return files


@pytest.fixture(scope="module")
def odd_class(tmp_path_factory, project, solved):
    """Two hundred learners with odd notebooks and honest ones among them, cleaned as one class."""
    folder = tmp_path_factory.mktemp("odd")
    stub = json.loads(nbformat.writes(solved[FIRST]))
    for number, content in enumerate(odd_files(stub)):
        hand_in(folder, f"odd-{number:03d}", **{f"{FIRST}.ipynb": content})
    for name in ("ada", "mona", "zoe"):
        hand_in(folder, name, **{f"{key}.ipynb": value for key, value in solved.items()})
    found, refused = find_submissions(folder)
    assert refused == {}
    yield clean_all(found, project, 2)
    shutil.rmtree(folder)


def test_no_odd_notebook_ends_the_run(odd_class, project):
    """Has every one of 200 drawn notebooks become one that can be run and graded, or a note?"""
    stubs = read_stubs(project)
    outcomes = {"read": 0, "not read": 0}
    for learner, cleaned in odd_class.items():
        for name in NOTEBOOKS:
            nbformat.validate(cleaned.notebooks[name])
            keys = sorted(c.id for c in cleaned.notebooks[name].cells if "nbgrader" in c.metadata)
            wanted = sorted(c.id for c in stubs[name].notebook.cells if "nbgrader" in c.metadata)
            assert keys == wanted, learner
        note = cleaned.notes.get(FIRST, "")
        assert note.isprintable() and "cannot be told apart" not in note
        outcomes["read" if cleaned.touched[FIRST] else "not read"] += 1
    assert len(odd_class) == DRAWN + 3 and min(outcomes.values()) >= 20, outcomes


@pytest.mark.parametrize("name", ["ada", "mona", "zoe"])
def test_honest_work_among_them_is_what_it_was(odd_class, solved, name):
    """Are the notebooks of the others what they are without them?"""
    assert odd_class[name].notes == {}
    for key in NOTEBOOKS:
        assert answers(odd_class[name].notebooks[key]) == answers(solved[key])


ODD_NAMES = ["index.html", " ", "a\u202eb", "tab\there", "*", "con"]


def test_odd_names_cost_only_themselves(tmp_path):
    """Are folders refused whose names something misreads, and the others found?"""
    for name in ("mara", " blank at the ends\u00a0", *ODD_NAMES):
        (tmp_path / name / "cnn").mkdir(parents=True)
    (tmp_path / "u\u0308nal").mkdir()
    (tmp_path / "\u00fcnal").mkdir()
    with open(tmp_path / b"half-\xff.txt".decode("utf-8", "surrogateescape"), "w"):
        pass
    (tmp_path / b"lone-\xff".decode("utf-8", "surrogateescape")).mkdir()
    found, refused = find_submissions(tmp_path)
    assert [each.learner for each in found] == ["blank at the ends", "mara"]
    assert len(refused) == len(ODD_NAMES) + 3
    assert all(name.isprintable() and reason.isprintable() for name, reason in refused.items())


@pytest.mark.parametrize(
    "name", ["", "a/b", ".hidden", "\ud800", "\x1b[2J", "Index.HTML", "x" * 101]
)
def test_what_nobody_can_be_called(name):
    """Is a name refused with a sentence that can be printed anywhere?"""
    with pytest.raises(CourseError) as refused:
        learner_id(name)
    assert str(refused.value).isprintable()
