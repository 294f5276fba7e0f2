"""Building: three notebooks from one master, all or none, the same bytes each time."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader

from cnn_course.build.build import build
from cnn_course.cli import main
from cnn_course.errors import CourseError
from cnn_course.project import (
    CONFIG,
    SOLUTIONS,
    SOURCE,
    STUBS,
    Project,
    choose,
    find_project,
)
from tests.support.small_course import MASTER, NAME, contents, make_course


@pytest.fixture
def course(tmp_path):
    return make_course(tmp_path)


def read(course, stage, name=NAME):
    return nbformat.read(course.notebook(stage, name), as_version=4)


def sources(course, stage):
    return "\n".join(cell.source for cell in read(course, stage).cells)


def nbgrader(course, *words):
    command = [sys.executable, "-m", "nbgrader", *words]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True)


@pytest.mark.slow
def test_one_master_gives_three_notebooks(course):
    """Has each its own face, and the solution its outputs?"""
    assert len(build(course)) == 3
    source, stub, solution = (sources(course, stage) for stage in (SOURCE, STUBS, SOLUTIONS))
    assert "BEGIN SOLUTION" in source and "check_hidden" in source and "4 points for" in source
    for answer in ("return np.sum", "check_hidden", "# blank", "4 points for", "shirts", "only in"):
        assert answer not in stub
    assert "raise NotImplementedError()" in stub and "answer_q3 = None" in stub
    assert "return np.sum" in solution and "only in the solution" in solution
    assert all(cell.outputs == [] for cell in read(course, STUBS).cells if cell.cell_type == "code")
    checked = next(cell for cell in read(course, SOLUTIONS).cells if cell.id == "convolve")
    assert [output.output_type for output in checked.outputs] == ["stream", "execute_result"]


def test_stubs_are_locked_where_they_must_be(course):
    """Can learners edit answers and prose, but neither checks nor questions?"""
    build(course, solutions=False)
    cells = {cell.id: cell.metadata for cell in read(course, STUBS).cells}
    for locked in ("convolve", "q3", "fashion-why-question"):
        assert cells[locked]["editable"] is False and cells[locked]["deletable"] is False
    for free in ("convolve-answer", "fashion-why", "s1-01"):
        assert "editable" not in cells[free]
    assert "deletable" not in cells["s1-01"]


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(course, tmp_path):
    """Do only outputs that cannot be the same differ?"""
    build(course)
    first = contents(course)
    build(course)
    second = contents(course)
    changed = [name for name in first if first[name] != second[name]]
    assert changed in ([], [f"solutions/cnn/{NAME}.ipynb"])  # time.time() in a progress cell
    before, after = (nbformat.reads(files[f"solutions/cnn/{NAME}.ipynb"].decode(), 4)
                     for files in (first, second))  # fmt: skip
    for notebook in (before, after):
        for cell in notebook.cells:
            if "progress" in cell.metadata.get("tags", ()):
                cell.outputs = []
    assert before == after


@pytest.mark.slow
def test_nbgrader_by_hand_gives_the_same_stubs(course):
    """Does `nbgrader generate_assignment cnn --force` change no byte?"""
    build(course, solutions=False)
    before = course.notebook(STUBS, NAME).read_bytes()
    done = nbgrader(course, "generate_assignment", "cnn", "--force")
    assert done.returncode == 0, done.stderr
    assert course.notebook(STUBS, NAME).read_bytes() == before


@pytest.mark.slow
def test_building_leaves_the_gradebook_alone_and_releasing_fills_it(course, monkeypatch):
    """Is nothing recorded until the stubs are handed out?"""
    build(course, solutions=False)
    assert not (course.root / "gradebook.db").exists()
    monkeypatch.chdir(course.root)
    assert CliRunner().invoke(main, ["release"]).exit_code == 0
    assert (course.root / "gradebook.db").exists()


def test_the_configuration_and_the_build_name_the_same_folders(course):
    """Do nbgrader and the build agree, wherever the project lies?"""
    config = PyFileConfigLoader(CONFIG, path=str(course.root)).load_config()
    directory = CourseDirectory(config=config)
    assert Path(directory.root).resolve() == course.root.resolve()
    assert directory.source_directory == SOURCE
    assert directory.release_directory == STUBS
    assert directory.solution_directory == SOLUTIONS
    assert directory.db_url == f"sqlite:///{course.root}/gradebook.db"


def test_one_notebook_may_be_built_alone(tmp_path):
    """Are the others left alone?"""
    course = make_course(tmp_path, **{"01-a": MASTER, "02-b": MASTER})
    assert [path.stem for path in build(course, "02", solutions=False)] == ["02-b", "02-b"]
    assert not course.notebook(SOURCE, "01-a").exists()


BROKEN = [
    (("    return np.sum(image * kernel)", "    return np.sum(image"), "01-small.py:22: '\\(' was"),
    (('print("only in the solution")', "no_such_name"), "01-small, cell s2-03: NameError"),
    (('check="q3"', 'check="q5"'), "item 'q5' is not in the table"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "said"), BROKEN, ids=["syntax", "runtime", "item"])
def test_a_broken_master_replaces_nothing(course, change, said):
    """Does a master that cannot be built, or run, leave every file as it was?"""
    build(course)
    master = course.root / "source" / f"{NAME}.py"
    master.write_text(MASTER.replace(*change))
    before = contents(course)
    with pytest.raises(CourseError, match=said):
        build(course)
    assert contents(course) == before


@pytest.mark.slow
@pytest.mark.parametrize("full_at", [SOURCE, SOLUTIONS])
def test_a_full_disk_replaces_nothing(course, monkeypatch, full_at):
    """Are the old files whole when a new one cannot be written?"""
    build(course)
    (course.root / "source" / f"{NAME}.py").write_text(MASTER + "\n# %%\n1\n")
    before = contents(course)
    write = Path.write_text

    def write_until_full(path, text, **options):
        if full_at in path.parts and path.suffix == ".ipynb":
            write(path, text[:100], **options)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, text, **options)

    monkeypatch.setattr(Path, "write_text", write_until_full)
    monkeypatch.chdir(course.root)
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 1
    assert "nothing was replaced: No space left on device" in result.output
    assert contents(course) == before


def test_nbgraders_own_words_come_through(course, monkeypatch):
    """Is the reason named when nbgrader cannot make the stubs?"""
    from cnn_course.build import preprocessors

    def refuse(self, nb, resources):
        raise RuntimeError("no stub today")

    monkeypatch.setattr(preprocessors.HideAnswers, "preprocess", refuse)
    with pytest.raises(CourseError, match="nbgrader made no stubs: RuntimeError: no stub today"):
        build(course, solutions=False)


def test_an_edit_in_a_notebook_is_not_lost(course):
    """Does a build refuse to overwrite it unless told to?"""
    build(course, solutions=False)
    notebook = read(course, SOURCE)
    notebook.cells[0].source += " edited"
    nbformat.write(notebook, course.notebook(SOURCE, NAME))
    with pytest.raises(CourseError, match="01-small.ipynb was edited: `cnn-lesson adopt 01-small`"):
        build(course, solutions=False)
    build(course, solutions=False, force=True)
    assert "edited" not in sources(course, SOURCE)


def test_running_a_notebook_in_jupyterlab_is_no_edit(course):
    """Does a build go on where only outputs differ?"""
    build(course, solutions=False)
    notebook = read(course, SOURCE)
    notebook.cells[1].execution_count = 7
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "now"}
    nbformat.write(notebook, course.notebook(SOURCE, NAME))
    build(course, solutions=False)


def test_missing_folders_and_masters_are_named(tmp_path):
    """Is it said what is missing, and where it belongs?"""
    with pytest.raises(CourseError, match="there is no folder .*source"):
        Project(tmp_path).masters()
    (tmp_path / "source").mkdir()
    with pytest.raises(CourseError, match="there are no masters"):
        Project(tmp_path).masters()
    with pytest.raises(CourseError, match=f"there is no {CONFIG}"):
        find_project(tmp_path)


def test_a_project_is_found_from_any_of_its_folders(course):
    """May the command be run further down?"""
    assert find_project(course.root / "source") == course


@pytest.mark.parametrize("wanted", ["01", "01-a", "source/01-a.py", "notebooks/cnn/01-a.ipynb"])
def test_a_notebook_may_be_named_in_several_ways(wanted):
    """Is the one meant found, and anything else refused?"""
    assert choose(["01-a", "02-b"], wanted) == "01-a"
    with pytest.raises(CourseError, match="03 means none of"):
        choose(["01-a", "02-b"], "03")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["build", "--no-solutions"], 0, "2 notebooks are up to date"),
        (["build", "--only", "07"], 1, "07 means none of"),
        (["build", "--nonsense"], 2, "No such option"),
        (["check"], 1, "source/cnn/01-small.ipynb is missing"),
        (["adopt"], 1, "there are no notebooks in"),
    ],
)
def test_the_command_says_how_it_went(course, monkeypatch, words, code, said):
    """Is the exit code 0 for done, 1 for failed, 2 for misuse?"""
    monkeypatch.chdir(course.root)
    result = CliRunner().invoke(main, words)
    assert (result.exit_code, said in result.output) == (code, True), result.output
