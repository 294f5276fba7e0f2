"""Notebooks left as they were handed out are run once for all."""

from copy import deepcopy

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from cnn_course.grade.jobs import Job, Reply
from cnn_course.grade.results import Run
from cnn_course.grade.turns import by_learner
from cnn_course.grade.untouched import NOBODY, Untouched, is_untouched
from nbsandbox.training_cache.tally import Tally, total

STUBS = {
    "01": new_notebook(cells=[new_markdown_cell("One"), new_code_cell("answer = None")]),
    "02": new_notebook(cells=[new_markdown_cell("Two"), new_code_cell("kernel = None")]),
}


def written(name, answer):
    """A stub with an answer."""
    notebook = deepcopy(STUBS[name])
    notebook.cells[1].source = answer
    return notebook


def a_class(**notebooks):
    """The jobs of a class, by learner the answers to both notebooks, "" where there is none."""
    return [
        Job(learner, name, nbformat.writes(written(name, said) if said else STUBS[name]), {})
        for learner, answers in notebooks.items()
        for name, said in zip(STUBS, answers, strict=True)
    ]


def ran(job):
    """A reply that tells what was run, and by whom."""
    run = Run(note=f"ran for {job.learner or 'nobody'}", cpu_s=2.0)
    return Reply(job.learner, job.name, run, job.notebook, {}, Tally(trained=1), "", {"judge": 1.0})


def test_each_untouched_notebook_is_run_once():
    """Do all who left a notebook untouched share one run, and the others have their own?"""
    jobs = a_class(ann=("1", "2"), bea=("1", ""), cy=("", ""), deb=("", ""))
    once = Untouched(jobs, STUBS)
    assert len(once.jobs) == len(jobs) - 5 + 2
    found = {(r.learner, r.name): r.run.note for r in once.handed_on(map(ran, once.jobs))}
    assert set(found) == {(job.learner, job.name) for job in jobs}
    shared = {who for who, note in found.items() if note == "ran for nobody"}
    assert shared == {("bea", "02"), ("cy", "01"), ("cy", "02"), ("deb", "01"), ("deb", "02")}
    assert all(
        note == f"ran for {who}" for (who, n), note in found.items() if (who, n) not in shared
    )


def test_nobodys_other_notebooks_can_spoil_it():
    """Has the untouched notebook a turn of its own, with a budget of time of its own?"""
    jobs = a_class(ann=("while True: pass", ""), bea=("", "2"))
    nobodys, *others = by_learner(Untouched(jobs, STUBS).jobs)
    assert {(job.learner, job.name) for job in nobodys} == {(NOBODY, "01"), (NOBODY, "02")}
    assert [[(job.learner, job.name) for job in turn] for turn in others] == [
        [("ann", "01")],
        [("bea", "02")],
    ]


def test_what_it_took_is_counted_once():
    """Is one run's time one run's time, however many share it?"""
    once = Untouched(a_class(ann=("", "2"), bea=("", "2"), cy=("", "2")), STUBS)
    replies = [r for r in once.handed_on(map(ran, once.jobs)) if r.name == "01"]
    assert len(replies) == 3
    assert sum(r.run.cpu_s for r in replies) == 2.0
    assert sum(r.spent.get("judge", 0) for r in replies) == 1.0
    assert total([r.cache for r in replies]).trained == 1


def test_a_letter_more_is_no_longer_untouched():
    """Does a changed text, a cell more or another order have a run of its own?"""
    stub = STUBS["01"]
    assert is_untouched(deepcopy(stub), stub)
    assert not is_untouched(written("01", "answer = None "), stub)
    for cells in ([*stub.cells, new_code_cell("")], stub.cells[::-1], stub.cells[:1]):
        assert not is_untouched(new_notebook(cells=cells), stub)
