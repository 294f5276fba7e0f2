"""From plain data back to what an item asks for, read kindly: one meaning, many spellings.

The data may have been forged, so every function takes anything and gives None for what it is not.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import DEPTH_LIMIT, INT_LIMIT, as_builtin, line, plain
from cnn_lesson.checking.spelling import key_of, near, words_of
from cnn_lesson.checking.written import number_in, without_reason

WHOLE = "a whole number"
NUMBER_TEXT = re.compile(
    r"([+-]?(?:\d{1,3}(?:[,_\s'’]\d{3})+|\d+)(?:\.\d*)?)\s*(?:parameters?|params|weights?)?\.?"
)
SHAPE_TEXT = re.compile(r"[\[(]? *(none *, *)?\d+( *(,|;|/|x|×|by|and|\*) *\d+)* *,? *[\])]?\.?")
_SHAPE_WORDS = re.compile(r"\b(rows?|columns?|cols?|height|width|channels?|shape|pixels?)\b[ =:]*")
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
PLACES = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def entry(evidence: object, name: str) -> Any:
    """One entry of the evidence; None where it is missing or the evidence is no dict at all."""
    return evidence.get(name) if isinstance(evidence, dict) else None


def text_of(value: object) -> str:
    """The value where it is a text; no text at all for anything else."""
    return value if isinstance(value, str) else ""


def is_odd(value: object) -> bool:
    """Whether a plain value stands for something that has no plain form, or for nothing."""
    return value is None or (isinstance(value, dict) and "odd" in value)


def as_dict(value: object) -> dict | None:
    """The mapping that ``plain`` took apart, keys of text and numbers only; None if it is none."""
    pairs = entry(value, "dict")
    if not isinstance(pairs, list):
        return None
    whole = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    return {key: item for key, item in whole if isinstance(key, (str, int, float, bool))}


def as_items(value: object) -> list | None:
    """The elements of a list, tuple or set in plain form; None if it is none of them."""
    items = entry(value, "set") if isinstance(value, dict) else value
    return items if isinstance(items, list) else None


def as_number(value: object) -> float | int | None:
    """A finite number, also from a 0-d array or a whole float; None for anything else."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.reshape(()).item()
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return value if abs(value) < INT_LIMIT else None
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def alone(value: object) -> object:
    """The one element of a list or set of one; anything else as it is."""
    for _ in range(DEPTH_LIMIT):
        items = as_items(value)
        if items is None or len(items) != 1:
            break
        value = items[0]
    return value


def written_number(value: object) -> float | int | None:
    """A finite number that a person gave: also ``"160"``, ``"1."``, ``"12,560"``, ``[160]``."""
    value = alone(value)
    if not isinstance(value, str):
        return as_number(value)
    text = without_reason(value).removeprefix("=").strip()
    if text in WORDS:
        return WORDS.index(text)
    found = NUMBER_TEXT.fullmatch(text) if len(text) < 60 else None
    return as_number(float(re.sub(r"[,_\s'’]", "", found[1])) if found else number_in(text))


def as_whole(value: object) -> int | None:
    """A whole number, as ``written_number`` reads it."""
    number = written_number(value)
    return number if isinstance(number, int) else None


def whole_wanted(value: object) -> str:
    """What is wanted where no whole number was given; of ``12,560``, what Python made of it."""
    first, *rest = value if isinstance(value, list) and 2 <= len(value) <= 3 else (0,)
    grouped = all(type(three) is int and (three == 0 or 100 <= three < 1000) for three in rest)
    if rest and grouped and type(first) is int and 0 < first < 1000:
        return f"{WHOLE}, without the comma that makes it {1 + len(rest)} numbers"
    return WHOLE


def as_array(value: object) -> np.ndarray | None:
    """A numeric array from an array or from nested lists of numbers; None for anything else."""
    if isinstance(value, (bool, int, float, list)):
        try:
            value = np.array(value)
        except (ValueError, TypeError, OverflowError, RecursionError, MemoryError):
            return None
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return value
    return None


def as_shape(value: object) -> tuple[int, ...] | None:
    """Whole numbers without the batch axis; None for anything else.

    From ``(None, 24, 24)``, a list, an array, ``"24×24"``, ``"(24, 24)"``, or one number.
    """
    if isinstance(value, str):
        text = _SHAPE_WORDS.sub("", without_reason(value)).strip()
        return _numbers_in(text) if len(text) < 60 and SHAPE_TEXT.fullmatch(text) else None
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist() if value.ndim < 2 and value.size < 10 else None
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], (list, str)):
        return as_shape(value[0])
    sizes = value if isinstance(value, list) else [value]
    numbers = [as_whole(size) for size in sizes[bool(sizes) and sizes[0] is None :]]
    whole = tuple(number for number in numbers if number is not None)
    if not whole or len(whole) != len(numbers):
        return None
    return whole[1:] if len(whole) == 4 and whole[0] == 1 else whole


def _numbers_in(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def yours(value: object) -> str:
    """A plain value in a few words, for the line that says what the learner gave."""
    if value is None:
        return "nothing yet (None)"
    if isinstance(value, np.ndarray):
        return _yours_array(value)
    if isinstance(value, str):
        return f"the text {line(value)!r}" if len(value) < 40 else f"a text of {len(value)} letters"
    if isinstance(value, dict):
        return line(value["odd"]) if "odd" in value else _yours_dict(value)
    if isinstance(value, list):
        return _yours_list(value)
    return _yours_number(value)


def _yours_array(value: np.ndarray) -> str:
    if value.size > 9 or value.dtype.kind not in "biuf":
        return f"an array of shape {value.shape}"
    return str((np.round(value, 3) if value.dtype.kind == "f" else value).tolist())


def _yours_dict(value: dict) -> str:
    pairs, items = as_dict(value), as_items(value)
    if pairs is None:
        return f"a set of {len(items or ())}"
    shown = [f"{_yours_item(key)}: {_yours_item(item)}" for key, item in pairs.items()]
    return "a dict {" + line(", ".join(shown[:5])) + (", …}" if len(shown) > 5 else "}")


def _yours_list(value: list) -> str:
    if len(value) > 9 or not all(isinstance(item, (int, float, str, type(None))) for item in value):
        array = as_array(value)
        return f"a list of {len(value)}" if array is None else _yours_array(array)
    shown = ", ".join(_yours_item(item) for item in value)
    return f"({shown},)" if len(value) == 1 else f"({shown})"


def _yours_item(value: object) -> str:
    if isinstance(value, str):
        return repr(line(value, 20))
    return _yours_number(value) if isinstance(value, (int, float, type(None))) else "…"


def _yours_number(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**15 else "a number beyond all bounds"
    return f"{value:.10g}" if isinstance(value, float) else line(value)


def by_name(answer: object, names: tuple[str, ...]) -> dict[str, object]:
    """The values of a mapping under the names that were asked for, however they are spelt.

    A DataFrame is read by its columns or by its rows, whichever have these names.
    """
    spelt = {key_of(name): name for name in names}
    for table in _tables(as_builtin(answer)):
        found = {key_of(key): value for key, value in table.items() if key_of(key) in spelt}
        if found:
            slips = _misspelt(table, [key for key in spelt if key not in found])
            return {spelt[key]: value for key, value in (found | slips).items()}
    return {}


def in_its_place(answer: object, known: Collection) -> object:
    """An answer, in plain form, in which none of the names asked for was ``known``.

    None where some were, or where there is no answer yet.
    """
    empty = answer is None or (isinstance(answer, Mapping) and not answer)
    return None if empty or known else plain(answer)


def _misspelt(table: Mapping, missing: Sequence[str]) -> dict[str, object]:
    """The values of a mapping whose keys are near to one that is missing."""
    meant = {key: near(key_of(key), missing) for key in table}
    twice = [name for name, times in Counter(meant.values()).items() if times > 1]
    return {name: table[key] for key, name in meant.items() if name and name not in twice}


def _tables(table: object) -> list[Mapping]:
    """A mapping, and a mapping of mappings also turned, so that inner names come first."""
    if not isinstance(table, Mapping):
        return []
    inner = [each for each in table.values() if isinstance(each, Mapping)]
    if not inner or len(inner) < len(table):
        return [table]
    turned = {name: {key: row.get(name) for key, row in table.items()} for name in inner[0]}
    return [{key: _only(row) for key, row in one.items()} for one in (table, turned)]


def _only(row: Mapping) -> object:
    """The value of a mapping of one whose key is no name; any other mapping as it is."""
    return row if len(row) != 1 or isinstance(next(iter(row)), str) else next(iter(row.values()))


def read_by_name(value: object, names: tuple[str, ...]) -> dict[str, object] | None:
    """As ``by_name``, from a mapping in plain form; None if it is none, or has no such name."""
    table = as_dict(value)
    if table is None:
        return None
    whole = {key: as_dict(row) or row for key, row in table.items()}
    found = by_name(whole, names)
    return found if found or not table else None


_OPTION = re.compile(
    r"(?:the +)?(?:(?:option|answer|cause|number|no\.?|nr\.?|#) *(?:is|[:=])? *)?"
    r"\(?([a-z]+|\d+)(?:(?<=\d)(?:st|nd|rd|th))?\)?(?: +(?:option|answer|one|cause))?"
    r"(?:[.):]+\s*[^\d]*)?"
)


def as_option(
    value: object, last: int, letters: bool = True, texts: Sequence[str] = ()
) -> int | None:
    """The number of an option, from 1 to ``last``: also ``"4."``, ``"option 4"``, ``"d"``.

    Its own text may follow the number. ``letters`` says whether the first one stands for 1. Of
    ``texts``, what the options say, a piece of some words that no other has is read, too.
    """
    value = alone(value)
    words = words_of(value) if isinstance(value, str) else ""
    has = [number for number, text in enumerate(texts, 1) if words in words_of(text)]
    if " " in words and len(has) == 1:
        return has[0]
    number = as_number(value)
    if isinstance(value, str) and (found := _OPTION.fullmatch(without_reason(value))):
        lettered = letters and len(found[1]) == 1 and found[1].isalpha()
        number = ord(found[1]) - ord("a") + 1 if lettered else written_number(found[1])
        number = PLACES.index(found[1]) if found[1] in PLACES else number
    return number if isinstance(number, int) and 1 <= number <= last else None


_NEGATIONS = re.compile(r"\b(not|no|never|neither|nor|without|except|isnt|arent)\b|n['’]t\b")


def one_of(words: tuple[str, ...], value: object) -> str | None:
    """The one of these words that a text has in it, or begins, as ``"d"`` begins ``"dense"``.

    One that is misspelt is read where it is near to one of them only. None where the text has
    none, or two, or says what it is not.
    """
    value = alone(value)
    text = without_reason(value) if isinstance(value, str) else ""
    if not text or _NEGATIONS.search(text):
        return None
    named = [word for word in words if word in text]
    named = named or [word for word in words if word.startswith(text.rstrip("."))]
    return named[0] if len(named) == 1 else near(text, words) if not named else None
