"""What an error says, in one sentence: long messages of libraries end in the one that matters."""

from __future__ import annotations

import re

from cnn_lesson.checking.evidence import line

LIMIT = 200
_ASIDE = re.compile(r"^(?:Arguments received|•|\s*$|Stack trace|Detected at|File \"|\^|~)")
_PREAMBLES = (
    re.compile(r"Exception encountered when calling .*?\.call\(\)\.", re.DOTALL),
    re.compile(r"Graph execution error:", re.DOTALL),
)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_DUMP = re.compile(r"\[\[.*", re.DOTALL)
_PLACE = re.compile(r" \((?:/|[A-Z]:\\)[^)]*\)$")
_NODE = re.compile(r"\[\[\{\{node .*", re.DOTALL)


def sentence(error: BaseException) -> str:
    """The part of an error's message that says what is wrong, in one line."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        text = _COLOURS.sub("", str(text))
    except Exception:  # a learner's exception may raise anything
        return "no message"
    for preamble in _PREAMBLES:
        text = preamble.sub("", text)
    text = _DUMP.sub("[[…", _NODE.sub("", text))
    text = _PLACE.sub("", text.partition("Arguments received by ")[0])
    lines = [each.strip() for each in text.splitlines() if not _ASIDE.match(each.strip())]
    return line(" ".join(lines), LIMIT) or "no message"


def undefined(message: str) -> str:
    """The name that an error says is not defined; empty where it says another thing."""
    found = re.search(r"name '(\w+)' is not defined", message)
    return found[1] if found else ""
