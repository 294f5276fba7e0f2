"""A course graded twice, by `nbgrader autograde` and by `cnn-lesson grade`: same points, less time?

    python -m tests.support.against_stock COURSE ASSIGNMENT [--learners 5]

copies the course, makes submissions (right, blank, wrong, partly, broken, and again, every third
late, which costs all points), has both grade them, and those that the course brings along, and
prints what differs, cell by cell, and how long each took.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

BIN = Path(sys.executable).parent
KINDS = ("right", "blank", "wrong", "partly", "broken")
DUE = "2030-01-01 00:00:00 UTC"
WRONG = {"code": "raise ValueError('wrong')", "markdown": "Something else."}
ADDRESS = re.compile(
    r"0x[0-9a-f]+|ipykernel_\d+/\d+|/[\w/.-]*/(autograded/\w+/[^/]+|job|folder)\b|[\d.]+ ?[mµn]?s\b"
)


def command(*words: str, cwd: Path) -> tuple[int, str, float]:
    """The exit code of a command of this environment, what it said, and the seconds it took."""
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "COLUMNS": "200"}
    start = time.monotonic()
    done = subprocess.run(
        [str(BIN / words[0]), *words[1:]], cwd=cwd, env=env, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr, time.monotonic() - start


def answers(source: Path) -> dict[str, str]:
    """By grade id, what the master's cells that learners fill in hold."""
    cells = nbformat.read(source, as_version=4).cells
    about = [(cell, cell.metadata.get("nbgrader", {})) for cell in cells]
    return {each["grade_id"]: cell.source for cell, each in about if each.get("solution")}


def submission(released: Path, source: Path, kind: str) -> nbformat.NotebookNode:
    """A learner's notebook of a kind."""
    notebook = nbformat.read(released, as_version=4)
    solved = answers(source)
    number = 0
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if not about.get("solution"):
            continue
        number += 1
        if kind == "right" or (kind == "partly" and number % 2):
            cell.source = solved.get(about["grade_id"], cell.source)
        elif kind == "wrong":
            cell.source = WRONG.get(cell.cell_type, "")
        elif kind == "broken" and number % 2:
            cell.source = "def broken(:\n  return" if cell.cell_type == "code" else ""
    return notebook


def make_submissions(course: Path, assignment: str, learners: int) -> None:
    """A folder for each learner; every third hands in late."""
    released, source = course / "release" / assignment, course / "source" / assignment
    for number in range(learners):
        kind = KINDS[number % len(KINDS)]
        place = course / "submitted" / f"{kind}{number // len(KINDS) or ''}" / assignment
        shutil.copytree(released, place)
        for path in released.glob("*.ipynb"):
            nbformat.write(submission(path, source / path.name, kind), place / path.name)
        late = "2030-01-02" if number % 3 == 2 else "2029-12-31"
        (place / "timestamp.txt").write_text(f"{late} 00:00:00 UTC")


def grades(course: Path, assignment: str, book: str = "gradebook.db") -> dict[tuple, tuple]:
    """By learner, notebook and cell, what the gradebook says, penalties and comments, too."""
    from nbgrader.api import Gradebook

    found: dict[tuple, tuple] = {}
    with Gradebook(f"sqlite:///{course}/{book}") as gradebook:
        for submitted in gradebook.assignment_submissions(assignment):
            for notebook in submitted.notebooks:
                place = (submitted.student.id, notebook.name)
                found[place] = (notebook.late_submission_penalty,)
                for grade in notebook.grades:
                    flag = bool(grade.needs_manual_grade)
                    found[*place, grade.name] = (grade.auto_score, flag, grade.max_score)
                for comment in notebook.comments:
                    found[*place, comment.name, "comment"] = (comment.auto_comment,)
    return found


def outputs(course: Path, assignment: str, step: str = "autograded") -> dict[tuple, list]:
    """By learner, notebook and cell number, what the cell put out, as far as two runs agree."""
    found = {}
    for path in sorted((course / step).glob(f"*/{assignment}/*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            place = (path.parts[-3], path.stem, number)
            found[place] = [cell.source, *plain_outputs(cell.get("outputs", []))]
    return found


def plain_outputs(outputs: list) -> list:
    """Outputs with streams joined by name and without addresses, process numbers and times."""
    kept: list = []
    for output in outputs:
        if output.output_type == "stream":
            text = ADDRESS.sub("…", output.text)
            if kept and kept[-1][0] == output.name:
                kept[-1][1] += text
            else:
                kept.append([output.name, text])
        elif output.output_type == "error":
            kept.append([output.ename, ADDRESS.sub("…", output.evalue)])
        else:
            data = {k: v for k, v in output.data.items() if not k.startswith("image/")}
            kept.append([output.output_type, ADDRESS.sub("…", json.dumps(data, sort_keys=True))])
    return kept


def differing(one: dict, other: dict) -> list[str]:
    """A line for each key whose values differ."""
    keys = sorted(one.keys() | other.keys(), key=str)
    return [f"{k}: {one.get(k)} – {other.get(k)}" for k in keys if one.get(k) != other.get(k)]


def prepared(course: Path, place: Path, assignment: str, learners: int) -> tuple[Path, Path]:
    """Two copies of a course with the same submissions, its assignment in both gradebooks."""
    stock, ours = place / "stock", place / "ours"
    shutil.copytree(course, stock)
    command("nbgrader", "update", ".", cwd=stock)
    code, said, _ = command("nbgrader", "generate_assignment", assignment, "--force", cwd=stock)
    assert code == 0, said
    if learners:
        make_submissions(stock, assignment, learners)
    with (stock / "nbgrader_config.py").open("a") as config:
        config.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{stock}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(assignment, duedate=DUE)
    shutil.copytree(stock, ours)
    return stock, ours


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("course", type=Path)
    parser.add_argument("assignment")
    parser.add_argument("--learners", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="against-") as folder:
        stock, ours = prepared(asked.course, Path(folder), asked.assignment, asked.learners)
        code, said, slow = command("nbgrader", "autograde", asked.assignment, cwd=stock)
        print(f"stock: exit code {code}, {slow:.1f} s")
        words = ("grade", "--course", str(ours), "--assignment", asked.assignment)
        code, said, quick = command("cnn-lesson", *words, cwd=ours)
        print(f"ours:  exit code {code}, {quick:.1f} s\n{said}")
        for what in (grades, outputs):
            one, other = (what(each, asked.assignment) for each in (stock, ours))
            lines = differing(one, other)
            print(f"{what.__name__}: {len(one)} compared, {len(lines)} differ")
            print("\n".join(line[:400] for line in lines[:20]))
        print(f"{slow / quick:.1f} times as fast")


if __name__ == "__main__":
    main()
