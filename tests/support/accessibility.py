"""What axe-core finds on a page, and whether the page scrolls sideways; in Debian's Chromium.

axe-core comes along with axe-playwright-python, so nothing is fetched. A test that uses this is
marked ``browser``; a module of several pages asks for ``violations_of``: one start of Chromium.
"""

import functools
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
HEIGHT, PHONE, DESKTOP = 900, 390, 1280
STEP_MS = 60_000
IMPACTS = ("serious", "critical")
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# No look-ups of style sheets by axe itself: a page from a folder may not read its own files.
AXE_OPTIONS = {"preload": False, "resultTypes": ["violations"]}


def violations(page: Path, width: int, scheme: str = "light") -> list[str]:
    """Serious and critical findings on a page, one line each: rule, help text, first node."""
    with browsing(width, scheme) as show:
        return _findings(show(page))


def violations_of(
    pages: Iterable[Path],
    widths: Iterable[int] = (PHONE, DESKTOP),
    scheme: str = "light",
    without: Iterable[str] = (),
) -> list[str]:
    """The findings of all pages at all widths; each line begins with the page and the width.

    ``without`` leaves rules out: most of the time goes into ``color-contrast``, and colours are
    hardly ever another width's.
    """
    found = []
    pages, without = list(pages), list(without)
    for width in widths:
        with browsing(width, scheme) as show:
            for page in pages:
                lines = _findings(show(page), without)
                found += [f"{page.name} at {width}: {line}" for line in lines]
    return found


def overflow(page: Path, width: int) -> bool:
    """Whether the page scrolls sideways."""
    with browsing(width) as show:
        return show(page).evaluate(SIDEWAYS)


def overflowing(pages: Iterable[Path], width: int = PHONE) -> list[str]:
    """The names of the pages that scroll sideways."""
    with browsing(width) as show:
        return [page.name for page in pages if show(page).evaluate(SIDEWAYS)]


@contextmanager
def browsing(width: int, scheme: str = "light") -> Iterator[Callable[[Path], Any]]:
    """A function that opens a file in Chromium and gives playwright's page of it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
            reduced_motion="reduce",  # axe would measure colours in the middle of a transition
        )
        opened.set_default_timeout(STEP_MS)

        def show(page: Path) -> Any:
            opened.goto(page.resolve().as_uri())
            return opened

        try:
            yield show
        finally:
            browser.close()


def _findings(opened: Any, without: Iterable[str] = ()) -> list[str]:
    opened.evaluate(axe())  # not as a script tag: a page may forbid scripts, and should
    options = AXE_OPTIONS | {"rules": {rule: {"enabled": False} for rule in without}}
    results = opened.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html']}"
        for rule in results["violations"]
        if rule["impact"] in IMPACTS
    ]


@functools.cache
def axe() -> str:
    """The script of axe-core."""
    import axe_playwright_python

    script = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    return script.read_text(encoding="utf-8")
