"""Thirty-odd things a learner may write to act in whoever opens the notebook; nothing else.

Each sets ``pwned`` in the page or fetches from ``LEAK``; the test listens for both.
"""

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

LEAK = "/leak"
ACT = "window.parent.pwned=1;window.pwned=1;new Image().src='/leak/ran'"
_SVG = f'<svg xmlns="http://www.w3.org/2000/svg" onload="{ACT}"><script>{ACT}</script></svg>'


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


_PAGE = _b64(f"<script>{ACT}</script>")

MARKDOWN = {
    "image-onerror": f'<img src=x onerror="{ACT}">',
    "image-unquoted": "<img src=/leak/x onerror=window.pwned=1>",
    "script": f"<script>{ACT}</script>",
    "script-in-table": f"<table><tr><td><script>{ACT}</script></td></tr></table>",
    "script-file": "<script src='/leak/script.js'></script>",
    "link-javascript": f'<a class="bait" href="javascript:{ACT}">read me</a>',
    "link-javascript-markdown": "[read me](javascript:window.pwned=1)",
    "link-javascript-entities": '<a class="bait" href="&#106;ava&#9;script:window.pwned=1">me</a>',
    "link-data": f"[read me](data:text/html;base64,{_PAGE})",
    "link-vbscript": "[read me](vbscript:pwned)",
    "link-to-the-server": "[read me](/formgrader?path=/tmp)",
    "image-of-the-server": "![x](/formgrader?path=/leak)",
    "image-elsewhere": "![x](/leak/markdown.png)",
    "svg-onload": _SVG,
    "svg-animate": "<svg><a><animate attributeName=href values=javascript:pwned=1 /></a></svg>",
    "iframe-srcdoc": f'<iframe srcdoc="&lt;script&gt;{ACT}&lt;/script&gt;"></iframe>',
    "iframe-data": f'<iframe src="data:text/html;base64,{_PAGE}"></iframe>',
    "meta-refresh": '<meta http-equiv="refresh" content="0;url=/leak/refresh">',
    "base-href": '<base href="/leak/">',
    "form": '<form action="/leak/form"><button class="bait">Full credit</button></form>',
    "button-formaction": '<button class="bait" formaction="javascript:pwned=1">Save</button>',
    "input-autofocus": f'<input autofocus onfocus="{ACT}">',
    "style-url": '<div style="background:url(/leak/style)">x</div>',
    "style-sheet": "<style>@import url(/leak/sheet); body{background:url(/leak/body)}</style>",
    "link-sheet": '<link rel="stylesheet" href="/leak/sheet.css">',
    "object": f'<object data="data:text/html;base64,{_PAGE}"></object>',
    "embed": '<embed src="/leak/embed">',
    "video": '<video src="/leak/video" poster="/leak/poster" autoplay></video>',
    "details-ontoggle": f'<details open ontoggle="{ACT}">x</details>',
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror='{ACT}'></style>",
    "mathml-link": '<math><mi xlink:href="javascript:pwned=1" href="javascript:0">x</mi></math>',
    "mathjax-href": "$\\href{javascript:window.pwned=1}{x^2}$",
    "mathjax-entity": "&#92;require{html} $&#92;href{javascript:pwned=1}{x}$",
    "mathjax-settings": f'<script type="text/x-mathjax-config">{ACT}</script>',
    "mermaid": f'```mermaid\n<img src=x onerror="{ACT}">\n```',
    "code-fence-language": f'```"><img/src=x/onerror="{ACT}">\ncode\n```',
    "missing-attachment": "![x](attachment:none.png)",
    "heading-of-an-item": "# q3\n\n# q3-comment",
    "comment-breakout": f"<!--><img src=x onerror='{ACT}'>-->",
    "title-breakout": f'![x](/leak/t "t" onerror="{ACT}")',
}


def _html_output() -> nbformat.NotebookNode:
    """Outputs of every kind that a browser would run."""
    cell = new_code_cell("1")
    bundles = [
        {"text/html": f"<img src=x onerror='{ACT}'><script>{ACT}</script>"},
        {"application/javascript": ACT},
        {"image/svg+xml": _SVG},
        {"text/markdown": f"<img src=x onerror='{ACT}'>"},
        {"text/latex": f"$\\href{{javascript:pwned}}{{x}}$<img src=x onerror='{ACT}'>"},
        {"application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{ACT}"}},
        {"image/png": f'"><img src=x onerror="{ACT}">'},
    ]
    cell.outputs = [new_output("display_data", data) for data in bundles]
    cell.outputs.append(new_output("display_data", {"text/html": f"<script>{ACT}</script>"}))
    cell.outputs[-1].metadata = {"text/html": {"isolated": True}}
    cell.outputs.append(new_output("stream", text=f"\x1b]0;x\x07<script>{ACT}</script>"))
    return cell


def _attachment() -> nbformat.NotebookNode:
    cell = new_markdown_cell("![x](attachment:a) ![y](attachment:b)")
    cell.attachments = {
        "a": {"image/svg+xml": _b64(_SVG)},
        "b": {f'image/png;x" onerror="{ACT}': "AAAA", "text/html": _PAGE},
    }
    return cell


def _metadata() -> nbformat.NotebookNode:
    bad = f'"><img src=x onerror="{ACT}">'
    return new_code_cell("1", metadata={"magics_language": bad, "tags": [bad]})


CELLS = {
    "outputs": _html_output,
    "attachments": _attachment,
    "cell-metadata": _metadata,
    "raw-cell": lambda: new_raw_cell(f'<img src=x onerror="{ACT}">'),
    "raw-html-cell": lambda: new_raw_cell(
        f"<script>{ACT}</script>", metadata={"raw_mimetype": "text/html"}
    ),
}


def all_cells() -> dict[str, nbformat.NotebookNode]:
    """A cell for each payload, by its name."""
    cells = {name: new_markdown_cell(text) for name, text in MARKDOWN.items()}
    return cells | {name: make() for name, make in CELLS.items()}


def hostile_metadata() -> dict:
    """Notebook metadata with markup wherever a page shows it, and the state of a widget."""
    bad = f'"><img src=x onerror="{ACT}">'
    widgets = {"application/vnd.jupyter.widget-state+json": {"state": f"</script><script>{ACT}"}}
    return {
        "title": bad,
        "widgets": widgets,
        "language_info": {"name": bad, "pygments_lexer": bad},
        "kernelspec": {"name": "python3", "display_name": bad, "language": "python"},
    }
