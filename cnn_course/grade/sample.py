"""A sample class: submissions made from the masters, one by each persona of a real class."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from nbformat import NotebookNode

from cnn_course.build.notebooks import read_notebook, write_notebook
from cnn_course.build.views import solution_view
from cnn_course.cell_kind import grade_id, is_answer
from cnn_course.errors import CourseError
from cnn_course.grade.submissions import Submission, find_submissions
from cnn_course.project import ASSIGNMENT, CONFIG, SOURCE, STUBS, SUBMITTED, WORK, Project
from cnn_lesson.items import NOTEBOOKS

PLACE = "build/sample"
MARK = ".sample-class"
"""A file that says a folder may be overwritten: this module made it."""


class Draft:
    """One learner's notebooks in the making."""

    def __init__(self, project: Project) -> None:
        self.notebooks = {name: read_notebook(project.notebook(STUBS, name)) for name in NOTEBOOKS}
        self._solved = {
            grade_id(cell): cell.source
            for name in NOTEBOOKS
            for cell in solution_view(read_notebook(project.notebook(SOURCE, name))).cells
            if is_answer(cell)
        }

    def answers(self) -> Iterator[NotebookNode]:
        """The cells that are the learner's to fill."""
        for notebook in self.notebooks.values():
            yield from (cell for cell in notebook.cells if is_answer(cell))

    def solve(self, until: str = "") -> Draft:
        """Fill every answer with the solution, or those before an item."""
        for cell in self.answers():
            key = grade_id(cell)
            if until and key == f"{until}-answer":
                break
            cell.source = self._solved[key]
        return self

    def change(self, key: str, old: str, new: str) -> Draft:
        """Replace a piece of an answer. Raises CourseError where the answer has no such piece."""
        cell = self.cell(key)
        if old not in cell.source:
            raise CourseError(f"sample class: {key} has no {old!r}; the master has changed")
        cell.source = cell.source.replace(old, new)
        return self

    def write(self, key: str, source: str) -> Draft:
        """Write an answer anew."""
        self.cell(key).source = source
        return self

    def cell(self, key: str) -> NotebookNode:
        """The answer with this grade id."""
        return next(c for c in self.answers() if grade_id(c) == key)

    def without(self, name: str) -> Draft:
        """Leave a notebook out."""
        del self.notebooks[name]
        return self


def complete(draft: Draft) -> Draft:
    """Everything right, as in the solutions."""
    return draft.solve()


def half_done(draft: Draft) -> Draft:
    """Stopped in the middle of the second notebook."""
    return draft.solve(until="summary")


def untouched(draft: Draft) -> Draft:
    """Handed in as it was handed out."""
    return draft


def misconceptions(draft: Draft) -> Draft:
    """Everything done, with the mistakes that most classes make."""
    draft.solve()
    draft.change("ingredients-answer", '"BCDEF"', '"BE"')
    draft.change("convolve-answer", "* kernel)", "* kernel[::-1, ::-1])")
    draft.change("q3-answer", "4", "3")
    draft.change("q4-conv-answer", " + 16", "")
    draft.change("q4-dense-answer", "28 * 28 * 16 + 16", "28 * 16 + 16")
    draft.change("q2-answer", "= 4", "= 3")
    draft.change("q1-answer-2", "softmax", "sigmoid")
    draft.change("q1-answer-3", "inputs=x_inputs", "inputs=x")
    draft.change("dense-vs-conv-answer", '"conv"', '"dense"')
    return draft.change("choose-layer-answer", '"conv1d"', '"dense"')


UNUSUAL_CONVOLVE = """
def convolve(image, kernel, stride=1):
    h, w = kernel.shape
    views = np.lib.stride_tricks.sliding_window_view(image, (h, w))[::stride, ::stride]
    return np.einsum("rcij,ij->rc", views, kernel).tolist()
"""
UNUSUAL_LAYERS = """
from keras.layers import Activation, ReLU, Softmax

conv1 = keras.layers.Conv2D(filters=16, kernel_size=3, activation=keras.activations.relu)
conv2 = keras.layers.Conv2D(filters=32, kernel_size=[3, 3], activation=keras.ops.relu)
mpool = keras.layers.MaxPool2D()
flat = keras.layers.Reshape((-1,))
flat = keras.layers.Flatten()
dense1 = keras.layers.Dense(units=128, activation="relu")
dense2 = keras.layers.Dense(num_classes, activation=keras.activations.softmax)
"""
UNUSUAL_NETWORK = """
class Small(keras.Model):
    def __init__(self):
        super().__init__()
        self.steps = [
            Conv2D(8, 3), keras.layers.ReLU(), MaxPooling2D(2),
            Conv2D(16, 3, activation="relu"), MaxPooling2D(2),
            Flatten(), Dense(24, activation="relu"), Dense(10), keras.layers.Softmax(),
        ]

    def call(self, x):
        for step in self.steps:
            x = step(x)
        return x

my_model = Small()
my_history = fit(my_model, digits_x, y_train, epochs=10)
my_model.summary = lambda: print("a network of my own")
"""


def unusual(draft: Draft) -> Draft:
    """Everything right, written as nobody else would."""
    draft.solve()
    draft.change("ingredients-answer", '"BCDEF"', '["f", "e", "d", "c", "b"]')
    draft.write("convolve-answer", UNUSUAL_CONVOLVE)
    draft.change("q3-answer", "4", "(24, 24)")
    draft.change("q4-conv-answer", "3 * 3 * 1 * 16 + 16", "np.int64(160)")
    draft.write("q1-answer-2", UNUSUAL_LAYERS)
    return draft.write("five-layers-answer", UNUSUAL_NETWORK)


def syntax_error(draft: Draft) -> Draft:
    """One cell that Python cannot read, the rest right."""
    return draft.solve().change("max-pool-answer", "def max_pool(", "def max_pool((")


def endless_loop(draft: Draft) -> Draft:
    """A loop that never ends, in the second notebook; the rest right."""
    return draft.solve().write("summary-answer", "while True:\n    pass")


def missing_notebook(draft: Draft) -> Draft:
    """The last notebook was not handed in."""
    return draft.solve().without(NOTEBOOKS[-1])


Persona = Callable[[Draft], Draft]

CLASS: dict[str, Persona] = {
    "ada": complete,
    "ben": half_done,
    "chloé": misconceptions,
    "dmitri": unusual,
    "emil": untouched,
    "fatima": syntax_error,
    "gregor": endless_loop,
    "hana": missing_notebook,
}
"""The class that ``make grade`` grades."""


def class_of(size: int) -> dict[str, Persona]:
    """A larger class, half of it complete, the personas of ``CLASS`` in turn for the others.

    Every twelve have the same mixture. The endless loop is left out: it takes as long as its limit.
    """
    others = [persona for persona in CLASS.values() if persona not in (complete, endless_loop)]
    personas = [complete if n % 2 == 0 else others[n // 2 % len(others)] for n in range(size)]
    return {f"learner-{n + 1:03d}": persona for n, persona in enumerate(personas)}


def is_sample(project: Project, submissions: Sequence[Submission]) -> bool:
    """Whether these are the sample class's own submissions, to the last byte, and no one else's."""
    known = CLASS | class_of(len(submissions) + 1)
    personas = {s.learner: known[s.learner] for s in submissions if s.learner in known}
    if len(personas) < len(submissions):
        return False
    with tempfile.TemporaryDirectory(prefix="cnn-sample-") as folder:
        made = Path(folder) / SUBMITTED
        make_class(project, made, personas)
        own = {s.learner: s.digest() for s in find_submissions(made)[0]}
    return own == {s.learner: s.digest() for s in submissions}


def own_course(project: Project) -> Project:
    """A course of the sample class' own, with the same notebooks and the same training cache.

    So that nobody of it gets into the gradebook, the feedback and the report of a real class.
    """
    place = Project(project.root / PLACE)
    copy_course(project, place.root)
    cache = place.root / WORK / "store"
    cache.parent.mkdir(exist_ok=True)
    if not cache.is_symlink():
        cache.symlink_to((project.root / WORK / "store").resolve())
    return place


def copy_course(project: Project, root: Path) -> None:
    """Copy what a course is to grading: its masters, notebooks and settings."""
    for stage in (SOURCE, STUBS):
        shutil.copytree(project.root / stage, root / stage, dirs_exist_ok=True)
    shutil.copy(project.root / CONFIG, root)


def is_sample_folder(folder: Path) -> bool:
    """Whether a folder holds a sample class. Raises CourseError where others are in it, too."""
    mark = folder / MARK
    if not mark.is_file():
        return False
    made = {*mark.read_text("utf-8").splitlines()[1:]} or {*CLASS}
    others = sorted({each.learner for each in find_submissions(folder)[0]} - made)
    if others:
        raise CourseError(
            f"{folder} holds a sample class and others ({', '.join(others)}): take one of the two "
            f"out, and with the sample class the file {MARK}"
        )
    return True


def make_class(project: Project, folder: Path, personas: dict[str, Persona] = CLASS) -> list[str]:
    """Write a submission for each learner to ``<folder>/<learner>/cnn/``; their names.

    Raises CourseError rather than touch a folder with submissions that are not its own.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise CourseError(f"{folder} holds submissions of a real class; name another folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = ("made by `cnn-lesson sample`; may be overwritten:", *personas, "")
    (folder / MARK).write_text("\n".join(made), "utf-8")
    for learner, persona in personas.items():
        for name, notebook in persona(Draft(project)).notebooks.items():
            write_notebook(notebook, folder / learner / ASSIGNMENT / f"{name}.ipynb")
    return list(personas)
