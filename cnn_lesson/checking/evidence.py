"""From a learner's objects to plain data and arrays, and to files and back, without pickle.

A learner's object may be anything. What comes out of here is only numbers, text, lists, dicts
with text keys, and numeric arrays, so that it can be judged in another process.
"""

from __future__ import annotations

import functools
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping
from itertools import islice

import numpy as np

MISSING = object()
TEXT_LIMIT = 2_000
ITEM_LIMIT = 10_000
DEPTH_LIMIT = 6
INT_LIMIT = 2**63
FILE_LIMIT_BYTES = 2**29
TREE_LIMIT_BYTES = 2**24
"""A tree takes many times its text in memory; what is large belongs into arrays."""
SHAPE_TEXT = re.compile(r"[\[(]? *(none *, *)?\d+( *(,|x|×|by|\*) *\d+)* *,? *[\])]?")

Evidence = dict[str, object]


def plain(value: object, depth: int = DEPTH_LIMIT) -> object:
    """The value as plain data; whatever has no plain form becomes ``{"odd": "what it is"}``."""
    try:
        return _plain(value, depth)
    except Exception:  # a learner's object may raise anything
        return {"odd": name_of(value)}


def _plain(value: object, depth: int) -> object:
    if value is None or isinstance(value, (bool, np.bool_)):
        return None if value is None else bool(value)
    if isinstance(value, str):
        return str.__str__(value)[:TEXT_LIMIT]
    if isinstance(value, (int, np.integer)):
        whole = int.__int__(value) if isinstance(value, int) else int(value)
        return whole if abs(whole) < INT_LIMIT else {"odd": "a number beyond all bounds"}
    if isinstance(value, (float, np.floating)):
        return float.__float__(value) if isinstance(value, float) else float(value)
    if isinstance(value, np.ndarray):
        return _plain_array(value)
    if depth and isinstance(value, (list, tuple, set, frozenset, range)):
        items = [plain(item, depth - 1) for item in islice(value, ITEM_LIMIT)]
        return {"set": items} if isinstance(value, (set, frozenset)) else items
    if depth and isinstance(value, Mapping):
        pairs = islice(value.items(), ITEM_LIMIT)
        return {"dict": [[plain(key, 1), plain(item, depth - 1)] for key, item in pairs]}
    return _plain_tensor(value)


def _plain_array(value: np.ndarray) -> object:
    if value.dtype.kind not in "biuf":
        return {"odd": f"an array of {value.dtype}"}
    return np.array(value, copy=True)


def _plain_tensor(value: object) -> object:
    """TensorFlow and Keras tensors know ``__array__``; symbolic ones raise."""
    if hasattr(value, "__array__") and hasattr(value, "shape"):
        return _plain_array(np.asarray(value))
    return {"odd": name_of(value)}


def name_of(value: object) -> str:
    """A few words for what a value is: ``a function``, ``a Sequential``, ``nothing yet``."""
    if value is MISSING:
        return "nothing yet"
    kind = line(type(value).__name__, 40)
    if kind in ("function", "builtin_function_or_method", "method"):
        return "a function"
    return f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def line(text: object, limit: int = 80) -> str:
    """A text as one line of printable letters, none but the first ``limit``."""
    try:
        text = str(text)
    except (ValueError, RecursionError):  # a number too long, a list too deep
        text = name_of(text)
    words = " ".join(text[: 10 * limit].split())
    return "".join(letter for letter in words if letter.isprintable())[:limit]


def entry(evidence: object, name: str) -> object:
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
    numbers = tuple(as_number(size) for size in sizes[batch:])
    return numbers if numbers and all(isinstance(size, int) for size in numbers) else None


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


def call(function: object, *arguments: object) -> Evidence:
    """What a learner's function gave for these arguments: ``value``, or ``raised`` in one line."""
    if not callable(function):
        return {"raised": "", "value": plain(function), "callable": False}
    try:
        return {"value": plain(function(*arguments)), "callable": True}
    except NotImplementedError:
        return {"raised": "not written yet", "callable": True, "untouched": True}
    except (Exception, SystemExit) as error:  # a learner's function may raise anything
        return {"raised": _said(error), "callable": True}


def _said(error: BaseException) -> str:
    try:
        text = line(str(error).strip().split("\n")[0], 200)
    except Exception:  # even its message may raise
        text = ""
    return f"{line(type(error).__name__, 40)}: {text}" if text else line(type(error).__name__, 40)


def pack(evidence: object) -> bytes:
    """Plain data and arrays as the bytes of an npz file, the tree as JSON beside the arrays."""
    arrays: dict[str, np.ndarray] = {}

    def refer(value: object) -> object:
        if isinstance(value, np.ndarray):
            arrays[f"a{len(arrays)}"] = value
            return {"__array__": f"a{len(arrays) - 1}"}
        if isinstance(value, dict):
            return {str(key): refer(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [refer(item) for item in value]
        return value

    tree = json.dumps(refer(evidence))
    stream = io.BytesIO()
    np.savez(stream, tree=np.frombuffer(tree.encode(), dtype=np.uint8), **arrays)
    return stream.getvalue()


def unpack(data: bytes) -> object:
    """What ``pack`` packed. Raises ``ValueError`` for bytes that are anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > FILE_LIMIT_BYTES:
                raise ValueError(f"more than {FILE_LIMIT_BYTES} bytes")
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            read_once = functools.cache(stored.__getitem__)  # however often it is referred to
            tree = stored["tree"]
            if tree.nbytes > TREE_LIMIT_BYTES:
                raise ValueError(f"a tree of more than {TREE_LIMIT_BYTES} bytes")
            return _resolve(json.loads(bytes(tree).decode()), read_once)
    except Exception as error:  # whoever forges the bytes chooses what is raised
        raise ValueError(f"this is no evidence file: {line(error, 200)}") from error


def _resolve(value: object, array: Callable[[str], np.ndarray]) -> object:
    if isinstance(value, dict) and "__array__" in value:
        return array(value["__array__"])
    if isinstance(value, dict):
        return {key: _resolve(item, array) for key, item in value.items()}
    return [_resolve(item, array) for item in value] if isinstance(value, list) else value
