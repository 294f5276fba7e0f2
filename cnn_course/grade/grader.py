"""Grading a class: clean what was handed in, run it, judge it, write scores and feedback.

Running is done by many at once, the rest by one process, learner by learner, as replies come in.
A learner is done when their result is stored; a run that was interrupted goes on from there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat

from cnn_course import nbgrader_settings
from cnn_course.build.notebooks import write_notebook
from cnn_course.build.stubs import refuse_edited_stubs
from cnn_course.grade import (
    borrowed,
    evidence_store,
    executors,
    feedback,
    late,
    raised,
    results,
    scoring,
)
from cnn_course.grade.account import Account
from cnn_course.grade.alike import own_mark
from cnn_course.grade.choosing import Stub, read_stubs
from cnn_course.grade.conditions import (
    Settings,
    class_seed,
    kept_warm,
    refuse_full_disk,
    refuse_strangers_without_confinement,
)
from cnn_course.grade.entered import entries_of, is_entered, is_executed
from cnn_course.grade.evidence_store import EVIDENCE
from cnn_course.grade.fill_cache import stock
from cnn_course.grade.gradebook import Course, Refused
from cnn_course.grade.gradebook_file import one_run_at_a_time
from cnn_course.grade.graded import GradedClass
from cnn_course.grade.jobs import Job, Reply
from cnn_course.grade.judging import Judge, inputs_for
from cnn_course.grade.results import Result
from cnn_course.grade.submissions import (
    CleanSubmission,
    Submission,
    clean_all,
    find_submissions,
    only,
)
from cnn_course.grade.untouched import Untouched
from cnn_course.grade.version import item_marks, version
from cnn_course.project import WORK, Project
from cnn_lesson.items import NOTEBOOKS, TRAINS
from nbsandbox.limits import Limits

Progress = Callable[[str, int, int], None]


def grade(
    project: Project,
    submitted: Path,
    settings: Settings,
    progress: Progress = lambda learner, done, of: None,
) -> GradedClass:
    """Grade every submission in a folder that is not graded yet.

    Raises CourseError where nothing can be graded, or where there is no sandbox and submissions
    are not trusted. What one submission does costs at most its own points.
    """
    submissions, refused = find_submissions(submitted, project.other_assignments())
    submissions = only(submissions, settings.only)
    refuse_strangers_without_confinement(project, submissions, settings)
    refuse_full_disk(project, Limits())
    refuse_edited_stubs(project)
    with one_run_at_a_time(project.root / WORK):
        grader = Grader(project, settings)
        todo, unentered, done = grader.sort(submissions)
        progress("", len(done), len(submissions))
        for result in grader.run_and_enter(todo, unentered):
            done[result.learner] = result
            progress(result.learner, len(done), len(submissions))
        refused |= grader.refused
        ordered = [done[s.learner] for s in submissions if s.learner in done]
        with grader.account.spending("pages"):
            feedback.renew(project, None if settings.only else ordered)
    now = {submission.learner for submission in todo}
    kernels = sum(r.cpu_s for x in ordered if x.learner in now for r in x.runs.values())
    account = grader.account
    account.add("kernels", kernels)
    account.add("judge", grader.judge_cpu_s)
    return GradedClass(
        ordered,
        refused,
        len(todo),
        kernels + grader.judge_cpu_s,
        account.cache_line() if todo else "",
        grader.remarks,
        account.slow_lines() if todo else [],
        account.spent,
    )


class Grader:
    """One run of the grader over a project."""

    def __init__(self, project: Project, settings: Settings) -> None:
        self.project, self.settings = project, settings
        self.work = project.root / WORK
        self.course = Course(project, self.work)
        self.judge_cpu_s = 0.0
        self.account = Account(settings)
        self.remarks: list[str] = []
        self.refused: dict[str, str] = {}
        self.item_marks = item_marks()
        self.seed = class_seed(self.work)
        config = self.course.config()
        self.limits = settings.limits or Limits(cell_s=nbgrader_settings.cell_limit_s(config))
        self.learner_s = nbgrader_settings.learner_limit_s(config)
        self.version = version(project, self.seed, self.limits)

    def sort(
        self, submissions: Sequence[Submission]
    ) -> tuple[list[Submission], dict[Submission, Result], dict[str, Result]]:
        """Who is to be run, whose points only have to be entered, and who is done."""
        todo: list[Submission] = []
        unentered: dict[Submission, Result] = {}
        done: dict[str, Result] = {}
        stamps = {s.learner: late.read(s.folder / late.TIMESTAMP) for s in submissions}
        entered = entries_of(self.course)
        lateness = self.course.lateness(stamps)
        for submission in submissions:
            learner = submission.learner
            result = self.stored(learner, self.key(submission))
            if result is None:
                todo.append(submission)
            elif is_entered(result, entered.get(learner, {}), lateness.get(learner, 0.0)):
                done[learner] = result
            elif is_executed(self.course.executed(learner)):
                unentered[submission] = result
            else:
                todo.append(submission)
        return todo, unentered, done

    @functools.cached_property
    def stubs(self) -> dict[str, Stub]:
        """The assignment's notebooks, by name."""
        return read_stubs(self.project)

    @functools.cached_property
    def given(self) -> dict[str, frozenset[str]]:
        """The texts that the assignment's notebooks were handed out with, by notebook."""
        return {
            name: frozenset(c.source for c in stub.notebook.cells if c.cell_type != "code")
            for name, stub in self.stubs.items()
        }

    def key(self, submission: Submission) -> str:
        """What a result depends on: the submission, the assignment, the grader, its limits."""
        return f"{submission.digest()}-{self.version}"

    def stored(self, learner: str, key: str) -> Result | None:
        """The result of an earlier run, where nothing it depends on has changed."""
        result = results.load(learner, self.work / "results")
        fresh = result is not None and (result.key, result.items) == (key, self.item_marks)
        return result if fresh and not self.settings.again else None

    def run_and_enter(
        self, todo: Sequence[Submission], unentered: Mapping[Submission, Result]
    ) -> Iterator[Result]:
        """The results of those to be run, and of those whose points the gradebook lacks."""
        if todo:
            yield from self.run(todo)
        elif unentered:
            self.remarks += self.course.register()
        for submission, result in unentered.items():
            if self.is_entered_now(result, submission.folder):
                yield result
        if unentered:
            names = ", ".join(submission.learner for submission in unentered)
            self.remarks.append(
                "entered into the gradebook again, without a run, as their points there were "
                f"missing or others: {names}"
            )

    def run(self, submissions: Iterable[Submission]) -> Iterator[Result]:
        """The results, learner by learner, as soon as all notebooks of one are through."""
        folders = {submission.learner: submission for submission in submissions}
        keys = {learner: self.key(submission) for learner, submission in folders.items()}
        store = self.store()
        cleaned = clean_all(folders.values(), self.project, self.settings.jobs)
        jobs = (job for entry in cleaned.values() for job in self.jobs(entry, store))
        run = Untouched(jobs, {name: stub.notebook for name, stub in self.stubs.items()})
        where = executors.chosen(self.settings.cluster, self.settings.jobs)
        arrived: dict[str, dict[str, Reply]] = {learner: {} for learner in cleaned}
        with (
            kept_warm(self.settings),
            Judge(self.seed) as judge,
            self.prepare_in_background(judge) as ready,
        ):
            replies = executors.run_all(
                run.jobs, where, budget_s=self.learner_s, alone=self.account.alone.append
            )
            for reply in run.handed_on(replies):
                arrived[reply.learner][reply.name] = reply
                self.account.note(reply)
                if len(arrived[reply.learner]) == len(NOTEBOOKS):
                    who = reply.learner
                    ready.result()
                    result = self.finish(cleaned[who], keys[who], arrived.pop(who), judge)
                    with self.account.spending("nbgrader"):
                        entered = self.is_entered_now(result, folders[who].folder)
                    if entered:
                        yield result
                    self.judge_cpu_s = judge.cpu_s

    @contextmanager
    def prepare_in_background(self, judge: Judge) -> Generator[Future]:
        """Done when gradebook and judge are ready, which they get while the first jobs run."""
        with ThreadPoolExecutor(1) as aside:
            yield aside.submit(lambda: (judge.load(), self.remarks.extend(self.course.register())))

    def store(self) -> Path | None:
        """The training store, filled first where it is not; None where none is wanted."""
        if not self.settings.store:
            self.account.cache_off = "--no-store asks for that"
            return None
        filled = stock(self.project, (self.work / "store").resolve(), self.settings.jobs)
        if filled is None:
            self.account.cache_off = (
                "it is filled by running the solutions, and that went wrong here"
            )
        return filled

    def jobs(self, entry: CleanSubmission, store: Path | None) -> Iterator[Job]:
        """A job for each notebook of a learner."""
        level = self.settings.confinement().number
        for name, notebook in entry.notebooks.items():
            yield Job(
                entry.learner,
                name,
                nbformat.writes(notebook),
                inputs_for(name, self.seed),
                self.limits,
                level=level,
                warm=self.settings.warm,
                store=str(store) if store and name in TRAINS else "",
            )

    def finish(
        self, entry: CleanSubmission, key: str, replies: dict[str, Reply], judge: Judge
    ) -> Result:
        """Judge what a learner's notebooks handed out; the executed notebooks are written."""
        from cnn_course.sanitise import looked_at

        result = Result(entry.learner, key, items=self.item_marks)
        for name in NOTEBOOKS:
            reply = replies[name]
            notebook = nbformat.reads(reply.notebook, as_version=4)
            touched = entry.touched.get(name, ())
            notes = [entry.notes.get(name), reply.run.note, raised.raised_note(notebook, touched)]
            notes.append(borrowed.borrowed_note(notebook))
            run = replace(reply.run, note="; ".join(filter(None, notes)))
            verdicts = scoring.complete(judge.verdicts(reply.evidence), name, run)
            verdicts = raised.with_errors(verdicts, notebook, touched)
            result.verdicts.update(verdicts)
            stub = self.stubs[name]
            result.own[name] = own_mark(notebook, stub.notebook, stub.solution)
            not_shown, notebook = looked_at(notebook, self.given[name])
            result.runs[name] = replace(run, note="; ".join(filter(None, (run.note, not_shown))))
            evidence_store.keep(
                self.work / EVIDENCE / entry.learner, reply.evidence, inputs_for(name, self.seed)
            )
            path = self.course.executed(result.learner) / f"{name}.ipynb"
            write_notebook(scoring.enter(notebook, verdicts), path)
        return result

    def is_entered_now(self, result: Result, submitted: Path) -> bool:
        """Enter a learner's result; False, with the reason kept, where nbgrader refused it."""
        try:
            self.enter(result, submitted)
        except Refused as error:
            self.refused[result.learner] = str(error)
        return result.learner not in self.refused

    def enter(self, result: Result, submitted: Path) -> None:
        """Score a learner's executed notebooks; the result is last, and says that all is there."""
        late.hand_on(submitted, self.course.executed(result.learner))
        self.course.score(result.learner)
        stamp = late.read(submitted / late.TIMESTAMP)
        result.late_s = self.course.lateness({result.learner: stamp}).get(result.learner, 0.0)
        results.save(result, self.work / "results")
