"""What may be shown of a learner's notebook."""

import html
import re
from copy import deepcopy
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from cnn_course.clean_html import LINK, MACRO, PICTURE, TAGS, clean, safe_markdown
from cnn_course.safe_notebook import plain, remark, safe_notebook
from cnn_lesson.verdict import Finding, Verdict
from tests.support.payloads import MARKDOWN, all_cells, hostile_metadata

DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
HONEST = {
    "text": "Shirts **look** alike, as `a < b` says.\n\n- one\n- two\n\n1. three",
    "formula": "$\\frac{a_1}{b} \\le x_i$\n\n$$\\begin{align}a &= b \\\\ c &= d\\end{align}$$",
    "definition": "$\\newcommand{\\R}{\\mathbb R} x \\in \\R$",
    "table": "| kernel | size |\n| --- | --- |\n| a | 3 |",
    "link": "[a paper](https://arxiv.org/abs/1512.03385) and <mail@example.org>",
    "tasks": "- [x] done\n- [ ] not yet",
    "code": "```python\nfor i in range(3):\n    print(i)\n\nprint('<script>')\n```",
    "heading": "## Why it works",
    "latex in words": "I wrote `\\href{x}` in code.",
}


def rendered(source, attachments=None):
    """The HTML that Formgrader would put into its page."""
    renderer = IPythonRenderer(escape=False, attachments=attachments or {})
    return MarkdownWithMath(renderer=renderer).render(source)


class Faults(HTMLParser):
    """Whatever in a page is a script, a handler, or an address off the list."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        box = tag == "input" and dict(attrs).get("class") == "task-list-item-checkbox"
        if tag not in TAGS and not box:
            self.found.append(tag)
        for name, value in attrs:
            off = name in ("href", "src", "action", "srcdoc", "data", "formaction", "xlink:href")
            fits = LINK.fullmatch(value or "") or (name == "src" and PICTURE.fullmatch(value or ""))
            if name.startswith("on") or (off and value and not fits):
                self.found.append((name, value))
            if name == "style" and re.search(r"url|image|expression|\\", value or "", re.I):
                self.found.append((name, value))


def faults_of(page):
    macros = re.sub(r"<(pre|code)\b.*?</\1>", "", html.unescape(page), flags=re.S)
    acting = re.findall(r"\\(?:href|require|style|class|unicode|def|csname)\b", macros)
    return Faults(page).found + acting


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_essay_is_not_touched(name):
    """Do text, tables, formulas, links and code stay letter by letter, without a remark?"""
    assert safe_markdown(HONEST[name]) == (HONEST[name], [])


@pytest.mark.parametrize(
    "text", ["x<sup>2</sup> and <b>bold</b>", "<center>mid</center>", "a<br>b"]
)
def test_honest_html_in_an_essay_looks_the_same_and_gets_no_remark(text):
    """Does raw HTML that only lays out text stay?"""
    safe, found = safe_markdown(text)
    assert found == []
    assert re.findall(r"</?\w+>", text) == [t for t in re.findall(r"</?\w+>", safe) if t in text]


def test_a_pasted_picture_stays():
    """Does an attachment that is a PNG reach the page as it was?"""
    cell = new_markdown_cell(
        "see ![plot](attachment:p.png)", attachments={"p.png": {"image/png": DOT}}
    )
    before = new_notebook(cells=[cell])
    safe, found = safe_notebook(before)
    assert safe.cells[0] == before.cells[0] and found == []


@pytest.mark.parametrize("name", all_cells())
def test_no_payload_is_left_in_what_is_shown(name):
    """Is each of them gone from the page that Formgrader makes of it?"""
    notebook = new_notebook(cells=[all_cells()[name]], metadata=hostile_metadata())
    original = deepcopy(notebook)
    safe, found = safe_notebook(notebook)
    assert notebook == original, "what was handed in is not changed"
    nbformat.validate(safe)
    assert safe_notebook(safe) == (safe, [])
    cell = safe.cells[0]
    if cell.cell_type != "code":
        pictures = cell.get("attachments", {})
        assert faults_of(rendered(cell.source, pictures)) == []
    text = nbformat.writes(safe)
    assert (
        'onerror=\\"' not in nbformat.writes(new_notebook(metadata=safe.metadata))
        and "widgets" not in text
    )
    assert all(re.fullmatch(r"[\w <>,()./:;+-]+", line) for line in found)


@pytest.mark.parametrize(
    "name", ["script", "image-onerror", "link-javascript-markdown", "mathjax-href", "iframe-srcdoc"]
)
def test_what_could_have_acted_is_named(name):
    """Does the remark say it, in words of ours?"""
    line = remark(safe_markdown(MARKDOWN[name])[1])
    assert line.startswith("not shown, as it could act in a browser: ")
    assert "pwned" not in line


def test_a_verdict_and_a_figure_look_as_before():
    """Do the panels of checks keep words, colours and table?"""
    finding = Finding(tried="28", yours="a < b", wanted="c", misconception="habit", thought="why?")
    panel = Verdict("q3", 0, 3, (finding,))._repr_html_()
    safe = clean(panel)
    assert re.sub(r"<[^>]*>", "", safe) == re.sub(r"<[^>]*>", "", panel)
    assert "border-left:6px solid #D55E00" in safe and 'scope="row"' in safe
    sides = 'width="9" style="max-width:100%;height:auto"'
    figure = f'<img src="data:image/png;base64,{DOT}" alt="a dot" {sides}>'
    assert clean(figure) == figure


def test_an_output_of_text_and_its_numbers_stay():
    """Are points, ids, code, streams and execution counts untouched?"""
    about = {"grade_id": "q3", "grade": True, "points": 3, "locked": True, "solution": False}
    cell = new_code_cell("x = '<script>'", execution_count=4, metadata={"nbgrader": about})
    cell.outputs = [
        new_output("stream", text="\x1b[31mred\x1b[0m\n"),
        new_output("execute_result", {"text/plain": "<b>"}, execution_count=4),
    ]
    notebook = new_notebook(cells=[cell])
    assert safe_notebook(notebook) == (notebook, [])


def test_control_characters_leave_text_but_colours_stay():
    """Is a terminal's title, clipboard or cursor out of a learner's reach?"""
    assert (
        plain("\x1b]0;title\x07a\x1b[2Jb\x1b[1;31mc\x1b[0m\x00\x9bd\n") == "ab\x1b[1;31mc\x1b[0md\n"
    )


_SPLIT = """< > " ' &#x3c; <!-- --> <svg> <math> <style> </style> <table> <mtext> <a&#32;href=
javascript: onclick= \\ href { $ $$ ` <pre> </code> <code> ![ ]( ) <img&#32;src= <div
data:image/png;base64,AA""".split()
PIECES = st.sampled_from(
    [*MARKDOWN.values(), *HONEST.values(), "\n", "\n\n", " ", "\x00", "\u202e", "\t", "\ud800"]
    + [html.unescape(piece) if " " in html.unescape(piece) else piece for piece in _SPLIT]
)
TEXT = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_no_html_comes_out_that_acts(text):
    """Whatever goes in: no script, handler or foreign address, and the same again the next time?"""
    safe = clean(text)
    assert faults_of(safe) == []
    assert clean(safe) == safe


@settings(max_examples=300, deadline=None)
@given(TEXT)
def test_no_markdown_comes_out_that_acts(text):
    """Whatever goes in: is the page that Formgrader makes of it without anything that acts?"""
    safe, _ = safe_markdown(text, items=("q3",))
    assert faults_of(rendered(safe)) == []
    assert safe_markdown(safe, items=("q3",)) == (safe, [])


def test_a_macro_split_by_a_comment_is_found():
    """MathJax joins text over comments: is the whole seen, not the parts?"""
    safe, found = safe_markdown("\\hr<!-- -->ef{javascript:x}{y}")
    assert found == [MACRO] and "\\href" not in rendered(safe)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "x.localhost", "a.b.LOCALHOST", "x.localhost.", "localhost.localdomain"),
        *("printer.local", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::1]", "jupyter"),
        *("a@127.0.0.1", "１２７.０.０.１", "x.example\\@127.0.0.1", "localhost%2eexample"),
    ],
)
def test_no_link_leads_to_the_instructors_own_machine(host):
    """Whatever a host of this machine or this network is called, is the link taken out?"""
    for end in ("", "/formgrader", ":8888/tree", "?token=1", "#x"):
        assert not LINK.fullmatch(f"http://{host}{end}")
    assert "href" not in safe_markdown(f"[read me](http://{host}/)")[0]


@pytest.mark.parametrize(
    "host", ["keras.io", "local.example", "localhost.example.org", "x.localé.de"]
)
def test_a_host_with_a_name_stays(host):
    """Is an honest link left as it is, whatever its name begins with?"""
    assert LINK.fullmatch(f"https://{host}/x")
