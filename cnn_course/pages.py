"""Pages out of templates, and numbers as pages, tables and CSV files show them."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from cnn_course.visible import visible

if TYPE_CHECKING:
    from jinja2 import Environment

BASE = Path(__file__).parent / "templates" / "base.css"
NONE = "–"


def number(value: float | None, decimals: int = 2, mark: str = "") -> str:
    """A number without needless zeros: 12.5, 3, -1.5; a dash for None.

    ``mark`` stands between thousands.
    """
    if value is None:
        return NONE
    short = f"{value:,.{decimals}f}".replace(",", mark)
    short = short.rstrip("0").rstrip(".") if "." in short else short
    return "0" if short == "-0" else short


def render(templates: Path, name: str, **values: object) -> str:
    """The page that a template in a folder makes, with the base's and the folder's styles."""
    from markupsafe import Markup

    styles = (path.read_text(encoding="utf-8") for path in (BASE, templates / "style.css"))
    template = _environment(templates).get_template(name)
    return template.render(style=Markup("".join(styles)), **values)


@functools.cache
def _environment(templates: Path) -> Environment:
    """What knows the templates of a folder, and keeps each as it is compiled."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(templates), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "visible": visible,
        "points": lambda value, decimals=1: number(value, decimals, ","),
        "percent": lambda share: NONE if share is None else f"{share:.0%}",
        "correlation": lambda r: NONE if r is None else f"{r:+.2f}".replace("-", "−"),
        "image": lambda picture: Markup(picture._repr_mimebundle_()[0]["text/html"]),
        "count": _count,
    }
    return environment


def _count(size: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 learner, 3 learners."""
    return f"{size} {one if size == 1 else many or one + 's'}"
