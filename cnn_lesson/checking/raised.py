"""What a learner's function raised: the line it stands in, and a thought for each kind of error."""

from __future__ import annotations

import ast
import inspect
import linecache
import re
import sysconfig
import textwrap
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnn_lesson.checking.evidence import TOO_LONG, line
from cnn_lesson.checking.misconceptions import Misconception

_LIBRARIES = tuple(
    str(Path(place))
    for place in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        Path(__file__).parents[1],
    )
)
NOT_WRITTEN = "not written yet"


_PAST_THE_END = re.compile(r"index -?\d+ is out of bounds for axis (\d) with size (\d{1,9})\b")


class Failure(NamedTuple):
    """One call that raised: the error in one line, the learner's line, and what was at hand.

    ``piece`` is the part of the line that raised, where Python knows it. ``shapes`` are those of
    the arguments that are arrays, and of the result that is wanted; ``always`` says whether every
    call raised the same.
    """

    raised: str
    line: str = ""
    piece: str = ""
    shapes: Mapping[str, tuple[int, ...]] = {}
    always: bool = False

    @property
    def told(self) -> str:
        """What was raised, and where."""
        if self.raised.startswith(TOO_LONG):
            return f"your function {self.raised}"
        return f"it raised {self.raised}" + (f" · in the line: {self.line}" if self.line else "")

    @property
    def left(self) -> str:
        """The array whose end an index has passed; empty where it may be several."""
        found = _PAST_THE_END.search(self.raised)
        if not found:
            return ""
        axis, size = map(int, found.groups())
        fits = [name for name, shape in self.shapes.items() if shape[axis : axis + 1] == (size,)]
        name = self.piece.partition("[")[0].strip()
        if not name:
            return fits[0] if len(fits) == 1 else ""
        written = self.line.startswith(self.piece) and "result" in fits
        return name if name in self.shapes else "result" * written


def where(error: BaseException) -> dict[str, str]:
    """``line`` and ``piece`` of an error's innermost frame that belongs to no library."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if _is_own(each.filename)]
    if not frames:
        return {}
    frame = frames[-1]
    text = linecache.getline(frame.filename, frame.lineno or 0)
    one_line = frame.end_lineno == frame.lineno and frame.end_colno is not None
    piece = text.encode()[frame.colno : frame.end_colno] if one_line else b""
    return {"line": line(text), "piece": line(piece.decode(errors="ignore"))}


def _is_own(filename: str) -> bool:
    return not filename.startswith((*_LIBRARIES, "<frozen", "<__array_function__"))


def is_bare(function: Any) -> bool:
    """Whether a function has one line at most beside its docstring, or no source that is known."""
    try:
        written = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, IndexError, SyntaxError):
        return True
    if not isinstance(written, ast.FunctionDef):
        return True
    return len(written.body) - (ast.get_docstring(written) is not None) <= 1


def _says(pattern: str) -> Callable[[Failure], bool]:
    return lambda failure: re.search(pattern, failure.raised) is not None


def _leaves(*names: str) -> Callable[[Failure], bool]:
    return lambda failure: failure.left in names


def _thought(applies: Callable[[Failure], bool], ask: str, says: str = "") -> Misconception:
    return Misconception(applies, says, ask)


_SLICE = re.compile(r"\[\s*(\w+)\s*\*\s*\w+\s*:\s*\1\s*\+")

ERRORS = (
    _thought(
        _says(f"^{TOO_LONG}"),
        "what ends the loop, and which of its lines brings that nearer?",
        "a loop without an end",
    ),
    _thought(
        lambda failure: failure.raised == NOT_WRITTEN and failure.always,
        "delete that line: it stands in the way of yours",
        "the line `raise NotImplementedError` still stands",
    ),
    _thought(_says(NOT_WRITTEN), "this branch still raises NotImplementedError"),
    _thought(
        lambda failure: failure.line.startswith(("raise ", "assert ")),
        "is what it forbids asked for here?",
        "your own guard stopped it",
    ),
    _thought(_says("course's own function"), "take the steps of it, one by one"),
    _thought(
        lambda failure: not failure.line and _says(r"positional|required|keyword")(failure),
        "which arguments does the first line name?",
    ),
    _thought(
        _says(r"positional argument|required|unexpected keyword"),
        "a call in this line does not fit its function: which arguments does that one take?",
    ),
    _thought(
        _says(r"not defined|before assignment|not associated"),
        "is each name given a value before its use?",
    ),
    _thought(_says("ModuleNotFound|ImportError"), "NumPy alone is enough for this"),
    _thought(
        lambda failure: _SLICE.search(failure.line) is not None,
        "a window that starts at i * stride: where does it end?",
        "the slice starts at i * stride, but ends as if it started at i",
    ),
    _thought(
        lambda failure: "pad(" in failure.line,
        "np.pad wants a pair for each axis; and is a frame around the picture asked for?",
    ),
    _thought(
        _says("could not broadcast input array"),
        "what is written in this line has another shape than its place: look at both sides",
    ),
    _thought(
        _says("broadcast"),
        "a window has the shape of its kernel: look at where the slice ends",
    ),
    _thought(
        _says("zero-size array|empty sequence|iterable argument is empty"),
        "a window came out empty: where does its slice start, where does it end?",
    ),
    _thought(_leaves("image"), "the walk leaves the picture: where does the last window start?"),
    _thought(
        _leaves("kernel"), "an index leaves the kernel: how many rows and columns does it have?"
    ),
    _thought(
        _leaves("result"),
        "the result has no such place: which one belongs to the window that starts there?",
    ),
    _thought(
        _says("out of bounds|out of range"),
        "an index lies past the end: how long is what is indexed in this line?",
    ),
    _thought(
        _says(r"too many indices|unpack \(expected [34], got 2\)"),
        "picture and kernel have two axes here, rows and columns: no batch, no channels",
    ),
    _thought(
        _says("values to unpack"), "how many names stand on the left, how many values on the right?"
    ),
    _thought(
        _says("NoneType"),
        "something in this line is None: is it an argument that was not given?",
    ),
    _thought(
        _says("'float' object cannot be|must be integers|only integers"),
        "/ gives a number with a point even where it comes out even; // gives a whole one",
    ),
    _thought(
        _says("'int' object|'numpy.int64' object|non-iterable int|invalid index to scalar"),
        "one whole number is taken for several: which argument is a single number here?",
    ),
    _thought(_says("negative dimensions"), "a size came out negative: what is taken off what?"),
    _thought(
        _says("with a sequence|size-1 arrays|length-1 arrays|0-dimensional arrays"),
        "a place takes one number: is the window turned into one?",
    ),
    _thought(
        _says("cannot reshape"),
        "so many numbers do not fit in that form: which rest is to be left out first?",
    ),
    _thought(
        _says("truth value of an array"),
        "several numbers stand where one is compared: which function looks at all of them?",
    ),
    _thought(
        _says(r"Cannot interpret '\d+' as a data type"),
        "the shape of an array is one thing: brackets around its rows and columns",
    ),
    _thought(_says("RecursionError"), "it calls itself again and again: which name is called?"),
    _thought(lambda failure: True, "call it yourself on what was tried, and look at that line"),
)
"""From the special to the general; the last one fits every error."""
