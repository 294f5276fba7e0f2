"""A server extension that lets Formgrader's pages run no script but Formgrader's own.

``make teach`` starts JupyterLab with it. Each page of Formgrader gets a Content-Security-Policy
that names the scripts in nbgrader's templates, by their hash, and forbids all others; pictures
come from the page itself, forms and frames go nowhere. JupyterLab's own pages are left alone.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tornado.httputil import HTTPHeaders, HTTPServerRequest
from tornado.web import OutputTransform

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

MATHJAX = "https://cdnjs.cloudflare.com"
"""Where nbconvert's page has its formulas set; without a network they stay as they are written."""
_PAGE = re.compile(r".*/formgrader(?:/.*)?")
_FILE = re.compile(r".*/formgrader/submissions/(?!components/)[^/]+/.+\.\w+")
_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.S)
_ONCLICK = re.compile(r'\sonclick="([^"]*)"')
_VALUE = r"""[^"'\\<>&]*"""
"""What a template's placeholder may become inside a script."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    server.web_app.add_transform(OnlyOwnScripts)


class OnlyOwnScripts(OutputTransform):
    """Puts the policy on Formgrader's pages."""

    def __init__(self, request: HTTPServerRequest) -> None:
        self.path = request.path

    def transform_first_chunk(
        self, status_code: int, headers: HTTPHeaders, chunk: bytes, finishing: bool
    ) -> tuple[int, HTTPHeaders, bytes]:
        """The answer with its policy."""
        if _FILE.fullmatch(self.path):  # what lies beside a submission
            headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        elif _PAGE.fullmatch(self.path):
            text = chunk.decode("utf-8", "replace") if finishing else ""
            headers["Content-Security-Policy"] = policy(text)
        return status_code, headers, chunk


def policy(page: str) -> str:
    """The policy of a page: its scripts that are nbgrader's by their words, and files from here."""
    known, handlers = own_scripts()
    inline = [s for s in _SCRIPT.findall(page) if any(each.fullmatch(s) for each in known)]
    hashes = " ".join(sorted({_hash(text) for text in (*inline, *handlers)}))
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {MATHJAX} 'unsafe-hashes' {hashes}",
            f"style-src 'self' 'unsafe-inline' {MATHJAX}",
            f"font-src 'self' data: {MATHJAX}",
            "img-src 'self' data:",
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
