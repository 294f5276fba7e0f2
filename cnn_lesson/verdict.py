"""What a check says: points, what was missed, the misconception by name, one next thought."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

FINDINGS_SHOWN = 3
NOTHING = "nothing yet"
"""How a finding begins to say that an answer is missing."""
WIDTH, INDENT = 78, 13
"""Letters that nbgrader shows of a line where it validates; where the text of a finding begins."""
STATES = {
    "right": "✔ right",
    "partly": "◐ partly right",
    "not yet": "✘ not yet",
    "open": "○ still open",
}
# Okabe-Ito colours; the words and the symbol say the same without them.
_COLOURS = {"right": "#009E73", "partly": "#E69F00", "not yet": "#D55E00", "open": "#56B4E9"}
_PANEL = (
    "border-left:6px solid {colour};background:{colour}1a;color:inherit;"
    "padding:.5em 1em;margin:.3em 0;max-width:60em;border-radius:3px"
)
_TABLE = "border-collapse:collapse;border:0;margin:.4em 0 0;font-size:inherit"
_ROW = "background:transparent;border:0"
_CELL = "text-align:left;vertical-align:top;padding:.1em 0;border:0;white-space:normal"
_LABEL = "font-weight:normal;font-style:italic;min-width:5em;padding-right:1em;white-space:nowrap"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is not right yet; every field is one short line, empty where there is none."""

    tried: str = ""
    yours: str = ""
    wanted: str = ""
    misconception: str = ""
    thought: str = ""
    about: str = ""

    def lines(self) -> list[tuple[str, str]]:
        """The lines that have something to say, as (label, text)."""
        named = {
            "about": self.about,
            "tried": self.tried,
            "yours": self.yours,
            "wanted": self.wanted,
            "looks like": self.misconception,
            "try": self.thought,
        }
        return [(label, text) for label, text in named.items() if text]


@dataclass(frozen=True)
class Verdict:
    """The outcome of one check.

    Its ``repr`` is the number of points, which is how nbgrader reads partial credit from a cell;
    a notebook shows the panel of ``_repr_html_`` instead.
    """

    item: str
    points: float
    out_of: int
    findings: tuple[Finding, ...] = ()
    earned: tuple[str, ...] = ()
    untouched: bool = False
    why: str = ""

    @property
    def state(self) -> str:
        """One of ``right``, ``partly``, ``not yet``, ``open``."""
        if self.untouched and not self.points:
            return "open"
        if self.points >= self.out_of:
            return "right"
        return "partly" if self.points else "not yet"

    @property
    def headline(self) -> str:
        """Item, state and points in one line."""
        return f"{self.item}: {STATES[self.state]} · {self.points:g} of {self.out_of} points"

    def __repr__(self) -> str:
        return f"{float(self.points):g}"

    def sections(self) -> list[list[tuple[str, str]]]:
        """What there is to say below the headline: what was earned, then each finding.

        Of a right answer it is why it is right.
        """
        if self.state == "right" and self.why:
            return [[("because", self.why)], *(each.lines() for each in self.findings)]
        earned = [("have", ", ".join(self.earned))] if self.earned and self.state != "right" else []
        return [lines for lines in (earned, *(each.lines() for each in self.findings)) if lines]

    def __str__(self) -> str:
        lines = [line for section in self.sections() for line in section]
        return "\n".join([self.headline, *(f"  {label:<11}{text}" for label, text in lines)])

    def _repr_html_(self) -> str:
        style = _PANEL.format(colour=_COLOURS[self.state])
        body = "".join(_table(section) for section in self.sections())
        headline = f"<strong>{escape(self.headline)}</strong>"
        return f'<div role="status" style="{style}">{headline}{body}</div>'


def _table(lines: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr style="{_ROW}"><th scope="row" style="{_CELL};{_LABEL}">{label}</th>'
        f'<td style="{_CELL}">{escape(text)}</td></tr>'
        for label, text in lines
    )
    return f'<table style="{_TABLE}">{rows}</table>'


def given_first(findings: Iterable[Finding], untouched: str = NOTHING) -> list[Finding]:
    """The findings about what was given, behind them those about what is open still.

    ``untouched`` is how an item says of a given thing that it is as it was.
    """
    return sorted(findings, key=lambda each: each.yours.startswith((NOTHING, untouched)))


def shortened(findings: Sequence[Finding], missing: Sequence[str] = ()) -> tuple[Finding, ...]:
    """The first few findings; one more counts the others, and names what is still open."""
    more, few = len(findings) - FINDINGS_SHOWN, len(missing) <= FINDINGS_SHOWN
    counted = [f"{more} more to look at"] * (more > 0)
    counted += [] if few else [f"{len(missing)} still open"]
    texts = [f"the others: {', '.join(counted)}"] * bool(counted)
    texts += [f"still open: {', '.join(missing)}"] * bool(few and missing)
    rest = [Finding(about="; ".join(texts))] * bool(texts)
    return (*findings[:FINDINGS_SHOWN], *rest)


class NotYet(AssertionError):
    """Raised where nbgrader validates: shows the verdict instead of a traceback."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.headline)
        self.verdict = verdict

    def _render_traceback_(self) -> list[str]:
        lines = str(self.verdict).split("\n")
        return [part for line in lines for part in wrapped(line)]


def validating() -> bool:
    """Whether nbgrader runs this notebook to validate it."""
    return os.environ.get("NBGRADER_EXECUTION") == "validate"


def wrapped(line: str) -> list[str]:
    """A line of a verdict as lines that nbgrader does not cut off, later ones below its text."""
    return textwrap.wrap(line, WIDTH, subsequent_indent=" " * INDENT) or [line]
