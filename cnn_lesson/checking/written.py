"""What a person wrote in quotes for a number: words around it, a reason behind it, a product."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

LONGEST = 60
"""Letters of a text that may still stand for a number, its reason left out."""
LARGEST_POWER = 9
LARGEST = 10**15
"""No part of a sum may come to more: powers of powers would keep whoever judges busy for ever."""

_REASON = re.compile(r"[\s,;:.](?:because|since|as|due to|so)\b.*|\s\([^\d()]*\)\.?$", re.DOTALL)
_SIGNS = str.maketrans({"×": "*", "·": "*", "x": "*", "−": "-", "^": "*"})
_SUM = re.compile(r"[\d\s+*/().=x×·^−-]*[+*/x×·^−-][\d\s+*/().=x×·^−-]*")
_DIGITS = r"[+-]?(?:\d{1,3}(?:[,_\s'’]\d{3})+|\d+)(?:\.\d+)?"
_ONE_NUMBER = re.compile(rf"[^\d]*?(?<![\w.,])({_DIGITS})(?![\w%])[^\d]*")
_DOUBTS = re.compile(
    r"\?|%|[+*/^×·]|\b(?:not|no|never|without|less|more|fewer|than|half|twice|double|times|percent"
    r"|dozen|hundred|thousand|million|k)\b"
)
_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


def without_reason(text: str) -> str:
    """The text in small letters, without a reason or a remark in brackets that stands behind it."""
    return _REASON.sub("", text.strip().lower()).rstrip(" \n\t,;:")


def number_in(text: str) -> float | int | None:
    """The one number that a text speaks of, or that its sum comes to; None where it may be another.

    As in ``"about 160 weights"``, ``"16*3*3 + 16"``, ``"144 + 16 = 160"``.
    """
    if len(text) > LONGEST:
        return None
    if _SUM.fullmatch(text):
        return _sum_of(text)
    found = _ONE_NUMBER.fullmatch(text)
    if not found or _DOUBTS.search(text):
        return None
    return float(re.sub(r"[,_\s'’]", "", found[1]))


def _sum_of(text: str) -> float | int | None:
    """What a sum comes to, with all sides of its equals signs agreed; None where it is none."""
    powers = text.replace("^", "**") if "**" not in text else text
    sides = [side for side in powers.translate(_SIGNS).split("=") if side.strip()]
    try:
        values = {_value(ast.parse(side.strip(), mode="eval").body) for side in sides}
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, RecursionError):
        return None
    return values.pop() if len(values) == 1 else None


def _value(node: ast.AST) -> float | int:
    """What a piece of a sum comes to; ValueError for what is no part of one, or too large."""
    found = _worked_out(node)
    if abs(found) > LARGEST:
        raise ValueError("too large")
    return found


def _worked_out(node: ast.AST) -> float | int:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=int() as power)):
            if 0 <= power <= LARGEST_POWER:
                return _value(left) ** power
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left), _value(right))
    raise ValueError("no sum")


def numbers_in(value: object) -> list[float | int]:
    """The numbers in plain data of whatever form, in order: of a text its digits, of a dict its
    values; none of arrays of several axes, whose form is their own matter.
    """
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (int, float)):
        return [value]
    if isinstance(value, str):
        return [int(digits) for digits in re.findall(r"\d{1,9}", value)]
    if isinstance(value, dict):
        items = value.get("set") or [pair[-1] for pair in value.get("dict") or () if pair]
        return numbers_in(items)
    if isinstance(value, list):
        return [number for item in value[:LONGEST] for number in numbers_in(item)]
    return []
