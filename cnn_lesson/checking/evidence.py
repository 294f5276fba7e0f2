"""From a learner's objects to plain data and arrays, and to files and back, without pickle.

A learner's object may be anything. What comes out of here is only numbers, text, lists, dicts
with text keys, and numeric arrays, so that it can be judged in another process.
"""

from __future__ import annotations

import functools
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping, Set, ValuesView
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import numpy as np

MISSING = object()
TEXT_LIMIT = 2_000
ITEM_LIMIT = 10_000
DEPTH_LIMIT = 6
INT_LIMIT = 2**63
FILE_LIMIT_BYTES = 2**29
TREE_LIMIT_BYTES = 2**24
"""A tree takes many times its text in memory; what is large belongs into arrays."""

TOO_LONG = "did not come back within"

Evidence = dict[str, Any]


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
    if isinstance(value, (Fraction, Decimal, complex, np.complexfloating)):
        return _plain_number(value)
    if isinstance(value, np.ndarray):
        return _plain_array(value, depth)
    if depth and isinstance(value, (list, tuple, Set, ValuesView, range)):
        items = [plain(item, depth - 1) for item in islice(value, ITEM_LIMIT)]
        return {"set": items} if isinstance(value, (set, frozenset)) else items
    if depth and isinstance(value, Mapping):
        pairs = islice(value.items(), ITEM_LIMIT)
        return {"dict": [[plain(key, 1), plain(item, depth - 1)] for key, item in pairs]}
    return _plain_tensor(value, depth)


def _plain_number(value: Any) -> object:
    """The float, or whole number, that another kind of number stands for."""
    if not isinstance(value, (Fraction, Decimal)):
        return float(value.real) if value.imag == 0 else {"odd": "a complex number"}
    near = float(value)
    whole = math.isfinite(near) and abs(near) < INT_LIMIT and value == int(value)
    return int(value) if whole else near


def _plain_array(value: np.ndarray, depth: int) -> object:
    """Numbers as an array, also those of real value in disguise; texts as lists."""
    if value.dtype.kind in "biuf":
        return np.array(value, copy=True)
    if value.dtype.kind == "c":
        real, rest = np.array(value.real), np.abs(value.imag).max(initial=0)
        noise = 1e-9 * np.abs(real).max(initial=1)
        return real if rest <= noise else {"odd": "an array of complex numbers"}
    if value.dtype.kind not in "UO" or value.size > ITEM_LIMIT or not depth:
        return {"odd": f"an array of {value.dtype}"}
    items = plain(value.tolist(), depth)
    if value.dtype.kind == "U":
        return items
    return _of_objects(items, value.shape)


def _of_objects(items: object, shape: tuple[int, ...]) -> object:
    """The elements of an array of Python objects, an array where all of them are numbers."""
    try:
        numbers = np.array(items)
    except ValueError:  # rows of different lengths
        numbers = np.array(None)
    if numbers.dtype.kind in "biuf" and numbers.shape == shape:
        return numbers
    flat = list(_flat(items))
    mixed = any(isinstance(item, (str, type(None))) for item in flat)
    known = mixed and not any(isinstance(item, dict) for item in flat)
    return items if known else {"odd": "an array of Python objects"}


def _flat(items: object) -> Iterator[object]:
    for item in items if isinstance(items, list) else ():
        yield from _flat(item) if isinstance(item, list) else (item,)


def _plain_tensor(value: object, depth: int) -> object:
    """TensorFlow and Keras tensors know ``__array__``; symbolic ones raise. Shapes are lists."""
    if depth and (like := as_builtin(value)) is not value:
        return plain(like, depth - 1)
    if hasattr(value, "__array__") and hasattr(value, "shape"):
        return _plain_array(np.asarray(value), depth)
    return {"odd": name_of(value)}


def as_builtin(value: Any) -> object:
    """A TensorShape as a list, a pandas table as a dict, or a list where no row or column has a
    name; others as they are.
    """
    kind, home = type(value).__name__, type(value).__module__.partition(".")[0]
    if kind == "TensorShape":
        return value.as_list()
    if home != "pandas" or not hasattr(value, "to_numpy"):
        return value
    labels = [*getattr(value, "index", ()), *getattr(value, "columns", ())]
    named = any(isinstance(label, str) for label in labels)
    return value.to_dict() if named and hasattr(value, "to_dict") else value.to_numpy().tolist()


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


def said(error: BaseException) -> str:
    """An error in one line: its kind, and the first line of its message."""
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
    arrays["tree"] = np.frombuffer(tree.encode(), dtype=np.uint8)
    np.savez(stream, allow_pickle=False, **arrays)
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
