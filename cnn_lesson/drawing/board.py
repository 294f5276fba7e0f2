"""The sheet on which figures are drawn, and what makes a function a figure."""

import contextlib
import functools
import inspect
import logging
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cnn_lesson.drawing.drawable import Undrawable, number, words_of
from cnn_lesson.drawing.picture import DPI, Picture
from cnn_lesson.drawing.scale import INK, QUIET, RULE, Scale
from cnn_lesson.drawing.silence import Silence
from cnn_lesson.grading_kernel import is_grading

FONT_PT, TITLE_PT = 12, 15
CHARACTER, BOLD_CHARACTER, TITLE_CHARACTER = 0.1, 0.108, 0.128  # average widths in inches
CELL = 0.46  # side in inches of a cell that holds a number
MOST_CELLS = 40  # along each side of a drawn grid
MOST_PANELS = 40
TITLE_ROOM = 6.0  # inches a title may take, however narrow the drawing

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": FONT_PT,
    "text.color": INK,
    "text.parse_math": False,
    "axes.labelsize": FONT_PT,
    "axes.labelcolor": INK,
    "axes.edgecolor": QUIET,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": FONT_PT,
    "ytick.labelsize": FONT_PT,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": "#e0e0e0",
    "hatch.linewidth": 0.8,
}

logging.getLogger("matplotlib").setLevel(logging.ERROR)  # no notes on caches below a cell


class Board:
    """A sheet without borders, in inches, y downwards; cut to what is drawn on it."""

    def __init__(self) -> None:
        self.figure = Silence() if is_grading() else Figure(figsize=(1, 1), dpi=DPI)
        self.sheet = self.axes(0, 0, 1, 1, xlim=(0, 1), ylim=(1, 0), autoscale_on=False)
        self.sheet.axis("off")

    def axes(self, x: float, y: float, width: float, height: float, **settings: object) -> Axes:
        """Return the axes of a chart at a place on the sheet."""
        return self.figure.add_axes((x, 1 - y - height, width, height), **settings)

    def text(self, x: float, y: float, words: str, **style: object) -> None:
        """Write words, by default centred on the point."""
        self.sheet.text(x, y, words, **{"ha": "center", "va": "center", "clip_on": False, **style})

    def box(self, x: float, y: float, width: float, height: float, **style: object) -> None:
        """Draw a rectangle from its upper left corner, by default a thin frame."""
        style = {"facecolor": "none", "edgecolor": RULE, "clip_on": False, **style}
        self.sheet.add_patch(Rectangle((x, y), width, height, **style))

    def line(self, xs: Sequence[float], ys: Sequence[float], **style: object) -> None:
        """Draw a line through points."""
        style = {"color": QUIET, "linewidth": 1.2, "clip_on": False, **style}
        self.sheet.plot(xs, ys, **style)

    def arrow(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw an arrow."""
        look = {"arrowstyle": "-|>", "color": QUIET, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
        self.sheet.annotate("", end, start, arrowprops=look, annotation_clip=False)

    def paint(
        self, x: float, y: float, width: float, height: float, array: np.ndarray, scale: Scale
    ) -> None:
        """Fill a thin frame with the colours of an array (h, w)."""
        extent = (x, x + width, y + height, y)
        shown = self.sheet.imshow(scale.colours(array), extent=extent, aspect="auto", clip_on=False)
        shown.set_clip_path(None)
        self.box(x, y, width, height)

    def image(self, x: float, y: float, width: float, array: np.ndarray, scale: Scale) -> float:
        """Draw a picture (h, w) with square pixels, and return its height in inches."""
        height = width * array.shape[0] / array.shape[1]
        self.paint(x, y, width, height, array, scale)
        return height

    def grid(
        self,
        x: float,
        y: float,
        array: np.ndarray,
        cell: float,
        scale: Scale | None = None,
        told: bool = True,
    ) -> None:
        """Draw a 2-D array in square cells, with its numbers, on their colours if scaled."""
        for (row, column), value in np.ndenumerate(array):
            left, top = x + column * cell, y + row * cell
            colour = scale.colours(np.array([value]))[0] if scale else "white"
            self.box(left, top, cell, cell, facecolor=colour)
            if told:
                ink = scale.ink(value) if scale else INK
                words = "?" if np.isnan(value) else minus(number(value))
                self.text(left + cell / 2, top + cell / 2, words, color=ink)

    def key(self, x: float, y: float, height: float, scale: Scale) -> None:
        """Draw the key of a colour scale: an upright bar with its numbers."""
        ramp = np.linspace(scale.high, scale.low, 96).reshape(-1, 1)
        self.paint(x, y, 0.16, height, ramp, scale)
        for value in sorted({scale.low, 0.0, scale.high}):
            level = y + height * (scale.high - value) / (scale.high - scale.low)
            beyond = ("≤ " if value < 0 else "≥ ") if scale.clipped and value else ""
            self.text(x + 0.24, level, beyond + minus(number(value)), ha="left")

    def missing(self, x: float, y: float, width: float, height: float, reason: str = "") -> None:
        """Draw an empty frame that says that there is nothing to draw yet."""
        self.box(x, y, width, height, linestyle=(0, (4, 3)), edgecolor=QUIET)
        room = max(int(width / CHARACTER) - 2, 8)
        lines = balanced("nothing to draw yet", room) + balanced(reason, room)[:4]
        self.text(x + width / 2, y + height / 2, "\n".join(lines), color=QUIET, linespacing=1.5)

    def picture(self, title: str, alt: str) -> Picture:
        """Put the title above everything drawn, and return the finished picture.

        In a kernel of the grader it is a picture without pixels (see silence.py).
        """
        title = " ".join(words_of([title]))
        alt = f"{title}{'' if title.endswith(('.', '?', '!')) else '.'} {alt}"
        if isinstance(self.figure, Silence):
            return Picture(b"", alt, 0, 0)
        extent = self.figure.get_tightbbox()
        room = int(max(extent.width, TITLE_ROOM) / TITLE_CHARACTER)
        place = {"ha": "left", "va": "bottom", "fontsize": TITLE_PT, "fontweight": "bold"}
        top = 1 - extent.y1 - 0.16
        self.text(extent.x0, top, "\n".join(balanced(title, room)), **place)
        return Picture.of(self.figure, alt)


def balanced(words: str, room: int) -> list[str]:
    """Return words broken into the fewest lines that fit, all of them about as long."""
    words = words.replace(" × ", "\u00a0×\u00a0")
    fewest = len(textwrap.wrap(words, room))
    for width in range(max(room // 2, 8), room):
        if len(lines := textwrap.wrap(words, width)) == fewest:
            return lines
    return textwrap.wrap(words, room)


def brief(words: str, width: float) -> str:
    """Return words cut to a width in inches."""
    room = max(int(width / CHARACTER), 4)
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"


def minus(words: str) -> str:
    """Return a number with a minus sign instead of a hyphen."""
    return words.replace("-", "−")


@contextlib.contextmanager
def _house_style() -> Iterator[None]:
    """Set Matplotlib's defaults and ours, whatever the notebook has set, and silence warnings."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.ExitStack() as settings:
        warnings.simplefilter("ignore")
        if not is_grading():
            settings.enter_context(mpl.rc_context())
            mpl.rcdefaults()
            mpl.rcParams.update(STYLE)
        yield


def nothing_yet(title: str | None, reason: str) -> Picture:
    """Return an empty frame that says that there is nothing to draw yet, and what was expected."""
    board = Board()
    board.missing(0, 0, TITLE_ROOM, 1.5, reason)
    return board.picture(title or "Your picture goes here", f"Nothing to draw yet: {reason}.")


def figure(draw: Callable[..., Picture]) -> Callable[..., Picture]:
    """Return a figure function that draws an empty frame where it cannot draw, and never raises.

    A call that does not fit the signature is a slip in the notebook, not in an answer: TypeError.
    """
    signature = inspect.signature(draw)

    @functools.wraps(draw)
    def drawn(*args: object, **kwargs: object) -> Picture:
        title = signature.bind(*args, **kwargs).arguments.get("title")
        with _house_style():
            try:
                return draw(*args, **kwargs)
            except NotImplementedError:
                reason = "no answer so far"
            except Undrawable as problem:
                reason = str(problem)
            except Exception as problem:
                reason = f"{type(problem).__name__} on the way to the picture"
            return nothing_yet(title if isinstance(title, str) else None, reason)

    return drawn
