"""An item judged again, from the evidence that is stored: no notebook is run.

For an instructor who has changed how an item is judged. Cases and images stay those of the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cnn_course.build.notebooks import read_notebook, write_notebook
from cnn_course.errors import CourseError
from cnn_course.grade import evidence_store, feedback, raised, results, scoring
from cnn_course.grade.choosing import Stub, read_stubs
from cnn_course.grade.conditions import Settings
from cnn_course.grade.evidence_store import EVIDENCE
from cnn_course.grade.gradebook_file import one_run_at_a_time
from cnn_course.grade.grader import GradedClass, Grader, Progress
from cnn_course.grade.judging import Judge, inputs_for
from cnn_course.grade.results import Result
from cnn_course.grade.submissions import touched
from cnn_course.grade.version import files_about
from cnn_course.learner_id import spelled
from cnn_course.project import ASSIGNMENT, WORK, Project
from cnn_lesson.items import ITEMS, checked


def judge_again(
    project: Project, submitted: Path, item: str, settings: Settings, progress: Progress
) -> GradedClass:
    """Judge one item of everybody, or of the learners in ``settings.only``, from stored evidence.

    Raises CourseError for an item that no judge decides on, or where nobody's evidence fits.
    """
    known = [each.id for each in checked()]
    if item not in known:
        raise CourseError(f"no judge decides on {item!r}; there are {', '.join(known)}")
    with one_run_at_a_time(project.root / WORK):
        grader = Grader(project, settings)
        stored = results.load_all(grader.work / "results")[0]
        wanted = [spelled(name) for name in settings.only] or [*stored]
        done = list(_judged(grader, submitted, item, [stored[w] for w in wanted if w in stored]))
        for number, result in enumerate(done, start=1):
            progress(result.learner, number, len(done))
        if not done and not grader.refused:
            raise CourseError(
                f"nobody's answer to {item} can be judged again: there is no evidence, or the item "
                "draws other cases now; `cnn-lesson grade` runs the notebooks"
            )
        feedback.renew(project)
    without = sorted(set(wanted) - {result.learner for result in done} - {*grader.refused})
    remarks = [*grader.remarks, f"{item} was judged again for {len(done)}, without a run"]
    if without:
        remarks.append(f"no evidence for {item} that fits: {', '.join(without)}")
    return GradedClass(done, grader.refused, 0, remarks=remarks)


def _judged(grader: Grader, submitted: Path, item: str, stored: list[Result]) -> Iterator[Result]:
    """The results with a new verdict on the item, entered into the gradebook."""
    name = ITEMS[item].notebook
    inputs = inputs_for(name, grader.seed)[item]
    stub = read_stubs(grader.project)[name]
    grader.remarks += grader.course.register()
    with Judge(grader.seed) as judge:
        for result in stored:
            folder = grader.work / EVIDENCE / result.learner
            evidence = evidence_store.stored(folder, item, inputs)
            path = grader.course.executed(result.learner) / f"{name}.ipynb"
            if evidence is not None and path.is_file():
                _put(result, item, judge, evidence, path, stub)
                result.items |= {f: grader.item_marks[f] for f in files_about(item)}
                if grader.is_entered_now(result, submitted / result.learner / ASSIGNMENT):
                    yield result


def _put(result: Result, item: str, judge: Judge, evidence: bytes, path: Path, stub: Stub) -> None:
    """Put the verdict on the evidence into the result and into the executed notebook."""
    notebook = read_notebook(path)
    verdict = judge.verdicts({item: evidence})
    written = touched(notebook, stub.notebook)
    result.verdicts |= raised.with_errors(verdict, notebook, written)
    write_notebook(scoring.enter(notebook, result.verdicts), path)
