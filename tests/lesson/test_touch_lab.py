"""The pictures to touch in a real JupyterLab and Notebook 7: alive with a kernel, still without."""

import json
import os
import socket
import subprocess
from collections.abc import Iterator

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from cnn_course.build.notebooks import new_notebook
from cnn_course.site.touch_stills import SEVEN, draw
from cnn_lesson.command import lab as jupyterlab
from cnn_lesson.datasets import mnist
from tests.site.test_browser import run, wait_for
from tests.support.accessibility import AXE_OPTIONS, CHROMIUM, FLAGS, IMPACTS, axe

pytestmark = [pytest.mark.slow, pytest.mark.browser]

NAME = "touch.ipynb"
TRAIN = """
from cnn_lesson.runtime import prepare
prepare()
import keras
from keras import layers
from cnn_lesson import touch
from cnn_lesson.datasets import mnist
(x, y), _ = mnist.load_data()
model = keras.Sequential([
    layers.Input((28, 28, 1)), layers.Conv2D(16, 3, activation="relu"),
    layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2), layers.Flatten(),
    layers.Dense(128, activation="relu"), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(x[..., None] / 255, y, batch_size=64, epochs=3, verbose=0)
"""
KERNEL = """
class Mine(layers.Dense):
    pass
mine = keras.Sequential([*model.layers[:-1], Mine(10, activation="softmax")])
mine.build((None, 28, 28, 1))
mine.layers[-1].set_weights(model.layers[-1].get_weights())
in_kernel = touch.your_network(mine)
"""
CELLS = [TRAIN, "touch.your_network(model)", "touch.walk_kernel()", "touch.shapes()"]
LATENCY_MS = 250
NOTE_LATENCIES = """() => {
  const root = document.querySelector(".ct[data-latency]");
  window.noted = [];
  const note = () => window.noted.push(root.dataset.latency);
  new MutationObserver(note).observe(root, { attributeFilter: ["data-latency"] });
}"""
END_KERNELS = """async () => {
  const token = document.cookie.match(/_xsrf=([^;]+)/)?.[1] ?? "";
  const all = await (await fetch("/api/sessions")).json();
  for (const { id } of all) {
    await fetch(`/api/sessions/${id}`, { method: "DELETE", headers: { "X-XSRFToken": token } });
  }
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[tuple[str, object]]:
    """The address of a JupyterLab, and its folder with a notebook of all three pictures."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [*CELLS, KERNEL, "in_kernel  # to be shown"]
    notebook = new_notebook([new_code_cell(cell.strip()) for cell in cells])
    nbformat.write(notebook, folder / NAME)
    settings = folder / ".settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps({"windowingMode": "none"}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*jupyterlab.START, "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token="]
    environment = jupyterlab.environment(os.environ) | {
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings")
    }
    with (folder / "lab.log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/api", folder / "lab.log")
            yield f"http://127.0.0.1:{port}/lab/tree/{NAME}", folder / NAME
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def page(lab):
    """The notebook in Chromium, its cells run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1300, "height": 900})
        opened.set_default_timeout(60_000)
        opened.goto(lab[0])
        opened.wait_for_selector(".jp-Notebook .jp-CodeCell")
        for text in ("prepare()", *CELLS[1:], "class Mine"):
            run(opened, text)
        opened.wait_for_selector(".ct-stack")
        yield opened
        browser.close()


def reads(page, digit: str) -> None:
    """Wait until the network reads a digit."""
    page.wait_for_function(f"document.querySelector('[data-reading=\"{digit}\"]')")


def test_the_learners_network_reads_a_seven_at_once(page):
    """Is a 7 drawn with the mouse read by the network just trained, while one draws?"""
    page.evaluate(NOTE_LATENCIES)
    draw(page, SEVEN)
    reads(page, "7")
    noted = sorted(float(value) for value in page.evaluate("window.noted"))
    median = noted[len(noted) // 2]
    print(f"from stroke to probabilities: {median} ms, at most {noted[-1]}, of {len(noted)}")
    assert len(noted) > 10 and median < LATENCY_MS


def test_and_one_drawn_with_keys(page):
    """Do JupyterLab's own shortcuts leave the arrow keys and the space bar to the pad?"""
    page.locator(".ct-pad").first.focus()
    keys = ["Delete", *["ArrowUp"] * 9, *["ArrowLeft"] * 7, " ", *["ArrowRight"] * 14]
    for key in [*keys, *["ArrowDown", "ArrowDown", "ArrowLeft"] * 8, " "]:
        page.keyboard.press(key)
    reads(page, "7")
    assert page.evaluate("document.activeElement.className").startswith("ct-pad")


def test_the_still_gives_way(page):
    """Is there one picture of each, and not the still as well?"""
    assert page.locator(".ct").count() == 3
    assert not any(still.is_visible() for still in page.locator(".ct-still").all())


def test_axe_finds_nothing_serious_in_the_outputs(page):
    """Are the pictures as usable in JupyterLab as on a page of their own?"""
    page.evaluate(axe())
    found = page.evaluate("o => axe.run('.ct', o)", AXE_OPTIONS)["violations"]
    assert [rule["id"] for rule in found if rule["impact"] in IMPACTS] == []


def test_the_same_in_notebook_7(page, lab):
    """Does the picture answer there, too, of the same network in the same kernel?"""
    page.keyboard.press("Control+s")
    page.wait_for_timeout(2000)
    other = page.context.browser.new_page()
    other.set_default_timeout(60_000)
    other.goto(lab[0].replace("/lab/tree/", "/notebooks/"))
    other.wait_for_selector(".jp-Notebook .jp-CodeCell")
    run(other, CELLS[1])
    other.wait_for_selector(".ct-pad")
    draw(other, SEVEN)
    reads(other, "7")
    other.close()


def test_a_network_that_the_browser_does_not_know_is_asked_in_the_kernel(page):
    """Does a layer of the learner's own answer, too?"""
    run(page, "# to be shown")
    last = page.locator(".jp-CodeCell").last
    last.locator(".ct-pad").wait_for()
    last.get_by_role("button", name="Take a test picture").click()
    first = mnist.load_data()[1][1][0]
    page.wait_for_function(
        "[...document.querySelectorAll('.jp-CodeCell')].at(-1)"
        f".querySelector('[data-reading=\"{first}\"]')"
    )
    print("in the kernel:", last.locator("[data-latency]").get_attribute("data-latency"), "ms")


def test_a_saved_notebook_opens_without_its_kernel(page, lab):
    """Is it valid, and do stills stand where the widgets were, without an error beside them?"""
    page.keyboard.press("Control+s")
    page.wait_for_timeout(3000)
    nbformat.validate(nbformat.read(lab[1], as_version=4))
    page.evaluate(END_KERNELS)
    page.goto(lab[0] + "?reset")
    page.wait_for_selector(".ct-still img")
    page.wait_for_timeout(4000)
    assert page.locator(".ct").count() == 0
    assert page.locator(".ct-still img").first.is_visible()
    assert not page.get_by_text("Error displaying widget").locator("visible=true").count()
