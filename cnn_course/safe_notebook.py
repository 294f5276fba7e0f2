"""A notebook of a learner's as it may be shown: no text of theirs acts in an instructor's browser.

``safe_notebook`` keeps what a reader needs (sources, text, tables, pictures, formulas) and leaves
out whatever a page could run or load. `sanitise.py` has it as a step of nbgrader's: last in
autograding, after the points are settled, and first wherever a notebook is turned into a page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from nbformat import NotebookNode, from_dict

from cnn_course.cell_kind import grade_id
from cnn_course.clean_html import PICTURE_TYPES, safe_html, safe_markdown, whole, without_macros

WORD = re.compile(r"[\w+#./-]{1,100}")
"""What a name in the metadata may be: it gets into the page's HTML as it is."""
TITLE = re.compile(r"[\w+#./() -]{1,100}")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")
_CONTROL = re.compile(
    r"\x1b\[[0-9;]*m"  # kept: colours, which pages show as colours
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|\x1b\[[0-?]*[ -/]*[@-~]?"
    r"|[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SCRIPTS = ("application/javascript", "text/javascript", "application/vnd.jupyter.widget-view+json")
LEFT_OUT = "(left out: an output that is neither text nor a table nor a PNG, JPEG or WebP picture)"
LOCKS = ("deletable", "editable")
NEEDED = {"kernelspec": {"name", "display_name"}, "language_info": {"name"}}
"""What of a notebook's metadata is kept, and what nbformat wants to be in it."""


def safe_notebook(notebook: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """A copy that cannot act where it is shown, and what could have acted in it; pure.

    What is found is named in words of a fixed list. A copy of a copy is the same again, with
    nothing found. Ids, grading metadata, code and points are never touched.
    """
    copy, found = from_dict(_whole(notebook)), set()
    if "widgets" in copy.metadata:
        found.add("the state of widgets")
    copy.metadata = _notebook_metadata(copy.metadata)
    items = {grade_id(cell) for cell in copy.cells} - {""}
    for cell in copy.cells:
        found |= _make_safe(cell, items)
    return copy, sorted(found)


def _whole(value: object) -> object:
    """JSON data whose texts can be written to a file: no half letters."""
    if isinstance(value, str):
        return whole(value)
    if isinstance(value, Mapping):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def remark(found: Collection[str]) -> str:
    """A line on what was found, for the report; a fact and no verdict. Empty for nothing."""
    return f"not shown, as it could act in a browser: {', '.join(sorted(found))}" if found else ""


def _make_safe(cell: NotebookNode, items: Collection[str]) -> set[str]:
    """Make a cell safe in place; what was found."""
    cell.metadata, found = _cell_metadata(cell.metadata), set()
    pictures, foreign = _attachments(cell)
    if foreign:
        found.add("an attachment that is no PNG, JPEG or WebP picture")
    if cell.cell_type == "markdown":
        cell.source, more = safe_markdown(cell.source, pictures, items)
        return found.union(more)
    if cell.cell_type == "raw":
        cell.source, more = safe_html(cell.source)
        return found.union(more)
    cell.execution_count = _number(cell.get("execution_count"))
    known = [output for output in cell.get("outputs", []) if output.output_type in _OUTPUTS]
    cell.outputs = known
    return found.union(*(_OUTPUTS[output.output_type](output) for output in known))


def _attachments(cell: NotebookNode) -> tuple[dict[str, str], bool]:
    """The attached pictures as data addresses, by name, and whether something else was there."""
    attached = cell.pop("attachments", {})
    kept = {name: _pictures(bundle) for name, bundle in attached.items()}
    kept = {name: bundle for name, bundle in kept.items() if bundle}
    if kept:
        cell.attachments = from_dict(kept)
    return pasted_pictures(kept), kept != attached


def pasted_pictures(attachments: Mapping[str, Any]) -> dict[str, str]:
    """The pictures pasted into a cell as data addresses, by the name that its text calls them."""
    bundles = {name: _pictures(bundle) for name, bundle in attachments.items()}
    found = {name: next(iter(bundle.items())) for name, bundle in bundles.items() if bundle}
    return {name: f"data:{kind};base64,{content}" for name, (kind, content) in found.items()}


def _pictures(bundle: Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(bundle, Mapping):
        return {}
    return {kind: bundle[kind] for kind in PICTURE_TYPES if _is_base64(bundle.get(kind))}


def _is_base64(content: object) -> bool:
    return isinstance(content, str) and bool(BASE64.fullmatch(content))


def _stream(output: NotebookNode) -> set[str]:
    output.name = "stderr" if output.get("name") == "stderr" else "stdout"
    output.text = plain(output.text)
    return set()


def _error(output: NotebookNode) -> set[str]:
    output.traceback = [plain(line) for line in output.get("traceback", [])]
    output.ename, output.evalue = plain(output.ename), plain(output.evalue)
    return set()


def _bundle(output: NotebookNode) -> set[str]:
    """Make a display or a result safe: of its forms those that are text or a picture."""
    found: set[str] = set()
    data = {}
    for kind, content in output.data.items():
        if kind in PICTURE_TYPES and _is_base64(content):
            data[kind] = content
        elif kind in _TEXTS and isinstance(content, str):
            data[kind], more = _TEXTS[kind](content)
            found.update(more)
        elif kind == "image/svg+xml" or kind in SCRIPTS:
            found.add(f"an output of {kind}")
    output.data = from_dict(data or {"text/plain": LEFT_OUT})
    output.metadata = from_dict(_sizes(output.get("metadata", {})))
    if output.output_type == "execute_result":
        output.execution_count = _number(output.get("execution_count"))
    return found


_OUTPUTS = {
    "stream": _stream,
    "error": _error,
    "display_data": _bundle,
    "execute_result": _bundle,
}
_TEXTS = {
    "text/plain": lambda text: (plain(text), []),
    "text/html": safe_html,
    "text/markdown": safe_markdown,
    "text/latex": lambda text: (without_macros(text), []),
}


def _sizes(metadata: Mapping[str, Any]) -> dict[str, dict[str, int | float]]:
    """Widths and heights of pictures: all that is kept of what a kernel says about an output."""
    return {
        kind: {side: about[side] for side in ("width", "height") if _is_number(about.get(side))}
        for kind, about in metadata.items()
        if kind in PICTURE_TYPES and isinstance(about, Mapping)
    }


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def plain(text: str) -> str:
    """Text without control characters, except line ends, tabs and colours."""
    return _CONTROL.sub(lambda m: m[0] if _COLOUR.fullmatch(m[0]) else "", text)


def _notebook_metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    """Kernel and language, in names that are nothing but names."""
    kept = {key: _words(metadata[key]) for key in NEEDED if key in metadata}
    return from_dict({key: kept[key] for key in kept if NEEDED[key] <= set(kept[key])})


def _words(about: object) -> dict[str, object]:
    """What in a mapping is a name, a title, a number, or a mapping of these."""
    if not isinstance(about, Mapping):
        return {}
    plain_ones = {key: _words(v) if isinstance(v, Mapping) else v for key, v in about.items()}
    return {key: v for key, v in plain_ones.items() if isinstance(v, dict) or _is_word(v, key)}


def _is_word(value: object, key: str = "") -> bool:
    allowed = TITLE if key == "display_name" else WORD
    return isinstance(value, bool | int | float) or (
        isinstance(value, str) and bool(allowed.fullmatch(value))
    )


def _cell_metadata(metadata: Mapping[str, Any]) -> NotebookNode:
    """What nbgrader needs, and tags; an id that is no name is dropped with all it grades."""
    kept = {key: metadata[key] for key in LOCKS if isinstance(metadata.get(key), bool)}
    about = metadata.get("nbgrader")
    if isinstance(about, Mapping) and _is_word(about.get("grade_id", "-")):
        kept["nbgrader"] = _words(about)
    if isinstance(metadata.get("tags"), list):
        kept["tags"] = [tag for tag in metadata["tags"] if _is_word(tag)]
    return from_dict(kept)
