"""A learner in a real browser: a wrong answer, a right one, and the Validate button."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnn_lesson.command import lab as jupyterlab
from cnn_lesson.command import learn
from tests.support.accessibility import CHROMIUM, FLAGS

START_S, STEP_MS, TRIES = 120, 120_000, 10
NAME = "01-convolution.ipynb"

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def lab(root, tmp_path) -> Iterator[str]:
    """The address of a JupyterLab as `cnn-lesson learn` opens it."""
    mine = tmp_path / "my lesson"
    learn.hand_out(root / "notebooks" / "cnn", mine)
    settings = tmp_path / ".settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    shown = {"windowingMode": "none"}  # all cells in the page, also those out of sight
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(shown))
    port = free_port()
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ip=127.0.0.1"]
    command = learn.lab_command(mine, [*options, "--IdentityProvider.token="])
    environment = jupyterlab.environment(os.environ, learn.SETTINGS) | {
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / ".settings")
    }
    environment.pop("MPLBACKEND", None)
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", tmp_path / "lab.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address: str, log: Path) -> None:
    """Return when a server answers."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address, timeout=5)
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def page(lab):
    """The stub, open in Chromium, its first cell run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1300, "height": 900})
        opened.set_default_timeout(STEP_MS)
        opened.goto(f"{lab}/lab/tree/{NAME}")
        opened.wait_for_selector(".jp-Notebook .jp-CodeCell")
        run_first_cells(opened, 3)
        yield opened
        browser.close()


def cell(page, text: str):
    """The first code cell that has a text."""
    return page.locator(".jp-CodeCell", has=page.locator(".jp-InputArea", has_text=text)).first


def run_first_cells(page, count: int) -> None:
    """Run them from the top by Shift+Enter: those that are folded show no number."""
    cells = page.locator(".jp-Notebook .jp-Cell")
    cells.first.locator("h1").click()
    for _ in range(TRIES * count):  # while the page is still being laid out, a key may get lost
        page.keyboard.press("Shift+Enter")
        page.wait_for_timeout(STEP_MS / 60)
        if "jp-mod-active" in (cells.nth(count).get_attribute("class") or ""):
            return
    pytest.fail("the first cells were not run")


def run(page, text: str) -> None:
    """Run the cell that has a text, and wait until it is through."""
    from playwright.sync_api import expect

    chosen = cell(page, text)
    number = chosen.locator(".jp-InputArea-prompt")
    before = number.inner_text()
    for _ in range(TRIES):  # while the page is still being laid out, a key may get lost
        chosen.scroll_into_view_if_needed()
        chosen.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(STEP_MS / 60)
        if number.inner_text() != before:
            break
    expect(number).to_have_text(re.compile(r"\[\d+\]"), timeout=STEP_MS)


def write(page, text: str, answer: str) -> None:
    """Replace what stands in the cell that has a text."""
    chosen = cell(page, text)
    chosen.scroll_into_view_if_needed()
    chosen.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(answer)


def test_a_learner_answers_wrongly_then_rightly_and_validates(page):
    """Does each verdict appear, name the habit, and does Validate say what is still open?"""
    write(page, "answer_q3 = None", "answer_q3 = 3")
    run(page, "answer_q3 = 3")
    run(page, 'check("q3")')
    verdict = cell(page, 'check("q3")').locator(".jp-OutputArea")
    assert "not yet" in verdict.inner_text()
    assert "3×3" in verdict.inner_text().replace(" ", "")
    assert "24" not in verdict.inner_text()

    write(page, "answer_q3 = 3", "answer_q3 = 4")
    run(page, "answer_q3 = 4")
    run(page, 'check("q3")')
    assert "right · 3 of 3" in verdict.inner_text()

    page.locator("button, jp-button").filter(has_text="Validate").first.click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for()
    text = dialog.inner_text()
    assert "convolve" in text and "still open" in text
    assert "q3: " not in text

    menus = page.locator(".lm-MenuBar-item").all_inner_texts()
    assert "File" in menus and "Nbgrader" not in menus


def test_an_open_blank_is_one_friendly_line(page):
    """Does a cell that is not written yet answer in a line instead of a page?"""
    run(page, "def convolve(image")
    run(page, 'check("convolve")')
    assert "still open" in cell(page, 'check("convolve")').locator(".jp-OutputArea").inner_text()
