"""nbgrader's settings for this course: folder names, what is ignored, time limits.

`nbgrader`, Formgrader and `cnn-lesson` read it; start them in the folder of this file.
"""

import os
from pathlib import Path

from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ClearOutput, Execute

from cnn_course.build.preprocessors import ShowAnswers, with_blanks
from cnn_course.project import FEEDBACK, FOLDERS, GRADEBOOK
from cnn_course.sandbox import LESSON
from cnn_course.sanitise import Sanitise
from cnn_lesson.command.plain_path import plain_path
from cnn_lesson.command.validating import put_checks_back
from nbsandbox import provisioner

c = get_config()  # noqa: F821  (traitlets provides it)
HERE = Path(__file__).resolve().parent

# Folders.
c.CourseDirectory.course_id = "cnn-lesson"
c.CourseDirectory.root = str(plain_path(HERE))
c.CourseDirectory.db_url = f"sqlite:///{HERE / GRADEBOOK}"
c.CourseDirectory.update(FOLDERS)
# Never copied from one folder to the next. A learner's own module could shadow NumPy.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    "*.py",
    "*.pyc",
    "*.so",
    "*.h5",
    "*.keras",
    FEEDBACK,
    # Formgrader hands out what lies beside a notebook, and a browser would run it.
    *("*.htm", "*.html", "*.xhtml", "*.shtml", "*.mht", "*.mhtml", "*.svg", "*.svgz", "*.xml"),
    *("*.xsl", "*.js", "*.mjs", "*.pdf"),
]

# Stubs: blanks inside a line besides nbgrader's solution regions.
c.GenerateAssignment.preprocessors = with_blanks(
    GenerateAssignment.class_traits()["preprocessors"].default()
)
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "*Double-click here, and write your answer in place of this line.*"
# A question that a person marks carries the marking scheme, in a cell that learners cannot edit:
# autograding puts it back, so that it stands beside the answer in Formgrader.
c.ClearMarkScheme.enforce_metadata = False

# Solutions as `cnn-lesson build` makes them. (It stops at an error; nbgrader goes on.)
c.GenerateSolution.preprocessors = [ShowAnswers, ClearOutput, Execute]

# Feedback shows neither hidden tests nor marking schemes.
c.GenerateFeedback.preprocessors = [
    Sanitise,
    ClearHiddenTests,
    ClearMarkScheme,
    *GenerateFeedback.class_traits()["preprocessors"].default(),
]

# What a learner wrote is shown without anything that acts in a browser. Autograding does it last,
# after the points; a page does it again, for what was stored before or put there by hand.
c.Autograde.autograde_preprocessors = [
    *Autograde.class_traits()["autograde_preprocessors"].default(),
    Sanitise,
]
c.HTMLExporter.preprocessors = [Sanitise]

# Execution. A training of the lesson takes at most 30 s on a laptop; the rest is margin. This is
# the one limit of a cell: `make build` and `make grade` take it from here, too.
CELL_LIMIT_S = 90
c.Execute.timeout = CELL_LIMIT_S
c.Execute.interrupt_on_timeout = True
c.Execute.record_timing = False
c.Execute.startup_timeout = 120
c.Execute.iopub_timeout = 30
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": f"longer than {CELL_LIMIT_S} s",
    "traceback": [f"this cell ran longer than {CELL_LIMIT_S} s and was stopped"],
}
# `make grade`: the wall time of all notebooks of one learner together, so that nobody holds up the
# others for longer.
c.CnnLesson.learner_limit_s = 600
# `CNN_LESSON_WARM=1 nbgrader autograde cnn`, or `CNN_LESSON_WARM=1 make teach` for Formgrader's
# Autograde button: kernels forked from one process that has imported Keras. Where there is no fork
# they are cold, as without the variable; the grades are the same.
if os.environ.get("CNN_LESSON_WARM", "0") not in ("", "0"):
    c.Execute.kernel_name = provisioner.offer(HERE / "build" / "jupyter", LESSON.preload)
c.Execute.on_notebook_start = put_checks_back
c.LimitOutput.max_lines = 500
c.LimitOutput.max_traceback = 60
