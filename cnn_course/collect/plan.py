"""What becomes of a download: for each learner the notebooks that are taken, and all the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cnn_course.collect.ledger import Ledger
from cnn_course.collect.platforms import MOODLE, Origin
from cnn_course.collect.recognise import Recognised, Recogniser
from cnn_course.collect.unpack import Found, LeftOut
from cnn_course.collect.who import People, new_id
from cnn_course.learner_id import BadLearnerId

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
TIMESTAMP = "timestamp.txt"


@dataclass(frozen=True)
class Piece:
    """One file of a learner: where it is, whose, and what is in it."""

    found: Found
    origin: Origin
    what: Recognised

    @property
    def own_name(self) -> str:
        """The learner's own name of the file."""
        return "/".join(self.origin.rest)

    @property
    def time(self) -> datetime:
        """When it was handed in: by the platform's name of it, else by the file's date."""
        return self.origin.time or self.found.date or _LONG_AGO


@dataclass
class Work:
    """Everything that came in from one learner."""

    learner: str
    pieces: list[Piece] = field(default_factory=list)

    @property
    def first(self) -> Origin:
        """Whose it is; the time and the name of a single file are not meant."""
        return max(self.pieces, key=lambda piece: bool(piece.what.notebook)).origin

    @property
    def late(self) -> bool:
        """Whether the platform calls anything of it late."""
        return any(piece.origin.late for piece in self.pieces)

    def candidates(self, notebook: str) -> list[Piece]:
        """The files that are this notebook, the best first.

        A stub that nobody touched comes last. Of two hand-ins that the platform tells apart by
        time the later one is better; within one hand-in the one with more filled in, then the
        newer one.
        """
        mine = [piece for piece in self.pieces if piece.what.notebook == notebook]
        return sorted(mine, key=_worth, reverse=True)

    def others(self) -> list[Piece]:
        """The files beside the notebooks: data, pictures, modules."""
        return [piece for piece in self.pieces if not piece.what.notebook]


@dataclass
class Sorted:
    """A download by learners, and what belongs to nobody that is known."""

    works: dict[str, Work] = field(default_factory=dict)
    nobody: list[LeftOut] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)


def _worth(piece: Piece) -> tuple:
    what = piece.what
    return (
        what.filled > 0,
        piece.origin.time or _LONG_AGO,
        what.filled,
        piece.found.date or _LONG_AGO,
        piece.own_name,
    )


def by_learner(
    files: Iterable[tuple[Found, Origin | None]],
    people: People,
    ledger: Ledger,
    recogniser: Recogniser,
) -> Sorted:
    """The files sorted by learner."""
    result = Sorted()
    known: dict[tuple[str, str], str] = {}
    for found, origin in files:
        if origin is None:
            result.nobody.append(LeftOut(found.name, "its name does not say whose it is"))
            continue
        who = known.get((origin.platform, origin.key))
        if who is None:
            who = _learner_of(origin, people, ledger, result)
            known[origin.platform, origin.key] = who
        if who:
            piece = Piece(found, origin, recogniser.look_at(found.path))
            result.works.setdefault(who, Work(who)).pieces.append(piece)
        else:
            result.nobody.append(LeftOut(found.name, "it is not known whose it is (see above)"))
    return result


def _learner_of(origin: Origin, people: People, ledger: Ledger, result: Sorted) -> str:
    """The learner's id, or "" with a sentence in ``result.ambiguous``."""
    if before := ledger.id_of(origin):
        return before
    found = people.find(origin)
    if len(found) > 1:
        result.ambiguous.append(f"“{origin.name}” may be {' or '.join(found)}; {_way_out(origin)}")
        return ""
    try:
        who = found[0] if found else new_id(origin)
    except BadLearnerId as error:
        result.ambiguous.append(str(error))
        return ""
    taken = [*result.works, *ledger.learners]
    twin = next((t for t in taken if t != who and t.casefold() == who.casefold()), None)
    if twin is not None:
        result.ambiguous.append(
            f"“{who}” and “{twin}” differ in capital letters only; rename one of them"
        )
        return ""
    return who


def _way_out(origin: Origin) -> str:
    if origin.platform == MOODLE:
        return "Moodle's grading worksheet, read with `cnn-lesson people`, has the numbers"
    return "a list with logins or numbers, read with `cnn-lesson people`, tells them apart"
