"""Bytes that somebody handed in as a notebook, read as JSON, or one true sentence on why not."""

from __future__ import annotations

import json
import re

from cnn_course.errors import CourseError

AGAIN = "hand in the notebook (.ipynb) again"
_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
}
_CONFLICT = re.compile(r"^(?:<{7} |>{7} |={7}\r?$)", re.MULTILINE)
_WEB_PAGE = re.compile(r"\s*<(?:!doctype html|html|head|\?xml|!--)", re.IGNORECASE)
_SCRIPT = re.compile(r"\s*(?:#!|# |#%%|import \w|from \w|def \w)")
_SHOWN = 30


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and a note where its encoding had to be guessed, or "".

    UTF-8, UTF-16 and UTF-32 are told by their byte order mark or by their zeros; what is none of
    these is read as Latin-1, which every byte is a letter of.
    """
    encoding = json.detect_encoding(content)
    if encoding not in ("utf-8", "utf-8-sig"):
        return content.decode(encoding, "replace"), ""
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _guessed(content)


def _guessed(content: bytes) -> tuple[str, str]:
    """Bytes that are not UTF-8 throughout: damaged UTF-8 where most of it is, else Latin-1."""
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if len(re.findall(r"[^\x00-\x7f]", text)) > 2 * wrong:
        return text, f"{wrong} of its letters are not UTF-8 and were lost"
    return content.decode("latin-1"), "its letters are not UTF-8; they were read as Latin-1"


def parsed(content: bytes) -> tuple[object, str]:
    """The JSON value in a file, and a note on its encoding, or "".

    Raises CourseError with one sentence that says what the file is instead.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise CourseError(f"the file is empty; {AGAIN}")
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            raise CourseError(f"the file is {kind} and no notebook; {AGAIN}")
    text, note = decoded(content)
    text = text.strip("\0 \t\r\n\ufeff")
    try:
        return _json(text), note
    except json.JSONDecodeError as error:
        raise CourseError(what_it_is(text, error)) from None
    except RecursionError:
        raise CourseError(f"its JSON is nested too deeply to be a notebook; {AGAIN}") from None


def _json(text: str) -> object:
    """The value; control characters in strings and numbers of any length are accepted."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of more digits than Python converts
        return json.loads(text, strict=False, parse_int=lambda digits: 0)


def what_it_is(text: str, error: json.JSONDecodeError) -> str:
    """One sentence on a text that is not JSON."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return (
            f"merge-conflict markers in line {line} of the file; resolve the conflict and {AGAIN}"
        )
    if _WEB_PAGE.match(text):
        return f"the file is a web page (an HTML export) and no notebook; {AGAIN}"
    if text[0] not in "{[" and _SCRIPT.match(text):
        return f"the file is a Python script and no notebook; {AGAIN}"
    if text[0] not in "{[":
        return f"the file is no notebook: it begins with {_shown(text)}; {AGAIN}"
    if error.pos >= len(text) or error.msg.startswith("Unterminated string"):
        return f"the file is cut off: it ends in the middle of line {_lines(text)}; {AGAIN}"
    where = f"line {error.lineno}, column {error.colno}"
    return f"the file is damaged: no JSON any more at {where} ({error.msg}); {AGAIN}"


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _shown(text: str) -> str:
    """The beginning of a text as letters that a terminal can show."""
    return ascii(text[:_SHOWN])
