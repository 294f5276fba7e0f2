"""A server extension that lets Formgrader's pages run no script but Formgrader's own.

``make teach`` starts JupyterLab with it. Each page of Formgrader gets a Content-Security-Policy
that names the scripts in nbgrader's templates, by their hash, and forbids all others; pictures
come from the page itself, forms and frames go nowhere. JupyterLab's own pages are left alone.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

from cnn_lesson.command.plain_path import MISREAD

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"
"""Where nbconvert's page has its formulas set; without a network they stay as they are written."""
_PAGE = re.compile(r"(.*)/formgrader(?:/.*)?")
_API = re.compile(r".*/formgrader/api/(?:submissions?|submitted_notebooks|student_submissions)\b.*")
"""What lists submissions; not the table of students, whose form would store what it shows."""
NAMES = {"first_name", "last_name"}
NO_NAME = "–"
OK = 200
_MATHJAX_SETTINGS = "text/x-mathjax-config"
_FILE = re.compile(r".*/formgrader/submissions/(?!components/)[^/]+/.+\.\w+")
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S)
_ONCLICK = re.compile(r'\sonclick="([^"]*)"')
_VALUE = r'[^"\\<>\n]*'
"""What a template's placeholder may become inside a script."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    if MISREAD.search(server.root_dir):
        server.log.warning(
            "Formgrader cannot look into a folder whose name holds one of []()*?+{}^$|, as %s "
            "does: start it there with `make teach`",
            server.root_dir,
        )
    server.web_app.transforms[:0] = [OnlyOwnScripts, Named]  # before pages are compressed


class OnlyOwnScripts(OutputTransform):
    """Puts the policy on Formgrader's pages."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.path, self.host = request.path, request.host

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer with its policy."""
        if _FILE.fullmatch(self.path):  # what lies beside a submission
            headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        elif page := _PAGE.fullmatch(self.path):
            text = chunk.decode("utf-8", "replace") if finishing else ""
            files = f"{self.host}{page[1]}/formgrader/static/"
            headers["Content-Security-Policy"] = policy(text, files)
        return status_code, headers, chunk


class Named(OutputTransform):
    """Calls a learner whose name the gradebook does not have by their id, and not "None, None"."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.is_asked = bool(_API.fullmatch(request.path))

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer with names in it."""
        if self.is_asked and finishing and status_code == OK:
            chunk = with_names(chunk)
            if "Content-Length" in headers:
                headers["Content-Length"] = str(len(chunk))
        return status_code, headers, chunk


def with_names(answer: bytes) -> bytes:
    """The JSON of Formgrader's API, with a learner's id where both names are missing."""
    try:
        found = json.loads(answer)
    except ValueError:
        return answer
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, dict) and each.keys() >= NAMES and not any(each[n] for n in NAMES):
            each |= {"last_name": each.get("student") or each.get("id"), "first_name": NO_NAME}
    return json.dumps(found).encode()


def policy(page: str, files: str) -> str:
    """The policy of a page: scripts that are nbgrader's by their words, and those in ``files``.

    MathJax, which reads its settings with ``eval``, is let in where the page has one such
    settings block, which is nbconvert's.
    """
    known, handlers = own_scripts()
    inline = [s for s in _SCRIPT.findall(page) if any(each.fullmatch(s) for each in known)]
    hashes = " ".join(sorted({_hash(text) for text in (*inline, *handlers)}))
    mathjax = f"{MATHJAX} 'unsafe-eval'" if page.count(_MATHJAX_SETTINGS) == 1 else ""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {files} {mathjax} 'unsafe-hashes' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            f"font-src 'self' data: {MATHJAX}",
            f"img-src {files} data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'self'",
        ]
    )


@cache
def own_scripts() -> tuple[tuple[re.Pattern, ...], tuple[str, ...]]:
    """Patterns of the scripts inside the templates' pages, and their click handlers."""
    texts = list(_templates())
    scripts = (script for text in texts for script in _SCRIPT.findall(text))
    patterns = {_pattern(script) for script in scripts}
    handlers = {handler for text in texts for handler in _ONCLICK.findall(text)}
    return tuple(re.compile(each) for each in sorted(patterns)), tuple(sorted(handlers))


def _templates() -> Iterable[str]:
    from nbgrader.server_extensions.formgrader import handlers

    for path in sorted(Path(handlers.template_path).rglob("*")):
        if path.suffix in (".tpl", ".j2"):
            yield path.read_text(encoding="utf-8")


def _pattern(script: str) -> str:
    """A regular expression for what Jinja makes of a template's script."""
    literal = re.split(r"\{\{.*?\}\}", script)
    return _VALUE.join(re.escape(part) for part in literal)


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
