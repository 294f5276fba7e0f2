"""Grading one assignment of a course: prepared by nbgrader, run in the sandbox, graded by nbgrader.

nbgrader's own converter goes over each submission twice. The first time it stops where the
notebooks would be executed; they are run, many learners at once; the second time it takes their
outputs and does all the rest, as it always does. So points, flags and penalties are nbgrader's.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from traitlets.config import Config

from cnn_course.assignments import steps, taking, trial
from cnn_course.assignments.course import NbgraderCourse, Score
from cnn_course.assignments.execute import FOLDER, Confined
from cnn_course.assignments.running import NB, Ordered, Ran, Trial, preloaded
from cnn_course.errors import CourseError
from cnn_course.grade.conditions import Settings, kept_warm
from cnn_course.grade.gradebook import nbgraders_ways
from cnn_course.grade.late import TIMESTAMP
from cnn_course.grade.slowness import cold_kernels, few_processors
from cnn_lesson.command.plain_path import plain_path

Progress = Callable[[str, int, int], None]
MASTERS = ""
"""The learner's name of the masters that are run on trial."""

SAID = re.compile(re.escape(steps.SAYS).replace("%s", "(.*)"))


@dataclass
class Line:
    """One learner's outcome; ``score`` is None where nbgrader gave none, and a note says why."""

    learner: str
    score: Score | None = None
    notes: list[str] = field(default_factory=list)


@dataclass
class Graded:
    """A graded assignment: a line for each learner, who was left out, and remarks on all."""

    assignment: str
    lines: list[Line] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    already: int = 0
    """How many learners were graded before, and are left as they are."""
    slow: list[str] = field(default_factory=list)
    """What made this run slower than it need be, with the reason."""


def grade_assignment(
    course: NbgraderCourse,
    assignment: str,
    settings: Settings,
    progress: Progress = lambda learner, done, of: None,
) -> Graded:
    """Grade all submissions of an assignment that are not graded yet.

    Raises CourseError where nothing can be graded. What one submission does costs at most its own
    points.
    """
    folders = course.handed_in().get(assignment, {})
    if not folders:
        raise CourseError(f"nobody handed in {assignment}: there is no {pattern(course)}")
    submissions, refused = taking.learners(folders)
    if settings.only:
        submissions, refused = taking.only(submissions, settings.only), {}
    graded = Graded(assignment, refused=refused)
    todo = {
        learner: folder
        for learner, folder in submissions.items()
        if settings.again or not is_graded(course, assignment, learner, folder)
    }
    graded.already = len(submissions) - len(todo)
    preload = preloaded(course.source(assignment))
    with (
        tempfile.TemporaryDirectory(prefix="cnn-class-") as place,
        kept_warm(settings, preload),
    ):
        run = AssignmentRun(course, assignment, settings, plain_path(Path(place)), graded, preload)
        for done, line in enumerate(run.lines(todo), start=1):
            graded.lines.append(line)
            progress(line.learner, done, len(todo))
    graded.lines.sort(key=lambda line: line.learner)
    return graded


def pattern(course: NbgraderCourse) -> str:
    """Where submissions should be, for a person."""
    return str(course.path(course.coursedir.submitted_directory, "<learner>", "<assignment>"))


def is_graded(course: NbgraderCourse, assignment: str, learner: str, folder: Path) -> bool:
    """Whether a submission is in autograded/, and not handed in again since."""
    done = course.path(course.coursedir.autograded_directory, learner, assignment)
    if not done.is_dir() or not list(done.glob(f"*{NB}")):
        return False
    new, old = (course.coursedir.get_existing_timestamp(str(place)) for place in (folder, done))
    return not (new and old and new > old)


class AssignmentRun:
    """One run over an assignment; all that it writes before the end lies in ``scratch``."""

    def __init__(
        self,
        course: NbgraderCourse,
        assignment: str,
        settings: Settings,
        scratch: Path,
        graded: Graded,
        preload: tuple[str, ...],
    ) -> None:
        self.course, self.assignment, self.settings = course, assignment, settings
        self.scratch, self.graded, self.preload = scratch, graded, preload
        self.said: dict[str, list[str]] = {}
        self.cold: list[str] = []
        if assignment not in course.known():
            course.register(assignment, scratch)
            graded.remarks.append(f"{assignment} was not in the gradebook: entered from its source")
        self.steps = steps.steps(course.config, steps.AUTOGRADE)
        self.place = steps.place_of_execution(self.steps)
        self.execute = Confined(config=course.config)
        self.is_executed = self.place < len(self.steps) and self.execute.enabled
        kernels = course.kernels(assignment)
        self.names = sorted(kernels)
        self.as_stock, remarks = trial.other_kernels(kernels)
        if why := steps.why_not(course.config):
            self.as_stock = dict.fromkeys(self.names, why)
        graded.remarks += remarks

    def lines(self, todo: Mapping[str, Path]) -> Iterator[Line]:
        """A line for each learner, as soon as their notebooks are through.

        nbgrader goes on in this thread while others wait for kernels, which are processes.
        """
        waiting: list[Ran] = []
        with ThreadPoolExecutor(self.settings.jobs) as pool:
            jobs = [pool.submit(trial.work, job) for job in self.jobs(todo)]
            for outcome in (job.result() for job in as_completed(jobs)):
                if isinstance(outcome, Ran):
                    waiting.append(outcome)
                    self.cold += outcome.cold
                else:
                    self.as_stock |= outcome
                    self.on_trial = False
                if not self.on_trial:
                    yield from map(self.finish, waiting)
                    waiting.clear()
        yield from self.failed
        self.graded.remarks += [
            f"{name} is run by nbgrader itself, unconfined: {why}"
            for name, why in self.as_stock.items()
        ]
        self.graded.slow += cold_kernels(self.cold, self.settings.warm)
        self.graded.slow += few_processors(self.settings.jobs)

    def jobs(self, todo: Mapping[str, Path]) -> Iterator[Ordered | Trial]:
        """The masters on trial, then each learner's notebooks, prepared as they will be run."""
        self.failed: list[Line] = []
        masters = self.trial() if todo else None
        self.on_trial = masters is not None
        if masters:
            yield masters
        taken = self.scratch / "taken"
        jobs = self.settings.jobs
        for learner, wrong in taking.take_in(todo, self.assignment, self.names, taken, jobs):
            wrong = wrong or self.prepare(learner)
            if wrong:
                self.failed.append(Line(learner, notes=[wrong]))
            else:
                yield self.job(learner)

    def trial(self) -> Trial | None:
        """The masters to be run on trial; None where there are none, or nothing runs confined."""
        confined = [name for name in self.names if name not in self.as_stock]
        if not confined or not self.is_executed:
            return None
        how = self.ordered(MASTERS, confined, self.scratch / "trial")
        return trial.lay_out(self.course, self.assignment, self.scratch / "trial", how)

    def ordered(self, learner: str, names: list[str], place: Path) -> Ordered:
        """The job of running some notebooks in ``place``."""
        return Ordered(
            learner,
            names,
            str(place / FOLDER),
            str(place / "prepared"),
            str(place),
            self.execute.cell_s,
            self.settings.confinement().number,
            self.settings.warm,
            self.preload,
        )

    def prepare(self, learner: str) -> str:
        """Have nbgrader make of a submission what it would execute; what is wrong, or ""."""
        config = self.converting("taken", "prepared")
        config.Autograde.permissions = 644
        config.Autograde.sanitize_preprocessors = steps.steps(self.course.config, steps.SANITIZE)
        config.Autograde.autograde_preprocessors = self.steps[: self.place]
        for section in (config.Autograde, config.BaseConverter):
            section.pop("pre_convert_hook", None)
            section.pop("post_convert_hook", None)
        result = self.autograde(config, learner)
        if not result["success"]:
            return self.course.why(result)
        self.said[learner] = list(dict.fromkeys(SAID.findall(result.get("log", ""))))
        self.keep_timestamp(learner)
        return ""

    def keep_timestamp(self, learner: str) -> None:
        """Leave the time of handing in with what is prepared, whatever the course ignores."""
        taken, prepared = (
            self.scratch / step / learner / self.assignment / TIMESTAMP
            for step in ("taken", "prepared")
        )
        if taken.is_file() and not prepared.exists():
            shutil.copy(taken, prepared)

    def job(self, learner: str) -> Ordered:
        """The job of a learner, whose folder is a copy of what nbgrader prepared."""
        prepared = self.scratch / "prepared" / learner / self.assignment
        place = self.scratch / "executed" / learner
        shutil.copytree(prepared, place / FOLDER)
        (place / "prepared").mkdir()
        names = [name for name in self.names if (prepared / f"{name}{NB}").is_file()]
        for file in (f"{name}{NB}" for name in names):
            self.execute.write_runnable(prepared / file, place / "prepared" / file)
        names = [name for name in names if name not in self.as_stock]
        return self.ordered(learner, names if self.is_executed else [], place)

    def finish(self, ran: Ran) -> Line:
        """Have nbgrader grade a learner whose notebooks are run."""
        if ran.lost:
            return Line(ran.learner, notes=[ran.lost])
        config = self.converting("prepared")
        config.Confined.executed = str(self.scratch / "executed")
        config.Confined.as_stock = self.as_stock
        config.Autograde.sanitize_preprocessors = []
        config.Autograde.autograde_preprocessors = self.steps[self.place :]
        result = self.autograde(config, ran.learner)
        shutil.rmtree(self.scratch / "executed" / ran.learner, ignore_errors=True)
        notes = [f"{name}: {note}" for name, note in ran.notes.items() if name not in self.as_stock]
        if not result["success"]:
            return Line(ran.learner, notes=[*notes, self.course.why(result)])
        notes += self.said[ran.learner]
        return Line(ran.learner, self.course.score(self.assignment, ran.learner), notes)

    def converting(self, submitted: str, autograded: str = "") -> Config:
        """The course's settings with folders in ``scratch``; autograded/ is its own unless told."""
        folders = {"submitted_directory": str(self.scratch / submitted)}
        if autograded:
            folders["autograded_directory"] = str(self.scratch / autograded)
        config = self.course.with_folders(**folders)
        config.NbGraderAPI.log_level = logging.INFO  # what it says is read, not shown
        steps.put_back(config)
        return config

    def autograde(self, config: Config, learner: str) -> dict:
        """What nbgrader says of autograding a learner with these settings."""
        from nbgrader.apps.api import NbGraderAPI

        create = config.Autograde.get("create_student", True)
        with nbgraders_ways():
            api = NbGraderAPI(coursedir=self.course.folders(config), config=config)
            return api.autograde(self.assignment, learner, force=True, create=create)
