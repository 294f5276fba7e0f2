"""Pictures of slides, taken in the system's Chromium without a network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cnn_course.errors import CourseError
from cnn_course.teach.talk import Clip

WIDTH, HEIGHT = 1280, 720
WAIT_MS = 60_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# Without a sandbox, as root has none; the page is one that was made here.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()
# No arrows, numbers or bar: nobody clicks in a video.
STYLE = ".reveal .controls, .reveal .progress, .reveal .slide-number { display: none !important; }"
PLACES = """name => [...document.querySelectorAll("section section[data-clip]")]
  .filter(slide => slide.dataset.clip === name)
  .map(slide => ({...Reveal.getIndices(slide), step: +slide.dataset.step,
                  size: +slide.dataset.size}))"""


@dataclass(frozen=True)
class Frame:
    """A picture of a slide, the step that shows it, and how much there is to look at."""

    step: int
    size: int
    picture: Path


def find_chromium() -> str:
    """Where Chromium is. Raises CourseError, which says what to install, where there is none."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return found
    if MAC_CHROME.is_file():
        return str(MAC_CHROME)
    raise CourseError("the video needs Chromium: on Debian, apt install chromium")


@contextmanager
def camera() -> Iterator[object]:
    """A page of Chromium that is as large as the video and has no network."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        raise CourseError(
            "the video needs playwright: install what requirements.lock names; `make video` does"
        ) from None
    try:
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=find_chromium(), args=FLAGS)
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, offline=True, reduced_motion="reduce"
            )
            context.set_default_timeout(WAIT_MS)
            yield context.new_page()
            browser.close()
    except Error as error:
        raise CourseError(f"Chromium stopped: {str(error).splitlines()[0]}") from error


def film(page: object, slides: Path, clip: Clip, folder: Path) -> list[Frame]:
    """A picture of each slide of a clip, in order."""
    page.goto(slides.resolve().as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    page.add_style_tag(content=STYLE)
    frames = []
    for number, place in enumerate(page.evaluate(PLACES, clip.name)):
        page.evaluate("place => Reveal.slide(place.h, place.v)", place)
        picture = folder / f"{number:03d}.png"
        page.screenshot(path=picture)
        frames.append(Frame(place["step"], place["size"], picture))
    if {frame.step for frame in frames} != set(range(1, len(clip.steps) + 1)):
        raise CourseError(f"{slides.name} lacks slides of {clip.name}: make the slides again")
    return frames


def shares(frames: Sequence[Frame], seconds: Sequence[float]) -> list[float]:
    """How long each picture stays, from the seconds of each step; its slides share them."""
    total = {frame.step: 0 for frame in frames}
    for frame in frames:
        total[frame.step] += frame.size
    return [seconds[frame.step - 1] * frame.size / total[frame.step] for frame in frames]
