"""From plain data back to what an item asks for, read kindly: one meaning, many spellings.

The data may have been forged, so every function takes anything and gives None for what it is not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from cnn_lesson.checking.evidence import INT_LIMIT, line

SHAPE_TEXT = re.compile(r"[\[(]? *(none *, *)?\d+( *(,|x|×|by|\*) *\d+)* *,? *[\])]?")


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


def as_whole(value: object) -> int | None:
    """A whole number, as ``as_number`` reads it."""
    number = as_number(value)
    return number if isinstance(number, int) else None


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
        text = value.strip().lower()
        return _numbers_in(text) if len(text) < 60 and SHAPE_TEXT.fullmatch(text) else None
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist() if value.ndim < 2 and value.size < 10 else None
    sizes = value if isinstance(value, list) else [value]
    batch = 1 if sizes and sizes[0] is None else 0
    numbers = [as_whole(size) for size in sizes[batch:]]
    whole = tuple(number for number in numbers if number is not None)
    return whole if whole and len(whole) == len(numbers) else None


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


def key_of(text: object) -> str:
    """A key without case, spaces and signs: ``"128 + Dropout"`` and ``"128_dropout"`` are one."""
    return re.sub(r"[^a-z0-9]", "", str(text).lower())


def by_name(answer: object, names: tuple[str, ...]) -> dict[str, object]:
    """The values of a mapping under the names that were asked for, however they are spelt."""
    if not isinstance(answer, Mapping):
        return {}
    spelt = {key_of(name): name for name in names}
    return {spelt[key_of(key)]: value for key, value in answer.items() if key_of(key) in spelt}


def as_option(value: object, last: int) -> int | None:
    """The number of an option, from 1 to ``last``: also ``"4"``, ``"4."`` or ``"option 4"``."""
    if isinstance(value, str):
        form = rf"(?:option|answer|number)? *\(?([1-{last}])[.)]?"
        found = re.fullmatch(form, value.strip().lower())
        return int(found[1]) if found else None
    number = as_number(value[0] if isinstance(value, list) and len(value) == 1 else value)
    return number if isinstance(number, int) and 1 <= number <= last else None


def one_of(words: tuple[str, ...], value: object) -> str | None:
    """The one of these words that a text has in it; None where it has none, or two."""
    named = [word for word in words if isinstance(value, str) and word in value.lower()]
    return named[0] if len(named) == 1 else None
