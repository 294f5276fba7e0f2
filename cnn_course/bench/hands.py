"""What a learner waits for, beside what they would wait for anyway.

The solutions are run in ordinary kernels, with cells put in that take the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median_low

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from cnn_course.bench.measuring import Say, timed
from cnn_course.build.execute import execute
from cnn_course.build.notebooks import read_notebook
from cnn_course.build.views import solution_view
from cnn_course.cell_kind import is_check
from cnn_course.project import SOLUTIONS, SOURCE, Project

LIMIT_S = 600
ANYWAY = "import numpy, matplotlib.pyplot"
READY = "from cnn_lesson import figures, touch\nfrom cnn_lesson.checks import check"
CLOCK = """
import json, time
from statistics import median_low
from matplotlib import pyplot
def timed(work, times=3):
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return median_low(seconds)
"""
FUNCTION = 'print(json.dumps({"check": timed(lambda: check("convolve"))}))'
NETWORK = """
again = keras.models.clone_model(model)
again.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
epoch = lambda: again.fit(X_train, y_train, batch_size=128, verbose=0)
epoch()
print(json.dumps({"check": timed(lambda: check("train")), "epoch": timed(epoch)}))
"""
FIGURE = """
def bare():
    figure, axes = pyplot.subplots(2, 8, figsize=(8.2, 2.4))
    for place, image, label in zip(axes.flat, train_images, y_train):
        place.imshow(image, cmap="gray"); place.set_title(label); place.axis("off")
    figure.savefig(io.BytesIO(), dpi=288, bbox_inches="tight")
    pyplot.close(figure)
import io
ours = lambda: figures.digits(train_images[:16], y_train[:16], title="Sixteen")._repr_mimebundle_()
print(json.dumps({"figure": timed(ours), "bare": timed(bare)}))
"""


def run(project: Project, times: int, say: Say) -> None:
    """Measure and print the four ratios."""
    anyway_s, ready_s = started(ANYWAY, times), started(READY, times)
    say(f"notebook 01 ready for a check: {ready_s / anyway_s:.2f} of `{ANYWAY}` ({anyway_s:.1f} s)")
    check_s = told(project, "01-convolution", FUNCTION)["check"]
    item_s = validated(project, "01-convolution", times)
    say(
        f"a check of a function: {check_s:.3f} s, {check_s / item_s:.2f} of "
        f"`nbgrader validate`'s time an item ({item_s:.2f} s)"
    )
    network = told(project, "02-mnist-cnn", NETWORK, FIGURE)
    say(
        f"a check of a network: {network['check']:.2f} s, "
        f"{network['check'] / network['epoch']:.2f} of an epoch of its training"
    )
    say(
        f"a figure: {network['figure']:.2f} s, {network['figure'] / network['bare']:.2f} of the "
        "bare Matplotlib drawing in it"
    )


def started(source: str, times: int) -> float:
    """The seconds in which a new Python has run so much."""
    seconds = []
    for _ in range(times + 1):  # the first one warms the disk's cache
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", source], check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return median_low(seconds[1:])


def told(project: Project, name: str, *cells: str) -> dict[str, float]:
    """What cells at the end of a solution print, in seconds by name."""
    notebook = solution_view(read_notebook(project.notebook(SOURCE, name)))
    more = [new_code_cell(source) for source in (CLOCK, *cells)]
    notebook.cells += more
    with tempfile.TemporaryDirectory(prefix="cnn-bench-") as folder:
        execute(notebook, name, Path(folder), LIMIT_S)
    found: dict[str, float] = {}
    for cell in more[1:]:
        found |= json.loads(_printed(cell).splitlines()[-1])
    return found


def _printed(cell: NotebookNode) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def validated(project: Project, name: str, times: int) -> float:
    """The seconds of `nbgrader validate` on a solution, for each of its checks."""
    path = project.notebook(SOLUTIONS, name)
    checks = sum(map(is_check, read_notebook(path).cells))
    words = ("validate", str(path))
    seconds = [timed("nbgrader", *words, cwd=project.root) for _ in range(times)]
    return median_low(seconds) / checks
