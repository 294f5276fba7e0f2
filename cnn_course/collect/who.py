"""Who is who: the names in a download, the list of participants, and the ids of learners."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from cnn_course.collect.platforms import CANVAS, EXCHANGE, FOLDER, ILIAS, MOODLE, Origin
from cnn_course.collect.roster import Entry
from cnn_course.errors import CourseError
from cnn_course.learner_id import BadLearnerId, learner_id
from nbsandbox.atomic import write_text

PEOPLE = "people.json"
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_NO_FILE_NAME = re.compile(r"[&<>\"`|':\\/]")
"""What Moodle leaves out of a name (PARAM_FILE, lib/moodlelib.php): O'Brien's folder is OBrien."""


@dataclass
class People:
    """The list of participants that was read last, by learner id."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def find(self, origin: Origin) -> list[str]:
        """The learners that a name in a download may mean: by number or login, else by name."""
        sure = [who for who, entry in self.entries.items() if _is_surely(entry, origin, who)]
        if sure:
            return sure
        numbered = {MOODLE: "participant", CANVAS: "number", ILIAS: "number"}.get(origin.platform)
        unnumbered = {
            who: entry
            for who, entry in self.entries.items()
            if not (numbered and getattr(entry, numbered))
        }
        very = [who for who, entry in unnumbered.items() if _very_name(entry, origin.name)]
        return very or [w for w, entry in unnumbered.items() if _similar_name(entry, origin.name)]


def _is_surely(entry: Entry, origin: Origin, who: str) -> bool:
    if origin.platform == MOODLE:
        return entry.participant == origin.key
    if origin.platform in (CANVAS, ILIAS) and entry.number:
        return entry.number == origin.key
    if origin.platform in (ILIAS, EXCHANGE, FOLDER):
        names = {who.casefold(), entry.login.casefold(), entry.email.casefold()} - {""}
        return origin.login.casefold() in names
    return False


def _very_name(entry: Entry, name: str) -> bool:
    """Whether the names have the same letters, in whatever order the words are."""
    return bool(_sorted(_as_folders(_low(entry.name))) & _sorted(_as_folders(_low(name))))


def _similar_name(entry: Entry, name: str) -> bool:
    """Whether the names agree with umlauts written out or dropped, or without blanks."""
    spellings = _spellings(name)
    glued = {"".join(_words(text)) for text in _spellings(f"{entry.last} {entry.first}")} - {""}
    return bool(_sorted(_spellings(entry.name)) & _sorted(spellings)) or any(
        "".join(_words(text)) in glued for text in spellings
    )


def _sorted(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return {tuple(sorted(_words(text))) for text in texts} - {()}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _low(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().replace("_", " ")


def _as_folders(text: str) -> list[str]:
    """A name as it is, and as Moodle makes a folder of it."""
    return [text, re.sub(r"\.\.+", "", _NO_FILE_NAME.sub("", text))]


def _spellings(name: str) -> list[str]:
    """A name as it is, with umlauts written out, with marks dropped; each as a folder, too."""
    low = _low(name)
    bare = "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))
    return [each for text in (low, low.translate(_UMLAUTS), bare) for each in _as_folders(text)]


def new_id(origin: Origin) -> str:
    """What a learner is called whom no list knows. Raises BadLearnerId where that cannot be.

    A name alone may be two people's, so the platform's number stands beside it. A name that
    cannot be an id gives way to the number alone.
    """
    if origin.platform in (EXCHANGE, FOLDER):
        return learner_id(origin.login)
    if origin.platform == ILIAS:
        return _first_good(origin.login, f"{origin.platform} {origin.key}")
    return _first_good(f"{origin.name} {origin.key}", f"{origin.platform} {origin.key}")


def _first_good(*names: str) -> str:
    for name in names[:-1]:
        try:
            return learner_id(name)
        except BadLearnerId:
            continue
    return learner_id(names[-1])


def load_people(work: Path) -> People:
    """The list as it was stored; empty where there is none."""
    path = work / PEOPLE
    if not path.is_file():
        return People()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return People({who: Entry(**about) for who, about in stored["people"].items()})
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise CourseError(
            f"{path} is damaged: run `cnn-lesson people` again with the list of participants"
        ) from error


def save_people(people: People, work: Path) -> None:
    """Store the list, for nobody else to read."""
    whole = {"people": {who: entry.as_dict() for who, entry in people.entries.items()}}
    write_text(work / PEOPLE, json.dumps(whole, ensure_ascii=False, indent=1))
    os.chmod(work / PEOPLE, 0o600)


def ids_of(entries: Iterable[Entry]) -> tuple[dict[str, Entry], list[str]]:
    """The entries by learner id, and a sentence for each that cannot have one of its own."""
    found: dict[str, Entry] = {}
    refused: list[str] = []
    for entry in entries:
        try:
            who = learner_id(entry.wanted_id)
        except BadLearnerId as error:
            refused.append(str(error))
            continue
        twin = next((other for other in found if other.casefold() == who.casefold()), None)
        if twin is not None and found[twin] != entry:
            refused.append(f"“{who}” stands on the list twice; only the first is taken")
        found.setdefault(twin or who, entry)
    return found, refused
