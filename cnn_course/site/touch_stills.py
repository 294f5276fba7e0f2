"""The stills of the pictures to touch, taken of the pictures themselves in Chromium.

``python -m cnn_course.site.touch_stills`` takes them anew; it needs playwright and Chromium.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

import cnn_lesson.touch
from cnn_course.site.touch import page
from cnn_lesson.touch.modules import PARTS
from cnn_lesson.touch.stills import WIDTH

SCALE = 1.5
SEVEN = ((0.27, 0.24), (0.72, 0.24), (0.45, 0.8))
"""The corners of a 7, as shares of the pad."""

COLOURS = 128


def main() -> None:
    """Take all stills and say how large they are."""
    from playwright.sync_api import sync_playwright

    folder = Path(cnn_lesson.touch.__file__).parent
    with tempfile.TemporaryDirectory() as work, sync_playwright() as play:
        path = Path(work, "page.html")
        path.write_text(page(), encoding="utf-8")
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page(
            viewport={"width": WIDTH + 16, "height": 1200}, device_scale_factor=SCALE
        )
        shown.goto(path.as_uri())
        pose(shown)
        for name in PARTS:
            png = smaller(shown.screenshot(clip=clip(shown, name), full_page=True))
            (folder / f"{name}.png").write_bytes(png)
            print(f"{name}.png: {len(png) / 1000:.0f} kB")
        browser.close()


def pose(shown: Any) -> None:
    """A window in the middle of its walk, and a drawn 7 with a value that is looked at."""
    draw(shown, SEVEN)
    for _ in range(17):
        shown.get_by_role("button", name="One step").click()
    shown.locator(".ct-layer").nth(2).locator(".ct-maps button").nth(2).click()
    shown.locator("h1").click()
    shown.wait_for_timeout(500)


def clip(shown: Any, name: str) -> dict[str, float]:
    """The part of the page that a still shows: the network only as far as its lens."""
    box = shown.locator(f"[data-touch={name}] .ct").bounding_box()
    scrolled = shown.evaluate("scrollY")
    if name == "network":
        lens = shown.locator(".ct-lens").bounding_box()
        box["height"] = lens["y"] + lens["height"] + 16 - box["y"]
    return box | {"y": box["y"] + scrolled}


def draw(shown: Any, points: tuple[tuple[float, float], ...]) -> None:
    """Draw a line through points of the pad with the mouse, as a hand would."""
    pad = shown.locator(".ct-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    shown.mouse.move(*places[0])
    shown.mouse.down()
    for place in places[1:]:
        shown.mouse.move(*place, steps=12)
    shown.mouse.up()


def smaller(png: bytes) -> bytes:
    """The same picture with few colours, in the smallest file."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=0)
    stream = io.BytesIO()
    image.save(stream, "png", optimize=True)
    return stream.getvalue()


if __name__ == "__main__":
    main()
