"""A platform's list of participants, read from whatever CSV it comes as.

Columns are known by the headers that platforms give them, in English and German:

- Moodle: the participants' download and the grading worksheet, whose ``Identifier`` is
  ``Participant 12345`` (mod/assign/feedback/offline/importgradeslib.php), the number in the
  names of the submissions;
- Canvas: the gradebook's export; the row ``Points Possible`` and the test student are no people;
- ILIAS: the export of members, and the ``status.csv`` of the plugin ExerciseStatusFile.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.learner_id import spelled

_HEADERS = {
    "first": ("first name", "firstname", "given name", "vorname", "first name(s)"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
    "full": ("full name", "fullname", "name", "student", "vollständiger name", "teilnehmer/in"),
    "email": ("email address", "e-mail address", "email", "e-mail", "mail", "e-mail-adresse"),
    "login": (
        *("username", "user name", "login", "sis login id", "login name", "anmeldename"),
        *("benutzername", "nutzername", "loginname"),
    ),
    "number": ("id", "usr_id", "user id", "user_id", "canvas id", "benutzer-id", "nutzer-id"),
    "matriculation": (
        *("id number", "sis user id", "matriculation number", "student number", "id-nummer"),
        *("matrikelnummer", "student id"),
    ),
    "participant": ("identifier", "kennung", "participant"),
}
_PARTICIPANT = re.compile(r"\D*(\d+)\s*$")
_NO_PEOPLE = ("points possible", "student, test", "test student")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Entry:
    """One person on the list; what it does not say is empty."""

    first: str = ""
    last: str = ""
    full: str = ""
    email: str = ""
    login: str = ""
    number: str = ""
    """The platform's own number of the user: Canvas' ID, ILIAS' usr_id."""
    matriculation: str = ""
    """Moodle's ID number, Canvas' SIS User ID, ILIAS' matriculation number."""
    participant: str = ""
    """Moodle's number of the participant in this assignment."""

    @property
    def name(self) -> str:
        """The full name."""
        return self.full or " ".join(filter(None, (self.first, self.last)))

    @property
    def wanted_id(self) -> str:
        """What the learner is called here: the login, else the address, else a number, a name."""
        return self.login or self.email or self.matriculation or self.number or self.name

    @property
    def lms_user_id(self) -> str:
        """What nbgrader's student table keeps for the platform."""
        return self.number or self.matriculation

    def as_dict(self) -> dict[str, str]:
        """What the list says, to be stored."""
        return {key: value for key, value in asdict(self).items() if value}


def read_roster(path: Path) -> list[Entry]:
    """The people on a list. Raises CourseError where the file is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}") from None
    if content.startswith(b"PK\x03\x04"):
        raise CourseError(f"{path} is a spreadsheet: open it and save it as CSV")
    rows = _rows(_text(content))
    columns = _columns(rows[0]) if rows else {}
    if not {"login", "email", "full", "last", "number", "matriculation"} & set(columns):
        raise CourseError(
            f"{path} is no list of participants: its first line should name columns such as "
            "First name, Last name, Email address, Username or ID"
        )
    found = [_entry(row, columns) for row in rows[1:]]
    people = [entry for entry in found if entry.wanted_id and not _is_no_person(entry)]
    if not people:
        raise CourseError(f"{path} has a header and nobody in it")
    return people


def _text(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if content[:200].count(0) > len(content[:200]) // 4:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(text: str) -> list[list[str]]:
    """The lines as fields, by the separator that the header knows most columns with."""
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    first = text.lstrip().partition("\n")[0]
    best = max(",;\t", key=lambda mark: (len(_columns(_split(first, mark)[0])), first.count(mark)))
    try:
        return [row for row in _split(text.lstrip(), best) if any(map(str.strip, row))]
    except csv.Error as error:
        raise CourseError(f"the list of participants is no CSV: {error}") from None


def _split(text: str, mark: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) or [[]]


def _columns(header: list[str]) -> dict[str, int]:
    """Where each known column is; of two of a kind the first."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        title = title.strip().strip('"').lstrip("\ufeff").casefold()
        for kind, names in _HEADERS.items():
            if title in names:
                found.setdefault(kind, place)
    return found


def _entry(row: list[str], columns: dict[str, int]) -> Entry:
    values = {kind: spelled(row[place]) for kind, place in columns.items() if place < len(row)}
    if numbered := _PARTICIPANT.match(values.get("participant", "")):
        values["participant"] = numbered[1]
    elif "number" in values and not values["number"].isdigit():
        # Moodle's worksheet in some languages calls its identifier ID
        if numbered := _PARTICIPANT.match(values.pop("number")):
            values["participant"] = numbered[1]
    full = values.get("full", "")
    if "," in full and not values.get("last"):
        values["last"], _, first = (part.strip() for part in full.partition(","))
        values["first"] = first
        values["full"] = f"{first} {values['last']}".strip()
    return Entry(**values)


def _is_no_person(entry: Entry) -> bool:
    names = (entry.full.casefold(), f"{entry.last}, {entry.first}".casefold())
    return any(name.strip() in _NO_PEOPLE for name in names)
