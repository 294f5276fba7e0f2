"""Hostile essays in the real Formgrader, in a real Chromium: nothing runs, nothing is sent."""

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Error, expect

from cnn_course.build.build import build
from cnn_course.project import STUBS
from cnn_lesson.command import lab as jupyterlab
from tests.site.test_browser import free_port, wait_for
from tests.support.accessibility import CHROMIUM, FLAGS
from tests.support.payloads import all_cells, hostile_metadata
from tests.support.small_course import NAME, PLAIN, make_course

pytestmark = [pytest.mark.slow, pytest.mark.browser]
STEP_MS, SETTLE_MS = 60_000, 400
OWN_CDN = "cdnjs.cloudflare.com"  # nbconvert's page asks for MathJax there, whoever wrote the essay
CHEAT = """<img src=x onerror="
  const xsrf = document.cookie.match(/_xsrf=([^;]*)/)[1];
  const headers = {'X-XSRFToken': xsrf, 'Content-Type': 'application/json'};
  window.pwned = 1;
  fetch('/formgrader/api/grades?submission_id=' + submission_id)
    .then(reply => reply.json())
    .then(grades => grades.forEach(grade => fetch('/formgrader/api/grade/' + grade.id,
      {method: 'PUT', headers, body: JSON.stringify({manual_score: 99})})));
  fetch('/api/contents/owned.txt', {method: 'PUT', headers,
    body: JSON.stringify({type: 'file', format: 'text', content: 'owned'})});
">"""
NAMED = "<img src=x onerror=window.pwned=1>"
RESETS = "link-to-the-server"  # a click makes Formgrader read another folder's settings: last
PAYLOADS = {"cheat": None, "metadata": None} | all_cells()
BITE = ("cheat", "image-onerror", "script", "svg-onload", "iframe-srcdoc", "details-ontoggle")
BITE += ("image-elsewhere", "style-url", "input-autofocus", "link-sheet")
"""Some that act where nothing stops them: enough to know that the others could be seen acting."""


def hostile(stub):
    """The stub with every payload: cheating essay, own cells, outputs, metadata."""
    essay(stub).source = f"Shirts look alike.\n\n{CHEAT}"
    stub.cells += all_cells().values()
    for number, cell in enumerate(stub.cells):
        cell.id = f"c{number}"
    stub.metadata.update(hostile_metadata())
    return stub


def nbgrader(course, *words):
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def log_of(course):
    return course.root.parent / "autograde.log"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose two submissions stock ``nbgrader autograde`` has graded."""
    return graded(tmp_path_factory.mktemp("formgrader"))


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    """The same with nbgrader's own steps."""
    return graded(tmp_path_factory.mktemp("stock"), STOCK)


STOCK = """
c.Autograde.autograde_preprocessors = Autograde.class_traits()[
    "autograde_preprocessors"
].default()
c.HTMLExporter.preprocessors = []
"""


def graded(folder, settings=""):
    """A course in a folder, its hostile class graded; ``settings`` end its configuration."""
    course = make_course(folder, PLAIN)
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(settings)
    build(course)
    nbgrader(course, "generate_assignment", "cnn", "--force")
    stub = nbformat.read(course.notebook(STUBS, NAME), as_version=4)
    for learner in ("mallory", NAMED):
        folder = course.root / "submitted" / learner / "cnn"
        folder.mkdir(parents=True)
        text = json.dumps(hostile(nbformat.from_dict(stub)))  # not what nbformat would mend
        (folder / f"{NAME}.ipynb").write_text(text, encoding="utf-8")
        (folder / "notes.html").write_text("<script>pwned=1</script>")
        (folder / "<img src=x onerror=pwned=1>.txt").write_text("a name with markup")
    log_of(course).write_text(nbgrader(course, "autograde", "cnn"))
    return course


@contextmanager
def lab(course, *, headers=True):
    """The address of JupyterLab with Formgrader, as ``make teach`` starts it."""
    port = free_port()
    command = [*jupyterlab.START, "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ip=127.0.0.1", "--IdentityProvider.token="]
    if headers:
        command.append("--ServerApp.jpserver_extensions=cnn_course.teach.formgrader=True")
    environment = jupyterlab.environment(os.environ) | {"PYTHONPATH": os.pathsep.join(sys.path)}
    log = course.root.parent / "lab.log"
    with log.open("w") as stream:
        server = subprocess.Popen(
            command, cwd=course.root, env=environment, stdout=stream, stderr=subprocess.STDOUT
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/api", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def chromium(requests, dialogs):
    """A page that notes what it asks for beside Formgrader's own files."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(STEP_MS)
        page.on("request", lambda request: requests.append((request.method, request.url)))
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        yield page
        browser.close()


def marks(course):
    """Every score in the gradebook, by learner and item."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        return {
            (each.student.id, grade.name): (grade.auto_score, grade.manual_score)
            for each in gradebook.assignment_submissions("cnn")
            for book in each.notebooks
            for grade in book.grades
        }


def files(course):
    return {p for p in course.root.rglob("*") if ".ipynb_checkpoints" not in p.parts}


def shown(course, address, names=PAYLOADS):
    """Open each payload in Formgrader, click what can be clicked; who ran, who sent what."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        book = gradebook.find_submission_notebook(NAME, "cnn", "mallory").id
    stored = course.root / "autograded" / "mallory" / "cnn" / f"{NAME}.ipynb"
    stored.chmod(0o644)
    original = stored.read_text()
    plain = honest(json.loads(original))
    requests, dialogs, ran, sent = [], [], [], {}
    pages = {name: f"submissions/{book}/" for name in names if name != RESETS}
    pages |= {place: place for place in ("gradebook/cnn/" + NAME, "manage_submissions/cnn")}
    pages |= {"a learner's page": f"manage_students/{urllib.parse.quote(NAMED)}"}
    pages |= {RESETS: f"submissions/{book}/"} if RESETS in names else {}
    with chromium(requests, dialogs) as page:
        for name, place in pages.items():
            if name in PAYLOADS:
                stored.write_text(json.dumps(with_payload(plain, name)))
            del requests[:], dialogs[:]
            page.goto(f"{address}/formgrader/{place}", wait_until="load")
            page.wait_for_timeout(SETTLE_MS)
            acted = dialogs or any(frame.evaluate("!!window.pwned") for frame in page.frames)
            for bait in page.locator(".bait, .text_cell_render a:not(.anchor-link)").all()[:2]:
                with suppress(Error):
                    bait.click(no_wait_after=True, timeout=500)
                    page.wait_for_timeout(SETTLE_MS)
                    acted = acted or page.evaluate("!!window.pwned")
            ran += [name] if acted else []
            foreign = [f"{m} {url}" for m, url in requests if not is_formgraders(m, url, address)]
            sent |= {name: foreign} if foreign else {}
    stored.write_text(original)
    return ran, sent


def honest(stored):
    """The graded notebook without any payload: one alone can keep a page from being made."""
    stored["cells"] = [cell for cell in stored["cells"] if "nbgrader" in cell["metadata"]]
    stored["metadata"] = {}
    return stored


def with_payload(plain, name):
    """The graded notebook with one payload as the essay, as a cell, or in its metadata."""
    notebook = nbformat.from_dict(plain)
    essay(notebook).source = "Shirts look alike."
    if name == "metadata":
        notebook.metadata.update(hostile_metadata())
    elif name == "cheat":
        essay(notebook).source = f"Shirts look alike.\n\n{CHEAT}"
    else:
        notebook.cells.append(nbformat.from_dict(PAYLOADS[name] | {"id": "payload"}))
    return notebook


def essay(notebook):
    ids = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    return ids["fashion-why"]


def is_formgraders(method, url, address):
    """Whether Formgrader itself asks for it: a page, its files, its data, MathJax, a picture."""
    path = url.removeprefix(address)
    own = path.startswith(("/formgrader/static/", "/formgrader/api/"))
    pages = r"/formgrader/(submissions/[0-9a-f]+/?|gradebook/.*|manage_\w+(/.*)?)"
    own = own or re.fullmatch(pages, path) or path == "/favicon.ico"
    return (method == "GET" and own) or OWN_CDN in url or url.startswith(("data:image/", "data:f"))


def test_no_payload_acts_in_formgrader(course):
    """Does no script run, no request leave, no file appear and no mark change?"""
    before, there = marks(course), files(course)
    with lab(course) as address:
        ran, sent = shown(course, address)
    assert (ran, sent) == ([], {})
    assert marks(course) == before
    assert {path.name for path in files(course) - there} <= {"gradebook.db-journal"}


def test_the_same_payloads_act_where_nothing_stops_them(stock):
    """With nbgrader's own settings: do scripts run, marks change and files appear, as feared?"""
    before = marks(stock)
    with lab(stock, headers=False) as address:
        ran, sent = shown(stock, address, BITE)
    print(f"stock: {len(ran)} of {len(BITE)} ran, {len(sent)} sent: {ran} {sorted(sent)}")
    assert len(ran) >= 3 and len(sent) >= 3  # how many a busy browser gets to differs
    assert marks(stock) != before and (stock.root / "owned.txt").exists()


def test_the_policy_alone_stops_every_script(stock):
    """If something got past the sanitiser: would the page's policy still hold?"""
    (stock.root / "owned.txt").unlink(missing_ok=True)
    before = marks(stock)
    with lab(stock) as address:
        ran, sent = shown(stock, address)
    print(f"policy alone: {len(ran)} ran, {len(sent)} sent: {sorted(sent)}")
    assert ran == [] and marks(stock) == before
    assert not (stock.root / "owned.txt").exists()


def test_what_a_learner_handed_in_stays_as_it_was(course):
    """Is submitted/ untouched, autograded/ safe, and the log explicit?"""
    handed_in = (course.root / "submitted" / "mallory" / "cnn" / f"{NAME}.ipynb").read_text()
    stored = (course.root / "autograded" / "mallory" / "cnn" / f"{NAME}.ipynb").read_text()
    assert "onerror" in handed_in and "api/contents" in handed_in
    assert "onerror=" not in stored.replace("onerror=\\\\", "") or "api/contents" not in stored
    assert "not shown, as it could act in a browser" in log_of(course).read_text()
    assert not list((course.root / "autograded").rglob("*.html"))


def test_formgrader_still_works_under_its_policy(course):
    """Can a person give points, and do they arrive?"""
    with lab(course) as address, chromium([], []) as page:
        faults = []
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
            book = gradebook.find_submission_notebook(NAME, "cnn", "mallory").id
        page.goto(f"{address}/formgrader/submissions/{book}/")
        assert "Shirts look alike." in page.locator(".nbgrader_cell").last.inner_text()
        assert [line for line in faults if "Content Security" in line] == []
        page.locator("#fashion-why").fill("3")
        with page.expect_response(lambda reply: "/api/grade/" in reply.url):
            page.locator("#fashion-why").press("Tab")
        page.locator(".glyphicon-eye-open").click()
        assert page.locator(".name-shown").first.is_visible()
        for place in ("manage_assignments", "manage_submissions/cnn", "gradebook/cnn/" + NAME):
            page.goto(f"{address}/formgrader/{place}")
            expect(page.locator("#main-table")).not_to_contain_text("Loading, please wait")
    assert marks(course)["mallory", "fashion-why"][1] == 3


def test_the_policy_is_on_formgraders_pages_alone(course):
    """Does JupyterLab keep its own headers, and a learner's file get the strictest?"""
    with lab(course) as address:
        policies = {
            place: urllib.request.urlopen(f"{address}{place}").headers["Content-Security-Policy"]
            for place in ("/formgrader/manage_students", "/lab")
        }
    assert "default-src 'none'" in policies["/formgrader/manage_students"]
    assert "script-src" not in policies["/lab"]
