"""What becomes of a download: for each learner the notebooks that are taken, and all the rest."""

from __future__ import annotations

from collections.abc import Sequence
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

Key = tuple[str, str]
"""A platform, and what tells its people apart."""


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
    files: Sequence[tuple[Found, Origin | None, str]],
    people: People,
    ledger: Ledger,
    recogniser: Recogniser,
) -> Sorted:
    """The files, each with the download that it is from, sorted by learner."""
    result = Sorted()
    known = _learners_of(files, people, ledger, result)
    for found, origin, _ in files:
        if origin is None:
            result.nobody.append(LeftOut(found.name, "its name does not say whose it is"))
        elif who := known[origin.platform, origin.key]:
            piece = Piece(found, origin, recogniser.look_at(found.path))
            result.works.setdefault(who, Work(who)).pieces.append(piece)
        else:
            result.nobody.append(LeftOut(found.name, "it is not known whose it is (see below)"))
    return result


def _learners_of(
    files: Sequence[tuple[Found, Origin | None, str]],
    people: People,
    ledger: Ledger,
    result: Sorted,
) -> dict[Key, str]:
    """The learner's id by platform and key, "" with a sentence in ``result`` for who has none."""
    known: dict[Key, str] = {}
    claims: dict[tuple[str, str], dict[Key, Origin]] = {}
    for _, origin, download in files:
        if origin is not None:
            key = origin.platform, origin.key
            if key not in known:
                known[key] = _learner_of(origin, people, ledger, [*known.values()], result)
            claims.setdefault((download, known[key]), {})[key] = origin
    for (_, who), claiming in claims.items():
        if who and len(claiming) > 1:
            result.ambiguous.append(_two_people(who, [*claiming.values()]))
            known |= {k: "" for k, origin in claiming.items() if ledger.id_of(origin) != who}
    return known


def _learner_of(
    origin: Origin, people: People, ledger: Ledger, others: list[str], result: Sorted
) -> str:
    """The learner's id, or "" with a sentence in ``result.ambiguous``."""
    if before := ledger.id_of(origin):
        return before
    found = people.find(origin)
    if len(found) > 1:
        result.ambiguous.append(f"{_named(origin)} may be {' or '.join(found)}; {_way_out(origin)}")
        return ""
    try:
        who = found[0] if found else new_id(origin)
    except BadLearnerId as error:
        result.ambiguous.append(str(error))
        return ""
    taken = [*others, *ledger.learners]
    twin = next((t for t in taken if t != who and t.casefold() == who.casefold()), None)
    if twin is not None:
        result.ambiguous.append(
            f"“{who}” and “{twin}” differ in capital letters only; rename one of them"
        )
        return ""
    return who


def _two_people(who: str, origins: list[Origin]) -> str:
    names = " and ".join(map(_named, origins))
    return f"{names} are two people, and both would be {who}; {_way_out(origins[0])}"


def _named(origin: Origin) -> str:
    number = f" ({origin.key})" if origin.key != origin.name else ""
    return f"“{origin.name}”{number}"


def _way_out(origin: Origin) -> str:
    if origin.platform == MOODLE:
        return "Moodle's grading worksheet, read with `cnn-lesson people`, has the numbers"
    return "a list with logins or numbers, read with `cnn-lesson people`, tells them apart"
