"""Downloads of a learning platform into ``submitted/``, and what became of everything."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from pathlib import Path

from cnn_course.collect.deliver import Delivery, deliver, plan_delivery, present, read_time
from cnn_course.collect.ledger import Collected, Ledger, load_ledger, save_ledger
from cnn_course.collect.plan import TIMESTAMP, Sorted, Work, by_learner
from cnn_course.collect.platforms import (
    EXCHANGE,
    FOLDER,
    Origin,
    choose,
    recognise,
    without_wrapper,
)
from cnn_course.collect.recognise import Recogniser
from cnn_course.collect.unpack import Found, LeftOut, Limits, Unpacker, is_noise
from cnn_course.collect.who import People, load_people
from cnn_course.errors import CourseError
from cnn_course.grade.sample import MARK
from cnn_course.project import SUBMITTED, WORK, Project

Names = Sequence[tuple[str, ...]]

NO_ROSTER = (
    "No list of participants is known, so that names and numbers are missing and the platform's "
    "import of grades may not find everybody: `cnn-lesson people LIST.csv`, before or after."
)


@dataclass
class Outcome:
    """What became of the downloads."""

    platforms: dict[str, str] = field(default_factory=dict)
    """By download: the platform whose form it has."""
    deliveries: list[Delivery] = field(default_factory=list)
    works: dict[str, Work] = field(default_factory=dict)
    without: dict[str, list[str]] = field(default_factory=dict)
    """By learner who sent no notebook of the lesson: what was sent, with the reason."""
    ambiguous: list[str] = field(default_factory=list)
    nobody: list[LeftOut] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    noise: int = 0
    backup: Path | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def somebody_is_left_out(self) -> bool:
        """True where work may be missing in ``submitted/``."""
        lost = [left for left in self.nobody if left.name.lower().endswith((".ipynb", ".zip"))]
        return bool(self.without or self.ambiguous or lost or self.left_out)


def collect(
    project: Project,
    downloads: Sequence[Path],
    platform: str | None = None,
    limits: Limits | None = None,
) -> Outcome:
    """Sort the downloads into ``submitted/<learner>/cnn/``; what became of them.

    Run twice it changes nothing. Raises CourseError where there is nothing to collect.
    """
    if (project.root / SUBMITTED / MARK).exists():
        raise CourseError(f"{SUBMITTED}/ holds the sample class: delete it, then collect again")
    work = project.root / WORK
    work.mkdir(exist_ok=True)
    people, ledger, recogniser = load_people(work), load_ledger(work), Recogniser(project)
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix=".collect-", dir=work) as own:
        files = _open(downloads, Path(own) / "unpacked", platform, limits or Limits(), outcome)
        sort = by_learner(files, people, ledger, recogniser)
        outcome.ambiguous, outcome.nobody = sort.ambiguous, sort.nobody
        came_from = {found: name for found, _, name in files}
        changed = _plan(project, sort, recogniser, outcome)
        if changed:
            backups = deliver(changed, project, Path(own) / "transfer")
            outcome.backup = next(iter(backups.values())).parents[1] if backups else None
        for plan in outcome.deliveries:
            _note(ledger, plan, outcome.works[plan.learner], came_from)
    save_ledger(ledger, work)
    outcome.remarks += _unlisted(people, [plan.learner for plan in outcome.deliveries])
    return outcome


def _unlisted(people: People, learners: list[str]) -> list[str]:
    """A sentence where the platform's import of grades will not find everybody."""
    if not people.entries:
        return [NO_ROSTER]
    strangers = [learner for learner in learners if learner not in people.entries]
    return [f"Not on the list of participants: {', '.join(strangers)}."] if strangers else []


def _open(
    downloads: Sequence[Path], own: Path, platform: str | None, limits: Limits, outcome: Outcome
) -> list[tuple[Found, Origin | None, str]]:
    """Every file of the downloads, whose it is, and which download it is from."""
    files: list[tuple[Found, Origin | None, str]] = []
    for number, download in enumerate(downloads):
        unpacker = Unpacker(own / str(number), limits)
        unpacker.add(download)
        outcome.left_out += unpacker.left_out
        outcome.noise += len(unpacker.noise)
        names = [found.parts for found in unpacker.found]
        kind = platform or choose(names or unpacker.noise)
        outcome.platforms[str(download)] = kind
        inner = without_wrapper(names, kind, download.stem)
        around = names[0][:1] if inner != names else ()
        mine = [recognise(parts, kind) for parts in inner]
        files += [(f, o, download.name) for f, o in zip(unpacker.found, mine, strict=True)]
        noise = [parts[1:] if parts[:1] == around else parts for parts in unpacker.noise]
        outcome.left_out += _nothing_but_noise(noise, kind, {o.key for o in mine if o})
    files = _with_their_times(files)
    if not files and not outcome.left_out:
        raise CourseError(f"there is nothing in {' or '.join(map(str, downloads))}")
    return files


def _nothing_but_noise(noise: Names, kind: str, others: set[str]) -> list[LeftOut]:
    """One file for each learner of whom there is nothing but what systems leave behind."""
    found: dict[str, LeftOut] = {}
    for parts in noise:
        origin = recognise(parts, kind)
        if origin and origin.key not in others and is_noise(origin.rest):
            if not is_noise((origin.folder, "")):
                found.setdefault(origin.key, LeftOut("/".join(parts), "only a system's own file"))
    return [*found.values()]


def _with_their_times(
    files: list[tuple[Found, Origin | None, str]],
) -> list[tuple[Found, Origin | None, str]]:
    """Nbgrader's own timestamp.txt, which is no work but says when the rest was handed in."""
    stamps, rest = {}, []
    for found, origin, name in files:
        stamp = origin and origin.platform in (EXCHANGE, FOLDER) and origin.rest == (TIMESTAMP,)
        if stamp:
            stamps[origin.folder] = read_time(found.path)
        else:
            rest.append((found, origin, name))
    return [
        (f, replace(o, time=stamps[o.folder]) if o and stamps.get(o.folder) else o, name)
        for f, o, name in rest
    ]


def _plan(
    project: Project, sort: Sorted, recogniser: Recogniser, outcome: Outcome
) -> list[Delivery]:
    """The deliveries that change something; ``outcome`` is told of all learners."""
    changed = []
    for learner, work in sorted(sort.works.items()):
        if not any(piece.what.notebook for piece in work.pieces):
            outcome.without[learner] = [
                f"{piece.own_name}: {piece.what.why}" for piece in work.pieces
            ]
            continue
        plan = plan_delivery(work, present(project, learner), recogniser)
        outcome.deliveries.append(plan)
        outcome.works[learner] = work
        if plan.changed:
            changed.append(plan)
    return changed


def _note(ledger: Ledger, plan: Delivery, work: Work, came_from: dict[Found, str]) -> None:
    """Keep the names that came in; a name stays known while its notebook stays."""
    origin = work.first
    before = ledger.learners.get(plan.learner)
    same = before is not None and before.platform == origin.platform
    note = Collected(origin.platform, origin.key, origin.name, origin.folder, origin.login)
    if same:
        note.files, note.given_back_as = dict(before.files), dict(before.given_back_as)
        note.time, note.late, note.download = before.time, before.late, before.download
    for name, piece in {**_first_seen(plan, work, note), **plan.taken}.items():
        note.files[name] = piece.found.name
        if piece.origin.came_in:
            note.given_back_as[name] = piece.origin.came_in
        note.download = came_from.get(piece.found, "")
        note.late = work.late
    if plan.time:
        note.time = plan.time.astimezone(UTC).isoformat(timespec="seconds")
    ledger.learners[plan.learner] = note


def _first_seen(plan: Delivery, work: Work, note: Collected) -> dict:
    """The notebooks that lie there already and whose names that came in are not known yet."""
    return {
        name: work.candidates(name)[0]
        for name in plan.kept
        if name not in note.files and work.candidates(name)
    }
