"""Links of a folder of pages that lead nowhere, and what a page would fetch from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

OWN = {"slides"}
"""Folders whose pages find their way by scripts of their own; what they fetch is looked at."""

FETCHING = {"audio", "embed", "iframe", "img", "link", "script", "source", "track", "video"}


@dataclass
class Seen:
    """What a page holds: ids that can be linked, links, and addresses that it fetches by itself."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.seen.ids.add(value)
            elif name in ("href", "src") and value is not None:
                self.seen.links.append(value)
                if tag in FETCHING:
                    self.seen.fetched.append(value)


def read_page(page: Path) -> Seen:
    """What is in a page."""
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.seen


def broken(site: Path) -> Iterator[str]:
    """A line for each link to a file or place of the site that is not there."""
    pages = {path.resolve(): read_page(path) for path in sorted(site.rglob("*.html"))}
    for page, seen in pages.items():
        if OWN & {*page.relative_to(site.resolve()).parts}:
            continue
        for link in dict.fromkeys(seen.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link == "#":
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            shown = f"{page.relative_to(site.resolve())} links to {link}"
            if not target.is_file():
                yield f"{shown}, which is not there"
            elif parts.fragment and target in pages:
                if unquote(parts.fragment) not in pages[target].ids:
                    yield f"{shown}, and there is no such place in that page"


def foreign(site: Path) -> Iterator[str]:
    """A line for each address that a page would fetch from another computer."""
    for path in sorted(site.rglob("*.html")):
        for link in read_page(path).fetched:
            if urlsplit(link).netloc or urlsplit(link).scheme not in ("", "data"):
                yield f"{path.relative_to(site)} fetches {link}"
